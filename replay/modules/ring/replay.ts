/**
 * The replay of Ring: both ends are the implementation, on one page. The trace is their scheduler, and it raises the
 * events that nobody sent.
 *
 * Ours never publishes a response that nobody requested (BackOverrun). From that step on, the back's steps are copied to
 * memory as the trace has them.
 */
import { SharedRing } from '../../../impl/ring.js';
import type { BackEvent, backMachine } from '../../../impl/ring/back-machine.js';
import type { Port } from '../../../impl/ring-front.js';
import { BackEnd, FrontEnd, type RingUser } from '../../../impl/ring/ends.js';
import type { FrontEvent, frontMachine } from '../../../impl/ring/front-machine.js';
import type { Args } from '../../../graph/args.js';
import { ComparedMemory } from '../../compared-memory.js';
import type { IndexName } from '../../expected-ring.js';
import { PAGE } from '../../netif.js';
import { type Difference, type Divergence, type FrontStep, plainSteps, type Replay } from '../../replay.js';
import { Column, type Rows } from '../../rows.js';
import type { Runner } from '../../../impl/runner.js';
import { firstIndex } from '../../target.js';
import type { RingConstants } from './constants.js';
import { ExpectedNumberedRing, hexOf, KIND, numberedSlot, SLOT } from './expected.js';

/** What traces of Ring are replayed against: the reference implementation, but for what the tests give. */
export interface RingTarget {
  /** Where the indices start: a number that is `First` modulo `M`. 2^32-1 if absent. */
  readonly first?: number;
  /** What runs the machines; their tables if absent. */
  readonly runner?: Runner;
  readonly frontMachine?: typeof frontMachine;
  readonly backMachine?: typeof backMachine;
  readonly frontEnd?: typeof FrontEnd;
  readonly backEnd?: typeof BackEnd;
}

/** The actions of the front. */
export const RING_FRONT_ACTIONS: readonly FrontEvent['type'][] = [
  ...([
    'FrontWriteRequest',
    'FrontPushRequests',
    'FrontCheckNotify',
    'FrontWake',
    'FrontReadRspProd',
  ] as const),
  ...(['FrontConsumeResponse', 'FrontArm', 'FrontFinalCheck', 'FrontPushNothing'] as const),
];

/** The actions of the back. */
export const RING_BACK_ACTIONS: readonly BackEvent['type'][] = [
  ...([
    'BackWake',
    'BackReadReqProd',
    'BackTakeRequest',
    'BackArm',
    'BackFinalCheck',
    'BackPushNothing',
  ] as const),
  ...(['BackWriteResponse', 'BackPushResponses', 'BackCheckNotify'] as const),
];

const IS_FRONT: ReadonlySet<string> = new Set(RING_FRONT_ACTIONS);
const IS_BACK: ReadonlySet<string> = new Set(RING_BACK_ACTIONS);

const FRONT_INDICES = ['req_prod_pvt', 'req_prod', 'reqChecked', 'rsp_cons', 'rspSeen'] as const;
const BACK_INDICES = ['rsp_prod_pvt', 'rsp_prod', 'rspChecked', 'req_cons'] as const;

/** The bits of an event channel. */
interface Bits {
  front: boolean;
  back: boolean;
}

const portOf = (bits: Bits, mine: keyof Bits, peer: keyof Bits): Port => ({
  get pending() {
    return bits[mine];
  },
  clearPending: () => {
    bits[mine] = false;
  },
  notify: () => {
    bits[peer] = true;
  },
});

/** Replays paths through states of Ring. */
export class RingReplay implements Replay {
  readonly #memory: ExpectedNumberedRing;
  readonly #poller: Column<string>;
  readonly #taker: Column<string>;
  readonly #broken: Column<boolean>;
  readonly #frontPending: Column<boolean>;
  readonly #backPending: Column<boolean>;
  /** What either end has read in this step. */
  readonly #read: string[] = [];
  #bits: Bits = { front: false, back: false };
  #front!: FrontEnd;
  #back!: BackEnd;
  #hasOverrun = false;
  #compared!: ComparedMemory;

  /** @throws ToolError if `first` does not fit the model */
  constructor(
    rows: Rows,
    readonly constants: RingConstants,
    readonly target: RingTarget = {},
  ) {
    this.#memory = new ExpectedNumberedRing(rows, constants, firstIndex(target, constants));
    this.#poller = new Column(rows, 'poller', String);
    this.#taker = new Column(rows, 'taker', String);
    const isTrue = (value: unknown): boolean => value === true;
    this.#broken = new Column(rows, 'broken', isTrue);
    this.#frontPending = new Column(rows, 'frontPending', isTrue);
    this.#backPending = new Column(rows, 'backPending', isTrue);
  }

