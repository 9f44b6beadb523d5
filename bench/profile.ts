/** Where the time of a piece of work goes, by V8's sampling profiler. */
import { type Profiler, Session } from 'node:inspector/promises';

/** A profile: how much of the time was spent in functions of which file, callees not counted. */
export interface Profile {
  /** The share of the time spent in files whose address contains this, 0..1. */
  shareOf(part: string): number;
}

/** The profiler's name for the time that collecting garbage takes. */
export const GARBAGE = '(garbage collector)';

/** Runs something under the profiler. The time in which nothing was to be done does not count. */
export async function profileOf(work: () => Promise<unknown>): Promise<Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await work();
    return summed((await session.post('Profiler.stop')).profile);
  } finally {
    session.disconnect();
  }
}

const summed = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Profile => {
  const placeOf = new Map(nodes.map(({ id, callFrame: { url, functionName } }) => [id, url || functionName]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [i, id] of samples.entries()) {
    const place = placeOf.get(id) ?? '';
    if (place === '(idle)') continue;
    const time = timeDeltas[i] ?? 0;
    times.set(place, (times.get(place) ?? 0) + time);
    total += time;
  }
  return {
    shareOf: (part) =>
      [...times].reduce((sum, [place, time]) => sum + (place.includes(part) ? time : 0), 0) / total,
  };
};
