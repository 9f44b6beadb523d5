/** States and constants of a model of Ring, as its transcription has them. */
import type { Concrete } from '../concrete.js';
import { NO_EVENT, sharedRingOf } from '../shared-ring.js';
import type { State, Value } from '../../tlc/index.js';
import type { Values } from '../terms.js';
import type { RingConstants, RingVariables } from './state.js';

/** What a model sets the constants of Ring to, and how many values an index has. */
export interface Sized<C> {
  readonly M: number;
  readonly constants: C;
}

/** The elements of a constant that is a set. */
export const members = (value: Value | undefined): readonly Value[] =>
  typeof value === 'object' && '#set' in value ? (value['#set'] as readonly Value[]) : [];

/** The constants of a .cfg of Ring. `given` has them by name, in ITF's spelling. */
export function constantsOfRing(
  given: Readonly<Record<string, Value>>,
): Sized<Values<Concrete, RingConstants>> {
  const front = (fault: string): boolean => members(given.Faults).includes(fault);
  const back = (fault: string): boolean => members(given.BackFaults).includes(fault);
  return {
    M: given.M as number,
    constants: {
      N: given.N as number,
      First: given.First as number,
      halfWay: given.RspEventAt === 'half_way',
      EmptyPushes: given.EmptyPushes === true,
      frontTwoHands: given.FrontHands === 'two',
      backTwoHands: given.BackHands === 'two',
      BackBatches: given.BackBatches === true,
      Spurious: given.Spurious === true,
      forgets: true,
      ring_full_off_by_one: front('ring_full_off_by_one'),
      no_final_check: front('no_final_check'),
      loose_response_bound: front('loose_response_bound'),
      signed_notify: front('signed_notify'),
      unbounded_index: front('unbounded_index'),
      less_than: front('less_than'),
      back_signed_notify: back('signed_notify'),
      back_no_final_check: back('no_final_check'),
      overrun: back('overrun'),
    },
  };
}

/** A state that TLC found. `hidden` stands for an event index that TLC has forgotten. */
export function stateOfRing(state: State, M: number, hidden: number): Values<Concrete, RingVariables> {
  const shared = sharedRingOf(state, hidden);
  return {
    ...shared,
    rsp_cons: shared.rsp_cons % M,
    rsp_cons_past: shared.rsp_cons >= M,
    taker: state.taker as string,
  };
}

/** A state as text. Two states of the specification are one if and only if their texts are. */
export const textOfRing = (s: Values<Concrete, RingVariables>): string =>
  JSON.stringify({
    ...s,
    ring: Object.values(s.ring),
    req_event: s.req_event_passed ? NO_EVENT : s.req_event,
    rsp_event: s.rsp_event_passed ? NO_EVENT : s.rsp_event,
  });
