/** What the replays of a transmit ring and of a receive ring have in common. */
import type { FrontRing, SharedRing } from '../impl/ring.js';
import type { Page } from '../impl/host.js';
import type { Value } from '../tlc/index.js';
import { type Args, functionEntries } from '../graph/args.js';
import {
  COMMON_BACK_ACTIONS,
  type BackStep,
  type CommonBackAction,
  type ReplayedBack,
} from './back-steps.js';
import { ComparedMemory } from './compared-memory.js';
import type { NetifConstants } from './constants.js';
import { type ExpectedRing, FIRST_GREF, type IndexName } from './expected-ring.js';
import { JudgeHost } from './judge-host.js';
import type { Hands, Key, Projection } from './projection.js';
import type { Difference, Divergence, FrontStep, Replay } from './replay.js';
import { Column, type Rows } from './rows.js';
import { type NetifTarget, schemeOf } from './target.js';

/** What a replay needs of a driver, whichever ring it is of. */
export interface ReplayedDriver {
  readonly shared: SharedRing;
  readonly pages: readonly Page[];
  readonly ringGref: number;
  readonly snapshot: { readonly context: { readonly ring: FrontRing }; readonly value: unknown };
}

const FRONT_INDICES: readonly IndexName[] = ['req_prod_pvt', 'req_prod', 'reqChecked', 'rsp_cons', 'rspSeen'];

/** What a backend does in each of the actions that both rings have, but for the one with an argument. */
const BACK_STEPS: Readonly<Record<Exclude<CommonBackAction, 'BackUnmap'>, BackStep>> = {
  BackTakeRequest: 'take_request',
  BackPushResponses: 'push_responses',
  BackCheckNotify: 'check_notify',
  BackArm: 'arm',
  BackWake: 'wake',
  BackOverrun: 'overrun',
};

const numberOf = (value: Value): number => value as number;
const booleanOf = (value: Value): boolean => value === true;
const pairsOf = (value: Value): readonly (readonly [number, number])[] =>
  functionEntries(value) as readonly (readonly [number, number])[];

/** Is this an action that the backends of both rings have? */
export const isCommonBackAction = (action: string): action is CommonBackAction =>
  (COMMON_BACK_ACTIONS as readonly string[]).includes(action);

/** The replay of one ring. Who extends it says what is particular to the ring. */
export abstract class NetifReplay<
  Driver extends ReplayedDriver,
  Memory extends ExpectedRing,
  Back extends ReplayedBack,
