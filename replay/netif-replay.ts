/** What the replays of both rings have in common. */
import { type IdScheme, idSchemes } from '../impl/ids.js';
import type { FrontRing, SharedRing } from '../impl/ring.js';
import type { Page } from '../impl/host.js';
import { ToolError, type Value } from '../tlc/index.js';
import { type Args, functionEntries } from '../graph/args.js';
import type { RingConstants, RingSizes } from './constants.js';
import type { ExpectedRing, IndexName } from './expected-ring.js';
import type { JudgeHost } from './judge-host.js';
import type { Hands, Key, Projection } from './projection.js';
import type { Difference, Divergence, FrontStep, Replay } from './replay.js';
import type { ReplayedBack } from './back-steps.js';
import { Column, type Rows } from './rows.js';

/** What a replay needs of a driver, whichever ring it is of. */
export interface ReplayedDriver {
  readonly shared: SharedRing;
  readonly pages: readonly Page[];
  readonly ringGref: number;
  readonly snapshot: { readonly context: { readonly ring: FrontRing }; readonly value: unknown };
}

/** What is replayed against, on either ring. The defaults are the reference implementation with the model's scheme. */
export interface RingTarget {
  /** How ids are chosen; by the scheme that the model names if absent. */
  readonly scheme?: IdScheme;
  /** Where the indices start: a number that is `First` modulo `M`. 2^32-1 if absent. */
  readonly first?: number;
}

const FRONT_INDICES: readonly IndexName[] = ['req_prod_pvt', 'req_prod', 'reqChecked', 'rsp_cons', 'rspSeen'];

const numberOf = (value: Value): number => value as number;
const booleanOf = (value: Value): boolean => value === true;
const pairsOf = (value: Value): readonly (readonly [number, number])[] =>
  functionEntries(value) as readonly (readonly [number, number])[];

/** Where the implementation's indices start. Throws {@link ToolError} if that does not fit the model. */
export const firstIndex = (
  { first = 2 ** 32 - 1 }: Pick<RingTarget, 'first'>,
  { M, First }: RingSizes,
): number => {
  if (first % M !== First)
    throw new ToolError(`indices cannot start at ${first}: modulo ${M} it must be ${First}`);
  return first;
};

/** The scheme of a target, or the model's. Throws {@link ToolError} if the implementation has none of its name. */
export const schemeOf = ({ scheme }: RingTarget, { IdScheme }: RingConstants): IdScheme => {
  const found = scheme ?? idSchemes[IdScheme];
  if (found === undefined)
    throw new ToolError(
      `the implementation has no id scheme ${IdScheme}: replay with one of ${Object.keys(idSchemes).join(', ')}`,
    );
  return found;
};

/** The scheme that an unsafe one is replaced with in a conforming implementation. */
const SAFE_TX: Readonly<Record<string, string>> = {
  gref_per_page: 'block_number',
  counter: 'counter_skip',
  free_list_unchecked: 'free_list',
  slot: 'block_number',
};

/**
 * On the receive ring a slot is an identity, and it is the references that may collide. The number of a page keeps no
 * state of its own, as a reference does not: so the trace is left where two ids become one, and not before.
 */
const SAFE_RX: Readonly<Record<string, string>> = {
  gref_per_request: 'block_number',
  counter: 'counter_skip',
};

/** The scheme of the implementation for a model's, as a target: its own if it is safe on that ring, else the one that mends it. */
export const safeScheme = (name: Value | undefined, ring: 'tx' | 'rx'): Pick<RingTarget, 'scheme'> => {
  const scheme = idSchemes[(ring === 'tx' ? SAFE_TX : SAFE_RX)[String(name)] ?? String(name)];
  return scheme === undefined ? {} : { scheme };
};

/** The replay of one ring. Who extends it says what is particular to the ring. */
export abstract class RingReplay<
  Driver extends ReplayedDriver,
  Memory extends ExpectedRing,
