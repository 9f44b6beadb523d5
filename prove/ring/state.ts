/** The constants and variables of Ring, and what its actions are written with. */
import type { At } from '../machine.js';
import { sharedRing } from '../shared-ring.js';
import type { Terms } from '../terms.js';

/** The constants of Ring, each fault by itself. `M` is not among them: it is how many values an index has. */
export const constants = {
  N: 'index',
  First: 'index',
  /** RspEventAt = "half_way" */
  halfWay: 'bool',
  EmptyPushes: 'bool',
  /** FrontHands = "two", BackHands = "two" */
  frontTwoHands: 'bool',
  backTwoHands: 'bool',
  BackBatches: 'bool',
  Spurious: 'bool',
  /**
   * An event index that its producer has passed never matches again, as in the modules (Forget). FALSE: it stays in the
   * shared memory, as on Xen, and matches again when the indices have gone all the way round.
   */
  forgets: 'bool',
  // Faults.
  ring_full_off_by_one: 'bool',
  no_final_check: 'bool',
  loose_response_bound: 'bool',
  signed_notify: 'bool',
  unbounded_index: 'bool',
  less_than: 'bool',
  // BackFaults.
  back_signed_notify: 'bool',
  back_no_final_check: 'bool',
  overrun: 'bool',
} as const;

/** The variables of SharedRing, RingFront and Ring. */
export const variables = {
  ...sharedRing,
  /** rsp_cons is M or more, to which it comes only with the fault unbounded_index. `rsp_cons` is then modulo M. */
  rsp_cons_past: 'bool',
  taker: 'word',
} as const;

export type RingConstants = typeof constants;
export type RingVariables = typeof variables;

/** The constants that are faults. */
export const ringFaults = [
  'ring_full_off_by_one',
  'no_final_check',
  'loose_response_bound',
  'signed_notify',
  'unbounded_index',
  'less_than',
  'back_signed_notify',
  'back_no_final_check',
  'overrun',
] as const;

/** A state of the ring. */
export type AtRing<T extends Terms> = At<T, RingConstants, RingVariables>;

/** What poller, taker and the slots may be. */
export const words = [
  ...['asleep', 'reading', 'polling', 'armed', 'pushing', 'looking', 'taking', 'arming'],
  ...['empty', 'request', 'response'],
] as const;
