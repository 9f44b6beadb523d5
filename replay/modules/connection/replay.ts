/**
 * The replay of Connection: the front is the implementation, on a XenStore in memory. What back, toolstack and Xen do is done
 * to the store as the trace has it. Rings are numbers, as in the specification.
 */
import type { Args } from '../../../graph/args.js';
import { MemoryStore } from '../../../impl/back/memory-store.js';
import {
  type ConnectionAction,
  type ConnectionArgs,
  ConnectionDriver,
} from '../../../impl/connection/driver.js';
import type { connectionMachine } from '../../../impl/connection/machine.js';
import type { Offer } from '../../../impl/connection/offer.js';
import type { QueueKeys } from '../../../impl/connection/ring-keys.js';
import type { Rings } from '../../../impl/connection/rings.js';
import { placeOf } from '../../../impl/connection/state.js';
import type { Runner } from '../../../impl/runner.js';
import type { Value } from '../../../tlc/index.js';
import type { Difference, Divergence, FrontStep, Replay } from '../../replay.js';
import { Column, type Rows } from '../../rows.js';
import { framesOf } from './args.js';
import { ExpectedStore, FRONT, numberFor } from './expected.js';

/** What traces of Connection are replayed against: the reference implementation, but for what the tests give. */
export interface ConnectionTarget {
  readonly runner?: Runner;
  readonly machine?: typeof connectionMachine;
  readonly driver?: typeof ConnectionDriver;
}

const PLAIN_ACTIONS = [
  ...(['FrontReadState', 'FrontPrepare', 'FrontWriteKeys', 'FrontConnect', 'FrontSeeConnected'] as const),
  ...(['FrontAnswerClose', 'FrontClosing', 'FrontClosed', 'FrontTimeout', 'FrontRelease'] as const),
  ...(['FrontReopen', 'FrontGone', 'FrontProbe', 'FrontReset', 'FrontRestarted'] as const),
] satisfies readonly ConnectionAction[];

const FRAME_ACTIONS = [
  ...(['AppSend', 'FrontPut', 'FrontDrop', 'FrontDropHeld', 'FrontTakeAnswer'] as const),
] satisfies readonly ConnectionAction[];

/** What befalls a front: it is a disturbance, and the front has to do something at once. */
const BEFALLS = [
  ...(['FrontSetUpFails', 'FrontCrash', 'ToolMigrate', 'AppClose', 'AppOpen'] as const),
] satisfies readonly ConnectionAction[];

/** The actions of the front and of the application. */
export const CONNECTION_FRONT_ACTIONS: readonly ConnectionAction[] = [
  ...PLAIN_ACTIONS,
  ...FRAME_ACTIONS,
  ...BEFALLS,
  'FrontFreesKept',
];

/** The actions of the back, the toolstack and Xen. */
export const CONNECTION_BACK_ACTIONS: readonly string[] = [
  ...['BackReadState', 'BackOffer', 'BackMap', 'BackConnect', 'BackRefuse', 'BackClose', 'BackClosed'],
  ...['BackShow', 'BackAnswer', 'BackSleep', 'BackEnds', 'BackCrash', 'BackRestart', 'BackMapFails'],
  ...['ToolRemove', 'ToolTakesDead', 'ToolUnplug', 'ToolForceRemove', 'ToolPlug', 'XenUnmap'],
];

const IS_FRONT: ReadonlySet<string> = new Set(CONNECTION_FRONT_ACTIONS);

/** The rings of an incarnation, of which only its pages matter. */
class NumberedRings implements Rings {
  state: 'granted' | 'released' | 'forgotten' = 'granted';

  constructor(
    readonly queues: readonly QueueKeys[],
    readonly isMapped: () => boolean,
  ) {}

  release(): boolean {
    if (this.state !== 'forgotten') this.state = this.isMapped() ? 'granted' : 'released';
    return this.state === 'granted';
  }

  forget(): void {
    this.state = 'forgotten';
  }
}