> implements Replay {
  protected readonly granted: Column<readonly (readonly [number, number])[]>;
  protected readonly broken: Column<boolean>;
  /** What the application was told in this step, as text. */
  protected readonly told: string[] = [];
  protected host!: JudgeHost;
  /** How many references grant a page for another ring on the same host. */
  othersGrants: (row: number) => number = () => 0;
  /** The implementation of the path that is under way. */
  driver!: Driver;
  readonly #projections: readonly (Projection<Driver['snapshot']> & { readonly column: Column<Key> })[];
  readonly #writer: Column<string>;
  readonly #poller: Column<string>;
  readonly #reqChecked: Column<number>;
  readonly #req_prod: Column<number>;
  readonly #mapped: Column<readonly (readonly [number, number])[]>;
  readonly #frontPending: Column<boolean>;
  readonly #backPending: Column<boolean>;
  #expectedRing: Buffer = Buffer.alloc(0);
  #actualRing: Buffer = Buffer.alloc(0);
  #expectedPages: readonly Buffer[] = [];
  #actualPages: readonly Buffer[] = [];

  /** @param writer the variable that says where the hand that writes requests is */
  constructor(
    rows: Rows,
    protected readonly memory: Memory,
    projections: readonly Projection<Driver['snapshot']>[],
    readonly writer: 'sender' | 'poster',
  ) {
    this.#projections = projections.map((projection) => ({
      ...projection,
      column: new Column(rows, projection.variable, projection.expected),
    }));
    this.#writer = new Column(rows, writer, String);
    this.#poller = new Column(rows, 'poller', String);
    this.broken = new Column(rows, 'broken', booleanOf);
    this.#reqChecked = new Column(rows, 'reqChecked', numberOf);
    this.#req_prod = new Column(rows, 'req_prod', numberOf);
    this.granted = new Column(rows, 'granted', pairsOf);
    this.#mapped = new Column(rows, 'mapped', pairsOf);
    this.#frontPending = new Column(rows, 'frontPending', booleanOf);
    this.#backPending = new Column(rows, 'backPending', booleanOf);
  }

  /** A host whose next grant references fit the model's. */
  protected abstract newHost(): JudgeHost;
  protected abstract newDriver(): Driver;
  /** Gives the implementation a step of its own. False if it refuses. */
  protected abstract attempt(step: FrontStep): boolean;
  /** What the application must be told in a step, as text; undefined if nothing. Asked before memory follows. */
  protected abstract toTell(action: string, from: number, to: number): string | undefined;
  /** Whom the application is to hear of. */
  protected abstract readonly audience: string;
  /** Is this one of the frontend's actions on this ring? */
  abstract isFront(action: string): boolean;
  abstract candidates(row: number): readonly FrontStep[];
  /** What the backend may do with a page of the pool. */
  protected abstract readonly pageAccess: 'read-only' | 'writable';
  /** Who does the backend's steps to memory; if nobody, what the trace has is copied there. */
  protected abstract readonly back: ReplayedBack | undefined;
  /** Has {@link back} do a step. What it did otherwise than it should have, as far as memory does not show it. */
  protected abstract doBackStep(action: string, args: Args, from: number, to: number): Difference | null;
  /** Does the backend write into pages of the pool in this step? */
  protected writesPages(action: string): boolean {
    return action === 'BackWriteFrame';
  }

  /** Differences that only this ring can have. */
  protected abstract ownDifference(row: number): Difference | null;

  start(row: number): Divergence | null {
    this.begin(this.newHost(), row);
    return this.compare(0, 'Init', {}, row);
  }

  /** A new implementation, on a host that another ring may share. */
  begin(host: JudgeHost, row: number): void {
    this.host = host;
    this.told.length = 0;
    this.memory.reset();
    this.driver = this.newDriver();
    this.#attach();
    this.back?.attach(this.driver.shared, host);
    this.#setEvents(row);
    this.follow(row);
  }

  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    if (this.isFront(action)) {
      if (!this.attempt({ action, args })) return { kind: 'refused', step: number, action, args };
      return this.taken(number, action, args, from, to);
    }
    this.memory.step(action, args, from, to);
    const wrong =
      this.back === undefined ? this.#copyBackStep(action, to) : this.doBackStep(action, args, from, to);
    if (wrong !== null) return { kind: 'diverged', step: number, action, args, ...wrong };
    this.follow(to);
    return this.compare(number, action, args, to);
  }

  /** The backend's stores: nothing of the frontend's may be repaired by them, so only after a comparison. */
  #copyBackStep(action: string, to: number): null {
    this.#expectedRing.copy(this.#actualRing);
    if (this.writesPages(action)) this.#expectedPages.forEach((page, p) => page.copy(this.#actualPages[p]!));
    this.#setEvents(to);
    return null;
  }

  /** The frontend has taken a step: the specification follows, and both are compared. */
  taken(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    const expected = this.toTell(action, from, to) ?? 'nothing';
    this.memory.step(action, args, from, to);
    this.follow(to);
    const actual = this.told.splice(0).join(', ') || 'nothing';
    if (expected !== actual)
      return { kind: 'diverged', step: number, action, args, what: this.audience, expected, actual };
    return this.compare(number, action, args, to);
  }

  refuses(number: number, { action, args }: FrontStep, row: number): Divergence | null {
    if (this.attempt({ action, args })) return { kind: 'accepted', step: number, action, args };
    return this.compare(number, action, args, row);
  }

  /** Compares everything with a row. The application must not have been told anything that was not asked for. */
  compare(step: number, action: string, args: Args, row: number): Divergence | null {
    const found = this.#toldDifference() ?? this.#memoryDifference() ?? this.#stateDifference(row);
    return found === null ? null : { kind: 'diverged', step, action, args, ...found };
  }

  /** How many references grant a page: that of the ring, and those that the specification grants. */
  grants(row: number): number {
    return 1 + this.granted.at(row).filter(([, page]) => page !== -1).length;
  }

  /** What is Xen's to say is set as the row has it: which pages are mapped. A backend that does its steps says it itself. */
  protected follow(row: number): void {
    if (this.back !== undefined) return;
    for (const [gref, maps] of this.#mapped.at(row)) this.host.maps[this.memory.firstGref + gref] = maps;
  }

  #setEvents(row: number): void {
    this.host.pending = this.#frontPending.at(row);
    this.host.backPending = this.#backPending.at(row);
  }

  #attach(): void {
    const { memory, driver } = this;
    const { buffer, byteOffset } = driver.shared.page;
    this.#expectedRing = Buffer.from(memory.ring.buffer, 0, memory.ringLength);
    this.#actualRing = Buffer.from(buffer, byteOffset, memory.ringLength);
    this.#expectedPages = memory.pages.map((page) => Buffer.from(page.buffer));
    this.#actualPages = driver.pages.map(({ octets }) =>
      Buffer.from(octets.buffer, octets.byteOffset, octets.length),
    );
  }

  #toldDifference(): Difference | null {
    if (this.told.length === 0) return null;
    return { what: this.audience, expected: 'nothing', actual: this.told.join(', ') };
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
    return this.ownDifference(row) ?? this.#handsDifference(row) ?? this.#hostDifference(row);
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
    const poller = this.#poller.at(row);
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

/** Where two stretches of memory differ. */
export const octets = (where: string, expected: Buffer, actual: Buffer): Difference => {
  const at = expected.findIndex((octet, i) => octet !== actual[i]);
  const hex = (buffer: Buffer): string => buffer.subarray(at & ~3, (at & ~3) + 12).toString('hex');
  return { what: `${where}, octets from ${at & ~3}`, expected: hex(expected), actual: hex(actual) };
};
