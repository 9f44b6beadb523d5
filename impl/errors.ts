/** What an application can be told by a netfront that does not work. */

/** The frame cannot be sent as it is, or not any more. The message says why and what to do. */
export class SendError extends Error {
  override readonly name = 'SendError';
}

/** No frame will come any more, or nobody else may take them. The message says why and what to do. */
export class ReceiveError extends Error {
  override readonly name = 'ReceiveError';
}

/** What senders and receivers are told where the backend did what no backend may. */
export const BROKEN =
  'the backend broke the ring protocol: nothing is sent or received any more; connect again';