/** Replays paths through states of Connection. */
export class ConnectionReplay implements Replay {
  readonly #names: readonly string[];
  readonly #columns: Readonly<Record<string, Column<Value>>>;
  #store!: ExpectedStore;
  #driver!: ConnectionDriver;
  #row = 0;
  #rings: NumberedRings[] = [];
  /** What the application was told of a frame, and how often. */
  #told: Record<string, readonly string[]> = {};
  #shapes: Record<string, boolean> = {};

  constructor(
    readonly rows: Rows,
    readonly constants: { readonly frames: readonly string[]; readonly wish: number },
    readonly target: ConnectionTarget = {},
  ) {
    this.#names = constants.frames;
    this.#columns = Object.fromEntries(
      rows.variables.map((name) => [name, new Column(rows, name, (value) => value)]),
    );
  }

  start(row: number): Divergence | null {
    this.#store = new ExpectedStore(this.rows, new MemoryStore());
    this.#store.plug();
    this.#row = row;
    this.#rings = [];
    this.#told = {};
    this.#shapes = {};
    const { runner, machine, driver = ConnectionDriver } = this.target;
    this.#driver = new driver(
      this.#store.store,
      FRONT,
      {
        makeRings: (offer) => this.#makeRings(offer),
        put: (frame, sg) => {
          this.#shapes[this.#names[frame]!] = sg;
        },
        tell: (frame, told) => {
          const name = this.#names[frame]!;
          this.#told[name] = [...(this.#told[name] ?? []), told === 'dropped' ? told : 'sent'];
        },
      },
      { ...(runner && { runner }), ...(machine && { machine }) },
    );
    return this.#compare(0, 'Init', {}, row);
  }

  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    this.#row = from;
    if (!IS_FRONT.has(action)) {
      this.#store.step(action, from, to);
      this.#driver.isLookDue = this.#is('frontLook', to);
      return this.#compare(number, action, args, to);
    }
    if (action === 'ToolMigrate') this.#store.plug();
    if (!this.#attempt(action as ConnectionAction, args))
      return { kind: 'refused', step: number, action, args };
    return this.#compare(number, action, args, to);
  }

  candidates(row: number): readonly FrontStep[] {
    const phase = this.#text('frontPhase', row);
    const frames = framesOf(this.#value('frames', row));
    const pages = this.#value('pages', row) as readonly Value[];
    const befalls: readonly ConnectionAction[] = [
      ...(phase === 'prepared' || phase === 'written' ? [] : (['FrontSetUpFails'] as const)),
      ...(phase === 'gone' ? (['FrontCrash', 'ToolMigrate'] as const) : []),
      this.#text('wish', row) === 'open' ? 'AppOpen' : 'AppClose',
    ];
    return [
      ...[...PLAIN_ACTIONS, ...befalls].map((action) => ({ action, args: {} })),
      // The number of a frame that is done may be another frame's, which a trace does not have.
      ...this.#names
        .filter((frame) => frames[frame]!.at !== 'done')
        .flatMap((frame) => FRAME_ACTIONS.map((action) => ({ action, args: { frame } }))),
      ...pages.map((_, i) => ({ action: 'FrontFreesKept', args: { ring: i + 1 } })),
    ];
  }

  refuses(number: number, { action, args }: FrontStep, row: number): Divergence | null {
    this.#row = row;
    if (this.#attempt(action as ConnectionAction, args))
      return { kind: 'accepted', step: number, action, args };
    return this.#compare(number, action, args, row);
  }

  #attempt(action: ConnectionAction, args: Args): boolean {
    const given: ConnectionArgs = {
      ...(args.ring !== undefined && { ring: args.ring as number }),
      ...(args.frame !== undefined && { frame: this.#names.indexOf(args.frame as string) }),
      ...(action === 'FrontTakeAnswer' &&
        framesOf(this.#value('frames', this.#row))[args.frame as string]?.at === 'answered' && {
          status: 'OKAY' as const,
        }),
    };
    return this.#driver.step(action, given);
  }

  #makeRings({ queues, split }: Offer): Rings {
    const incarnation = this.#rings.length + 1;
    const number = Math.min(queues, this.constants.wish);
    const keys = Array.from({ length: number }, (_, queue) => ({
      tx: numberFor(incarnation, queue, 'tx'),
      rx: numberFor(incarnation, queue, 'rx'),
      ports: split
        ? { tx: numberFor(incarnation, queue, 'port-tx'), rx: numberFor(incarnation, queue, 'port-rx') }
        : { both: numberFor(incarnation, queue, 'both') },
    }));
    const rings = new NumberedRings(keys, () => this.#isMapped(incarnation));
    this.#rings.push(rings);
    return rings;
  }

  #isMapped(incarnation: number): boolean {
    const left = this.#value('left', this.#row) as { readonly '#set': readonly Value[] };
    return this.#value('backRing', this.#row) === incarnation || left['#set'].includes(incarnation);
  }

  #value(name: string, row: number): Value {
    return this.#columns[name]!.value(row);
  }

  #text(name: string, row: number): string {
    return String(this.#value(name, row));
  }

  #is(name: string, row: number): boolean {
    return this.#value(name, row) === true;
  }

  #compare(step: number, action: string, args: Args, row: number): Divergence | null {
    for (const found of this.#pairs(row)) {
      const [what, expected, actual] = found;
      if (expected !== actual) return { kind: 'diverged', step, action, args, what, expected, actual };
    }
    return null;
  }

  /** What is compared: what it is, what it must be, and what it is now. */
  *#pairs(row: number): Iterable<readonly [string, Difference['expected'], Difference['actual']]> {
    const { context } = this.#driver.place;
    const store = this.#store;
    yield ['the directory of the front', store.expected(row), store.actual()];
    yield ["the back's state", store.backState(row) ?? 'none', store.backNow() ?? 'none'];
    yield ['frontPhase', this.#text('frontPhase', row), this.#driver.phase];
    yield ['frontSaw', this.#text('frontSaw', row), context.saw];
    yield ['frontLook', this.#is('frontLook', row), this.#driver.isLookDue];
    yield ['wish', this.#text('wish', row), context.wish];
    yield ['incarnation', Number(this.#value('incarnation', row)), context.incarnation];
    yield ['agreed', JSON.stringify(this.#value('agreed', row)), agreedText(context.agreed)];
    const isOwn =
      this.#text('frontState', row) !== 'Unknown' &&
      this.#value('frontDevice', row) === this.#value('device', row);
    this.#driver.directory.begin();
    yield ['the directory is its own', isOwn, this.#driver.directory.isOwn];
    for (const [i, pages] of (this.#value('pages', row) as readonly string[]).entries())
      yield [`pages of connection ${i + 1}`, pages, this.#pages(i)];
    for (const [n, name] of this.#names.entries()) {
      const frame = framesOf(this.#value('frames', row))[name]!;
      const at = String(frame.at);
      const isOnRing = ['ring', 'shown', 'answered'].includes(at);
      const place = isOnRing ? 'ring' : at === 'held' ? 'held' : 'nowhere';
      yield [`frame ${name}`, place, placeOf(context, n) ?? 'nowhere'];
      const told = frame.told === 'nothing' ? 'nothing' : String(frame.told);
      yield [`told of frame ${name}`, told, this.#told[name]?.join(', then ') ?? 'nothing'];
      if (isOnRing) yield [`frame ${name} in several slots`, frame.sg === true, this.#shapes[name] === true];
    }
  }

  #pages(i: number): string {
    const { hasRings, incarnation, kept } = this.#driver.place.context;
    const isHeld = this.#rings[i]?.state === 'granted';
    if (kept.includes(i + 1)) return isHeld ? 'kept' : 'kept, and free';
    if (hasRings && incarnation === i + 1) return isHeld ? 'granted' : 'granted, and free';
    return isHeld ? 'leaked' : 'free';
  }
}

const agreedText = ({ queues, sg, split }: Offer): string => JSON.stringify({ queues, sg, split });
