/** The steps of a behaviour as a table. */
import type { Words } from '../../replay/words/words.js';
import { table } from '../output.js';
import type { ExplainedStep } from './steps.js';

/** What the last column means, for whoever sees it for the first time; nothing if there is no such column. */
export function legend(steps: readonly ExplainedStep[], words: Words): string | undefined {
  if (!isDrawn(steps)) return undefined;
  if (words.column !== undefined) return words.column.legend;
  return (
    `ring: [slot 0|slot 1|...]: ${words.legend.join(',\n')},\n` +
    'and - what nobody will read; below it the indices, and who stands there.'
  );
}

const isDrawn = (steps: readonly ExplainedStep[]): boolean => steps.some(({ ring }) => ring !== '');

/**
 * The table: as wide as the terminal, and 120 columns where there is none.
 * @param loop the step to which the behaviour goes back
 * @param column the title of the last column
 */
export function stepsTable(steps: readonly ExplainedStep[], loop?: number, column = 'ring'): string {
  const width = Math.min(Math.max(process.stdout.columns ?? 120, 100), 160);
  const action = Math.max(8, ...steps.map((step) => step.action.length)) + 2;
  const left = 6 + 7 + action;
  const drawn = isDrawn(steps);
  // The ring's lines are not wrapped if that can be helped.
  const ring =
    Math.max(column.length, ...steps.flatMap((step) => step.ring.split('\n').map((line) => line.length))) + 2;
  const forRing = drawn ? Math.min(ring, Math.floor((width - left) / 2)) : 0;
  // The last column needs no space at its right, which is 2 wide.
  const forChanges = width - left - forRing + 2;
  return table(
    [
      { title: 'step', align: 'right', width: 6 },
      { title: 'actor', width: 7 },
      { title: 'action', width: action },
      { title: 'what changed', width: forChanges },
      ...(drawn ? [{ title: column, width: forRing }] : []),
    ],
    steps.map((step) => [
      `${step.step}${step.step === loop ? '\nloop' : ''}`,
      step.actor,
      step.action,
      step.changes.join('\n'),
      ...(drawn ? [step.ring] : []),
    ]),
    true,
  ).replace(/─{2}$/gm, '');
}
