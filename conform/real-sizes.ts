/**
 * The cases at the sizes that a driver has: 256 slots and indices from 0, where it is one for production. What fills a small
 * ring in three steps has to fill this one, so each step is done as often as the ring is larger.
 */
import { match } from 'ts-pattern';
import type { RingName } from '../replay/netif.js';
import { type Case, hasDevice, type Observation, onlyRing } from './case.js';
import { type Step, stepsOf } from './steps.js';

/** The sizes of a driver that can have no others. */
export interface RealSizes {
  /** Slots of each ring, a power of two; those of the case if left out. */
  readonly nr_ents?: number;
  /** Where indices start; as in the case if left out. */
  readonly first?: number;
}

type Sizes = NonNullable<Case['start']['tx']>;

/** Cases at other sizes, and how many were left out. */
export interface Resized {
  readonly cases: readonly Case[];
  /** Those that become what another case is already. */
  readonly alike: number;
  /** Those of a larger ring, and those in which a page stays mapped: the backend of a large ring copies. */
  readonly impossible: number;
}

/** The cases at these sizes, each once. */
export function atRealSizes(cases: readonly Case[], real: RealSizes): Resized {
  const possible = cases.flatMap((given) => (given.cannot === true ? [given] : resizedCase(given, real)));
  const seen = new Set<string>();
  const unlike = possible.filter(({ name: _, needs: __, ...what }) => {
    const key = JSON.stringify(what);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
  return {
    cases: unlike,
    alike: possible.length - unlike.length,
    impossible: cases.length - possible.length,
  };
}

function resizedCase(given: Case, real: RealSizes): readonly Case[] {
  const { see, ...rest } = given;
  const { tx, rx } = given.start;
  const steps = hasDevice(given) ? [] : stepsOf(given.steps, onlyRing(given));
  const larger = (sizes: Sizes | undefined): number =>
    sizes === undefined ? 1 : (real.nr_ents ?? sizes.nr_ents) / sizes.nr_ents;
  const times = { tx: larger(tx), rx: larger(rx) };
  if (Math.min(times.tx, times.rx) < 1) return [];
  const isLarger = Math.max(times.tx, times.rx) > 1;
  if (isLarger && steps.some((step) => step.do === 'mapped')) return [];
  // Only one packet at a time can wait for its rest. A ring is then not filled, and a graph says nothing of it.
  const isCut = steps.some((step) => step.do === 'packet' && step.count < step.letters.length);
  const by = isCut ? { tx: 1, rx: 1 } : times;
  // The rings of a device start at 0.
  const sizes = hasDevice(given) ? { ...real, first: 0 } : real;
  const start = {
    ...(tx && { tx: resizedRing(tx, times.tx, sizes) }),
    ...(rx && { rx: { ...rx, ...resizedRing(rx, times.rx, sizes) } }),
    ...(given.start.device !== undefined && { device: given.start.device }),
  };
  // Answers to as many packets are not answers to all slots of each, where they have several.
  const keepsSee = see !== undefined && !(isLarger && (isCut || steps.some(hasSlots)));
  return [
    {
      ...{ ...rest, start, steps: hasDevice(given) ? given.steps : resizedSteps(given, by) },
      ...(keepsSee && { see: see.map((each) => timesAsMuch(each, tx === undefined ? by.rx : by.tx)) }),
    },
  ];
}

const hasSlots = (step: Step): boolean =>
  (step.do === 'send' && (step.requests > 1 || step.offload === 'gso')) ||
  (step.do === 'packet' && step.letters.length > 1);

/** A pool that is larger than its ring looks like one of the same size, and no driver has to have it. */
const resizedRing = (sizes: Sizes, times: number, { first = sizes.first }: RealSizes): Sizes => {
  const nr_ents = sizes.nr_ents * times;
  const buffers = times === 1 ? sizes.buffers : Math.min(sizes.buffers, sizes.nr_ents) * times;
  return { nr_ents, first, buffers, ids: Math.max(sizes.ids, times === 1 ? 0 : nr_ents) };
};

const timesAsMuch = ({ requests, sent, received, ...more }: Observation, times: number): Observation => ({
  ...(requests !== undefined && { requests: requests * times }),
  ...more,
  ...(sent && { sent: sent.flatMap((status) => new Array<number>(times).fill(status)) }),
  ...(received !== undefined && { received: received * times }),
});

/** The same words and brackets; what is done to the k-th is done to as many from there on. */
function resizedSteps(given: Case, by: Readonly<Record<RingName, number>>): string {
  const only = onlyRing(given);
  return given.steps.replaceAll(/(?:[tr]x\.)?[a-z]+(?::\w+)*(?:\*\d+)?/g, (text) => {
    const [step] = stepsOf(text, only) as [Step];
    return resizedStep(step, by);
  });
}

function resizedStep(step: Step, by: Readonly<Record<RingName, number>>): string {
  const word = step.text.replace(/\*\d+$/, '');
  const batch = (text: string, times: number): string =>
    step.times * times === 1 ? text : `${text}*${step.times * times}`;
  const from = (k: number, times: number): string => word.replace(/:\d+/, () => `:${(k - 1) * times + 1}`);
  return match(step)
    .with({ do: 'send' }, { do: 'null' }, () => batch(word, by.tx))
    .with({ do: 'take' }, ({ ring }) => batch(word, by[ring]))
    .with({ do: 'packet' }, () => batch(word, by.rx))
    .with({ do: 'answer' }, ({ k, ring }) => batch(from(k, by[ring]), by[ring]))
    .with({ do: 'fill' }, { do: 'return' }, ({ k }) => batch(from(k, by.rx), by.rx))
    .with({ do: 'read' }, ({ k }) => from(k, by.tx))
    .with({ do: 'oversized' }, ({ k }) => from(k, by.rx))
    .with({ do: 'mapped' }, ({ k, ring }) => from(k, by[ring]))
    .with({ do: 'arm' }, ({ ahead, ring }) => (ahead < 1 ? step.text : from(ahead, by[ring])))
    .otherwise(() => step.text);
}
