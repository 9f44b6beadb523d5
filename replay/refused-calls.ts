/**
 * Calls of the public interface that it must refuse, with a sentence that names what is wrong. A call that is refused changes
 * nothing: no grant is made, no word of a ring is stored, and the backend is not notified.
 */
import { connect, type Netfront } from '../impl/netfront.js';
import { slot } from '../impl/ids.js';
import type { NetfrontOptions } from '../impl/options.js';
import type { Scheduled } from './scheduled.js';
import { ScheduledHost } from './scheduled-host.js';

/** What a call is refused with: the name of the error's class, and the start of its sentence. */
type Refusal = readonly [error: string, sentence: string];

/** What JavaScript lets through, and TypeScript does not. */
const wrong = (value: unknown): never => value as never;

const none = 'NO OFFLOAD';
const FRAME = new Uint8Array(60);
const BLANK = { csum_blank: true };
const GSO = { size: 1448, type: 'TCPV4' };
/** What fits a page on either ring: a slot has 12 octets, or 8. */
const MOST_SLOTS = 256;
const ring = (nr_ents: number): string =>
  `a ring of ${nr_ents} slots: take a power of two up to ${MOST_SLOTS}`;
const whole = (what: string, from: number, to: number): string =>
  `${what}: take a whole number from ${from} to ${to}`;

const [TYPE, RANGE, SEND, RECEIVE] = ['TypeError', 'RangeError', 'SendError', 'ReceiveError'] as const;

/** Options that `connect` refuses. */
const badOptions: readonly (readonly [options: unknown, ...Refusal])[] = [
  [null, TYPE, 'options must be an object, and is null'],
  [[], TYPE, 'options must be an object, and is an array'],
  [{ runner: 1 }, TYPE, 'options.runner must be a function, and is the number 1'],
  [{ tx: 4 }, TYPE, 'options.tx must be an object, and is the number 4'],
  [{ tx: { nr_ents: '4' } }, TYPE, 'options.tx.nr_ents must be a number, and is the string 4'],
  [{ tx: { first: null } }, TYPE, 'options.tx.first must be a number, and is null'],
  [{ tx: { blocks: true } }, TYPE, 'options.tx.blocks must be a number, and is the boolean true'],
  [{ tx: { grantPerRequest: 1 } }, TYPE, 'options.tx.grantPerRequest must be a boolean, and is the number 1'],
  [{ rx: { pages: '1' } }, TYPE, 'options.rx.pages must be a number, and is the string 1'],
  [{ rx: { copyOut: 0 } }, TYPE, 'options.rx.copyOut must be a boolean, and is the number 0'],
  [{ rx: { lowWater: '1' } }, TYPE, 'options.rx.lowWater must be a number, and is the string 1'],
  [{ rx: { queue: '1' } }, TYPE, 'options.rx.queue must be a number, and is the string 1'],
  [{ rx: { scheme: 1 } }, TYPE, 'options.rx.scheme must be an object, and is the number 1'],
  [{ rx: { scheme: {} } }, TYPE, 'options.rx.scheme.name must be a string, and is undefined'],
  [{ tx: { nr_ents: 3 } }, RANGE, ring(3)],
  [{ tx: { nr_ents: 2 * MOST_SLOTS } }, RANGE, ring(2 * MOST_SLOTS)],
  [{ rx: { nr_ents: 0.5 } }, RANGE, ring(0.5)],
  [{ rx: { nr_ents: 2 * MOST_SLOTS } }, RANGE, ring(2 * MOST_SLOTS)],
  [{ tx: { first: -1 } }, RANGE, whole('-1 for the first index', 0, 2 ** 32 - 1)],
  [{ rx: { first: 2 ** 32 } }, RANGE, whole(`${2 ** 32} for the first index`, 0, 2 ** 32 - 1)],
  [{ tx: { ids: 0 } }, RANGE, whole('0 ids, for which a slot has 16 bits', 1, 65536)],
  [{ rx: { ids: 65537 } }, RANGE, whole('65537 ids, for which a slot has 16 bits', 1, 65536)],
  [{ tx: { blocks: 0 } }, RANGE, whole('0 blocks in the transmit pool', 1, 65536)],
  [{ tx: { blocks: 65537 } }, RANGE, whole('65537 blocks in the transmit pool', 1, 65536)],
  [{ tx: { blocksPerPage: 3 } }, RANGE, whole('3 blocks on a page', 1, 2)],
  [
    { tx: { blocksPerPage: 2, grantPerRequest: true } },
    RANGE,
    whole('2 blocks on a page that is granted for one request', 1, 1),
  ],
  [{ rx: { pages: 0 } }, RANGE, whole('0 pages in the receive pool', 1, 65536)],
  [{ rx: { pages: 1.5 } }, RANGE, whole('1.5 pages in the receive pool', 1, 65536)],
  [{ rx: { nr_ents: 4, lowWater: 0 } }, RANGE, whole('0 requests as low water', 1, 4)],
  [{ rx: { nr_ents: 32, lowWater: 17 } }, RANGE, whole('17 requests as low water', 18, 32)],
  [{ rx: { nr_ents: 4, lowWater: 5 } }, RANGE, whole('5 requests as low water', 1, 4)],
  [{ tx: { scheme: slot } }, RANGE, 'transmit responses come out of order, and a slot says nothing'],
  [{ rx: { nr_ents: 4, ids: 2 } }, RANGE, '4 slots cannot have a number each of 2 ids'],
  [{ rx: { queue: 0 } }, RANGE, whole('0 frames in the queue', 1, 2 ** 32 - 1)],
  [{ rx: { queue: 2 ** 32 } }, RANGE, whole(`${2 ** 32} frames in the queue`, 1, 2 ** 32 - 1)],
];

