/** Small changes to a source in C, each in one line: what the corpus is measured with. */

/** A changed line. */
export interface Mutation {
  /** From 0. */
  readonly line: number;
  /** The function or macro that the line is in. */
  readonly within: string;
  readonly from: string;
  readonly to: string;
}

/** What is put in the place of each operator and word. Blanks round some keep pointers apart. */
const REPLACED: readonly (readonly [what: RegExp, others: readonly string[]])[] = [
  [/==/g, ['!=']],
  [/!=/g, ['==']],
  [/<=/g, ['<', '>=']],
  [/>=/g, ['>', '<=']],
  [/(?<= )<(?= )/g, ['<=', '>', '!=']],
  [/(?<= )>(?= )/g, ['>=', '<', '!=']],
  [/&&/g, ['||']],
  [/\|\|/g, ['&&']],
  [/(?<= )\+(?= )/g, ['-', '*']],
  [/(?<= )-(?= )/g, ['+', '*']],
  [/(?<= )\*(?= )/g, ['+', '/']],
  [/(?<= )\/(?= )/g, ['*', '%']],
  [/(?<= )%(?= )/g, ['*', '/']],
  [/(?<= )&(?= )/g, ['|', '^']],
  [/(?<= )\|(?= )/g, ['&', '^']],
  [/\+\+/g, ['--', '']],
  [/--/g, ['++', '']],
  [/\+=/g, ['-=', '=']],
  [/-=/g, ['+=', '=']],
  [/!(?!=)/g, ['']],
  [/\btrue\b/g, ['false']],
  [/\bfalse\b/g, ['true']],
  [/\bbreak;/g, ['continue;', ';']],
  [/\breturn;/g, [';']],
];

const NUMBER = /(?<![\w.])\d+(?![\w.])/g;
/** A variable and its members, which is neither called nor assigned to. What is no operand does not compile. */
const OPERAND = /(?<![\w.>*&])[a-z]\w*(?:(?:->|\.)\w+)*(?![\w[.]|->|\s*(?:\(|\w|=[^=]|[-+]=|\+\+|--))/g;
/** Parts of a line: what is before, what is changed, what is behind. */
const CONDITION = /^(\s*(?:\} )?(?:else )?(?:if|while) \()(.*)(\)(?: \{)?\s*\\?)$/;
const STATEMENT = /^(\s+)([^\s{}][^{}]*)(;\s*\\?)$/;
const VALUE = /^(\s+(?:return |[^=(]*[^=!<>+-] = ))([^={}]+)(;\s*\\?)$/;

/** Every mutation of a source, in the order of its lines; none of comments, strings and directives. */
export function mutationsOf(source: string): readonly Mutation[] {
  const bare = blank(source).split('\n');
  let within = '';
  return source.split('\n').flatMap((from, line) => {
    within = nameIn(bare[line]!) ?? within;
    const here = within;
    if (/^\s*#/.test(from)) return [];
    const changed = changesOf(bare[line]!).map(
      ([at, length, by]) => from.slice(0, at) + by + from.slice(at + length),
    );
    return [...new Set(changed)].filter((to) => to !== from).map((to) => ({ line, within: here, from, to }));
  });
}

/** The name of the function or macro that begins in this line. */
const nameIn = (line: string): string | undefined => {
  const [, macro, name] = /^#define (\w+)\(|^[a-z][^(]*?(\w+)\(/.exec(line) ?? [];
  return macro ?? name;
};

/** A change to a line: where it is, how much is taken out, and what is put there. */
type Change = readonly [at: number, length: number, by: string];

const changesOf = (line: string): readonly Change[] => [
  ...REPLACED.flatMap(([what, others]) => each(what, line, () => others)),
  ...each(NUMBER, line, (n) => [String(Number(n) + 1), ...(Number(n) > 0 ? [String(Number(n) - 1)] : [])]),
  ...each(OPERAND, line, (name) => [`(${name} + 1)`, `(${name} - 1)`]),
  ...part(CONDITION, line, (condition) => [`!(${condition})`, '1', '0']),
  ...part(STATEMENT, line, () => ['']),
  ...part(VALUE, line, (value) => [`(${value}) + 1`, `(${value}) - 1`, '0', `!(${value})`]),
];

/** Each place in a line, with each of the others there. */
const each = (what: RegExp, line: string, others: (found: string) => readonly string[]): readonly Change[] =>
  [...line.matchAll(what)].flatMap(({ 0: found, index }) =>
    others(found).map((other): Change => [index, found.length, other]),
  );

/** The middle of a line of this shape, with each of the others in its place. */
const part = (
  shape: RegExp,
  line: string,
  others: (middle: string) => readonly string[],
): readonly Change[] => {
  const [, before, middle] = shape.exec(line) ?? [];
  if (before === undefined || middle === undefined) return [];
  return others(middle).map((other) => [before.length, middle.length, other]);
};

/** The source with blanks in place of comments and strings, so that nothing moves. */
const blank = (source: string): string =>
  source.replaceAll(/\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"/g, (text) => text.replaceAll(/[^\n]/g, ' '));
