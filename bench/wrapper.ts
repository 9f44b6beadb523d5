/** What the wrapper round TLC costs: the same model with it and without, in turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
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
    plain.push(await secondsOf(() => plainTlc(files, tools)));
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

async function plainTlc(files: ReturnType<typeof modelFiles>, tools: BenchContext['tools']): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-bench-'));
  try {
    await execa(
      tools.java.path,
      [
        '-XX:+UseParallelGC',
        `-DTLA-Library=${files.libraries.join(path.delimiter)}`,
        ...['-cp', tools.jar.path, 'tlc2.TLC'],
        ...['-fp', '0', '-workers', '1', '-metadir', folder],
        ...['-config', path.basename(files.config), path.basename(files.spec)],
      ],
      { cwd: path.dirname(files.spec), stdout: 'ignore', stderr: 'ignore', stdin: 'ignore' },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
