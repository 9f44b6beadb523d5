/**
 * Exact replay: a trace drives the implementation step by step, and after each step the octets of ring and pool,
 * the grants, the events and the abstract state are what the specification says, or the first difference is told.
 *
 * The trace is the scheduler. The frontend's actions are given to the same driver and machine that an application
 * uses; the backend's are done to memory as the trace has them.
 */
import { type TxAction, type TxArgs, TxDriver } from '../impl/driver.js';
import { type IdScheme, idSchemes } from '../impl/ids.js';
import type { Done, TxEvent, TxSnapshot, txMachine } from '../impl/tx.js';
import { ToolError, type Value } from '../tlc/index.js';
import { type Args, functionValues } from './args.js';
import type { TxConstants } from './constants.js';
import { ExpectedMemory, FIRST_GREF, type IndexName } from './expected.js';
import { JudgeHost } from './judge-host.js';
import { hands, type Key, type Projection, projections, senderState } from './projection.js';
import { Column, type Rows } from './rows.js';

/** How the implementation went another way than the specification. Steps are counted from 1 in their path. */
export type Divergence = {
  readonly step: number;
  readonly action: string;
  readonly args: Args;
} & (
  | {
      /** The specification takes this step, and the implementation will not. */
      readonly kind: 'refused';
    }
  | {
      /** The specification does not allow this step after `step`, and the implementation takes it. */
      readonly kind: 'accepted';
    }
  | {
      /** After the step something is not what it must be. */
      readonly kind: 'diverged';
      /** The variable, or the place in memory. */
      readonly what: string;
      readonly expected: Key;
      readonly actual: Key;
    }
);

/** What is replayed against. The defaults are the reference implementation with the model's own scheme. */
export interface ReplayTarget {
  /** How ids are chosen; by the scheme that the model names if absent. */
  readonly scheme?: IdScheme;
  /** The machine; the tests give one with a fault in it. */
  readonly machine?: typeof txMachine;
  /** What loads and stores for the machine; the tests give one with a fault in it. */
  readonly driver?: typeof TxDriver;
  /** Where the indices start: a number that is `First` modulo `M`. 2^32-1 if absent. */
  readonly first?: number;
}

const FRONT_INDICES: readonly IndexName[] = ['req_prod_pvt', 'req_prod', 'reqChecked', 'rsp_cons', 'rspSeen'];
const PLAIN_ACTIONS: readonly TxAction[] = [
  'TxEnqueue',
  'TxPushRequests',
  'TxCheckNotify',
  'TxTakeEvent',
  'TxReadRspProd',
  'TxConsumeResponse',
  'TxRelease',
  'TxArm',
  'TxFinalCheck',
];

/** One of the frontend's steps that may or may not be allowed in a state. */
export interface FrontStep {
  readonly action: TxAction;
  readonly args: Args;
}

const numberOf = (value: Value): number => value as number;
const booleanOf = (value: Value): boolean => value === true;
const numbersOf = (value: Value): readonly number[] => functionValues(value).map(Number);

/** Replays paths through a table of states. One implementation is made for each path. */
export class TxReplay {
  readonly #memory: ExpectedMemory;
  readonly #first: number;
  readonly #projections: readonly (Projection & { readonly column: Column<Key> })[];
  readonly #sender: Column<string>;
  readonly #poller: Column<string>;
  readonly #broken: Column<boolean>;
  readonly #reqChecked: Column<number>;
  readonly #req_prod: Column<number>;
  readonly #granted: Column<readonly number[]>;
  readonly #mapped: Column<readonly number[]>;
  readonly #frontPending: Column<boolean>;
  readonly #backPending: Column<boolean>;
  readonly #told: Done[] = [];
  #host = new JudgeHost(FIRST_GREF);
  #driver: TxDriver;
  #expectedRing: Buffer = Buffer.alloc(0);
  #actualRing: Buffer = Buffer.alloc(0);
  #expectedPages: readonly Buffer[] = [];
  #actualPages: readonly Buffer[] = [];

