/** An answer as it is printed: one alone, or a table of many. */
import { constantsIn, textOf } from './family.js';
import { explanationOf, page } from '../explain/page.js';
import { phrase } from '../judge.js';
import { counted, duration, figure, table, wrapped } from '../output.js';
import { nameOf } from '../run.js';
import type { Answer } from './answer.js';
import type { Question } from './question.js';

/** A question, and what came of it. */
export interface Answered {
  readonly question: Question;
  readonly answer: Exclude<Answer, { kind: 'noSuchModel' }>;
}

/** What an answer says, explained step by step if a property is violated. */
export async function shownAlone(root: string, { question, answer }: Answered): Promise<string> {
  const { config, name } = question;
  const checked = [...config.invariants, ...config.properties].map(({ text }) => text).join(', ');
  if (answer.kind === 'holds')
    return wrapped(
      `${name}: it holds. All ${figure(answer.stats.distinctStates)} reachable states were looked at.\nChecked: ${checked}.`,
    );
  if (answer.kind === 'stopped')
    return wrapped(
      `${name}: none found in ${counted(answer.stats.distinctStates, 'state')} (${duration(answer.stats.seconds)} s). ` +
        `There are states that were not looked at: it may be violated in one of them.\nChecked: ${checked}.`,
    );
  return page('', await explanationOf(root, question, answer, constantsIn(config)));
}

/** What an answer says, in a few words. */
export const verdictOf = ({ answer }: { answer: Answer }): string => {
  if (answer.kind === 'stopped') return `none found in ${counted(answer.stats.distinctStates, 'state')}`;
  if (answer.kind === 'noSuchModel') return `no model: ${answer.assumption.name} is false`;
  return answer.kind === 'holds' ? 'holds' : phrase(nameOf(answer));
};

/** A question of a sweep, and what came of it. */
export interface Swept {
  readonly question: Question;
  readonly answer: Answer;
}

const stepsOf = (answer: Answer): number | undefined =>
  answer.kind === 'violated' || answer.kind === 'deadlock' ? answer.trace.length : undefined;

/** The smallest counterexample first; then what holds, what was not finished, and what is no model. */
export const sorted = (all: readonly Swept[]): readonly Swept[] => {
  const rank = { holds: 1, stopped: 2, noSuchModel: 3, violated: 0, deadlock: 0 };
  return all.toSorted(
    ({ answer: a }, { answer: b }) => rank[a.kind] - rank[b.kind] || (stepsOf(a) ?? 0) - (stepsOf(b) ?? 0),
  );
};

/** A sweep as a table: a column for each constant that was chosen. */
export function sweepTable(all: readonly Swept[]): string {
  const constants = [...all[0]!.question.chosen.keys()];
  const right = (title: string) => ({ title, align: 'right' as const });
  return table(
    [...[...constants, 'verdict'].map((title) => ({ title })), ...['steps', 'states', 'seconds'].map(right)],
    all.map(({ question, answer }) => [
      ...constants.map((name) => textOf(question.chosen.get(name)!)),
      verdictOf({ answer }),
      String(stepsOf(answer) ?? ''),
      ...(answer.kind === 'noSuchModel'
        ? ['', '']
        : [figure(answer.stats.distinctStates), duration(answer.stats.seconds)]),
    ]),
  );
}
