/** The text of the modules of the specification, taken apart as far as no parser of TLA+ is needed for it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The text of a module or a configuration without its comments. What looks like one in a string is none. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/("(?:\\.|[^"\\\n])*")|\\\*.*|\(\*[\s\S]*?\*\)/g, '$1');

/** The same without empty lines, and without spaces at the ends of lines: what is left decides. */
export const bare = (text: string): string =>
  withoutComments(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');

/** A module in spec/ or spec/models/. */
export interface Module {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** What reading goes on to from a module: what it extends, and also what it instantiates. */
export type Follow = 'extends' | 'all';

/** Reads a module and those that it leads to, itself first. Those of TLA+ itself are left out, as is one that is missing. */
export type ReadModules = (name: string, follow: Follow) => Promise<readonly Module[]>;

/** A reader for many questions about the modules below `root`. It reads each file once, when it is first asked for. */
export function moduleReader(root: string): ReadModules {
  const read = new Map<string, Promise<Module | undefined>>();
  return async (name, follow) => {
    const modules: Module[] = [];
    const wanted = [name];
    for (const each of wanted) {
      if (!read.has(each)) read.set(each, moduleNamed(root, each));
      const module = await read.get(each);
      if (module === undefined) continue;
      modules.push(module);
      for (const next of namesIn(module.text, follow)) if (!wanted.includes(next)) wanted.push(next);
    }
    return modules;
  };
}

/** The same for one question. */
export const modulesFrom = (root: string, name: string, follow: Follow): Promise<readonly Module[]> =>
  moduleReader(root)(name, follow);

/** The names of the modules that a module's text leads to, those of TLA+ itself among them. */
export const namesIn = (text: string, follow: Follow): readonly string[] =>
  [...text.matchAll(/^\s*EXTENDS\s+(.*)$|\bINSTANCE\s+(\w+)/gm)]
    .filter(([, extended]) => follow === 'all' || extended !== undefined)
    .flatMap(([, extended, instance]) => (extended ?? instance!).split(','))
    .map((next) => next.trim());

async function moduleNamed(root: string, name: string): Promise<Module | undefined> {
  for (const folder of ['spec/models', 'spec']) {
    const file = path.join(root, folder, `${name}.tla`);
    try {
      return { name, file, text: await readFile(file, 'utf8') };
    } catch {
      // A module of TLA+ itself, or in the other folder.
    }
  }
  return undefined;
}

/** A constant, and the comment that stands beside it. */
export interface Declared {
  readonly name: string;
  readonly says: string;
}

/** The constants that a module declares. Names that share a line share its comment. */
export const constantsIn = ({ text }: Module): readonly Declared[] => {
  const all = [...text.matchAll(/^CONSTANTS?\b(.*(?:\n[ \t]+.*)*)/gm)].flatMap(([, lines]) =>
    commented(lines!, /\w+/g),
  );
  // The comment of one line can be about the next one too.
  return all.map(({ name, says }, i) => ({ name, says: says || (all[i - 1]?.says ?? '') }));
};

/** Items with the comments behind them, which may go on in the lines below. */
function commented(lines: string, item: RegExp): readonly Declared[] {
  const found: { name: string; says: string }[] = [];
  let last: { name: string; says: string }[] = [];
  for (const line of lines.split('\n')) {
    const [, code, comment = ''] = /^(.*?)(?:\\\*\s*(.*))?$/.exec(line)!;
    const names = code!.match(item) ?? [];
    if (names.length > 0) found.push(...(last = names.map((name) => ({ name, says: comment }))));
    else for (const each of last) each.says = `${each.says} ${comment}`.trim();
  }
  return found;
}

/** A named ASSUME. */
export interface Assumption {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  /** Its first and last line. */
  readonly lines: readonly [first: number, last: number];
  /** What has to be true, one condition each. */
  readonly conditions: readonly string[];
}

/** The assumptions of a module. */
export const assumptionsIn = ({ name: module, file, text }: Module): readonly Assumption[] =>
  [...text.matchAll(/^ASSUME (\w+) ==(.*(?:\n[ \t]+.*)*)/gm)].map(({ 0: all, 1: name, 2: body, index }) => {
    const first = text.slice(0, index).split('\n').length;
    return {
      ...{ name: name!, module, file, conditions: conditionsOf(body!) },
      lines: [first, first + all.split('\n').length - 1],
    };
  });

/** The conjuncts of the outermost list. One with a list of its own stays whole. */
function conditionsOf(body: string): readonly string[] {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const indents = lines.map((line) => /^ *\/\\/.exec(line)?.[0].length ?? Infinity);
  const outermost = Math.min(...indents);
  const whole: string[] = [];
  lines.forEach((line, i) => {
    if (whole.length === 0 || indents[i] === outermost) whole.push(line);
    else whole.push(`${whole.pop()!} ${line.trim()}`);
  });
  return whole.map((each) => each.trim().replace(/^\/\\ */, '')).flatMap(apart);
}

/** `A /\ B` in one line, unless the second belongs to a quantifier or to an implication. */
const apart = (condition: string): readonly string[] => {
  if (condition.includes('=>') || /\\[AE] .*:\s*\/\\/.test(condition)) return [condition];
  const parts = condition.split(/ \/\\ /);
  const quantified = parts.findIndex((part) => /^\\[AE]/.test(part));
  return quantified < 0 ? parts : [...parts.slice(0, quantified), parts.slice(quantified).join(' /\\ ')];
};

/** A set of strings that a module names, each with its comment. */
export interface NamedSet {
  readonly name: string;
  readonly members: readonly Declared[];
  /** Sets that it contains. */
  readonly of: readonly string[];
}

/** The sets of strings in a module. */
export const namedSetsIn = ({ text }: Module): readonly NamedSet[] =>
  [
    ...text.matchAll(
      /^(\w+) == *((?:\w+ \\union )*)\{((?:\s*"\w+",?[ \t]*(?:\\\*.*)?\}?[ \t]*(?:\\\*.*)?(?:\n\s*\\\*.*)*)+)/gm,
    ),
  ].map(([, name, of, lines]) => ({
    name: name!,
    of: of!.match(/\w+(?= \\union)/g) ?? [],
    members: commented(lines!, /"\w+"/g).map((each) => ({ ...each, name: each.name.slice(1, -1) })),
  }));

/** The definitions of a module without arguments: name to text. */
export const definitionsIn = ({ text }: Module): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^(\w+) ==((?:.*\n)(?:[ \t]+.*\n)*)/gm)].map(([, name, body]) => [name!, body!.trim()]),
  );
