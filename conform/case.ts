/**
 * A case for a port: the sizes of its rings, and what the backend, Xen and the application do. The steps do not say what
 * the frontend must do then. Where the case was made from a state graph, `see` has what the graph says of it.
 */
import { z } from 'zod';
import type { RingName } from '../replay/netif.js';

const RingSizes = z.strictObject({
  nr_ents: z.int().positive(),
  first: z.int().nonnegative(),
  buffers: z.int().positive(),
  ids: z.int().positive(),
});

/** The most slots, buffers or ids of a ring, and the most times of a step: more than any ring of Xen's has. */
export const LARGEST = 65_536;

/** The sizes in `start`. */
export const Sizes = z
  .strictObject({
    tx: RingSizes.optional(),
    rx: RingSizes.extend({ copy: z.boolean() }).optional(),
    device: z.string().min(1).optional().describe('The front attaches to the device of this directory.'),
  })
  .refine(({ tx, rx }) => tx !== undefined || rx !== undefined, 'neither a ring tx nor a ring rx')
  .refine(
    ({ tx, rx }) =>
      [tx, rx].every(
        (ring) =>
          ring === undefined ||
          (Math.max(ring.nr_ents, ring.buffers, ring.ids) <= LARGEST && ring.first < 2 ** 32),
      ),
    `a size is at most ${LARGEST}, and an index below 2^32`,
  )
  .refine(
    ({ device, tx, rx }) => device === undefined || (tx?.first === 0 && rx?.first === 0),
    'a device has both rings, which start at 0',
  );

/** What can be observed of the frontend from the step that wakes it until it rests, by the specification. */
export const Observation = z.strictObject({
  requests: z.int().nonnegative().optional().describe('How many it publishes; none if left out.'),
  notified: z.literal(true).optional().describe('The backend is notified.'),
  sent: z.array(z.int()).optional().describe('The statuses of the sends that it finishes, sorted.'),
  received: z.int().positive().optional().describe('How many frames it delivers.'),
});

/** One line of a file of cases. */
export const Case = z.strictObject({
  name: z.string().min(1),
  needs: z.array(z.string()).describe('The features without which a driver is not asked.'),
  start: Sizes,
  steps: z.string().describe('One word a step; see traces/PORTING.md.'),
  cannot: z.literal(true).optional().describe('No ring has these sizes, and the driver must say so.'),
  see: z
    .array(Observation)
    .optional()
    .describe('For each step that wakes the frontend, `start` being the first.'),
});

/** A case. */
export type Case = z.infer<typeof Case>;
/** What can be observed of the frontend after one input. */
export type Observation = z.infer<typeof Observation>;

/** Does its front attach to a device? Its steps are then other words (connection/words.ts). */
export const hasDevice = ({ start }: Pick<Case, 'start'>): boolean => start.device !== undefined;

/** The one ring that a case has; undefined if it has both. */
export const onlyRing = ({ start }: Pick<Case, 'start'>): RingName | undefined =>
  start.rx === undefined ? 'tx' : start.tx === undefined ? 'rx' : undefined;