/** Sends that are refused, whatever the sizes of the ring are. */
const badSends: readonly (readonly [frame: unknown, offload: unknown, ...Refusal])[] = [
  [undefined, none, TYPE, 'frame must be a Uint8Array or an array of them, and is undefined'],
  [
    new Uint16Array(7),
    none,
    TYPE,
    'frame must be a Uint8Array or an array of them, and is an object of anoth',
  ],
  [[FRAME, [1, 2]], none, TYPE, 'frame[1] must be a Uint8Array, and is an array'],
  [FRAME, null, TYPE, 'offload must be an object, and is null'],
  [FRAME, { csum_blank: 1 }, TYPE, 'offload.csum_blank must be a boolean, and is the number 1'],
  [FRAME, { data_validated: '' }, TYPE, 'offload.data_validated must be a boolean, and is the string '],
  [FRAME, { gso: 9 }, TYPE, 'offload.gso must be an object, and is the number 9'],
  [FRAME, { gso: { ...GSO, size: '9' } }, TYPE, 'offload.gso.size must be a number, and is the string 9'],
  [FRAME, { gso: { ...GSO, type: 1 } }, TYPE, 'offload.gso.type must be a string, and is the number 1'],
  [FRAME, { extras: {} }, TYPE, 'offload.extras must be an array, and is an object of another kind'],
  [FRAME, { extras: [null] }, TYPE, 'offload.extras[0] must be an object, and is null'],
  [FRAME, { extras: [{ type: '4' }] }, TYPE, 'offload.extras[0].type must be a number, and is the string 4'],
  [FRAME, { extras: [{ type: 4, flags: '' }] }, TYPE, 'offload.extras[0].flags must be a number'],
  [FRAME, { extras: [{ type: 4, flags: 0, u: [] }] }, TYPE, 'offload.extras[0].u must be a Uint8Array'],
  [new Uint8Array(0), none, SEND, 'an empty frame cannot be sent'],
  [new Uint8Array(13), none, SEND, 'a frame of 13 octets is shorter than an Ethernet header'],
  [FRAME, { ...BLANK, gso: { ...GSO, size: 0 } }, SEND, whole('a gso size of 0', 1, 65535)],
  [FRAME, { ...BLANK, gso: { ...GSO, type: 'NONE' } }, SEND, 'a gso type of NONE: take TCPV4 or TCPV6'],
  [FRAME, { ...BLANK, gso: { ...GSO, type: 'UDP' } }, SEND, 'a gso type of UDP: take TCPV4 or TCPV6'],
  [FRAME, { gso: GSO }, SEND, 'gso without csum_blank: '],
  [FRAME, { extras: [{ type: 0, u: new Uint8Array(6) }] }, SEND, whole('an extra of type 0', 1, 4)],
  [FRAME, { extras: [{ type: 1, u: new Uint8Array(6) }] }, SEND, 'an extra of type GSO: say it as gso'],
  [FRAME, { extras: [{ type: 2, u: new Uint8Array(5) }] }, SEND, 'an extra with 5 octets in u: it has 6'],
];

