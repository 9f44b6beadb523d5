/** The macros of ring.h that are looked at, and what one could write in place of them. */
import {
  freeRequests,
  full,
  requestConsOverflow,
  requestProdOverflow,
  responseBoundHeld,
  responseProdOverflow,
  unconsumedRequests,
  unconsumedResponses,
} from './counts.js';
import { checksFinally } from './final-check.js';
import { pushesAndNotifies } from './notify.js';
import type { Macro } from './seen.js';

/** All of them, as macros.c has them. */
export const macros: readonly Macro[] = [
  {
    ...{ name: 'RING_FREE_REQUESTS', end: 'front', number: 'P7', claims: freeRequests },
    says: 'N less the requests whose responses are not consumed',
  },
  {
    ...{ name: 'RING_FULL', end: 'front', number: 'P7', claims: full },
    says: 'Where P7 holds: true exactly where `FrontWriteRequest` finds no free slot',
  },
  {
    ...{ name: 'RING_HAS_UNCONSUMED_RESPONSES', end: 'front', number: 'P25', claims: unconsumedResponses },
    says: 'How far `rsp_prod` is from `rsp_cons`',
  },
  {
    ...{ name: 'RING_HAS_UNCONSUMED_REQUESTS', end: 'back', number: 'P26', claims: unconsumedRequests },
    says: 'The requests there are or the room for responses, whichever is less; in order, it is the requests',
  },
  {
    ...{ name: 'RING_REQUEST_CONS_OVERFLOW', end: 'back', number: 'P26', claims: requestConsOverflow },
    says: 'False exactly where `BackTakeRequest` has room',
  },
  {
    ...{ name: 'RING_REQUEST_PROD_OVERFLOW', end: 'back', number: 'P7', claims: requestProdOverflow },
    says: 'True exactly where there are more requests than slots, so never where the indices are in order',
  },
  {
    ...{ name: 'RING_RESPONSE_PROD_OVERFLOW', end: 'front', number: 'P8', claims: responseProdOverflow },
    says: 'The test of the fault `loose_response_bound`: never true of what P8 allows, but too rarely true for P8',
  },
  {
    ...{ name: 'RING_PUSH_REQUESTS_AND_CHECK_NOTIFY', end: 'front', number: 'P20' },
    claims: pushesAndNotifies('front'),
    says: 'Behind a wmb, stores what `FrontPushRequests` does; behind an mb, notifies where `FrontCheckNotify` does',
  },
  {
    ...{ name: 'RING_PUSH_RESPONSES_AND_CHECK_NOTIFY', end: 'back', number: 'P20' },
    claims: pushesAndNotifies('back'),
    says: 'Behind a wmb, stores what `BackPushResponses` does; behind an mb, notifies where `BackCheckNotify` does',
  },
  {
    ...{
      name: 'RING_FINAL_CHECK_FOR_RESPONSES',
      end: 'front',
      number: 'P16',
      claims: checksFinally('front'),
    },
    says: 'Unless a first look finds something: arms as `FrontArm` does, and behind an mb looks as `FrontFinalCheck` does',
  },
  {
    ...{ name: 'RING_FINAL_CHECK_FOR_REQUESTS', end: 'back', number: 'P16', claims: checksFinally('back') },
    says: 'Unless a first look finds something: arms as `BackArm` does, and in order looks behind an mb as `BackFinalCheck` does',
  },
];

/** A function that is not what a macro has to be. */
export interface MacroFault {
  readonly name: string;
  /** The function that is read; where it is the macro itself, more is asked of it than holds. */
  readonly read: string;
  /** The macro that it stands for. */
  readonly breaks: Macro;
}

const instead = (macro: string, ...faults: readonly string[]): readonly MacroFault[] =>
  faults.map((name) => ({ name, read: name, breaks: macros.find((each) => each.name === macro)! }));

const looseBound = macros.find(({ name }) => name === 'RING_RESPONSE_PROD_OVERFLOW')!;

/** All of them, as faults.c has them, and one that is a macro's own. */
export const macroFaults: readonly MacroFault[] = [
  ...instead('RING_FULL', 'full_off_by_one'),
  ...instead('RING_HAS_UNCONSUMED_RESPONSES', 'less_than'),
  ...instead('RING_HAS_UNCONSUMED_REQUESTS', 'no_minimum'),
  ...instead('RING_REQUEST_CONS_OVERFLOW', 'overflow_unwrapped'),
  ...instead('RING_REQUEST_PROD_OVERFLOW', 'overflow_too_soon'),
  {
    ...{ name: 'as response bound', read: looseBound.name },
    breaks: { ...looseBound, claims: [responseBoundHeld] },
  },
  ...instead('RING_PUSH_REQUESTS_AND_CHECK_NOTIFY', 'signed_notify', 'no_wmb', 'old_after_push'),
  ...instead('RING_PUSH_RESPONSES_AND_CHECK_NOTIFY', 'notify_too_much', 'event_before_push'),
  ...instead('RING_FINAL_CHECK_FOR_RESPONSES', 'no_final_check', 'event_not_moved'),
  ...instead('RING_FINAL_CHECK_FOR_REQUESTS', 'final_check_without_mb', 'armed_after_look'),
];
