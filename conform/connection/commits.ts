/** P83 and P84: what a front may write into XenStore. */
import { Violation } from '../violation.js';
import type { DeviceStore } from './device.js';
import { type Commit, type StateName, stateOf } from './xenbus.js';

/**
 * How a front's state may change. Initialised is a step before Connected that some fronts take. One that is written again
 * changes nothing.
 */
const EDGES: Readonly<Partial<Record<StateName, readonly StateName[]>>> = {
  Initialising: ['Initialised', 'Connected', 'Closing', 'Closed'],
  Initialised: ['Connected', 'Closing', 'Closed'],
  Connected: ['Closing', 'Closed'],
  Closing: ['Closed'],
  Closed: ['Initialising'],
};

/** What is known of a front that commits. */
export interface Committing {
  readonly store: DeviceStore;
  /** Which making of the device it serves. */
  served: number;
  /** Its kernel has begun anew, and it has not begun a connection since. */
  isCrashed: boolean;
  /** The application wants the device open. */
  readonly isOpen: boolean;
  /** It was told to fail in something. */
  readonly hasFailed: boolean;
  /** When its turn began it held nothing of a connection: no grant, and no port. */
  readonly holdsNothing: boolean;
  /** How often it wrote its state. */
  stateWrites: number;
}

/** @throws Violation if the front may not commit this */
export function checkCommit(front: Committing, commit: Commit): void {
  const { store } = front;
  const own = `${store.front}/`;
  for (const [path, value] of Object.entries(commit)) {
    // A driver may keep other things in other places: error/, attr/ and data/.
    if (!path.startsWith(own) && (path.startsWith('/') || path.startsWith('device/')))
      throw ownOnly(`only what is in ${store.front} to be written`, `${path} was written`);
    if (value !== null && path.startsWith(own) && store.frontState === 'Unknown')
      throw ownOnly(
        `nothing to be written into ${store.front}, which the toolstack has removed`,
        `${path} was written, which makes it anew`,
      );
  }
  const written = commit[`${own}state`];
  if (written === undefined || written === null) return;
  checkState(front, stateOf(written), written);
}

function checkState(front: Committing, next: StateName, written: string): void {
  const { store } = front;
  const last = store.frontState;
  if (front.served !== store.made) {
    const isEnd = next === 'Closing' || next === 'Closed';
    const isAsked = !front.isOpen || front.hasFailed || !store.online || isOver(store.backState);
    if (isEnd && !isAsked && !front.holdsNothing)
      throw ownOnly(
        'the end of the old device to be written nowhere: another was made in its place, and nobody asked that to close',
        `its state was made ${next}`,
      );
    front.served = store.made;
  }
  front.stateWrites++;
  if (front.isCrashed) {
    if (next === 'Initialising') front.isCrashed = false;
    if (next !== 'Connected') return;
    front.isCrashed = false;
  }
  if (next === last || EDGES[last]?.includes(next) === true) return;
  throw new Violation(
    'StateGraph',
    `after ${last} one of ${(EDGES[last] ?? []).join(', ')}`,
    `its state was made ${next === 'Unknown' ? written : next}`,
  );
}

const isOver = (state: StateName): boolean =>
  state === 'Closing' || state === 'Closed' || state === 'Unknown';

const ownOnly = (expected: string, actual: string): Violation =>
  new Violation('OwnDirectoryOnly', expected, actual);
