/** The modules with the counts of their lines, as the page paints them. */
import type { CountedModule, CoverageEntry } from '../../page/data.js';
import { countedLines, definitionAt, type Place, placesOf } from '../coverage/count.js';
import { type Excused, missedIn, readUnreached } from '../coverage/unreached.js';
import type { CoverageSection } from '../report-file.js';

/** What the page shows of a report's coverage; null where there is none. A module whose text has changed is left out. */
export async function coverageOf(
  root: string,
  section: CoverageSection | undefined,
): Promise<CoverageEntry | null> {
  if (section === undefined) return null;
  const places = placesOf(section);
  const list = await readUnreached(root);
  const modules: CountedModule[] = [];
  for (const name of Object.keys(section.modules)) {
    const lines = await countedLines(root, section, name);
    if (lines === undefined) continue;
    modules.push({
      ...{ name, file: `spec/${name}.tla`, actions: actionsOf(section, name, lines) },
      lines: paint(name, lines, places, list),
    });
  }
  return { models: section.models, modules };
}

/** The actions in the order of the module. The definition of one may be in a module that this one extends. */
const actionsOf = (
  { actions }: CoverageSection,
  module: string,
  lines: readonly string[],
): CountedModule['actions'] =>
  Object.entries(actions)
    .filter(([key]) => key.startsWith(`${module} `))
    .map(([key, count]) => {
      const name = key.slice(module.length + 1);
      return { name, count, line: lines.findIndex((line) => new RegExp(`^${name}\\b.*==`).test(line)) + 1 };
    })
    .toSorted((a, b) => a.line - b.line);

function paint(
  module: string,
  lines: readonly string[],
  places: readonly Place[],
  list: readonly Excused[],
): CountedModule['lines'] {
  const counts = new Map<number, number>();
  for (const place of places.filter((each) => each.module === module))
    counts.set(place.line, Math.max(place.count, counts.get(place.line) ?? 0));
  const missed = new Map(missedIn(module, lines, places).map((each) => [each.number, each]));
  return lines.map((text, i) => {
    const found = missed.get(i + 1);
    const excused = list.find(
      (each) => each.module === module && each.in === definitionAt(lines, i + 1) && each.line === text.trim(),
    );
    const why = found === undefined ? '' : (excused?.why ?? '');
    return { text, count: counts.get(i + 1) ?? null, missed: found?.parts ?? [], why };
  });
}
