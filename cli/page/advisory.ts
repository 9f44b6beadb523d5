/** The table of the advisory in spec/README.md: which model stands for which release. */
import { ToolError } from '../../tlc/index.js';
import type { Advisory } from '../../page/data.js';

const HEADING = '## The advisory, release by release';
const cells = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/**
 * Reads the table. What it says of a model is not taken: the page has that from the report.
 * @param text of spec/README.md
 * @throws ToolError where the table is not there, or a cell names no model
 */
export function advisoryIn(text: string, models: ReadonlySet<string>): Advisory {
  const section = text.split(HEADING)[1] ?? '';
  const [head, , ...rows] = (/^(?:\|.*\n)+/m.exec(section)?.[0] ?? '').trim().split('\n');
  if (head === '' || rows.length === 0)
    throw new ToolError(`spec/README.md has no table under «${HEADING}»: restore it`);
  return {
    columns: cells(head!).slice(1),
    rows: rows.map((line) => {
      const [release, ...rest] = cells(line);
      return { release: release!, models: rest.map((cell) => namesIn(cell, models)) };
    }),
  };
}

const namesIn = (cell: string, models: ReadonlySet<string>): readonly string[] => {
  const names = [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  const unknown = names.find((name) => !models.has(name));
  if (names.length === 0 || unknown !== undefined)
    throw new ToolError(`spec/README.md: the advisory's table says «${cell}», and there is no such model`);
  return names;
};
