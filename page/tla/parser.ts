/** Reads an expression of TLA+. */
import {
  BeyondUs,
  type Bounds,
  type Defined,
  type Expression,
  type Token,
  tokensIn,
  type Update,
} from './syntax.js';
import { KEYWORDS, TokenReader } from './token-reader.js';

/** How tightly an infix operator binds; the manual's ranges, as far as these modules need them told apart. */
const INFIX: Readonly<Record<string, number>> = {
  ...{ '=>': 1, '<=>': 2, '\\/': 3, '/\\': 4 },
  ...{ '=': 6, '#': 6, '<': 6, '>': 6, '<=': 6, '=<': 6, '>=': 6, '\\in': 6, '\\notin': 6, '\\subseteq': 6 },
  ...{ '\\union': 8, '\\cup': 8, '\\intersect': 8, '\\cap': 8, '\\': 8, '..': 9 },
  ...{ '+': 10, '-': 11, '%': 11, '\\X': 11, '*': 13, '\\div': 13, '\\o': 13, '^': 14 },
};
const PREFIX: Readonly<Record<string, number>> = {
  ...{ '~': 5, UNCHANGED: 5, SUBSET: 8, UNION: 8, DOMAIN: 9, '-': 12 },
};
const QUANTIFIERS = { '\\E': 'some', '\\A': 'all', CHOOSE: 'choose' } as const;

/** Reads what stands between two places of a text. Throws {@link BeyondUs} where it is not understood. */
export function parsed(text: string, from: number, to: number): Expression {
  const parser = new Parser(tokensIn(text, from, to));
  const expression = parser.expression(0);
  parser.expect('');
  return expression;
}

class Parser extends TokenReader {
  /** An expression of operators that bind more tightly than this. */
  expression(loosest: number): Expression {
    let left = this.#prefixed();
    let previous = '';
    for (;;) {
      const { text: op } = this.peek();
      const binding = Object.hasOwn(INFIX, op) ? INFIX[op]! : 0;
      if (binding <= loosest) return left;
      // S \X T \X U is a set of triples, and not of pairs whose first part is a pair.
      if (op === '\\X' && previous === op) throw new BeyondUs('S \\X T \\X U');
      previous = op;
      this.at++;
      const right = this.expression(binding);
      const place = { begin: left.begin, end: right.end };
      if (op === '/\\' || op === '\\/') {
        const kind = op === '/\\' ? 'and' : 'or';
        left = { kind, items: [left, right], ...place };
      } else left = { kind: 'infix', op, left, right, ...place };
    }
  }

