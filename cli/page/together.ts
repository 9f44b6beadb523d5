/** What a property holds together: the headers, impl/, the cases and the faults of the ports, as the sources name them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { PropertyEntry } from '../../page/data.js';
import { ToolError } from '../../tlc/index.js';
import type { Model } from '../../tlc/models.js';
import type { NumberedProperty } from '../docs/properties.js';
import { textIfThere } from './runs.js';

const Faults = z.record(
  z.string(),
  z.record(z.string(), z.looseObject({ case: z.string(), property: z.string() })),
);

/** What is found of a property in the sources. */
export type Together = Pick<
  PropertyEntry,
  'definedAt' | 'header' | 'functions' | 'cases' | 'faults' | 'knownAs'
>;

/** Reads the sources once. @returns what they have of a property */
export async function togetherIn(
  root: string,
  models: readonly Model[],
): Promise<(property: NumberedProperty) => Together> {
  const definitions = await definitionsIn(path.join(root, 'spec'));
  const functions = await functionsIn(path.join(root, 'impl'));
  const faults = await faultsIn(root);
  const about = new Map(models.map((model) => [model.name, model.about]));
  return ({ number, names, violatedIn }) => {
    const defined = names.flatMap((name) => definitions.get(name) ?? []);
    const header = wordsIn(withUsed(names, definitions), XENS);
    const known = new Set([number, ...names, ...header]);
    const caught = faults.filter(({ property }) => names.includes(property));
    const [first] = defined;
    return {
      definedAt: first === undefined ? null : { module: first.module, line: first.line },
      header,
      functions: functions
        .filter(({ says }) => wordsIn(says, /\w+/g).some((word) => known.has(word)))
        .map(({ place }) => place),
      cases: unique(caught.map((fault) => fault.case)),
      faults: caught.map(({ port, name }) => `${port}/${name}`),
      knownAs: wordsIn(
        [
          ...defined.map(({ text }) => text),
          ...violatedIn.map((name) => about.get(name) ?? ''),
          ...caught.map(({ says }) => says),
        ].join('\n'),
        KNOWN,
      ),
    };
  };
}

/** Names of the headers: what has an underscore, but for those of TLA+ and faults, which are strings. */
const XENS = /(?<!["\w])(?:[A-Z]+(?:_[A-Z]+)+|[a-z]+(?:_[a-z]+)+)(?![\w"])/g;
const KNOWN =
  /MSA\d+|XSA-\d+|CVE-\d{4}-\d+|commit [0-9a-f]{12}|mirage-net-xen issue \d+|mirage-net-xen \d[\d.]*\d/g;

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];
const wordsIn = (text: string, word: RegExp): readonly string[] =>
  unique(text.match(word) ?? []).filter((each) => !/^[WS]F_/.test(each));

interface Defined {
  readonly module: string;
  /** That of its name. */
  readonly line: number;
  /** With the comment that ends in the line above. */
  readonly text: string;
}

/** The definitions of a folder's modules by name. Of a name that several have it is the one with a number, or the first. */
async function definitionsIn(folder: string): Promise<ReadonlyMap<string, Defined>> {
  const found = new Map<string, Defined>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.tla')).toSorted()) {
    const lines = (await readFile(path.join(folder, file), 'utf8')).split('\n');
    lines.forEach((line, i) => {
      const name = /^(\w+)(?:\([^=]*\))? *==/.exec(line)?.[1];
      if (name === undefined) return;
      const above = lines.slice(0, i).findLastIndex((each) => each === '' || /^\S.*==/.test(each));
      const below = lines.findIndex((each, j) => j > i && !/^[ \t]/.test(each));
      const text = lines.slice(above + 1, below < 0 ? undefined : below).join('\n');
      // Where it has its number it is stated, and elsewhere used.
      if (!found.has(name) || /\bP\d+\. /.test(text))
        found.set(name, { module: file.replace('.tla', ''), line: i + 1, text });
    });
  }
  return found;
}

/** How far a property is followed into what it uses: P8 of NetfrontTx is that of RingFront, and that of SharedRing. */
const DEPTH = 3;

/** The text of definitions, and of those that they use. */
function withUsed(names: readonly string[], definitions: ReadonlyMap<string, Defined>): string {
  const seen = new Set(names);
  const texts: string[] = [];
  let next = names;
  for (let depth = 0; depth < DEPTH; depth++) {
    const now = next.flatMap((name) => definitions.get(name)?.text ?? []);
    texts.push(...now);
    next = wordsIn(now.join('\n'), /\b[A-Z]\w+/g).filter((word) => !seen.has(word));
    for (const word of next) seen.add(word);
  }
  return texts.join('\n');
}

/** The functions of a folder with a docstring: `ring.ts freeRequests`. */
async function functionsIn(folder: string): Promise<readonly { place: string; says: string }[]> {
  const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((file) =>
    file.endsWith('.ts'),
  );
  const all = files.toSorted().map(async (file) => {
    const text = await readFile(path.join(folder, file), 'utf8');
    return [...text.matchAll(DOCUMENTED)].map(([, says, name]) => ({
      place: `${file.replaceAll(path.sep, '/')} ${name}`,
      says: says!,
    }));
  });
  return (await Promise.all(all)).flat();
}

const DOCUMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:const|(?:async )?function|class) (\w+)/g;

/** A fault of a port: the case that catches it first, the property that it names, and the head of its patch. */
interface Fault {
  readonly port: string;
  readonly name: string;
  readonly case: string;
  readonly property: string;
  readonly says: string;
}

/** The faults of the ports. None without ports. */
async function faultsIn(root: string): Promise<readonly Fault[]> {
  const text = await textIfThere(root, 'ports/faults.json');
  if (text === undefined) return [];
  try {
    const all = Object.entries(Faults.parse(JSON.parse(text))).flatMap(([port, faults]) =>
      Object.entries(faults).map(async ([name, fault]): Promise<Fault> => {
        const patch = await textIfThere(root, `ports/${port}/faults/${name}.patch`);
        const says = patch?.split('\n--- ')[0] ?? '';
        return { port, name, case: fault.case, property: fault.property, says };
      }),
    );
    return await Promise.all(all);
  } catch (error) {
    throw new ToolError(`ports/faults.json cannot be used (${(error as Error).message}): run make faults`);
  }
}
