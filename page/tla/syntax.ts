/** The part of TLA+ that guards are written in, as a tree. */
import type { Value } from '../../tlc/index.js';

/** Names with the sets that they are taken from; a tuple of names takes apart what it is given. */
export type Bounds = readonly { readonly names: readonly string[]; readonly set: Expression }[];

/** A definition in a module or behind LET. */
export interface Defined {
  readonly name: string;
  readonly params: readonly string[];
  readonly body: Expression;
}

/** What an update of EXCEPT changes: `![1].name = value`. */
export interface Update {
  readonly path: readonly Expression[];
  readonly value: Expression;
}

type Shape =
  | { readonly kind: 'value'; readonly value: Value }
  /** A name, with arguments where it has some; behind `instance!` that of an instantiated module. */
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly instance?: string;
    }
  | { readonly kind: 'prefix'; readonly op: string; readonly of: Expression }
  | { readonly kind: 'infix'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'prime'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly items: readonly Expression[] }
  | { readonly kind: 'if'; readonly test: Expression; readonly then: Expression; readonly other: Expression }
  | {
      readonly kind: 'case';
      readonly arms: readonly (readonly [test: Expression, then: Expression])[];
      readonly other?: Expression;
    }
  | { readonly kind: 'let'; readonly defined: readonly Defined[]; readonly of: Expression }
  | {
      readonly kind: 'some' | 'all' | 'choose' | 'filter' | 'each' | 'function';
      readonly bounds: Bounds;
      readonly of: Expression;
    }
  | { readonly kind: 'set' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'record' | 'records'; readonly fields: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'except'; readonly of: Expression; readonly updates: readonly Update[] }
  /** `@`, what stood in the place that EXCEPT changes. */
  | { readonly kind: 'before' }
  | { readonly kind: 'apply'; readonly of: Expression; readonly to: Expression }
  | { readonly kind: 'field'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'lambda'; readonly params: readonly string[]; readonly of: Expression }
  | {
      readonly kind: 'instance';
      readonly module: string;
      readonly put: readonly (readonly [string, Expression])[];
    };

/** An expression, and where in the text of its module it begins and ends. */
export type Expression = Shape & { readonly begin: number; readonly end: number };

/** What of TLA+ is not understood here. It says nothing of the text being wrong. */
export class BeyondUs extends Error {
  override name = 'BeyondUs';
}

/** A word or a sign of the text. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  /** From 1. A list of conjuncts ends where something stands to its left. */
  readonly column: number;
}

const TOKEN =
  /\s+|\\\*.*|("(?:[^"\\\n]|\\.)*")|(\\[a-zA-Z]+|\|->|<=>|<<|>>|==|=>|\/\\|\\\/|\.\.|->|<-|\[\]|~>|<=|>=|=<|[-#=<>+*^%~'()[\]{},:.!@\\_])|(\d+)|([A-Za-z_]\w*)/y;

/** The words and signs between two places of a text. Throws {@link BeyondUs} at a sign that is none of these. */
export function tokensIn(text: string, from: number, to: number): readonly Token[] {
  const tokens: Token[] = [];
  let lineStart = text.lastIndexOf('\n', from - 1) + 1;
  let at = from;
  while (at < to) {
    if (text.startsWith('(*', at)) {
      const end = afterComment(text, at);
      const last = text.lastIndexOf('\n', end - 1) + 1;
      if (last > at) lineStart = last;
      at = end;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw new BeyondUs(`the sign ${text.slice(at, at + 3).trim()}`);
    const [all, string, sign, number, name] = found;
    const kind = string ? 'text' : sign ? 'sign' : number ? 'number' : name ? 'name' : undefined;
    const end = at + all.length;
    if (kind !== undefined) tokens.push({ kind, text: all, begin: at, end, column: at - lineStart + 1 });
    else if (all.includes('\n')) lineStart = at + all.lastIndexOf('\n') + 1;
    at = end;
  }
  return [...tokens, { kind: 'end', text: '', begin: to, end: to, column: 0 }];
}

/** Comments can stand in comments. */
function afterComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('(*', at)) depth++;
    else if (text.startsWith('*)', at)) depth--;
    else continue;
    at++;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