/** How a refusal differs from what is due; null if it does not. */
const differs = (call: string, [error, sentence]: Refusal, thrown: unknown): string | null => {
  if (thrown === undefined) return `${call} is not refused, and must be: ${sentence}`;
  const { name, message } = thrown as Error;
  if (name === error && message.startsWith(sentence)) return null;
  return `${call} is refused with «${name}: ${message}», and must be with «${error}: ${sentence}»`;
};

/**
 * What this throws, or what its promise is rejected with; undefined if it does neither. A promise that is not settled yet
 * is not waited for: nobody answers a packet that should have been refused.
 */
const thrownBy = async (act: () => unknown): Promise<unknown> => {
  try {
    await Promise.race([act(), new Promise((resolve) => setImmediate(resolve))]);
    return undefined;
  } catch (error) {
    return error;
  }
};

/** Why no frame can be sent in more slots, blocks or ids than there are: what each ring says of the longest and one more. */
const tooLong = ({ maxFrame }: Netfront): readonly [frame: Uint8Array, ...Refusal] => [
  new Uint8Array(maxFrame + 1),
  SEND,
  maxFrame === 65_535 ? 'a frame of 65536 octets' : `a packet of ${maxFrame + 1} octets and 0 extras takes `,
];

/**
 * Makes all these calls, on an interface as a schedule has it.
 * @returns the first that is not refused as it must be, or that changes something; null if there is none
 */
export async function refusedCalls({ grefs, memory, options }: Scheduled): Promise<string | null> {
  let shared = 0;
  const hostOf = (): ScheduledHost => new ScheduledHost(grefs, () => void shared++, memory);
  for (const [bad, ...refusal] of badOptions) {
    const host = hostOf();
    const thrown = await thrownBy(() => connect(host, bad as NetfrontOptions));
    const why = differs(`connect with ${JSON.stringify(bad)}`, refusal, thrown);
    if (why !== null) return why;
    if (host.grants > 0) return `connect with ${JSON.stringify(bad)} is refused, and leaves a grant`;
  }
  const host = hostOf();
  const { netfront, tx, rx } = connect(host, options);
  const words = (): string =>
    [tx, rx]
      .map(({ shared: { req_prod, req_event, rsp_prod, rsp_event } }) => [
        req_prod,
        req_event,
        rsp_prod,
        rsp_event,
      ])
      .join();
  netfront.onReceive(() => undefined);
  const before = [shared, words()].join();
  const [long, ...longRefusal] = tooLong(netfront);
  const calls: readonly (readonly [call: string, act: () => unknown, refusal: Refusal])[] = [
    ...badSends.map(([frame, offload, ...refusal]) => {
      const given = offload === none ? undefined : offload;
      return [`send of ${refusal[1]}`, () => netfront.send(wrong(frame), wrong(given)), refusal] as const;
    }),
    ['send of a frame that is too long', () => netfront.send(long), longRefusal],
    [
      'onReceive of no listener',
      () => netfront.onReceive(wrong(1)),
      [TYPE, 'listener must be a function, and is the number 1'],
    ],
    [
      'onReceive with no onError',
      () => netfront.onReceive(wrong(hostOf), wrong('')),
      [TYPE, 'onError must be a function, and is the string '],
    ],
    [
      'a second onReceive',
      () => netfront.onReceive(() => undefined),
      [RECEIVE, 'frames are taken already: '],
    ],
    [
      'an iterator beside onReceive',
      () => netfront[Symbol.asyncIterator](),
      [RECEIVE, 'frames are taken alr'],
    ],
  ];
  for (const [call, act, refusal] of calls) {
    const why = differs(call, refusal, await thrownBy(act));
    if (why !== null) return why;
    if (netfront.unsettled > 0) return `${call} is refused, and the packet waits`;
    if ([shared, words()].join() !== before) return `${call} is refused, and something is done all the same`;
  }
  if ((await netfront.close()) > 0) return 'close says that pages are mapped, and nobody was there';
  const late = await thrownBy(() => netfront.send(FRAME));
  return differs('send after close', [SEND, 'the netfront is closed: connect again'], late);
}
