/** The errors that an application gets from a netfront. */

/** The packet cannot be sent. The message says why, and what to do. */
export class SendError extends Error {
  override readonly name = 'SendError';
}

/** No frame can be received. The message says why, and what to do. */
export class ReceiveError extends Error {
  override readonly name = 'ReceiveError';
}

/** Why nothing is sent or received any more: the message of either error, and the host's error if there is one. */
export interface Breakage {
  readonly message: string;
  readonly options?: { readonly cause: unknown };
}

/** The backend broke the protocol. */
export const PROTOCOL_BROKEN: Breakage = {
  message: 'the backend broke the ring protocol: nothing is sent or received any more; connect again',
};

/** The netfront was closed without waiting for the backend. */
export const DROPPED_AT_CLOSE: Breakage = {
  message: 'the netfront was closed before the backend answered: the packet may have been sent, or not',
};

/** Work on the interface threw this: a method of the host, or what cannot happen. */
export const failed = (cause: unknown): Breakage => ({
  message: `the interface failed (${cause instanceof Error ? String(cause) : typeof cause}): nothing is sent or received any more; connect again`,
  options: { cause },
});
