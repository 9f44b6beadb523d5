/** The lines of the specification that no model reaches, and the list of those that none can. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from '../../tlc/index.js';
import { readManifest } from '../../tlc/models.js';
import { modulesFrom } from '../../tlc/modules.js';
import type { CoverageSection } from '../report-file.js';
import { countedLines, definitionAt, type Place, placesOf } from './count.js';

const Unreached = z.strictObject({
  version: z.literal(1),
  lines: z.array(
    z.strictObject({
      module: z.string(),
      in: z.string().describe('The definition that the line is in.'),
      line: z.string().min(1).describe('Its text, without the spaces around it.'),
      why: z.string().min(20).describe('Why no model reaches it, and why it is there all the same.'),
    }),
  ),
});

/** A line that is said to be reached by no model. */
export type Excused = z.infer<typeof Unreached>['lines'][number];

/** Where the list is, below the root of the project. */
export const UNREACHED = 'spec/unreached.json';

/** Reads the list; where there is none, no line is excused. Throws {@link ToolError} if it cannot be used. */
export async function readUnreached(root: string): Promise<readonly Excused[]> {
  try {
    return Unreached.parse(JSON.parse(await readFile(path.join(root, UNREACHED), 'utf8'))).lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${UNREACHED} cannot be used (${why}): mend what is named`);
  }
}

/** A line with an expression in it that no model reaches. */
export interface Missed {
  readonly module: string;
  readonly in: string;
  /** From 1. */
  readonly number: number;
  readonly line: string;
  /** The expressions, as far as they stand in this line. */
  readonly parts: readonly string[];
}

/** The lines of a module with an expression that was never evaluated. */
export function missedIn(
  module: string,
  lines: readonly string[],
  places: readonly Place[],
): readonly Missed[] {
  const missed = new Map<number, Missed>();
  for (const place of places.filter((each) => each.module === module && each.count === 0)) {
    const text = lines[place.line - 1] ?? '';
    const end = place.end.line === place.line ? place.end.column : text.length;
    const parts = [...(missed.get(place.line)?.parts ?? []), text.slice(place.column - 1, end)];
    missed.set(place.line, {
      ...{ module, in: definitionAt(lines, place.line), number: place.line, line: text.trim() },
      parts: [...new Set(parts)],
    });
  }
  return [...missed.values()].toSorted((a, b) => a.number - b.number);
}

const isOf = (excused: Excused, { module, in: name, line }: Missed): boolean =>
  excused.module === module && excused.in === name && excused.line === line;

/** A sentence for each line that no model reaches and that is not listed, and for each that is listed and should not be. */
export async function coverageFindings(
  root: string,
  section: CoverageSection | undefined,
): Promise<readonly string[]> {
  if (section === undefined || Object.keys(section.places).length === 0)
    return ['nothing was counted: the section coverage is empty'];
  const findings: string[] = [];
  const list = await readUnreached(root);
  const places = placesOf(section);
  const used = new Set<Excused>();
  const changed = new Set<string>();
  for (const module of await modulesToCount(root)) {
    const file = `spec/${module}.tla`;
    if (section.modules[module] === undefined) {
      findings.push(`${file}: no run of TLC has counted anything of it`);
      changed.add(module);
      continue;
    }
    const lines = await countedLines(root, section, module);
    if (lines === undefined) {
      findings.push(`${file} is not the text that was counted: run make check again`);
      changed.add(module);
      continue;
    }
    for (const missed of missedIn(module, lines, places)) {
      const excused = list.find((each) => isOf(each, missed));
      if (excused !== undefined) used.add(excused);
      else
        findings.push(
          `${file}:${missed.number}: in ${missed.in}, no model reaches «${missed.parts.join('», «')}». ` +
            `Add a model that does (it is counted once netfront check --record has its figures), or list the line in ${UNREACHED} with the reason`,
        );
    }
  }
  for (const each of list.filter((entry) => !used.has(entry) && !changed.has(entry.module)))
    findings.push(
      `${UNREACHED}: the line «${each.line}» of ${each.in} in ${each.module} is reached, or is gone. Remove the entry`,
    );
  return findings;
}

/** The modules in spec/ of which the models of the manifest are made. */
async function modulesToCount(root: string): Promise<readonly string[]> {
  const { models } = await readManifest(root);
  const found = await Promise.all(
    [...new Set(models.map(({ module }) => module))].map((module) => modulesFrom(root, module, 'extends')),
  );
  const inSpec = found.flat().filter(({ file }) => path.dirname(file) === path.join(root, 'spec'));
  return [...new Set(inSpec.map(({ name }) => name))].toSorted();
}
