/**
 * States as rows of value numbers: what a graph and a trace file have in common, so that one replay serves both,
 * and whatever has to be worked out of a value is worked out once.
 */
import { canonical, type State, type Value } from '../tlc/index.js';

/** A table of states. A `Graph` is one. */
export interface Rows {
  /** The names of the variables. */
  readonly variables: readonly string[];
  /** For each variable its distinct values. */
  readonly values: readonly (readonly Value[])[];
  /** For each state, for each variable, an index into the values of the variable. */
  readonly cells: Int32Array;
}

/** Rows for these states, in order. All must have the variables of the first. */
export const rowsOf = (states: readonly State[]): Rows => {
  const variables = Object.keys(states[0] ?? {}).toSorted();
  const values: Value[][] = variables.map(() => []);
  const known = variables.map(() => new Map<string, number>());
  const cells = new Int32Array(states.length * variables.length);
  states.forEach((state, row) => {
    variables.forEach((name, column) => {
      const value = state[name]!;
      const text = canonical(value);
      const index = known[column]!.get(text) ?? values[column]!.push(value) - 1;
      known[column]!.set(text, index);
      cells[row * variables.length + column] = index;
    });
  });
  return { variables, values, cells };
};

/** Something worked out of each value of one variable, when it is first asked for. */
export class Column<T> {
  readonly #column: number;
  readonly #width: number;
  readonly #known: T[] = [];

  /** @throws RangeError if the rows have no such variable */
  constructor(
    readonly rows: Rows,
    readonly name: string,
    readonly of: (value: Value) => T,
  ) {
    this.#column = rows.variables.indexOf(name);
    this.#width = rows.variables.length;
    if (this.#column === -1) throw new RangeError(`the states have no variable ${name}`);
  }

  /** The number of the value in a row: rows with the same number have the same value. */
  id(row: number): number {
    return this.rows.cells[row * this.#width + this.#column]!;
  }

  /** What was worked out of the value in a row. */
  at(row: number): T {
    const id = this.id(row);
    const known = this.#known[id];
    if (known !== undefined) return known;
    const made = this.of(this.rows.values[this.#column]![id]!);
    this.#known[id] = made;
    return made;
  }

  /** The value itself. */
  value(row: number): Value {
    return this.rows.values[this.#column]![this.id(row)]!;
  }
}
