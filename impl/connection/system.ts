/**
 * What a device needs of the system it runs on, beside XenStore: pages and grants as a {@link Host} has them, and for each
 * connection event channels of its own. back/simsystem.ts simulates one in memory.
 */
import type { EventChannel, Host, Page } from '../host.js';

/** The guest's end of an event channel. */
export interface EventPort extends EventChannel {
  /** Its number in the guest, for the key `event-channel`, `event-channel-tx` or `event-channel-rx`. */
  readonly port: number;
  /** EVTCHNOP_close: no event comes any more. */
  close(): void;
}

/** A system. A method that throws has done nothing. */
export interface System extends Pick<Host, 'allocatePage' | 'claimGref' | 'endAccess'> {
  /** {@link Host.grantAccess}, to the domain `backend_id`: a device has another backend after a migration. */
  grantAccess(gref: number, page: Page, access: 'read-only' | 'writable', backend_id: number): void;
  /** Takes back a page that {@link Host.allocatePage} gave. Nobody has it granted. */
  freePage(page: Page): void;
  /** EVTCHNOP_alloc_unbound: a port that the domain `backend_id` may bind. */
  openPort(backend_id: number): EventPort;
  /** Calls back once, after so many milliseconds or more. Never throws. @returns a function that takes the call back */
  after(milliseconds: number, callback: () => void): () => void;
}
