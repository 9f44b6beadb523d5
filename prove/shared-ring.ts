/** What the transcriptions have of SharedRing and RingFront, whatever module extends them. */
import { field, functionValues } from '../graph/args.js';
import type { State } from '../tlc/index.js';
import type { Concrete } from './concrete.js';
import type { Values } from './terms.js';

/** The variables of SharedRing and RingFront. */
export const sharedRing = {
  req_prod: 'index',
  req_event: 'index',
  /** req_event = NoEvent. What req_event is then is no matter to the modules. */
  req_event_passed: 'bool',
  rsp_prod: 'index',
  rsp_event: 'index',
  rsp_event_passed: 'bool',
  /** What kind each slot is of. */
  ring: 'slots',
  req_prod_pvt: 'index',
  rsp_cons: 'index',
  reqChecked: 'index',
  rsp_prod_pvt: 'index',
  req_cons: 'index',
  rspChecked: 'index',
  frontPending: 'bool',
  backPending: 'bool',
  poller: 'word',
  rspSeen: 'index',
  broken: 'bool',
} as const;

/** Each index but rsp_cons is asked for by its distance from there. */
export const fromRspCons = {
  rspSeen: 'rsp_cons',
  rsp_prod: 'rsp_cons',
  rsp_prod_pvt: 'rsp_cons',
  req_cons: 'rsp_cons',
  req_prod: 'rsp_cons',
  req_prod_pvt: 'rsp_cons',
  rspChecked: 'rsp_cons',
  rsp_event: 'rsp_cons',
  reqChecked: 'rsp_cons',
  req_event: 'rsp_cons',
} as const;

/** NoEvent */
export const NO_EVENT = -1;

/**
 * These variables of a state that TLC found.
 * @param hidden what stands for an event index that TLC has forgotten: the transcription must not depend on it
 */
export function sharedRingOf(state: State, hidden: number): Values<Concrete, typeof sharedRing> {
  const index = (name: string): number => state[name] as number;
  const event = (name: string): number => (index(name) === NO_EVENT ? hidden : index(name));
  return {
    req_prod: index('req_prod'),
    req_event: event('req_event'),
    req_event_passed: index('req_event') === NO_EVENT,
    rsp_prod: index('rsp_prod'),
    rsp_event: event('rsp_event'),
    rsp_event_passed: index('rsp_event') === NO_EVENT,
    ring: { ...functionValues(state.ring).map((slot) => field(slot, 'kind') as string) },
    req_prod_pvt: index('req_prod_pvt'),
    rsp_cons: index('rsp_cons'),
    reqChecked: index('reqChecked'),
    rsp_prod_pvt: index('rsp_prod_pvt'),
    req_cons: index('req_cons'),
    rspChecked: index('rspChecked'),
    frontPending: state.frontPending as boolean,
    backPending: state.backPending as boolean,
    poller: state.poller as string,
    rspSeen: index('rspSeen'),
    broken: state.broken as boolean,
  };
}
