/** The poller's steps: what each makes of what is kept of the transmit ring. */
import type { Block } from './ids.js';
import { push } from './list.js';
import { NETIF_RSP, type TxResponse } from './netif.js';
import { isDrained, slotNumber } from './ring.js';
import { consumed } from './ring-front.js';
import { sure } from './sure.js';
import type { TxContext } from './tx.js';
import { afterRelease, type Completion, leaveSent } from './tx-chain.js';

/** Does the response answer an extra? It has no id of its own: what is in the field means nothing. */
export const answersExtra = ({ ring, unansweredExtras }: TxContext, { status }: TxResponse): boolean =>
  !isDrained(ring) && status === NETIF_RSP.NULL && unansweredExtras > 0;

/**
 * Does the response answer a request? Not one with the status NULL, and not one of the open packet, which the
 * backend cannot know of.
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
export const release = ({ config, pool, grefs, done, sent }: TxContext): Partial<TxContext> => {
  const { block, status } = sure(done);
  return {
    pool: push(pool, block),
    grefs: config.grantPerRequest ? grefs.with(block, null) : grefs,
    sent: leaveSent(sent, block, status),
    done: null,
  };
};

/** The completion of a packet whose last block is being released; null before that. */
export const completion = ({ sent, done }: TxContext): Completion | null => {
  const { block, status } = sure(done);
  const packet = afterRelease(sent, block, status);
  return packet.blocks.length > 0
    ? null
    : { token: packet.token, first: packet.first, status: packet.status };
};

/** The block that a response at `rsp_cons` frees; null where its request is not in flight. */
const answeredBlock = ({ config, ids, ring }: TxContext, response: TxResponse): Block | null =>
  config.scheme.answeredBlock(ids, response.id, slotNumber(ring, ring.rsp_cons));
