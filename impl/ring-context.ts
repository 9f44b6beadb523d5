/** The state that a frontend keeps of either ring of netif.h: its indices, its ids, and the buffers of a pool. */
import { type Block, type IdScheme, isIdAvailable, type IdState } from './ids.js';
import { type List, listOf } from './list.js';
import { type FrontRing, frontRing, type RingIdx, slotNumber } from './ring.js';
import { consumed } from './ring-front.js';
import type { Runner } from './runner.js';

/** How a ring is laid out and run, whichever it is. Constants of the specification. */
export interface RingConfig {
  /** Slots in the ring, a power of two up to 256. */
  readonly nr_ents: number;
  /** Where the indices start. 0 in ring.h; near 2^32 to cross the wrap soon. */
  readonly first: RingIdx;
  /** How ids are chosen. */
  readonly scheme: IdScheme;
  /** How many ids there are, up to 65536. */
  readonly ids: number;
  /** Slots of the longest packet, extras included; XEN_NETIF_NR_SLOTS_MIN if absent. */
  readonly maxSlots?: number;
  /** What runs the machine; its table if absent. */
  readonly runner?: Runner;
}

/** The state. Never changed, only replaced. */
export interface RingContext<Config extends RingConfig = RingConfig> {
  readonly config: Config;
  readonly ring: FrontRing;
  readonly ids: IdState;
  /** The free buffers. The one freed last is used next. */
  readonly pool: List<Block>;
  /** For each buffer the grant reference of its page, or null while it has none. */
  readonly grefs: readonly (number | null)[];
}

/** The state before anything is on the ring. All buffers are free; there are as many as `grefs`. */
export const ringContext = <Config extends RingConfig>(
  config: Config,
  grefs: readonly (number | null)[],
): RingContext<Config> => ({
  config,
  ring: frontRing(config.nr_ents, config.first),
  ids: config.scheme.init(config.ids),
  pool: listOf([...grefs.keys()]),
  grefs,
});

/** The slot at `rsp_cons`, which is consumed next. */
export const slotAtCons = ({ ring }: RingContext): number => slotNumber(ring, ring.rsp_cons);

/** `AnsweredBlock`: the buffer that a response at `rsp_cons` with this id frees; null where none is in flight. */
export const answeredBlock = (context: RingContext, id: number): Block | null =>
  context.config.scheme.answeredBlock(context.ids, id, slotAtCons(context));

/** The response at `rsp_cons` is taken for the request that has this id. */
export const takeResponse = (context: RingContext, id: number): Pick<RingContext, 'ids' | 'ring'> => ({
  ids: context.config.scheme.unregister(context.ids, id, slotAtCons(context)),
  ring: consumed(context.ring),
});

/** Guards of both machines. */
export const ringGuards = {
  isIdAvailable: ({ context: { config, ids } }: { readonly context: RingContext }) =>
    isIdAvailable(config.scheme, ids),
};