  /** @throws ToolError if the target has no scheme of the model's name, or `first` does not fit the model */
  constructor(
    rows: Rows,
    readonly constants: TxConstants,
    readonly target: ReplayTarget = {},
  ) {
    this.#first = target.first ?? 2 ** 32 - 1;
    if (this.#first % constants.M !== constants.First)
      throw new ToolError(
        `indices cannot start at ${this.#first}: modulo ${constants.M} it must be ${constants.First}`,
      );
    this.#memory = new ExpectedMemory(rows, constants, this.#first);
    this.#projections = projections(constants).map((projection) => ({
      ...projection,
      column: new Column(rows, projection.variable, projection.expected),
    }));
    this.#sender = new Column(rows, 'sender', String);
    this.#poller = new Column(rows, 'poller', String);
    this.#broken = new Column(rows, 'broken', booleanOf);
    this.#reqChecked = new Column(rows, 'reqChecked', numberOf);
    this.#req_prod = new Column(rows, 'req_prod', numberOf);
    this.#granted = new Column(rows, 'granted', numbersOf);
    this.#mapped = new Column(rows, 'mapped', numbersOf);
    this.#frontPending = new Column(rows, 'frontPending', booleanOf);
    this.#backPending = new Column(rows, 'backPending', booleanOf);
    this.#driver = this.#newDriver();
  }

  /** Starts a new path in an initial state: a new implementation, compared with it at once. */
  start(row: number): Divergence | null {
    this.#told.length = 0;
    this.#memory.reset();
    this.#driver = this.#newDriver();
    this.#follow(row);
    return this.#compare(0, 'Init', {}, row);
  }

  /**
   * One step, from one row to another.
   * @returns how the implementation diverged, or null. After a divergence only {@link start} makes sense.
   */
  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    const frame = action === 'TxFill' ? this.#memory.nextFrame(String(args.frame)) : undefined;
    this.#told.length = 0;
    if (isFront(action)) {
      const event = this.#event({ action, args }, frame);
      if (!this.#driver.send(event)) return { kind: 'refused', step: number, action, args };
      this.#memory.step(from, to, frame);
      this.#memory.grantedPage.splice(0, Number.POSITIVE_INFINITY, ...this.#granted.at(to));
    } else {
      this.#memory.step(from, to, undefined);
      // The backend's stores: nothing of the frontend's may be repaired by them, so only after a comparison.
      this.#expectedRing.copy(this.#actualRing);
      this.#host.pending = this.#frontPending.at(to);
      this.#host.backPending = this.#backPending.at(to);
    }
    this.#mapped.at(to).forEach((maps, gref) => {
      this.#host.mapped[FIRST_GREF + gref] = maps > 0;
    });
    return this.#compareTold(number, action, args, from, to) ?? this.#compare(number, action, args, to);
  }

  /** The frontend's steps that are conceivable in a row, with arguments that application and host could give. */
  candidates(row: number): readonly FrontStep[] {
    const fills = this.constants.frames.map((frame): FrontStep => ({ action: 'TxFill', args: { frame } }));
    const plain = PLAIN_ACTIONS.map((action): FrontStep => ({ action, args: {} }));
    const granted = this.#granted.at(row);
    const free = this.constants.GrantPerRequest
      ? granted.flatMap((page, gref) => (page === -1 ? [gref] : []))
      : // Not one of the model's, which are granted for life, nor the ring's.
        [granted.length + 1];
    const grants = free.map((gref): FrontStep => ({ action: 'TxGrantAccess', args: { gref } }));
    return [...fills, ...grants, ...plain];
  }

  /**
   * Tries a step that the specification does not allow now. It must be refused, and change nothing.
   * @param number the step of the path after which it is tried
   */
  refuses(number: number, { action, args }: FrontStep, row: number): Divergence | null {
    const event = this.#event({ action, args }, action === 'TxFill' ? new Uint8Array(14) : undefined);
    this.#told.length = 0;
    if (this.#driver.send(event) || this.#told.length > 0)
      return { kind: 'accepted', step: number, action, args };
    return this.#compare(number, action, args, row);
  }

  #newDriver(): TxDriver {
    const { constants, target } = this;
    const scheme = target.scheme ?? idSchemes[constants.IdScheme];
    if (scheme === undefined)
      throw new ToolError(
        `the implementation has no id scheme ${constants.IdScheme}: replay with one of ${Object.keys(idSchemes).join(', ')}`,
      );
    // Pages granted for life are claimed first and so have the model's numbers; else the ring's comes before all.
    this.#host = new JudgeHost(constants.GrantPerRequest ? FIRST_GREF + 1000 : FIRST_GREF);
    const driver = new (target.driver ?? TxDriver)(
      this.#host,
      {
        nr_ents: constants.N,
        first: this.#first,
        scheme,
        ids: constants.Ids,
        blocks: constants.blocks,
        blocksPerPage: constants.BlocksPerPage,
        grantPerRequest: constants.GrantPerRequest,
      },
      (done) => this.#told.push(done),
      target.machine,
    );
    this.#expectedRing = Buffer.from(this.#memory.ring.buffer, 0, this.#memory.ringLength);
    this.#actualRing = Buffer.from(
      driver.shared.page.buffer,
      driver.shared.page.byteOffset,
      this.#memory.ringLength,
    );
    this.#expectedPages = this.#memory.pages.map((page) => Buffer.from(page.buffer));
    this.#actualPages = driver.pages.map(({ octets }) =>
      Buffer.from(octets.buffer, octets.byteOffset, octets.length),
    );
    return driver;
  }

  #event({ action, args }: FrontStep, frame: Uint8Array | undefined): TxEvent {
    const loaded: TxArgs = {
      ...(frame === undefined ? {} : { frame }),
      ...(args.gref === undefined ? {} : { gref: FIRST_GREF + (args.gref as number) }),
    };
    return this.#driver.load(action, loaded);
  }

  /** What is not the frontend's to change is set as the row has it. */
  #follow(row: number): void {
    this.#host.pending = this.#frontPending.at(row);
    this.#host.backPending = this.#backPending.at(row);
    this.#memory.grantedPage.splice(0, Number.POSITIVE_INFINITY, ...this.#granted.at(row));
  }

  /** Was the application told what became of its frame, once, and in the step where it must be? */
  #compareTold(step: number, action: string, args: Args, from: number, to: number): Divergence | null {
    const isTold = action === 'TxRelease' && !this.#broken.at(to);
    if (!isTold && this.#told.length === 0) return null;
    const done = this.#projections.find(({ variable }) => variable === 'done')!.column.at(from);
    const expected = isTold ? String(done) : 'nothing';
    const actual = this.#told.map(({ block, status }) => `${block} ${status}`).join(', ') || 'nothing';
    return expected === actual
      ? null
      : { kind: 'diverged', step, action, args, what: 'told the sender', expected, actual };
  }

  #compare(step: number, action: string, args: Args, row: number): Divergence | null {
    const found = this.#memoryDifference() ?? this.#stateDifference(row);
    return found === null ? null : { kind: 'diverged', step, action, args, ...found };
  }

  #memoryDifference(): Difference | null {
    if (this.#expectedPages.length !== this.#actualPages.length)
      return {
        what: 'pages of the pool',
        expected: this.#expectedPages.length,
        actual: this.#actualPages.length,
      };
    if (!this.#expectedRing.equals(this.#actualRing))
      return octets('ring page', this.#expectedRing, this.#actualRing);
    for (let p = 0; p < this.#expectedPages.length; p++)
      if (!this.#expectedPages[p]!.equals(this.#actualPages[p]!))
        return octets(`page ${p}`, this.#expectedPages[p]!, this.#actualPages[p]!);
    return null;
  }

  #stateDifference(row: number): Difference | null {
    const snapshot = this.#driver.snapshot;
    const { context } = snapshot;
    for (const name of FRONT_INDICES) {
      const actual = context.ring[name as keyof typeof context.ring];
      const expected = this.#memory.indices[name];
      if (actual !== expected) return { what: name, expected, actual };
    }
    for (const { variable, column, actual: project } of this.#projections) {
      const expected = column.at(row);
      const actual = project(context, snapshot);
      if (expected !== actual) return { what: variable, expected, actual };
    }
    return this.#handsDifference(row, snapshot) ?? this.#hostDifference(row);
  }

  /** Sender and poller. A frontend that has given up on its backend has neither, in the implementation. */
  #handsDifference(row: number, snapshot: TxSnapshot): Difference | null {
    const actual = hands(snapshot);
    if (actual === null || this.#broken.at(row)) return null;
    const checkIsDue = this.#reqChecked.at(row) !== this.#req_prod.at(row);
    const sender = senderState(this.#sender.at(row), checkIsDue);
    if (actual.sender !== sender) return { what: 'sender', expected: sender, actual: actual.sender };
    const poller = this.#poller.at(row);
    if (actual.poller !== poller) return { what: 'poller', expected: poller, actual: actual.poller };
    return null;
  }

  #hostDifference(row: number): Difference | null {
    const { pending, backPending, table, access, grants, misuse } = this.#host;
    if (pending !== this.#frontPending.at(row))
      return { what: 'frontPending', expected: !pending, actual: pending };
    if (backPending !== this.#backPending.at(row))
      return { what: 'backPending', expected: !backPending, actual: backPending };
    const granted = this.#granted.at(row);
    for (let gref = 0; gref < granted.length; gref++) {
      const page = table[FIRST_GREF + gref];
      const actual = page === undefined ? -1 : this.#driver.pages.indexOf(page);
      if (actual !== granted[gref]) return { what: `granted[${gref}]`, expected: granted[gref]!, actual };
      // The backend reads frames, and has no business in the pages of the pool but that.
      if (page !== undefined && access[FIRST_GREF + gref] !== 'read-only')
        return { what: `access to granted[${gref}]`, expected: 'read-only', actual: 'writable' };
    }
    const ringAccess = access[this.#driver.ringGref] ?? 'none';
    if (ringAccess !== 'writable')
      return { what: 'access to the ring page', expected: 'writable', actual: ringAccess };
    // The ring's page, and no page that the specification does not grant.
    const expected = 1 + granted.filter((page) => page !== -1).length;
    if (grants !== expected) return { what: 'pages granted', expected, actual: grants };
    return misuse === null ? null : { what: 'use of the host', expected: 'as it promises', actual: misuse };
  }
}

interface Difference {
  readonly what: string;
  readonly expected: Key;
  readonly actual: Key;
}

const FRONT_ACTIONS: ReadonlySet<string> = new Set<TxAction>(['TxFill', 'TxGrantAccess', ...PLAIN_ACTIONS]);

/** Is this one of the frontend's actions? */
export const isFront = (action: string): action is TxAction => FRONT_ACTIONS.has(action);

const octets = (where: string, expected: Buffer, actual: Buffer): Difference => {
  const at = expected.findIndex((octet, i) => octet !== actual[i]);
  const hex = (buffer: Buffer): string => buffer.subarray(at & ~3, (at & ~3) + 12).toString('hex');
  return { what: `${where}, octets from ${at & ~3}`, expected: hex(expected), actual: hex(actual) };
};
