/** The errors that an application gets from a netfront. */

/** The packet cannot be sent. The message says why, and what to do. */
export class SendError extends Error {
  override readonly name = 'SendError';
}

/** No frame can be received. The message says why, and what to do. */
export class ReceiveError extends Error {
  override readonly name = 'ReceiveError';
}

/** The message of either error where the backend broke the protocol. */
export const BROKEN =
  'the backend broke the ring protocol: nothing is sent or received any more; connect again';
