/**
 * What becomes of a packet's pages when a slot of it is released: they wait for the rest of the packet, go to the
 * application with it, or go back to the pool. None is ever left out, and none is in two places.
 */
import { type List, push } from './list.js';
import { XEN_NETIF_NR_SLOTS_MIN } from './netif.js';
import type { RxContext } from './rx.js';
import { type Answered, type Chain, type DropReason, follow, isWhole, NO_CHAIN } from './rx-chain.js';
import { sure } from './sure.js';

/** A packet that is dropped: the slot that is wrong with it, and what is. */
export interface Failure {
  readonly answered: Answered;
  readonly reason: DropReason;
}

const NOTHING_DONE = { done: null, said: null } as const;

/** The chain when the slot that was consumed is in it. */
const followed = ({ config, chain, done, said }: RxContext): Chain =>
  follow(chain, sure(done), sure(said), {
    slots: config.maxSlots ?? XEN_NETIF_NR_SLOTS_MIN,
    pages: config.pages,
  });

/** Is the packet whole and good with this slot? */
export const hasFrame = (context: RxContext): boolean => {
  const chain = followed(context);
  return isWhole(chain) && chain.dropped === null;
};

/** Is nothing wrong with the packet until now? */
export const isGood = (context: RxContext): boolean => followed(context).dropped === null;

/** What is told of a packet that is dropped: its slot that is wrong, and why. Null where it has been told before. */
export const failure = (context: RxContext): Failure | null => {
  const reason = followed(context).dropped;
  return reason === null || context.chain.dropped !== null ? null : { answered: sure(context.done), reason };
};

/** The pages that go back to the pool when the packet is dropped: those that have come, and this one. */
export const droppedPages = ({ chain, done }: RxContext): readonly number[] => [
  ...pagesOf(chain),
  sure(done).page,
];

/** The page of an extra holds nothing, and is free at once. */
export const extraPages = ({ done, said }: RxContext): readonly number[] =>
  'extra' in sure(said) ? [sure(done).page] : [];

/** The pages of a packet, in order. */
export const pagesOf = ({ fragments }: Pick<Chain, 'fragments'>): readonly number[] =>
  fragments.map(({ page }) => page);

/** RxRelease of the last slot of a packet: its page is the frontend's again, and the packet is still to be handed up. */
export const release = (context: RxContext): Partial<RxContext> => {
  const pages = extraPages(context);
  return {
    grefs: context.grefs.with(sure(context.done).page, null),
    pool: freed(context.pool, pages),
    chain: followed(context),
    ...(pages.length > 0 && NOTHING_DONE),
  };
};

/** RxRelease of another slot: what it has joins the chain. */
export const gather = (context: RxContext): Partial<RxContext> => ({ ...release(context), ...NOTHING_DONE });

/** RxRelease where the packet is dropped: every page that it has had is free at once. */
export const recover = (context: RxContext): Partial<RxContext> => {
  const chain = followed(context);
  return {
    ...release(context),
    pool: freed(context.pool, droppedPages(context)),
    ...NOTHING_DONE,
    chain: isWhole(chain) ? NO_CHAIN : chain,
  };
};

/** RxDeliver with a copy: the pages are free, and used next. */
export const free = ({ pool, chain }: RxContext): Partial<RxContext> => ({
  pool: freed(pool, pagesOf(chain)),
  ...NOTHING_DONE,
  chain: NO_CHAIN,
});

/** RxDeliver without a copy: each page is the application's until it gives it back. */
export const handUp = ({ held, chain }: RxContext): Partial<RxContext> => {
  const pages = new Set(pagesOf(chain));
  return {
    held: held.map((isHeld, page) => isHeld || pages.has(page)),
    ...NOTHING_DONE,
    chain: NO_CHAIN,
  };
};

/** The pool with the pages of a packet before all others, in the packet's order. */
const freed = (pool: List<number>, pages: readonly number[]): List<number> => pages.reduceRight(push, pool);
