/**
 * The conformance replay, and no other test: what a mutant has to get past. Each part ends with an error at the first
 * difference.
 */
import { corpusTraces } from '../../corpus/corpus.js';
import type { Constants } from '../../replay/constants.js';
import { replayTrace } from '../../replay/file-replay.js';
import { explore } from '../../replay/explore.js';
import { type ReplayTargets, tracedModule, type TracedModule } from '../../replay/modules/index.js';
import { peerBacks } from '../../replay/peer-steps.js';
import { schedulerProgram } from '../../replay/scheduler.js';
import { Successors } from '../../replay/successors.js';
import { Peer, readPeer } from '../../peer/peer.js';
import type { TxTarget } from '../../replay/modules/tx/replay.js';
import { readTraces, type Trace } from '../../replay/format.js';
import { idFaults } from '../faults/ids.js';
import { conform } from '../fixtures/small-graphs/graphs.js';
import { keptGraph } from './kept-graphs.js';

/** Replays the committed corpus, and rings of the least and the largest size. */
export const judgeCorpus = async (): Promise<void> => {
  let first: Trace | undefined;
  for (const file of await corpusTraces('traces'))
    for await (const trace of readTraces(file)) {
      judgeTrace(trace);
      first ??= trace;
    }
  if (first === undefined) throw new Error('the corpus has no trace');
  judgeRings(first);
};

/** Runs the scheduler under every interleaving on this graph, until something is wrong. */
export const judgeScheduler = async (name: string): Promise<void> => {
  const { graph, args, module, constants } = await keptGraph(name);
  const peer = new Peer(readPeer('.'));
  const scheduled = tracedModule(module as TracedModule['name']).schedule!(graph, constants, peerBacks(peer));
  const successors = new Successors(graph, args, scheduled.backActions);
  const { failing } = await explore(schedulerProgram(scheduled, successors), { maxSchedules: 20_000 });
  if (failing !== undefined) differ(`the scheduler on ${name}`, failing);
  if (successors.taken.size === 0) throw new Error(`no transition of ${name} was taken`);
};

/** Schemes that are wrong as the specification has them wrong: the rest of impl/ must carry them to the end. */
const unsafe: Readonly<Record<string, TxTarget>> = Object.fromEntries(
  [idFaults.newestOfGref, idFaults.counterUnchecked, idFaults.idBySlot].map(({ target }) => [
    target.scheme.name,
    target,
  ]),
);

/** The scheme of a transmit model, if it is a wrong one. */
const unsafeOf = (module: string, { IdScheme }: Constants): TxTarget | undefined =>
  module === 'NetfrontTx' ? unsafe[String(IdScheme)] : undefined;

/** A valid trace is followed; a counterexample is left, and by the scheme that it is about it is followed. */
const judgeTrace = (trace: Trace): void => {
  const { header } = trace;
  const { ok, divergence } = replayTrace(trace);
  if (!ok) differ(header.name, divergence);
  const own = header.kind === 'counterexample' ? unsafeOf(header.module, header.constants) : undefined;
  if (own === undefined) return;
  const followed = replayTrace(trace, { NetfrontTx: own });
  if (followed.divergence !== null) differ(`${header.name} by its own scheme`, followed.divergence);
};

/** The least and the largest ring. A trace of a ring that there is not is refused by the reader, before impl/ sees it. */
const SIZES = [1, 256];

/** Does a trace of a ring of these sizes begin? */
const judgeRings = (trace: Trace): void => {
  for (const nr_ents of SIZES) {
    const slots = Array.from({ length: nr_ents }, (_, slot) => [slot, { kind: 'empty' }]);
    const header = {
      ...trace.header,
      kind: 'scenario' as const,
      constants: { ...trace.header.constants, N: nr_ents, M: 1024, First: 1023 },
      initial: { ...trace.header.initial, ring: { '#map': slots } },
      steps: 0,
    };
    const { divergence } = replayTrace({ ...trace, header, steps: [] } as Trace);
    if (divergence !== null) differ(`a ring of ${nr_ents} slots`, divergence);
  }
};

/** The graphs that are replayed from two starts: the first of each ring. */
const startsAnew: ReadonlySet<string> = new Set(['one_slot', 'rx_one_slot']);

/** Where the indices start besides 2^32-1, which has the same octets in either order. */
const ANOTHER_START = 0x89abcdef;

/** Replays each transition of this graph, and tries every step that must be refused. */
export const judgeGraph = async (name: string): Promise<void> => {
  const small = await keptGraph(name);
  const { transitionCount } = small.graph;
  const own = unsafeOf(small.module, small.constants);
  for (const first of startsAnew.has(name) ? [2 ** 32 - 1, ANOTHER_START] : [2 ** 32 - 1]) {
    const targets: ReplayTargets = {
      NetfrontTx: { ...own, first },
      NetfrontRx: { first },
      NetfrontTxRx: { tx: { first }, rx: { first } },
    };
    const { transitions, first: found } = conform(small, targets, { stopAt: 1 });
    if (found !== undefined) differ(name, found.divergence);
    if (transitions !== transitionCount)
      throw new Error(`${transitions} of ${transitionCount} transitions of ${name} were taken`);
  }
};

const differ = (what: string, divergence: unknown): never => {
  throw new Error(`${what}: ${JSON.stringify(divergence)}`);
};
