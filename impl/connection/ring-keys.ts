/** The keys with which a front says where its rings are, and what it takes itself. */
import type { Changes } from '../store.js';

/** Where one queue is: the grant references of its two ring pages, and its event channels. */
export interface QueueKeys {
  readonly tx: number;
  readonly rx: number;
  /** The port of one channel for both rings, or of one for each. */
  readonly ports: { readonly both: number } | { readonly tx: number; readonly rx: number };
}

/** What our front can receive. */
const REQUESTS: readonly (readonly [string, string])[] = [
  ['request-rx-copy', '1'],
  ['feature-rx-notify', '1'],
  ['feature-sg', '1'],
  ['feature-gso-tcpv4', '1'],
  ['feature-gso-tcpv6', '1'],
  ['feature-ipv6-csum-offload', '1'],
];

/** The most queues whose keys are looked for, and removed. */
export const MOST_QUEUES = 256;

const ofQueue = (
  at: string,
  { tx, rx, ports }: QueueKeys,
): readonly (readonly [string, string | undefined])[] => [
  [`${at}tx-ring-ref`, String(tx)],
  [`${at}rx-ring-ref`, String(rx)],
  // A backend that finds split channels takes them, whatever else there is: those of an earlier connection must go.
  [`${at}event-channel`, 'both' in ports ? String(ports.both) : undefined],
  [`${at}event-channel-tx`, 'both' in ports ? undefined : String(ports.tx)],
  [`${at}event-channel-rx`, 'both' in ports ? undefined : String(ports.rx)],
];

/**
 * The changes of a front's directory that name these queues, and no others. The keys are flat where there is one queue, and
 * in a directory for each where there are several; those of the other kind are removed.
 * @param before how many queues the directory named before
 */
export const ringKeys = (front: string, queues: readonly QueueKeys[], before: number): Changes => {
  const isFlat = queues.length === 1;
  const changes = new Map<string, string | undefined>();
  const change = (key: string, value: string | undefined): void => void changes.set(`${front}/${key}`, value);
  for (const [key, value] of REQUESTS) change(key, value);
  change('multi-queue-num-queues', String(queues.length));
  for (let n = isFlat ? 0 : queues.length; n < Math.min(before, MOST_QUEUES); n++)
    change(`queue-${n}`, undefined);
  if (isFlat) for (const [key, value] of ofQueue('', queues[0]!)) change(key, value);
  else {
    for (const [key] of ofQueue('', queues[0]!)) change(key, undefined);
    for (const [n, queue] of queues.entries())
      for (const [key, value] of ofQueue(`queue-${n}/`, queue)) change(key, value);
  }
  return changes;
};
