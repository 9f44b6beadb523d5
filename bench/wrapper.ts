/** What the wrapper round TLC costs: the same model with it and without, in turn, and with the same flags. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { flagsOf, type RunRequest } from '../tlc/command-line.js';
import { runModel } from '../tlc/index.js';
import { modelFiles } from '../corpus/index.js';
import { type BenchContext, median, modelNamed, rounded, secondsOf } from './context.js';
import { type Figure, figure } from './figure.js';

const ROUNDS = 3;
/** One of some seconds: with larger ones six runs of TLC would take longer than all else here. */
const MODEL = 'tx_freelist';

/** Wrapper time over plain TLC time. */
export async function benchWrapper(context: BenchContext): Promise<readonly Figure[]> {
  const { root, tools } = context;
  const model = modelNamed(context, MODEL);
  const files = modelFiles(root, model);
  const wrapped: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    wrapped.push(await secondsOf(() => runModel({ ...files, ...tools })));
    plain.push(await secondsOf(() => plainTlc({ ...files, ...tools })));
  }
  return [
    figure({
      name: 'wrapper',
      what: `wrapper time ÷ plain TLC time on ${model.name}`,
      value: rounded(median(wrapped.map((seconds, i) => seconds / (plain[i] ?? Number.NaN)))),
      goal: { atMost: 1.05 },
      details: {
        wrapperSeconds: rounded(median(wrapped)),
        plainSeconds: rounded(median(plain)),
        rounds: ROUNDS,
      },
    }),
  ];
}

async function plainTlc(request: RunRequest): Promise<void> {
  const { java, jar, spec, config, libraries = [] } = request;
  const flags = flagsOf(request);
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-bench-'));
  try {
    await execa(
      java.path,
      [
        ...flags.java,
        `-DTLA-Library=${libraries.join(path.delimiter)}`,
        ...['-cp', jar.path, 'tlc2.TLC'],
        ...flags.tlc,
        ...['-metadir', folder, '-config', path.basename(config), path.basename(spec)],
      ],
      { cwd: path.dirname(spec), stdout: 'ignore', stderr: 'ignore', stdin: 'ignore' },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