> implements Replay {
  protected readonly granted: Column<readonly (readonly [number, number])[]>;
  protected readonly poller: Column<string>;
  protected readonly broken: Column<boolean>;
  /** What was reported to the application in this step, as text. */
  protected readonly reports: string[] = [];
  protected host!: JudgeHost;
  /** How many references grant a page for another ring on the same host. */
  othersGrants: (row: number) => number = () => 0;
  /** The implementation of the path that is under way. */
  driver!: Driver;
  readonly #projections: readonly (Projection<Driver['snapshot']> & { readonly column: Column<Key> })[];
  readonly #writer: Column<string>;
  readonly #reqChecked: Column<number>;
  readonly #req_prod: Column<number>;
  /** The snapshot that was compared last, and with which row. */
  #known: { readonly snapshot: unknown; readonly row: number } | undefined;
  readonly #mapped: Column<readonly (readonly [number, number])[]>;
  readonly #frontPending: Column<boolean>;
  readonly #backPending: Column<boolean>;
  #compared!: ComparedMemory;

  /**
   * @param writer the variable that says where the hand that writes requests is
   * @throws ToolError if the target has no scheme of the model's name
   */
  constructor(
    rows: Rows,
    protected readonly memory: Memory,
    readonly constants: NetifConstants,
    readonly target: NetifTarget<unknown, unknown, Back>,
    projections: readonly Projection<Driver['snapshot']>[],
    readonly writer: 'sender' | 'poster',
  ) {
    schemeOf(target, constants);
    this.#projections = projections.map((projection) => ({
      ...projection,
      column: new Column(rows, projection.variable, projection.expected),
    }));
    this.#writer = new Column(rows, writer, String);
    this.poller = new Column(rows, 'poller', String);
    this.broken = new Column(rows, 'broken', booleanOf);
    this.#reqChecked = new Column(rows, 'reqChecked', numberOf);
    this.#req_prod = new Column(rows, 'req_prod', numberOf);
    this.granted = new Column(rows, 'granted', pairsOf);
    this.#mapped = new Column(rows, 'mapped', pairsOf);
    this.#frontPending = new Column(rows, 'frontPending', booleanOf);
    this.#backPending = new Column(rows, 'backPending', booleanOf);
  }

  /** Does the driver grant all pages before the ring, for life? Then the references that it claims first are the model's. */
  protected abstract readonly isGrantedForLife: boolean;
  protected abstract newDriver(): Driver;
  /** Gives the implementation a step of its own. False if it refuses. */
  protected abstract attempt(step: FrontStep): boolean;
  /** What must be reported to the application in a step, as text; undefined if nothing. Asked before memory follows. */
  protected abstract expectedReport(action: string, from: number, to: number): string | undefined;
  /** Which part of the application it is reported to. */
  protected abstract readonly audience: 'sender' | 'application';
  /** Is this one of the frontend's actions on this ring? */
  abstract isFront(action: string): boolean;
  abstract candidates(row: number): readonly FrontStep[];
  /** What the backend may do with a page of the pool. */
  protected abstract readonly pageAccess: 'read-only' | 'writable';
  /** Has the backend do a step. Returns what it did wrong, as far as memory does not show it. */
  protected abstract doBackStep(
    back: Back,
    action: string,
    args: Args,
    from: number,
    to: number,
  ): Difference | null;
  /** Does the backend write into pages of the pool in this step? */
  protected abstract writesPages(action: string): boolean;
  /** Differences that only this ring can have. */
  protected abstract ownDifference(row: number): Difference | null;

  start(row: number): Divergence | null {
    // Else the ring's own comes first, and must be out of the model's way.
    const first = this.isGrantedForLife ? FIRST_GREF : FIRST_GREF + 1000;
    this.begin(new JudgeHost(first, this.target.back?.memory), row);
    return this.compare(0, 'Init', {}, row);
  }

  /** A new implementation, on a host that another ring may share. */
  begin(host: JudgeHost, row: number): void {
    this.host = host;
    this.reports.length = 0;
    this.memory.reset();
    this.driver = this.newDriver();
    this.#compared = new ComparedMemory(this.memory, this.driver.shared, this.driver.pages);
    this.target.back?.attach(this.driver.shared, host);
    this.#setEvents(row);
    this.follow(row);
  }

  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    if (this.isFront(action)) {
      if (!this.attempt({ action, args })) return { kind: 'refused', step: number, action, args };
      return this.taken(number, action, args, from, to);
    }
    this.memory.step(action, args, from, to);
    const { back } = this.target;
    const wrong =
      back === undefined ? this.#copyBackStep(action, to) : this.doBackStep(back, action, args, from, to);
    if (wrong !== null) return { kind: 'diverged', step: number, action, args, ...wrong };
    this.follow(to);
    return this.compare(number, action, args, to);
  }

  #copyBackStep(action: string, to: number): null {
    this.#compared.copyRing();
    if (this.writesPages(action)) this.#compared.copyPages();
    this.#setEvents(to);
    return null;
  }

  /** Has the backend do a step that it has on both rings. */
  protected doCommonBackStep(back: Back, action: CommonBackAction, { gref }: Args): null {
    if (action === 'BackUnmap') back.unmap(this.memory.firstGref + (gref as number));
    else back.do(BACK_STEPS[action]);
    if (action === 'BackTakeRequest' && this.constants.CoarseBack) back.do('final_check');
    return null;
  }

  /** The frontend has taken a step: the specification follows, and both are compared. */
  taken(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    const expected = this.expectedReport(action, from, to) ?? NOTHING;
    this.memory.step(action, args, from, to);
    this.follow(to);
    const actual = this.reports.splice(0).join(', ') || NOTHING;
    if (expected !== actual)
      return { kind: 'diverged', step: number, action, args, ...this.#reported(expected, actual) };
    return this.compare(number, action, args, to);
  }

  refuses(number: number, { action, args }: FrontStep, row: number): Divergence | null {
    if (this.attempt({ action, args })) return { kind: 'accepted', step: number, action, args };
    return this.compare(number, action, args, row);
  }

  /** Compares everything with a row. A report that was not taken up by the step is a difference. */
  compare(step: number, action: string, args: Args, row: number): Divergence | null {
    const report = this.reports.length > 0 ? this.#reported(NOTHING, this.reports.join(', ')) : null;
    const { snapshot } = this.driver;
    // A snapshot is never changed. One that was compared with this row stays as it was, as after a step that is refused.
    const isKnown = this.#known?.snapshot === snapshot && this.#known.row === row;
    const found =
      report ??
      this.#compared.difference() ??
      (isKnown ? null : this.#stateDifference(row)) ??
      this.ownDifference(row) ??
      this.#hostDifference(row);
    this.#known = { snapshot, row };
    return found === null ? null : { kind: 'diverged', step, action, args, ...found };
  }

  /** How many references grant a page: that of the ring, and those that the specification grants. */
  grants(row: number): number {
    return 1 + this.granted.at(row).filter(([, page]) => page !== -1).length;
  }

  /** Sets which pages are mapped, which is Xen's to say. A backend that does its steps says it itself. */
  protected follow(row: number): void {
    if (this.target.back !== undefined) return;
    for (const [gref, maps] of this.#mapped.at(row)) this.host.maps[this.memory.firstGref + gref] = maps;
  }

  #setEvents(row: number): void {
    this.host.pending = this.#frontPending.at(row);
    this.host.backPending = this.#backPending.at(row);
  }

  #reported(expected: string, actual: string): Difference {
    return { what: `reported to the ${this.audience}`, expected, actual };
  }

  #stateDifference(row: number): Difference | null {
    const { snapshot } = this.driver;
    const { ring } = snapshot.context;
    for (const name of FRONT_INDICES) {
      const actual = ring[name as keyof FrontRing];
      const expected = this.memory.indices[name];
      if (actual !== expected) return { what: name, expected, actual };
    }
    for (const { variable, column, actual: project } of this.#projections) {
      const expected = column.at(row);
      const actual = project(snapshot);
      if (expected !== actual) return { what: variable, expected, actual };
    }
    return this.#handsDifference(row);
  }

  /** The two hands. A frontend that has given up on its backend has neither, in the implementation. */
  #handsDifference(row: number): Difference | null {
    const { value } = this.driver.snapshot;
    if (typeof value === 'string' || this.broken.at(row)) return null;
    const { running } = value as { readonly running: Hands };
    // The specification says by two indices what the machine says by a state.
    const checkIsDue = this.#reqChecked.at(row) !== this.#req_prod.at(row);
    const writer = checkIsDue ? 'published' : this.#writer.at(row);
    if (running[this.writer] !== writer)
      return { what: this.writer, expected: writer, actual: String(running[this.writer]) };
    const poller = this.poller.at(row);
    return running.poller === poller ? null : { what: 'poller', expected: poller, actual: running.poller };
  }

  #hostDifference(row: number): Difference | null {
    const { pending, backPending, table, access, grants, misuse } = this.host;
    if (pending !== this.#frontPending.at(row))
      return { what: 'frontPending', expected: !pending, actual: pending };
    if (backPending !== this.#backPending.at(row))
      return { what: 'backPending', expected: !backPending, actual: backPending };
    for (const [gref, expected] of this.#mapped.at(row)) {
      const actual = this.host.maps[this.memory.firstGref + gref] ?? 0;
      if (actual !== expected) return { what: `mapped[${gref}]`, expected, actual };
    }
    for (const [gref, expected] of this.granted.at(row)) {
      const page = table[this.memory.firstGref + gref];
      const actual = page === undefined ? -1 : this.driver.pages.indexOf(page);
      if (actual !== expected) return { what: `granted[${gref}]`, expected, actual };
      const may = access[this.memory.firstGref + gref] ?? 'nothing';
      if (page !== undefined && may !== this.pageAccess)
        return { what: `access to granted[${gref}]`, expected: this.pageAccess, actual: may };
    }
    const ringAccess = access[this.driver.ringGref] ?? 'nothing';
    if (ringAccess !== 'writable')
      return { what: 'access to the ring page', expected: 'writable', actual: ringAccess };
    const expected = this.grants(row) + this.othersGrants(row);
    if (grants !== expected) return { what: 'pages granted', expected, actual: grants };
    return misuse === null ? null : { what: 'use of the host', expected: 'as it promises', actual: misuse };
  }
}

const NOTHING = 'nothing';
