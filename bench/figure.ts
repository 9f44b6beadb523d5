/** A figure that the project holds itself to. */

/** One figure. */
export interface Figure {
  readonly name: string;
  /** What is divided by what, or the unit. */
  readonly what: string;
  readonly value: number;
  readonly goal: { readonly atMost: number } | { readonly atLeast: number };
  readonly met: boolean;
  /** The measurements behind it. */
  readonly details: Readonly<Record<string, number | string>>;
}

const isMet = (value: number, goal: Figure['goal']): boolean =>
  'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;

/** A figure, held against its goal. */
export const figure = (made: Omit<Figure, 'met'>): Figure => ({ ...made, met: isMet(made.value, made.goal) });
