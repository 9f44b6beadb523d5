/** What backend, Xen and application can do to a frontend as it is now. The backend keeps to the protocol. */
import { XEN_NETIF_NR_SLOTS_MIN } from '../replay/netif.js';
import type { Chance } from './chance.js';
import type { FrontWatch } from './front-watch.js';
import type { RxSide } from './rx-side.js';
import type { TxSide } from './tx-side.js';

/** What may be done beyond frames of one slot. */
export interface Liberties {
  /** The features that may be used, as a case needs them: `tx-chains`, `rx-gso`. */
  readonly features: ReadonlySet<string>;
  /** Requests are answered with errors. */
  readonly errors: boolean;
}

/** A word of a case, and how often it is chosen among others. */
interface Move {
  readonly weight: number;
  readonly word: () => string;
}

/** One of the moves that can be made now; undefined if there is none. */
export function moveOf(front: FrontWatch, may: Liberties, chance: Chance): string | undefined {
  const moves = [
    ...wakingMoves(front, may),
    ...(front.tx ? txMoves(front.tx, front.isPaused, may, chance) : []),
    ...(front.rx ? rxMoves(front.rx, front.isPaused, may, chance) : []),
  ];
  let left = chance.below(
    Math.max(
      1,
      moves.reduce((sum, { weight }) => sum + weight, 0),
    ),
  );
  return moves.find(({ weight }) => (left -= weight) < 0)?.word();
}

const move = (weight: number, word: () => string): readonly Move[] => [{ weight, word }];
const when = (is: boolean, weight: number, word: () => string): readonly Move[] =>
  is ? move(weight, word) : [];

const batch = (word: string, times: number): string => (times === 1 ? word : `${word}*${times}`);

/** Mostly one, now and then some, and now and then all. */
const some = (chance: Chance, most: number): number =>
  chance.once(2) ? 1 : chance.once(3) ? most : 1 + chance.below(most);

const wakingMoves = ({ pending, isPaused }: FrontWatch, { features }: Liberties): readonly Move[] => [
  ...when(pending && !isPaused, 24, () => 'event'),
  ...when(pending && !isPaused && features.has('pause'), 12, () => 'event:pause'),
  ...when(isPaused, 16, () => 'resume'),
  ...when(!isPaused, 1, () => 'spurious'),
];

function txMoves(tx: TxSide, isPaused: boolean, may: Liberties, chance: Chance): readonly Move[] {
  const { nr_ents } = tx.sizes;
  const taken = tx.unanswered.filter(({ taken }) => taken).length;
  const untaken = tx.unanswered.length - taken;
  const room = nr_ents + 2 - tx.waiting.length;
  return [
    ...when(!isPaused && room > 0, 24, () => batch(sendOf(may, chance), some(chance, room))),
    ...when(untaken > 0, 24, () => batch('tx.take', some(chance, untaken))),
    ...when(taken > 0, 24, () => {
      const k = chance.once(2) ? 1 : 1 + chance.below(taken);
      return batch(`tx.answer:${k}:${statusOf(may, chance)}`, some(chance, taken - k + 1));
    }),
    ...when(taken > 0, 4, () => `read:${1 + chance.below(taken)}`),
    ...when(tx.takenExtras > 0, 12, () => batch('null', some(chance, tx.takenExtras))),
    ...move(4, () => `tx.arm:${some(chance, nr_ents)}`),
  ];
}

const statusOf = ({ errors }: Liberties, chance: Chance): string =>
  errors && chance.once(4) ? chance.of(['ERROR', 'DROPPED']) : 'OKAY';

/** A frame of one slot, and sometimes more; seldom one that is too long to be sent. */
function sendOf({ features }: Liberties, chance: Chance): string {
  const chains = features.has('tx-chains');
  const offloads = ['gso', 'csum'].filter((each) => features.has(`tx-${each}`));
  const slots =
    chains && chance.once(2) ? (chance.once(8) ? XEN_NETIF_NR_SLOTS_MIN : 2 + chance.below(3)) : 1;
  const offload = offloads.length > 0 && chance.once(3) ? `:${chance.of(offloads)}` : '';
  return slots === 1 && offload === '' ? 'send' : `send:${slots}${offload}`;
}

function rxMoves(rx: RxSide, isPaused: boolean, may: Liberties, chance: Chance): readonly Move[] {
  const taken = rx.unanswered.filter(({ taken }) => taken);
  const filled = taken.findIndex(({ wrote }) => wrote === undefined);
  const inRow = filled === -1 ? taken.length : filled;
  const untaken = rx.unanswered.length - taken.length;
  const posted = rx.unanswered.length;
  // A packet that was begun has the next slots.
  const isBetween = rx.rest === 0;
  return [
    ...when(untaken > 0, 16, () => batch('rx.take', some(chance, untaken))),
    ...when(inRow < taken.length, 20, () => batch(`fill:${inRow + 1}`, some(chance, taken.length - inRow))),
    ...when(isBetween && inRow > 0, 24, () => batch('rx.answer:1', some(chance, inRow))),
    ...when(
      isBetween && taken.length > 0 && may.errors,
      4,
      () => `rx.answer:1:${chance.of(['ERROR', 'DROPPED'])}`,
    ),
    ...when(isBetween && posted > 0 && taken.length === 0, 20, () => packetOf(posted, may, chance)),
    ...when(!isBetween && posted > 0, 20, () => `rest:${some(chance, Math.min(rx.rest, posted))}`),
    ...when(!isPaused && rx.held.length > 0, rx.sizes.copy ? 8 : 24, () => {
      const k = 1 + chance.below(rx.held.length);
      return batch(`return:${k}`, some(chance, rx.held.length - k + 1));
    }),
    ...move(2, () => `rx.arm:${some(chance, rx.sizes.nr_ents)}`),
  ];
}

/** A packet of which so many slots at most can be published now. */
function packetOf(posted: number, { features, errors }: Liberties, chance: Chance): string {
  const [chains, gso, csum] = ['chains', 'gso', 'csum'].map((each) => features.has(`rx-${each}`));
  const slot = (): string => (errors && chance.once(8) ? 'e' : 'd');
  const extras =
    gso === true && chance.once(2) ? (errors && chance.once(6) ? chance.of(['u', 'z', 'xu']) : 'x') : '';
  const blank = csum === true ? ['b'] : [];
  const first = chance.of(['d', slot(), ...blank, ...(extras.includes('x') ? ['n'] : [])]);
  const more =
    chains === true && chance.once(2) ? Array.from({ length: 1 + chance.below(4) }, slot).join('') : '';
  const letters = `${first}${extras}${more}`;
  const count = Math.min(letters.length, posted);
  const now = chance.once(3) ? 1 + chance.below(count) : count;
  return now === letters.length ? `packet:${letters}` : `packet:${letters}:${now}`;
}
