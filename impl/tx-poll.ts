/** The poller's steps: what each makes of what is kept of the transmit ring. */
import type { Block } from './ids.js';
import { push } from './list.js';
import { NETIF_RSP, type TxResponse } from './netif.js';
import { isDrained, slotNumber } from './ring.js';
import { consumed } from './ring-front.js';
import { sure } from './sure.js';
import type { Done, TxContext } from './tx.js';
import { afterRelease, leavePacket } from './tx-chain.js';

/** Does the response answer an extra? It has no id of its own: what is in the field means nothing. */
export const answersExtra = ({ ring, unansweredExtras }: TxContext, { status }: TxResponse): boolean =>
  !isDrained(ring) && status === NETIF_RSP.NULL && unansweredExtras > 0;

/**
 * Does the response answer a request? Not one with the status NULL, and not one of the open chain, which the backend
 * cannot know of.
 */
export const answersRequest = (context: TxContext, response: TxResponse): boolean => {
  if (isDrained(context.ring) || response.status === NETIF_RSP.NULL) return false;
  const block = answeredBlock(context, response);
  return block !== null && !context.chain?.written.some((written) => written.block === block);
};

/** TxConsumeResponse, of an extra: it is consumed, and nothing is released. */
export const consumeExtra = ({ ring, unansweredExtras }: TxContext): Partial<TxContext> => ({
  ring: consumed(ring),
  unansweredExtras: unansweredExtras - 1,
});

/** TxConsumeResponse: the response is taken for the request that has its id. */
export const consume = (context: TxContext, response: TxResponse): Partial<TxContext> => {
  const { config, ids, ring } = context;
  return {
    ids: config.scheme.unregister(ids, response.id, slotNumber(ring, ring.rsp_cons)),
    ring: consumed(ring),
    done: { block: sure(answeredBlock(context, response)), status: response.status },
  };
};

/** TxRelease: the block is free, and used next. */
export const release = ({ config, pool, grefs, done, packets }: TxContext): Partial<TxContext> => {
  const { block, status } = sure(done);
  return {
    pool: push(pool, block),
    grefs: config.grantPerRequest ? grefs.with(block, null) : grefs,
    packets: leavePacket(packets, block, status),
    done: null,
  };
};

/** A packet whose last block is being released: its first block, what became of it, and its number. Null before that. */
export const finished = ({
  packets,
  done,
}: TxContext): { readonly done: Done; readonly packet: number } | null => {
  const { block, status } = sure(done);
  const packet = afterRelease(packets, block, status);
  return packet.left > 0
    ? null
    : { done: { block: packet.first, status: packet.status }, packet: packet.number };
};

/** The block that a response at `rsp_cons` frees; null where its request is not in flight. */
const answeredBlock = ({ config, ids, ring }: TxContext, response: TxResponse): Block | null =>
  config.scheme.answeredBlock(ids, response.id, slotNumber(ring, ring.rsp_cons));
