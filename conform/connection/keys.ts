/** What a front's keys say: where its queues are, and which event channels they have. */
import type { RingName } from '../../replay/netif.js';
import type { QueueAt } from './queue.js';
import type { Offered } from './words.js';
import type { StoreCopy } from './xenbus.js';

/** Why keys cannot be used. */
export interface BadKeys {
  readonly property: 'KeysBeforeConnected' | 'QueuesAgreed' | 'NoStaleKeyBelieved';
  readonly expected: string;
  readonly actual: string;
}

/** What of the guest a key may name. */
export interface Nameable {
  isGranted(gref: number): boolean;
  isOpen(port: number): boolean;
}

/**
 * The queues that these keys name, as netback reads them: flat for one queue, in a directory for each otherwise, and split
 * event channels before a common one.
 * @param most how many the backend offers
 */
export function queuesOf(
  store: StoreCopy,
  front: string,
  { queues: most, split: maySplit }: Pick<Offered, 'queues' | 'split'>,
  guest: Nameable,
): readonly QueueAt[] | BadKeys {
  const count =
    store.read(`${front}/multi-queue-num-queues`) === undefined
      ? 1
      : store.number(`${front}/multi-queue-num-queues`);
  if (count === undefined || count < 1 || count > most)
    return {
      property: 'QueuesAgreed',
      expected: `multi-queue-num-queues from 1 to ${most}, which is offered`,
      actual: `it is ${store.read(`${front}/multi-queue-num-queues`)}`,
    };
  const queues: QueueAt[] = [];
  for (let n = 0; n < count; n++) {
    const at = count === 1 ? front : `${front}/queue-${n}`;
    const found = queueOf(store, at, { count, maySplit }, guest);
    if ('property' in found) return found;
    queues.push(found);
  }
  return queues;
}

function queueOf(
  store: StoreCopy,
  at: string,
  { count, maySplit }: { readonly count: number; readonly maySplit: boolean },
  guest: Nameable,
): QueueAt | BadKeys {
  const named = (key: string): number | undefined => store.number(`${at}/${key}`);
  const missing = (key: string, what: string): BadKeys => {
    const value = store.read(`${at}/${key}`);
    const isElsewhere = count === 1 && store.read(`${at}/queue-0/${key}`) !== undefined;
    return {
      property: isElsewhere ? 'QueuesAgreed' : 'KeysBeforeConnected',
      expected: `${at}/${key} to name ${what} of this connection`,
      actual:
        value !== undefined
          ? `it is ${value}, and there is none`
          : isElsewhere
            ? 'it is not there: there is one queue, and its keys are in queue-0'
            : 'it is not there',
    };
  };
  const rings: Partial<Record<RingName, number>> = {};
  for (const ring of ['tx', 'rx'] as const) {
    const gref = named(`${ring}-ring-ref`);
    if (gref === undefined || !guest.isGranted(gref))
      return missing(`${ring}-ring-ref`, 'a ring that is granted to the backend, writable,');
    rings[ring] = gref;
  }
  const split = (['tx', 'rx'] as const).filter(
    (ring) => store.read(`${at}/event-channel-${ring}`) !== undefined,
  );
  if (split.length > 0 && !maySplit)
    return {
      property: 'NoStaleKeyBelieved',
      expected: `no ${at}/event-channel-${split[0]}: this backend does not offer feature-split-event-channels`,
      actual: `it is ${store.read(`${at}/event-channel-${split[0]}`)}`,
    };
  if (split.length > 0) {
    for (const ring of ['tx', 'rx'] as const) {
      const port = named(`event-channel-${ring}`);
      if (port === undefined || !guest.isOpen(port))
        return {
          property: 'NoStaleKeyBelieved',
          expected: `${at}/event-channel-${ring} to name a port that is open, since a backend takes split channels where it finds one`,
          actual: `it is ${store.read(`${at}/event-channel-${ring}`) ?? 'not there'}`,
        };
    }
    return {
      tx: rings.tx!,
      rx: rings.rx!,
      ports: { tx: named('event-channel-tx')!, rx: named('event-channel-rx')! },
    };
  }
  const port = named('event-channel');
  if (port === undefined || !guest.isOpen(port)) return missing('event-channel', 'a port that is open,');
  return { tx: rings.tx!, rx: rings.rx!, ports: { tx: port, rx: port } };
}
