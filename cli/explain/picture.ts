/** A counterexample as it is drawn: what the page steps through, and pictures of single steps. */
import type { Run } from '../../page/data.js';
import { type PictureOptions, svgOf } from '../../page/svg.js';
import type { Constants } from '../../replay/constants.js';
import { equal, type State } from '../../tlc/index.js';
import type { Candidate } from '../../tlc/models.js';
import { plainName } from '../ask/family.js';
import { viewFile } from '../context.js';
import { UsageError } from '../errors.js';
import { writeResult } from '../output-file.js';
import type { Explanation } from './page.js';
import { loopOf } from './sentence.js';
import type { ExplainedStep } from './steps.js';

/** An explanation in the form in which the page has it. */
export const asRun = (explanation: Explanation, constants: Constants): Run => {
  const { title, found, meaning, sentence, steps } = explanation;
  return {
    ...{ title, sentence, constants, meaning: meaning ?? null, loopsTo: loopOf(found) ?? null },
    steps: asRunSteps(steps),
  };
};

/** Steps in that form. */
export const asRunSteps = (steps: readonly ExplainedStep[]): Run['steps'] =>
  steps.map(({ step, actor, action, changes, state }, i) => ({
    ...{ step, actor, action, changes },
    changed: changedFrom(steps[i - 1]?.state, state),
  }));

const changedFrom = (before: State | undefined, after: State): State =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => {
      const then = before?.[name];
      return then === undefined || !equal(then, value);
    }),
  );

/** Writes the drawing of some steps. Throws {@link UsageError} where there is no such step, or no ring to draw. */
export async function writePicture(
  file: string,
  { module }: Pick<Candidate, 'module'>,
  explanation: Explanation,
  constants: Constants,
  steps: readonly number[] = [explanation.steps.length],
): Promise<void> {
  if (explanation.words.column !== undefined)
    throw new UsageError(
      `There is no ring to draw in ${plainName(module)}: netfront explain without --svg tells its counterexamples.`,
    );
  await writeResult(file, await pictureOf(module, asRun(explanation, constants), { steps, indices: true }));
}

/** The drawing of some steps of a run, as an SVG. Throws {@link UsageError} where there is no such step. */
export async function pictureOf(
  module: string,
  run: Run,
  { steps, indices }: Omit<PictureOptions, 'style'>,
): Promise<string> {
  const beyond = steps.find((step) => step > run.steps.length);
  if (beyond !== undefined)
    throw new UsageError(`There is no step ${beyond}: the run has ${run.steps.length} steps.`);
  const style = await viewFile('picture.css');
  return svgOf(run, plainName(module), { steps, indices, style: style.trim() });
}
