/** The pictures of the pages: steps of traces of the committed corpus, drawn. */
import path from 'node:path';
import { readTraces, statesOf, tracedModule } from '../../corpus/index.js';
import type { Run } from '../../page/data.js';
import { ToolError } from '../../tlc/index.js';
import type { Model } from '../../tlc/models.js';
import { asRunSteps, pictureOf } from '../explain/picture.js';
import { explainedSteps } from '../explain/steps.js';
import { committedCounterexamples, runOf } from '../page/runs.js';

/** What a picture is of: the counterexample of a model, or a trace that a front may follow. */
type Picture = ({ readonly model: string } | { readonly trace: string }) & {
  /** From 1, which is the initial state. */
  readonly steps: readonly number[];
  /** On a page the indices of several steps would be too small to be read. */
  readonly indices: boolean;
};

/** By the file that they are written to, below the root. */
const PICTURES: Readonly<Record<string, Picture>> = {
  'docs/msa00.svg': { model: 'tx_1_4_1', steps: [6, 10, 14, 16], indices: false },
  'docs/ring.svg': { trace: 'valid/tx/responses-out-of-order', steps: [11], indices: true },
  'docs/frame.svg': {
    ...{ trace: 'valid/tx/one-frame-there-and-back', indices: false },
    steps: [2, 3, 4, 7, 8, 12],
  },
};

/** Draws them. Throws {@link ToolError} where the corpus does not have the trace. */
export async function pictures(
  root: string,
  models: readonly Model[],
): Promise<readonly { readonly page: string; readonly text: string }[]> {
  const corpus = path.join(root, 'traces');
  const committed = await committedCounterexamples(corpus);
  return Promise.all(
    Object.entries(PICTURES).map(async ([page, { steps, indices, ...of }]) => {
      if ('trace' in of) {
        const { module, run } = await runOfTrace(path.join(corpus, `${of.trace}.ndjson`));
        return { page, text: await pictureOf(module, run, { steps, indices }) };
      }
      const model = models.find((each) => each.name === of.model);
      const run = model && (await runOf(root, model, undefined, committed));
      if (run === undefined)
        throw new ToolError(`${page} is of ${of.model}, and traces/invalid/ has no trace of it`);
      return { page, text: await pictureOf(model!.module, run, { steps, indices }) };
    }),
  );
}

/** The first trace of a file. Throws TraceError where there is none. */
async function runOfTrace(file: string): Promise<{ readonly module: string; readonly run: Run }> {
  for await (const trace of readTraces(file)) {
    const { constants, module, comment } = trace.header;
    const behaviour = statesOf(trace).map((state, i) => ({
      ...{ index: i + 1, state },
      action: i === 0 ? null : trace.steps[i - 1]!.action,
    }));
    const steps = asRunSteps(explainedSteps(behaviour, constants, tracedModule(module)));
    const run = { title: 'A run', sentence: comment, constants, steps, meaning: null, loopsTo: null };
    return { module, run };
  }
  throw new ToolError(`${file} has no trace: make it again (netfront traces make)`);
}
