/** The definitions of a module and of those that it extends, each read when it is first asked for. */
import { parsed } from './parser.js';
import { BeyondUs, type Expression } from './syntax.js';

/** The text of a module. */
export interface ModuleText {
  /** `spec/NetfrontTx.tla`. */
  readonly file: string;
  readonly text: string;
}

/** By name, without those of TLA+ itself. */
export type ModuleTexts = Readonly<Record<string, ModuleText>>;

/** A definition, and the text that it stands in. */
export interface Definition {
  readonly name: string;
  readonly params: readonly string[];
  /** Throws {@link BeyondUs} where its text is not understood. */
  readonly body: Expression;
  readonly module: ModuleText;
}

const DEFINED = /^(\w+)(?:\(([^)\n]*)\))?[ \t]*==/gm;

type Definitions = ReadonlyMap<string, Definition>;
const read = new WeakMap<ModuleTexts, Map<string, Definitions>>();

/** The definitions of a module and those that it extends, by name. They are looked for once. */
export function definitionsOf(modules: ModuleTexts, name: string): Definitions {
  const all = read.get(modules) ?? new Map<string, Definitions>();
  read.set(modules, all);
  const found = all.get(name) ?? definitionsFrom(modules, name);
  all.set(name, found);
  return found;
}

function definitionsFrom(modules: ModuleTexts, name: string): Definitions {
  const definitions = new Map<string, Definition>();
  const wanted = [name];
  for (const each of wanted) {
    const module = modules[each];
    if (module === undefined) continue;
    const [, extended = ''] = /^EXTENDS\s+(.*)$/m.exec(module.text) ?? [];
    for (const next of extended.split(',').map((word) => word.trim()))
      if (!wanted.includes(next)) wanted.push(next);
    for (const definition of definitionsIn(module))
      if (!definitions.has(definition.name)) definitions.set(definition.name, definition);
  }
  return definitions;
}

function* definitionsIn(module: ModuleText): Generator<Definition> {
  const { text } = module;
  for (const { 0: head, 1: name, 2: params = '', index } of text.matchAll(DEFINED)) {
    const begin = index + head.length;
    // Up to the next line that is not indented. A comment of several lines is indented in none of these modules.
    const rest = /\n(?=\S)/g;
    rest.lastIndex = begin;
    const end = rest.exec(text)?.index ?? text.length;
    let body: Expression | undefined;
    yield {
      name: name!,
      params: params
        .split(',')
        .map((each) => each.trim().replace(/\(.*/, ''))
        .filter((each) => each !== ''),
      module,
      get body() {
        return (body ??= parsed(text, begin, end));
      },
    };
  }
}

/** The line of a place in a module's text, from 1. */
export const lineOf = ({ text }: ModuleText, at: number): number => text.slice(0, at).split('\n').length;

/** The definition of a name. Throws {@link BeyondUs} if there is none. */
export function named(definitions: ReadonlyMap<string, Definition>, name: string): Definition {
  const found = definitions.get(name);
  if (found === undefined) throw new BeyondUs(`the name ${name}`);
  return found;
}
