/**
 * Small changes to a log, chosen at random. The more of them a validator notices, the more it is worth.
 *
 * Changed are a ring's events, and not the text of a recording, which has some values twice. So the specification has to
 * notice a change, and not the reader.
 */
import { match } from 'ts-pattern';
import type { RingName } from '../replay/netif.js';
import { type Event, type Op, OPERATIONS, type RingLog } from './event.js';
import type { Branch } from './module.js';

/** How an event is changed. */
export type Change = 'drop' | 'swap' | 'repeat' | 'field';

/** A changed log: the ring's own events up to some point, and then others. */
export interface Mutation {
  readonly change: Change;
  readonly ring: RingName;
  /** The number of the changed event in the log, from 1. */
  readonly number: number;
  /** What is changed, in words. */
  readonly what: string;
  readonly branch: Branch;
}

/** A change is noticed if at most so many events of the log lie between it and the impossible one. */
export const HORIZON = 50;
/** So many events are tried, to tell a change that is noticed later from one that never is. */
export const LOOKED_AT = 1_000;

const CHANGES: readonly Change[] = ['drop', 'swap', 'repeat', 'field'];

/** This many changes, the same each time for the same seed. */
export function mutations(log: Pick<RingLog, 'events'>, count: number, seed: number): readonly Mutation[] {
  const random = randomFrom(seed);
  const rings = { tx: ofRing(log, 'tx'), rx: ofRing(log, 'rx') };
  const found: Mutation[] = [];
  while (found.length < count) {
    const number = 1 + random(log.events.length);
    const { ring } = log.events[number - 1]!;
    const change = CHANGES[random(CHANGES.length)]!;
    const mutation = mutate(rings[ring], ring, number, change, random);
    if (mutation !== undefined) found.push(mutation);
  }
  return found;
}

/** The events of one ring, and the number of each in the log. */
interface OfRing {
  readonly events: readonly Event[];
  readonly numbers: readonly number[];
}

const ofRing = ({ events }: Pick<RingLog, 'events'>, ring: RingName): OfRing => {
  const numbers = events.flatMap((event, i) => (event.ring === ring ? [i + 1] : []));
  return { numbers, events: numbers.map((number) => events[number - 1]!) };
};

/** The change, or undefined where it would change nothing. */
function mutate(
  { events, numbers }: OfRing,
  ring: RingName,
  number: number,
  change: Change,
  random: Random,
): Mutation | undefined {
  const at = numbers.indexOf(number);
  const event = events[at]!;
  const changed = (what: string, patch: readonly Event[], resume: number): Mutation => {
    // As far as LOOKED_AT events of the log reach on this ring.
    const end = numbers.findIndex((other) => other > number + LOOKED_AT);
    const rest = (end < 0 ? events.length : end) - resume;
    return {
      change,
      ring,
      number,
      what,
      branch: { at, patch, resume, length: patch.length + Math.max(0, rest) },
    };
  };
  return match(change)
    .with('drop', () => changed(event.op, [], at + 1))
    .with('repeat', () => changed(event.op, [event, event], at + 1))
    .with('swap', () => {
      // With the next of the same hand: what two hands do next to each other may have no order.
      const other = events.findIndex((one, i) => i > at && isSameHand(one, event));
      if (other < 0 || isSame(event, events[other]!)) return undefined;
      const patch = [events[other]!, ...events.slice(at + 1, other), event];
      return changed(`${event.op} and ${events[other]!.op}`, patch, other + 1);
    })
    .with('field', () => {
      const names = Object.keys(OPERATIONS[event.op].fields).filter((name) => event[name] !== undefined);
      if (names.length === 0) return undefined;
      const name = names[random(names.length)]!;
      const [value, what] = otherValue(event, name, random);
      return changed(`${event.op} ${what}`, [{ ...event, [name]: value }], at + 1);
    })
    .exhaustive();
}

/** The operations of an end's hand that produces. Its other hand consumes; see ProgramOrder. */
const PRODUCING: ReadonlySet<Op> = new Set([
  ...(['GNT_GRANT', 'REQ_WRITE', 'SET_REQ_PROD', 'READ_REQ_EVENT', 'NOTIFY'] as const),
  ...(['RSP_WRITE', 'SET_RSP_PROD', 'READ_RSP_EVENT'] as const),
]);

const isSameHand = (a: Event, b: Event): boolean =>
  a.side === b.side && PRODUCING.has(a.op) === PRODUCING.has(b.op);

const isSame = (a: Event, b: Event): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Another value for a field: one near it as often as any, since near ones are the mistakes that are made. */
function otherValue(
  event: Event,
  name: string,
  random: Random,
): readonly [number | readonly number[], string] {
  const value = event[name] as number | readonly number[];
  if (typeof value !== 'number') {
    const half = random(value.length);
    const other = near(value[half]!, 0xffff, random);
    return [value.with(half, other), `${name}[${half}] ${value[half]} -> ${other}`];
  }
  const isBit = name === 'notify' || name === 'ro';
  const most = name === 'off' || name === 'len' ? 0xffff : 0xffffffff;
  const other = isBit ? 1 - value : near(value, most, random);
  return [other, `${name} ${value} -> ${other}`];
}

function near(value: number, most: number, random: Random): number {
  for (;;) {
    const other = random(2) === 0 ? value + 1 + random(8) - random(16) : random(most + 1);
    if (other !== value && other >= 0 && other <= most) return other;
  }
}

type Random = (below: number) => number;

/** mulberry32: a whole number from 0, the same sequence for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
