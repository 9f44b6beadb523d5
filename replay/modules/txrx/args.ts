/** How the arguments of NetfrontTxRx's actions are read off two states: as those of its two rings. */
import { prefixed, type Readers } from '../../../graph/args.js';
import { rxArgs } from '../rx/args.js';
import { txArgs } from '../tx/args.js';
import type { RingName } from '../../netif.js';
import { actionOf } from './projection.js';

const ofRing = (ring: RingName, readers: Readers): Readers =>
  Object.fromEntries(
    Object.entries(readers).map(([action, reader]) => [actionOf(ring, action), prefixed(`${ring}_`, reader)]),
  );

/** The readers of NetfrontTxRx. */
export const txrxArgs: Readers = { ...ofRing('tx', txArgs), ...ofRing('rx', rxArgs) };
