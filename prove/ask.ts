/** Asks a solver all that has to be shown, and counts what it says by what it is about. */
import type { Answer } from './solver.js';

/** A question, and the answer that it must have. */
export interface Question {
  /** What it is counted with. */
  readonly about: string;
  /** What is shown, as a sentence without its full stop. */
  readonly says: string;
  readonly expects: 'unsat' | 'sat';
}

/** What became of the questions about one thing. */
export interface Row {
  readonly obligations: number;
  /** Those that z3 found to be as they must. */
  readonly proved: number;
  /** The sentences of the others, with what z3 said. */
  readonly open: readonly string[];
  readonly seconds: number;
}

/**
 * Asks them one after the other.
 * @param seconds how long the solver may think about one
 * @returns a row for each thing that they are about, in the order in which these come first
 */
export async function askAll<Q extends Question>(
  questions: readonly Q[],
  check: (question: Q) => Promise<Answer>,
  seconds: number,
  onAnswer: () => void,
): Promise<ReadonlyMap<string, Row>> {
  const rows = new Map<string, Row>();
  for (const question of questions) {
    const { about, says, expects } = question;
    const row = rows.get(about) ?? { obligations: 0, proved: 0, open: [], seconds: 0 };
    const begun = performance.now();
    const answer = await check(question);
    const isAsItMust = answer === expects;
    const open = `${says}: ${answer === 'unknown' ? `not decided in ${seconds} s` : 'that is not so'}`;
    rows.set(about, {
      obligations: row.obligations + 1,
      proved: row.proved + Number(isAsItMust),
      open: isAsItMust ? row.open : [...row.open, open],
      seconds: row.seconds + (performance.now() - begun) / 1000,
    });
    onAnswer();
  }
  return rows;
}