  start(row: number): Divergence | null {
    const { target, constants } = this;
    const runner = target.runner && { runner: target.runner };
    this.#memory.reset();
    this.#read.length = 0;
    this.#hasOverrun = false;
    this.#bits = { front: false, back: false };
    const shared = new SharedRing(new Uint8Array(PAGE), SLOT, constants.N);
    this.#front = new (target.frontEnd ?? FrontEnd)(
      shared,
      portOf(this.#bits, 'front', 'back'),
      this.#user(KIND.request),
      { ...constants.front, ...runner },
      this.#memory.first,
      target.frontMachine,
    );
    this.#back = new (target.backEnd ?? BackEnd)(
      shared,
      portOf(this.#bits, 'back', 'front'),
      this.#user(KIND.response),
      { ...constants.back, ...runner },
      target.backMachine,
    );
    this.#compared = new ComparedMemory(this.#memory, shared, []);
    return this.#compare(0, 'Init', {}, row);
  }

  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    if (!this.#isOurs(action)) {
      if (action.startsWith('Back')) this.#hasOverrun = true;
      this.#memory.step(action, args, from, to);
      this.#compared.copyRing();
      this.#bits.front = this.#frontPending.at(to);
      this.#bits.back = this.#backPending.at(to);
      return this.#compare(number, action, args, to);
    }
    const expected = this.#toRead(action, from);
    if (!this.#attempt(action)) return { kind: 'refused', step: number, action, args };
    this.#memory.step(action, args, from, to);
    const actual = this.#read.splice(0).join(', ') || 'nothing';
    if (expected !== actual)
      return { kind: 'diverged', step: number, action, args, ...readDifference(expected, actual) };
    return this.#compare(number, action, args, to);
  }

  candidates(): readonly FrontStep[] {
    return plainSteps(this.#hasOverrun ? RING_FRONT_ACTIONS : [...RING_FRONT_ACTIONS, ...RING_BACK_ACTIONS]);
  }

  refuses(number: number, { action, args }: FrontStep, row: number): Divergence | null {
    if (this.#attempt(action)) return { kind: 'accepted', step: number, action, args };
    return this.#compare(number, action, args, row);
  }

  #isOurs(action: string): boolean {
    return IS_FRONT.has(action) || (IS_BACK.has(action) && !this.#hasOverrun);
  }

  #attempt(action: string): boolean {
    return IS_FRONT.has(action)
      ? this.#front.send(this.#front.load(action as FrontEvent['type']))
      : this.#back.send(this.#back.load(action as BackEvent['type']));
  }

  #user(kind: number): RingUser {
    let number = 0;
    return { next: () => numberedSlot(kind, number++), onRead: (slot) => this.#read.push(hexOf(slot)) };
  }

  /** What the slot holds that this step must read. */
  #toRead(action: string, from: number): string {
    if (action === 'FrontConsumeResponse') return this.#memory.slotText('rsp_cons', from);
    return action === 'BackTakeRequest' ? this.#memory.slotText('req_cons', from) : 'nothing';
  }

  #compare(step: number, action: string, args: Args, row: number): Divergence | null {
    const found =
      this.#readDifference() ??
      this.#compared.difference() ??
      this.#frontDifference(row) ??
      (this.#hasOverrun ? null : this.#backDifference(row)) ??
      this.#eventDifference(row);
    return found === null ? null : { kind: 'diverged', step, action, args, ...found };
  }

  #readDifference(): Difference | null {
    return this.#read.length > 0 ? readDifference('nothing', this.#read.splice(0).join(', ')) : null;
  }

  #frontDifference(row: number): Difference | null {
    const { context, value } = this.#front.snapshot;
    const difference = this.#indexDifference(FRONT_INDICES, context.ring);
    if (difference !== null) return difference;
    const broken = this.#broken.at(row);
    if ((value === 'broken') !== broken) return { what: 'broken', expected: broken, actual: !broken };
    // A front that has given up on its back has no hands, in the implementation.
    if (typeof value === 'string') return null;
    const { req_prod, reqChecked } = this.#memory.indices;
    const { writer, poller } = value.running;
    return (
      handDifference('poller', this.#poller.at(row), poller) ??
      handDifference('writer', req_prod === reqChecked ? 'idle' : 'published', writer)
    );
  }

  #backDifference(row: number): Difference | null {
    const { context, value } = this.#back.snapshot;
    const { rsp_prod, rspChecked } = this.#memory.indices;
    return (
      this.#indexDifference(BACK_INDICES, context.ring) ??
      handDifference('taker', this.#taker.at(row), value.taker) ??
      handDifference('responder', rsp_prod === rspChecked ? 'idle' : 'published', value.responder)
    );
  }

  #indexDifference<Name extends IndexName>(
    names: readonly Name[],
    ring: Readonly<Record<Name, number>>,
  ): Difference | null {
    for (const name of names) {
      const expected = this.#memory.indices[name];
      if (ring[name] !== expected) return { what: name, expected, actual: ring[name] };
    }
    return null;
  }

  #eventDifference(row: number): Difference | null {
    const { front, back } = this.#bits;
    if (front !== this.#frontPending.at(row))
      return { what: 'frontPending', expected: !front, actual: front };
    return back === this.#backPending.at(row) ? null : { what: 'backPending', expected: !back, actual: back };
  }
}

const handDifference = (what: string, expected: string, actual: string): Difference | null =>
  expected === actual ? null : { what, expected, actual };

const readDifference = (expected: string, actual: string): Difference => ({
  what: 'read from the ring',
  expected,
  actual,
});
