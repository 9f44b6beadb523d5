/**
 * What a netfront needs of the system it runs on: pages, grants and an event channel. back/simhost.ts simulates one in
 * memory. A host on real Xen implements the same interface.
 */

/** One page of the guest's memory. */
export interface Page {
  /** Its octets, {@link PAGE_SIZE} of them. The backend can reach them while the page is granted. */
  readonly octets: Uint8Array;
}

/** The frontend's side of a host. */
export interface Host {
  /** A new page, all octets zero. It is the caller's and never given out again. */
  allocatePage(): Page;
  /** Takes a free grant reference. Throws {@link HostError} where there is none. */
  claimGref(): number;
  /** gnttab_grant_foreign_access_ref: the backend may reach the page under this reference from now on. */
  grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void;
  /** Does the backend have the page of this reference mapped? The flag that Xen keeps in the entry. */
  isMapped(gref: number): boolean;
  /**
   * gnttab_end_foreign_access_ref: the reference grants nothing any more, and is free.
   * The caller has asked {@link isMapped} first.
   */
  endAccess(gref: number): void;
  /** Sends an event to the backend. */
  notify(): void;
  /** Is there an event from the backend that the frontend has not taken yet? */
  readonly pending: boolean;
  /** Takes the event that waits. */
  clearPending(): void;
  /** Calls the listener soon after each event, and the listener takes it. There is one listener. */
  onEvent(listener: () => void): void;
}

/** The host has run out of something. The message says of what. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

/**
 * Takes back those of some grants that the backend has not mapped.
 * @returns how many it has mapped, which stay granted
 */
export const endAll = (host: Host, grefs: Iterable<number>): number => {
  let mapped = 0;
  for (const gref of grefs) {
    if (host.isMapped(gref)) mapped++;
    else host.endAccess(gref);
  }
  return mapped;
};
