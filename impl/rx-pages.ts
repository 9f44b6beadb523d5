/**
 * The pages of a packet after a slot is released. They wait for the rest of the packet, go to the application with it,
 * or go back to the pool. Each page is in exactly one of these places.
 */
import { type List, push } from './list.js';
import { XEN_NETIF_NR_SLOTS_MIN } from './netif.js';
import type { RxContext } from './rx.js';
import {
  type AnsweredPage,
  type PartialPacket,
  type DropReason,
  append,
  isComplete,
  NO_PACKET,
} from './rx-chain.js';
import { sure } from './sure.js';

/** Why a packet is dropped, and the slot that was found to be bad. */
export interface Drop {
  readonly answered: AnsweredPage;
  readonly reason: DropReason;
}

const NOTHING_DONE = { done: null, info: null } as const;

/** The packet with the slot that was consumed. */
const appended = ({ config, chain, done, info }: RxContext): PartialPacket =>
  append(chain, sure(done), sure(info), {
    slots: config.maxSlots ?? XEN_NETIF_NR_SLOTS_MIN,
    pages: config.pages,
  });

/** Is the packet complete with this slot, and nothing wrong with it? */
export const hasFrame = (context: RxContext): boolean => {
  const chain = appended(context);
  return isComplete(chain) && chain.dropped === null;
};

/** Is nothing wrong with the packet so far? */
export const isGood = (context: RxContext): boolean => appended(context).dropped === null;

/** What is reported of a packet that is dropped. Null where it was reported at an earlier slot. */
export const drop = (context: RxContext): Drop | null => {
  const reason = appended(context).dropped;
  return reason === null || context.chain.dropped !== null ? null : { answered: sure(context.done), reason };
};

/** The pages that go back to the pool when the packet is dropped: those of earlier slots, and this one. */
export const droppedPages = ({ chain, done }: RxContext): readonly number[] => [
  ...pagesOf(chain),
  sure(done).page,
];

/** The page whose request an extra used up. It holds nothing, and is free at once. */
export const extraPages = ({ done, info }: RxContext): readonly number[] =>
  'extra' in sure(info) ? [sure(done).page] : [];

/** The pages of a packet, in order. */
export const pagesOf = ({ fragments }: Pick<PartialPacket, 'fragments'>): readonly number[] =>
  fragments.map(({ page }) => page);

/** RxRelease of the last slot of a packet: its page is the frontend's again, and the packet is to be delivered. */
export const release = (context: RxContext): Partial<RxContext> => {
  const pages = extraPages(context);
  return {
    grefs: context.grefs.with(sure(context.done).page, null),
    pool: freed(context.pool, pages),
    chain: appended(context),
    ...(pages.length > 0 && NOTHING_DONE),
  };
};

/** RxRelease of another slot: the packet waits for the next one. */
export const gather = (context: RxContext): Partial<RxContext> => ({ ...release(context), ...NOTHING_DONE });

/** RxRelease where the packet is dropped: every page that it had is free at once. */
export const recover = (context: RxContext): Partial<RxContext> => {
  const chain = appended(context);
  return {
    ...release(context),
    pool: freed(context.pool, droppedPages(context)),
    ...NOTHING_DONE,
    chain: isComplete(chain) ? NO_PACKET : chain,
  };
};

/** RxDeliver with a copy: the pages are free, and used next. */
export const free = ({ pool, chain }: RxContext): Partial<RxContext> => ({
  pool: freed(pool, pagesOf(chain)),
  ...NOTHING_DONE,
  chain: NO_PACKET,
});

/** RxDeliver without a copy: each page is the application's until AppReturn. */
export const handUp = ({ held, chain }: RxContext): Partial<RxContext> => {
  const pages = new Set(pagesOf(chain));
  return {
    held: held.map((isHeld, page) => isHeld || pages.has(page)),
    ...NOTHING_DONE,
    chain: NO_PACKET,
  };
};

/** The pool with the pages of a packet before all others, in the packet's order. */
const freed = (pool: List<number>, pages: readonly number[]): List<number> => pages.reduceRight(push, pool);
