/** A module as SANY, the parser of TLA+, has it: every expression with its place in the text. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { SaxesParser } from 'saxes';
import type { JarResult, Java } from '../../../tlc/index.js';

/** A place in a text, line and column counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where something stands: from its first character to its last. */
export interface Span {
  /** The module whose text it is. */
  readonly module: string;
  readonly begin: Place;
  readonly end: Place;
}

/** What an expression depends on: 0 on constants, 1 on a state, 2 on a step, 3 on a behaviour. */
export type Level = 0 | 1 | 2 | 3;

/** An expression. */
export interface Expression {
  readonly span: Span;
  readonly level: Level;
  /** What is applied: a name, or SANY's name for something that has none, such as $ConjList. Empty if nothing is. */
  readonly operator: string;
  /** What is applied, where it is defined in a module. */
  readonly refers?: string;
  /** Expressions in it, in the order of the text; the body of a LET is the last. */
  readonly operands: readonly Expression[];
}

/** A definition of a module, or in a LET. */
export interface Definition {
  /** SANY's number, by which expressions refer to it. */
  readonly id: string;
  /** With the name of the instance in front, if it came with one: `Channel!Next`. */
  readonly name: string;
  readonly span: Span;
  readonly level: Level;
  readonly body: Expression;
}

/** The definitions that a module has and that it is given, by their number. */
export type Definitions = ReadonlyMap<string, Definition>;

/** Parses the module in a file. Its modules are looked for in `folders`. */
export async function parse(
  { java, jar }: { readonly java: Pick<Java, 'path'>; readonly jar: Pick<JarResult, 'path'> },
  module: string,
  folders: readonly string[],
): Promise<Definitions> {
  // SANY unpacks the modules of TLA+ itself there, and removes them: another parser must not use the same folder.
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-sany-'));
  try {
    const { stdout } = await execa(java.path, [
      ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData', `-Djava.io.tmpdir=${folder}`],
      ...['-cp', jar.path, 'tla2sany.xml.XMLExporter', '-o'],
      ...folders.flatMap((each) => ['-I', path.resolve(each)]),
      `${module}.tla`,
    ]);
    return definitionsIn(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The definitions in what XMLExporter prints. */
export function definitionsIn(xml: string): Definitions {
  const context = child(treeOf(xml), 'context');
  const entries = new Map(
    context.children
      .filter(({ name }) => name === 'entry')
      .map(({ children: [id, node] }) => [id!.text, node!] as const),
  );
  const nameOf = (id: string): string => child(entries.get(id)!, 'uniquename').text;
  const definitions = [...entries].flatMap(([id, node]): Definition[] => {
    if (node.name !== 'UserDefinedOpKind') return [];
    const [body] = child(node, 'body').children;
    return [{ id, name: nameOf(id), ...placeOf(node), body: expression(body!) }];
  });
  return new Map(definitions.map((each) => [each.id, each]));

  function expression(node: Element): Expression {
    const place = placeOf(node);
    if (node.name === 'OpApplNode') {
      const [operator] = child(node, 'operator').children;
      const id = child(operator!, 'UID').text;
      const refers = operator!.name === 'UserDefinedOpKindRef' ? { refers: id } : {};
      const bound = node.children.find(({ name }) => name === 'boundSymbols')?.children ?? [];
      const operands = [...bound.flatMap(({ children }) => children), ...child(node, 'operands').children];
      return {
        ...place,
        operator: nameOf(id),
        ...refers,
        operands: operands.filter(isExpression).map(expression),
      };
    }
    if (node.name === 'LetInNode') {
      const defined = child(node, 'opDefs').children.map((each) => entries.get(child(each, 'UID').text)!);
      const bodies = [...defined, node].map((each) => child(each, 'body').children[0]!);
      return { ...place, operator: '$Let', operands: bodies.map(expression) };
    }
    if (node.name === 'SubstInNode') {
      const substituted = child(node, 'substs').children.flatMap(({ children }) => children);
      const inside = [...substituted, child(node, 'body').children[0]!];
      return { ...place, operator: '$Instance', operands: inside.filter(isExpression).map(expression) };
    }
    return { ...place, operator: '', operands: [] };
  }
}

const EXPRESSIONS = [
  'OpApplNode',
  'LetInNode',
  'SubstInNode',
  'AtNode',
  'NumeralNode',
  'StringNode',
  'DecimalNode',
];
// The name of a field is an expression to SANY too, and has no place.
const isExpression = ({ name, children }: Element): boolean =>
  EXPRESSIONS.includes(name) && children.some((each) => each.name === 'location');

function placeOf(node: Element): { readonly span: Span; readonly level: Level } {
  const location = child(node, 'location');
  const at = (what: 'line' | 'column', end: 'begin' | 'end'): number =>
    Number(child(child(location, what), end).text);
  return {
    span: {
      module: child(location, 'filename').text,
      begin: { line: at('line', 'begin'), column: at('column', 'begin') },
      end: { line: at('line', 'end'), column: at('column', 'end') },
    },
    level: Number(child(node, 'level').text) as Level,
  };
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The root element of an XML document. Attributes are left out: SANY gives none. */
function treeOf(xml: string): Element {
  const root: Element = { name: '', children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    const element: Element = { name, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root.children[0]!;
}

/** A part that SANY always gives. */
const child = ({ name, children }: Element, wanted: string): Element => {
  const found = children.find((each) => each.name === wanted);
  if (found === undefined) throw new Error(`SANY gives a ${name} without ${wanted}: its XML has changed`);
  return found;
};
