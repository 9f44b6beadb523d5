/**
 * How one ring of an interface differs from a row of a graph, by what can be seen of it at any moment: its words and
 * indices modulo the model's, the state of its machine, its grants, and the events.
 */
import type { FrontRing, SharedRing } from '../impl/ring.js';
import type { Page } from '../impl/host.js';
import { functionEntries } from '../graph/args.js';
import type { Value } from '../tlc/index.js';
import type { JudgeHost } from './judge-host.js';
import type { Hands, Key, Projection } from './projection.js';
import type { Difference } from './replay.js';
import { Column, type Rows } from './rows.js';

const WORDS = ['req_prod', 'req_event', 'rsp_prod', 'rsp_event'] as const;
const INDICES = ['req_prod_pvt', 'reqChecked', 'rsp_cons', 'rspSeen'] as const;

const numberOf = (value: Value): number => value as number;
const pairsOf = (value: Value): readonly (readonly [number, number])[] =>
  functionEntries(value) as readonly (readonly [number, number])[];

/** What is compared of a driver, of either ring. */
export interface ComparedDriver<Snapshot> {
  readonly shared: SharedRing;
  readonly pages: readonly Page[];
  readonly snapshot: Snapshot & { readonly context: { readonly ring: FrontRing }; readonly value: unknown };
}

/** One ring of a graph. */
export class RingDifference<Snapshot> {
  readonly #words: readonly Column<number>[];
  readonly #indices: readonly Column<number>[];
  readonly #projections: readonly (Projection<Snapshot> & { readonly column: Column<Key> })[];
  readonly #writer: Column<string>;
  readonly #poller: Column<string>;
  readonly #broken: Column<boolean>;
  readonly #frontPending: Column<boolean>;
  readonly #backPending: Column<boolean>;
  readonly #granted: Column<readonly (readonly [number, number])[]>;
  readonly #mapped: Column<readonly (readonly [number, number])[]>;

  /** @param M how many values an index has in the model */
  constructor(
    rows: Rows,
    readonly M: number,
    readonly firstGref: number,
    readonly writer: 'sender' | 'poster',
    projections: readonly Projection<Snapshot>[],
  ) {
    const numbers = (names: readonly string[]) => names.map((name) => new Column(rows, name, numberOf));
    this.#words = numbers(WORDS);
    this.#indices = numbers(INDICES);
    this.#projections = projections.map((projection) => ({
      ...projection,
      column: new Column(rows, projection.variable, projection.expected),
    }));
    this.#writer = new Column(rows, writer, String);
    this.#poller = new Column(rows, 'poller', String);
    this.#broken = new Column(rows, 'broken', (value) => value === true);
    this.#frontPending = new Column(rows, 'frontPending', (value) => value === true);
    this.#backPending = new Column(rows, 'backPending', (value) => value === true);
    this.#granted = new Column(rows, 'granted', pairsOf);
    this.#mapped = new Column(rows, 'mapped', pairsOf);
  }

  /** The first difference; null if there is none. */
  of(driver: ComparedDriver<Snapshot>, host: JudgeHost, row: number): Difference | null {
    for (const found of this.#differences(driver, host, row))
      if (found.expected !== found.actual) return found;
    return null;
  }

  *#differences(driver: ComparedDriver<Snapshot>, host: JudgeHost, row: number): Generator<Difference> {
    const { shared, snapshot, pages } = driver;
    // Looked at without being seen: the accessors of SharedRing are the frontend's.
    const words = new DataView(shared.page.buffer, shared.page.byteOffset, 16);
    for (const [i, what] of WORDS.entries()) {
      const expected = this.#words[i]!.at(row);
      // An event index that was passed stays in memory, and the model forgets it.
      if (expected >= 0) yield { what, expected, actual: words.getUint32(4 * i, true) % this.M };
    }
    for (const [i, what] of INDICES.entries())
      yield { what, expected: this.#indices[i]!.at(row), actual: snapshot.context.ring[what] % this.M };
    for (const { variable, column, actual } of this.#projections)
      yield { what: variable, expected: column.at(row), actual: actual(snapshot) };
    if (typeof snapshot.value !== 'string' && !this.#broken.at(row)) {
      const { running } = snapshot.value as { readonly running: Hands };
      const checkIsDue = this.#indices[1]!.at(row) !== this.#words[0]!.at(row);
      const writer = checkIsDue ? 'published' : this.#writer.at(row);
      yield { what: this.writer, expected: writer, actual: running[this.writer] ?? '' };
      yield { what: 'poller', expected: this.#poller.at(row), actual: running.poller };
    }
    yield { what: 'frontPending', expected: this.#frontPending.at(row), actual: host.pending };
    yield { what: 'backPending', expected: this.#backPending.at(row), actual: host.backPending };
    for (const [gref, page] of this.#granted.at(row)) {
      const granted = host.table[this.firstGref + gref];
      const actual = granted === undefined ? -1 : pages.indexOf(granted);
      yield { what: `granted[${gref}]`, expected: page, actual };
    }
    for (const [gref, expected] of this.#mapped.at(row))
      yield { what: `mapped[${gref}]`, expected, actual: host.maps[this.firstGref + gref] ?? 0 };
  }
}
