/**
 * What a netfront needs of the system it runs on: pages, grants and an event channel. back/simhost.ts simulates one in
 * memory. A host on real Xen implements the same interface.
 */

/** One page of the guest's memory. */
export interface Page {
  /** Its octets, {@link PAGE_SIZE} of them. The backend can reach them while the page is granted. */
  readonly octets: Uint8Array;
}

/** One end of an event channel. */
export interface EventChannel {
  /** Sends an event to the other end. */
  notify(): void;
  /** Is there an event from the other end that was not taken yet? */
  readonly pending: boolean;
  /** Takes the event that waits. */
  clearPending(): void;
  /** Calls the listener soon after each event, one that waits already included. The listener takes it; there is one. */
  onEvent(listener: () => void): void;
}

/**
 * The frontend's side of a host. A method that throws has done nothing. What it throws breaks the interface, except a
 * {@link HostError} of {@link Host.claimGref}.
 */
export interface Host extends EventChannel {
  /** A new page, all octets zero. It is the caller's and never given out again. */
  allocatePage(): Page;
  /** Takes a free grant reference. Throws {@link HostError} where there is none; then a packet or page waits for one. */
  claimGref(): number;
  /**
   * gnttab_grant_foreign_access_ref: the backend may reach the page under this reference from now on. One that throws
   * leaves the reference free.
   */
  grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void;
  /**
   * gnttab_end_foreign_access_ref: ends a grant, unless the backend has its page mapped. The two are one step, in Xen a
   * compare-and-exchange of the entry: a backend that could map the page between them would keep it (XSA-396).
   * @returns true if the reference grants nothing any more, and is free; false if the page is mapped, and stays granted
   */
  endAccess(gref: number): boolean;
}

/** The host has run out of something. The message says of what. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

/** A host with another event channel: pages and grants are those of `host`. */
export const onChannel = (host: Host, channel: EventChannel): Host => ({
  allocatePage: () => host.allocatePage(),
  claimGref: () => host.claimGref(),
  grantAccess: (gref, page, access) => host.grantAccess(gref, page, access),
  endAccess: (gref) => host.endAccess(gref),
  notify: () => channel.notify(),
  get pending() {
    return channel.pending;
  },
  clearPending: () => channel.clearPending(),
  onEvent: (listener) => channel.onEvent(listener),
});

/** Takes a free grant reference. Where there is none, returns what the host says of that. */
export const claimGref = (host: Host): number | HostError => {
  try {
    return host.claimGref();
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
};
