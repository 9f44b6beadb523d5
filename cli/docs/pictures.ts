/** The pictures of the pages: counterexamples of the committed corpus, drawn. */
import path from 'node:path';
import { ToolError } from '../../tlc/index.js';
import type { Model } from '../../tlc/models.js';
import { pictureOf } from '../explain/picture.js';
import { committedCounterexamples, runOf } from '../page/runs.js';

/** By the file that they are written to, below the root. The indices would be too small to be read on a page. */
const PICTURES = {
  'docs/msa00.svg': { model: 'tx_1_4_1', steps: [6, 10, 14, 16] },
} as const;

/** Draws them. Throws {@link ToolError} where the corpus does not have the counterexample. */
export async function pictures(
  root: string,
  models: readonly Model[],
): Promise<readonly { readonly page: string; readonly text: string }[]> {
  const committed = await committedCounterexamples(path.join(root, 'traces'));
  return Promise.all(
    Object.entries(PICTURES).map(async ([page, { model: name, steps }]) => {
      const model = models.find((each) => each.name === name);
      const run = model && (await runOf(root, model, undefined, committed));
      if (run === undefined)
        throw new ToolError(`${page} is of ${name}, and traces/invalid/ has no trace of it`);
      return { page, text: await pictureOf(model!.module, run, { steps, indices: false }) };
    }),
  );
}