  #prefixed(): Expression {
    const token = this.peek();
    const { text, begin } = token;
    if (text === '/\\' || text === '\\/') return this.#list(token);
    if (Object.hasOwn(QUANTIFIERS, text)) {
      this.at++;
      const bounds = this.#bounds();
      this.expect(':');
      const of = this.expression(0);
      return { kind: QUANTIFIERS[text as keyof typeof QUANTIFIERS], bounds, of, begin, end: of.end };
    }
    if (Object.hasOwn(PREFIX, text)) {
      this.at++;
      const of = this.expression(PREFIX[text]! - 1);
      return { kind: 'prefix', op: text, of, begin, end: of.end };
    }
    return this.#postfixed(this.#primary());
  }

  #list({ text, column, begin }: Token): Expression {
    const items: Expression[] = [];
    while (this.is(text) && this.peek().column === column) {
      this.at++;
      this.lists.push(column);
      items.push(this.expression(0));
      this.lists.pop();
    }
    return { kind: text === '/\\' ? 'and' : 'or', items, begin, end: items.at(-1)!.end };
  }

  #postfixed(first: Expression): Expression {
    let of = first;
    for (;;) {
      const { begin } = of;
      if (this.taken("'")) of = { kind: 'prime', of, begin, end: this.end() };
      else if (this.taken('[')) {
        const to = this.#argument();
        of = { kind: 'apply', of, to, begin, end: this.end() };
      } else if (this.taken('.')) of = { kind: 'field', of, name: this.name(), begin, end: this.end() };
      else return of;
    }
  }

  /** Behind `[`: what a function is applied to. `f[a, b]` is `f[<<a, b>>]`. */
  #argument(): Expression {
    const begin = this.peek().begin;
    const items = this.#items(']');
    return items.length === 1 ? items[0]! : { kind: 'tuple', items, begin, end: this.end() };
  }

  #items(closing: string): readonly Expression[] {
    const items: Expression[] = [];
    if (this.taken(closing)) return items;
    do items.push(this.expression(0));
    while (this.taken(','));
    this.expect(closing);
    return items;
  }

  #primary(): Expression {
    const { kind, text, begin } = this.take();
    const place = () => ({ begin, end: this.end() });
    if (kind === 'number') return { kind: 'value', value: Number(text), ...place() };
    if (kind === 'text') return { kind: 'value', value: text.slice(1, -1), ...place() };
    if (text === '@') return { kind: 'before', ...place() };
    if (text === '(') {
      const of = this.expression(0);
      this.expect(')');
      return { ...of, ...place() };
    }
    if (text === '<<') return { kind: 'tuple', items: this.#items('>>'), ...place() };
    if (text === '{') return { ...this.#braces(), ...place() };
    if (text === '[') return { ...this.#brackets(), ...place() };
    if (kind !== 'name' || KEYWORDS.has(text))
      throw new BeyondUs(text === '' ? 'an expression that ends here' : text);
    if (text === 'TRUE' || text === 'FALSE') return { kind: 'value', value: text === 'TRUE', ...place() };
    if (text === 'IF') return this.#if(begin);
    if (text === 'CASE') return this.#case(begin);
    if (text === 'LET') return this.#let(begin);
    if (text === 'LAMBDA') {
      const params = this.names();
      this.expect(':');
      const of = this.expression(0);
      return { kind: 'lambda', params, of, begin, end: of.end };
    }
    if (text === 'INSTANCE') return this.#instance(begin);
    const [instance, name] = this.taken('!') ? [text, this.name()] : [undefined, text];
    const args = this.taken('(') ? this.#items(')') : [];
    return { kind: 'name', name, args, ...(instance !== undefined && { instance }), ...place() };
  }

  /** `x, y \in S, z \in T` */
  #bounds(): Bounds {
    const bounds: Bounds[number][] = [];
    do {
      const names = this.names();
      this.expect('\\in');
      bounds.push({ names, set: this.expression(INFIX['\\in']!) });
    } while (this.taken(','));
    return bounds;
  }

  /** Behind `{`: members, `x \in S : P`, or `e : x \in S`. */
  #braces(): Expression {
    const place = { begin: 0, end: 0 };
    const start = this.at;
    const isFilter = this.peek().kind === 'name' && this.tokens[start + 1]?.text === '\\in';
    if (isFilter) {
      const bounds = this.#bounds();
      if (this.taken(':')) {
        const of = this.expression(0);
        this.expect('}');
        return { kind: 'filter', bounds, of, ...place };
      }
      this.at = start;
    }
    if (this.taken('}')) return { kind: 'set', items: [], ...place };
    const first = this.expression(0);
    if (this.taken(':')) {
      const bounds = this.#bounds();
      this.expect('}');
      return { kind: 'each', bounds, of: first, ...place };
    }
    const items = [first, ...(this.taken(',') ? this.#items('}') : (this.expect('}'), []))];
    return { kind: 'set', items, ...place };
  }

  /** Behind `[`: a function, a record, a set of records, or an EXCEPT. */
  #brackets(): Expression {
    const place = { begin: 0, end: 0 };
    const next = this.tokens[this.at + 1]?.text;
    if (next === '|->' || next === ':') {
      const fields: [string, Expression][] = [];
      do {
        const name = this.name();
        this.expect(next);
        fields.push([name, this.expression(0)]);
      } while (this.taken(','));
      this.expect(']');
      return { kind: next === ':' ? 'records' : 'record', fields, ...place };
    }
    if (next === '\\in' || next === ',') {
      const bounds = this.#bounds();
      this.expect('|->');
      const of = this.expression(0);
      this.expect(']');
      return { kind: 'function', bounds, of, ...place };
    }
    const of = this.expression(0);
    this.expect('EXCEPT');
    const updates: Update[] = [];
    do updates.push(this.#update());
    while (this.taken(','));
    this.expect(']');
    return { kind: 'except', of, updates, ...place };
  }

  #update(): Update {
    this.expect('!');
    const path: Expression[] = [];
    for (;;) {
      if (this.taken('[')) path.push(this.#argument());
      else if (this.taken('.')) path.push({ kind: 'value', value: this.name(), begin: 0, end: 0 });
      else break;
    }
    this.expect('=');
    return { path, value: this.expression(0) };
  }

  #if(begin: number): Expression {
    const test = this.expression(0);
    this.expect('THEN');
    const then = this.expression(0);
    this.expect('ELSE');
    const other = this.expression(0);
    return { kind: 'if', test, then, other, begin, end: other.end };
  }

  #case(begin: number): Expression {
    const arms: [Expression, Expression][] = [];
    do {
      if (this.taken('OTHER')) {
        this.expect('->');
        const other = this.expression(0);
        return { kind: 'case', arms, other, begin, end: other.end };
      }
      const test = this.expression(0);
      this.expect('->');
      arms.push([test, this.expression(0)]);
    } while (this.taken('[]'));
    return { kind: 'case', arms, begin, end: arms.at(-1)![1].end };
  }

  #let(begin: number): Expression {
    const defined: Defined[] = [];
    while (!this.taken('IN')) {
      const name = this.name();
      const params = this.taken('(') ? this.names() : [];
      if (params.length > 0) this.expect(')');
      this.expect('==');
      defined.push({ name, params, body: this.expression(0) });
    }
    const of = this.expression(0);
    return { kind: 'let', defined, of, begin, end: of.end };
  }

  #instance(begin: number): Expression {
    const module = this.name();
    const put: [string, Expression][] = [];
    if (this.taken('WITH'))
      do {
        const name = this.name();
        this.expect('<-');
        put.push([name, this.expression(0)]);
      } while (this.taken(','));
    return { kind: 'instance', module, put, begin, end: this.end() };
  }
}
