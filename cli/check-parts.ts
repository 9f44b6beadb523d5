/** The parts of make check: how much each is to do, and how long it took the last time on this machine. */
import { z } from 'zod';
import { graphModels, type Manifest, type Model, moduleOfModel } from '../corpus/index.js';
import { recall, remember } from '../tlc/kept.js';
import { proofCount } from '../prove/index.js';
import { chosen } from './models.js';
import { counted, note } from './output.js';
import { OWN_TARGET, PEER_TARGET } from './report-file.js';

/** One command of make check. */
export interface Part {
  readonly command: string;
  readonly count: number;
  /** What is counted, as one says it of one: `model`. */
  readonly noun: string;
}

/** A whole check: all that netfront check runs where no model is named. */
export const checkPart = (count: number): Part => ({ command: 'check', count, noun: 'model' });

/** All proofs of netfront prove. One is of one property, and has many obligations. */
export const provePart = (): Part => ({
  command: 'prove',
  count: proofCount(),
  noun: 'proof',
});

/** What the graph of a model is replayed against. Of Ring both ends are our own, and there is no peer. */
export const targetsOf = (model: Model): readonly string[] =>
  moduleOfModel(model.module)?.withBacks === undefined ? [OWN_TARGET] : [OWN_TARGET, PEER_TARGET];

/** Is the scheduler run on the graph of this model? */
export const hasScheduler = (model: Model): boolean => moduleOfModel(model.module)?.schedule !== undefined;

/** The parts that are made of graphs. */
export function graphParts(manifest: Manifest): Readonly<Record<'traces' | 'replay' | 'scheduler', Part>> {
  const graphs = graphModels(manifest);
  const part = (command: string, count: number, noun: string): Part => ({ command, count, noun });
  return {
    traces: part('traces make', graphs.length, 'graph'),
    replay: part('replay', graphs.flatMap(targetsOf).length, 'replay'),
    scheduler: part('replay --scheduler', graphs.filter(hasScheduler).length, 'graph'),
  };
}

const Took = z.strictObject({ seconds: z.number().nonnegative(), date: z.iso.date() });

const keyOf = ({ command, count }: Part): string => `durations/${command.replaceAll(/\W+/g, '-')}-${count}`;

/**
 * Does the work of a part. Before it stands how much there is to do and how long that took last time; after it the time
 * is kept, unless the work throws.
 */
export async function timed<T>(part: Part, work: () => Promise<T>): Promise<T> {
  const last = await recall(keyOf(part), Took);
  const took = last === undefined ? '' : `; the last time that took ${span(last.seconds)}`;
  note(`${counted(part.count, part.noun)}${took}`);
  const begun = performance.now();
  const result = await work();
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  await remember(keyOf(part), { seconds, date: new Date().toISOString().slice(0, 10) });
  return result;
}

/** What make check is about to do, and how long that took last time. */
export async function outlook(manifest: Manifest): Promise<string> {
  const { traces, replay, scheduler } = graphParts(manifest);
  const check = checkPart(chosen(manifest, []).length);
  const prove = provePart();
  const parts = [check, traces, prove, replay, scheduler];
  const took = await Promise.all(parts.map((part) => recall(keyOf(part), Took)));
  const known = took.filter((each) => each !== undefined);
  const amounts =
    `${counted(check.count, check.noun)}, ${counted(traces.count, traces.noun)}, ${counted(prove.count, prove.noun)}, ` +
    `${counted(replay.count, replay.noun)}, and the scheduler on ${counted(scheduler.count, scheduler.noun)}`;
  if (known.length < parts.length)
    return `${amounts}. On this machine there is no record of how long that takes.`;
  const seconds = known.reduce((sum, each) => sum + each.seconds, 0);
  const date = known.map((each) => each.date).toSorted()[0]!;
  return `${amounts}. The last time on this machine (${date}) that took ${span(seconds)}.`;
}

/** Seconds as people read them: 42 s, or 14 min 20 s. */
export const span = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};
