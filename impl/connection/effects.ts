/** What the machine of a connection asks of its driver. */
import { effect } from '../interpreter.js';
import type { TxStatus } from '../netif.js';
import type { Offer } from './offer.js';
import type { OneFrame } from './state.js';
import type { EndState } from './xenbus.js';

/** The effects, each with its parameters. */
export const connectionEffects = {
  /** The watch is answered by a look. */
  looked: effect(),
  /** There will be a look, whether a watch is called or not. */
  lookAgain: effect(),
  makeRings: effect<{ readonly offer: Offer }>(),
  /** The rings of a domain that is no more: nobody has them mapped, and there is nothing to end. */
  forgetRings: effect(),
  writeKeys: effect(),
  writeState: effect<{ readonly state: EndState }>(),
  /** The directory that is there is this front's from now on. */
  claim: effect(),
  put: effect<OneFrame & { readonly sg: boolean }>(),
  tell: effect<OneFrame & { readonly told: TxStatus | 'dropped' }>(),
  /** All frames on rings are dropped. */
  tellAll: effect<{ readonly frames: readonly number[] }>(),
};
