/** Is a trace of a file a behaviour at all? A frontend has to take whatever its backend does, so that it is no judge of that. */
import {
  type Divergence,
  type ReplayTargets,
  replayTrace,
  TraceError,
  tracedModule,
  type TraceVerdict,
} from '../../corpus/index.js';
import { setOf } from '../../replay/constants.js';

/**
 * Replays a trace once more, with the peer, which does the backend's steps by Xen's headers.
 *
 * Where the peer does something else than the trace has, the trace is none. Where the frontend does, it is a finding: it
 * did as the trace has it when the backend's octets were copied.
 * @param verdict on the trace without the peer
 * @param targets the implementation, with the peer as its backend
 * @returns the verdict, or the one with the peer where it is a finding
 * @throws TraceError where the trace is no behaviour
 */
export function withPeer(verdict: TraceVerdict, targets: ReplayTargets): TraceVerdict {
  const { trace, divergence } = verdict;
  const { file, line, header } = trace;
  // The peer answers in the order of the ring, and never a packet from its end.
  if (setOf(header.constants.BackFaults).includes('reversed')) return verdict;
  const no = (step: number, why: string): TraceError =>
    new TraceError(file, line + step, `this is no behaviour of ${header.module}: ${why}`);
  let again: TraceVerdict;
  try {
    again = replayTrace(trace, targets);
  } catch (error) {
    // A trap of WebAssembly: a slot that there is not.
    if ((error as Error).name === 'RuntimeError')
      throw no(0, "a backend over Xen's headers cannot do its steps");
    throw error;
  }
  const found = again.divergence;
  if (found === null || (divergence !== null && divergence.step <= found.step)) return verdict;
  if (isOfFront(header.module, found)) return { ...again, ok: false };
  const { expected, actual } = expectation(found);
  throw no(found.step, `a backend over Xen's headers has ${actual} and not ${expected}`);
}

/** No step of the frontend maps a page: a trace in which one does is wrong. */
const isOfFront = (module: string, divergence: Divergence): boolean =>
  tracedModule(module).frontActions.has(divergence.action) &&
  !(divergence.kind === 'diverged' && divergence.what.startsWith('mapped['));

/** What must have come of a step, and what did. */
export function expectation(divergence: Divergence): { readonly expected: string; readonly actual: string } {
  if (divergence.kind === 'refused') return { expected: 'the step is taken', actual: 'it is refused' };
  if (divergence.kind === 'accepted') return { expected: 'the step is refused', actual: 'it is taken' };
  const { what, expected, actual } = divergence;
  return { expected: `${what} = ${expected}`, actual: `${what} = ${actual}` };
}
