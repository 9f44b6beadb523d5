/** The replay of TxPackets: that of NetfrontTx, and what packets of several slots have beside. */
import { match } from 'ts-pattern';
import type { TxConfig } from '../../../impl/tx.js';
import type { Completion } from '../../../impl/tx-chain.js';
import type { TxAction, TxArgs } from '../../../impl/tx-driver.js';
import type { Value } from '../../../tlc/index.js';
import { type Args, functionValues } from '../../../graph/args.js';
import type { ReplayedTxBack } from '../../back-steps.js';
import { octetsDifference } from '../../compared-memory.js';
import { FIRST_GREF } from '../../expected-ring.js';
import { statusNumber } from '../../netif.js';
import { type Difference, type FrontStep, plainSteps } from '../../replay.js';
import { Column, type Rows } from '../../rows.js';
import { firstIndex } from '../../target.js';
import { TX_FRONT_ACTIONS, TxReplay, type TxTarget } from '../tx/replay.js';
import type { TxPacketsConstants } from './constants.js';
import { ExpectedTxPackets } from './expected.js';
import { txPacketsProjections } from './projection.js';

const OWN_ACTIONS: readonly TxAction[] = ['TxEnqueueExtra', 'TxAbandon'];

/** The frontend's and the application's actions. Pages are granted for life. */
export const TX_PACKETS_FRONT_ACTIONS: readonly TxAction[] = [
  ...OWN_ACTIONS,
  ...TX_FRONT_ACTIONS.filter((action) => action !== 'TxGrantAccess'),
];

/** The backend's actions. */
export const TX_PACKETS_BACK_ACTIONS = [
  ...(['BackTakeRequest', 'BackRespond', 'BackRespondNull', 'BackRespondNullToRequest'] as const),
] as const;

/** The flags of an extra from the application. The driver must not look at them: the packet says whether another follows. */
const WRONG_FLAGS = 0xff;

/** Replays paths through states of TxPackets. */
export class TxPacketsReplay extends TxReplay {
  protected override readonly limits: Partial<TxConfig>;
  readonly #reported: Column<string>;
  readonly #released: Column<number>;
  readonly #isOpen: Column<boolean>;
  /** The blocks of the requests taken: a block is a page, and its number its reference. */
  readonly #taken: Column<readonly number[]>;
  readonly #takenExtras: Column<number>;
  readonly #expected: ExpectedTxPackets;

  /** @throws ToolError if the target has no scheme of the model's name, or `first` does not fit the model */
  constructor(
    rows: Rows,
    readonly packets: TxPacketsConstants,
    target: TxTarget = {},
  ) {
    const states = withGrants(rows, packets.blocks);
    const memory = new ExpectedTxPackets(states, packets, firstIndex(target, packets), FIRST_GREF);
    super(states, packets, target, FIRST_GREF, memory, txPacketsProjections(packets, FIRST_GREF));
    this.#expected = memory;
    this.limits = { maxSlots: packets.MaxSlots };
    this.#reported = new Column(states, 'told', String);
    this.#released = new Column(states, 'done', (value) => (value as { readonly block: number }).block);
    this.#isOpen = new Column(states, 'chain', (value) => fragmentsOf(value) > 0);
    this.#taken = new Column(states, 'taken', grefsOf);
    this.#takenExtras = new Column(states, 'takenExtras', (value) => value as number);
  }

  override candidates(row: number): readonly FrontStep[] {
    // The next fragment of an open chain has no arguments. Of those that open one, some have more slots than may be.
    const fills = this.#isOpen.at(row) ? [{}] : this.#shapes();
    return [
      ...fills.map((args): FrontStep => ({ action: 'TxFill', args })),
      ...plainSteps(OWN_ACTIONS),
      ...super.candidates(row),
    ];
  }

  /** The backend takes packets whole, and what it reads must be what was filled in. */
  protected override doBackStep(
    back: ReplayedTxBack,
    action: string,
    { k, status }: Args,
    from: number,
    to: number,
  ): Difference | null {
    return match(action as (typeof TX_PACKETS_BACK_ACTIONS)[number])
      .with('BackTakeRequest', () => {
        const taken = back.takePacket();
        back.do('final_check');
        return this.#takenDifference(taken, from, to);
      })
      .with('BackRespond', 'BackRespondNullToRequest', () => {
        back.respond((k as number) - 1, String(status ?? 'NULL'), true);
        back.do('push_and_check');
        return null;
      })
      .with('BackRespondNull', () => {
        back.respondNull();
        back.do('push_and_check');
        return null;
      })
      .exhaustive();
  }

  #takenDifference(
    taken: ReturnType<ReplayedTxBack['takePacket']>,
    from: number,
    to: number,
  ): Difference | null {
    const extras = this.#takenExtras.at(to) - this.#takenExtras.at(from);
    if (taken.extras !== extras)
      return { what: 'extras that the backend read', expected: extras, actual: taken.extras };
    const blocks = this.#taken.at(to).slice(this.#taken.at(from).length);
    const expected = Buffer.concat(blocks.map((block) => this.#expected.fragmentIn(block)));
    return expected.equals(taken.octets)
      ? null
      : octetsDifference('packet that the backend read', expected, Buffer.from(taken.octets));
  }

  override isFront(action: string): boolean {
    return super.isFront(action) || OWN_ACTIONS.includes(action as TxAction);
  }

  /** A packet of each shape that the model has room for in its names, and one fragment and extra beyond. */
  #shapes(): readonly Args[] {
    const { MaxFrags, MaxExtras } = this.packets;
    return Array.from({ length: MaxFrags + 1 }, (_, f) =>
      Array.from({ length: MaxExtras + 2 }, (_, extras) => ({ frags: f + 1, extras })),
    ).flat();
  }

  protected override argsFor(action: string, { frags, extras }: Args): TxArgs {
    if (action !== 'TxFill') return {};
    const frame = this.#expected.nextFrame();
    if (frags === undefined) return { frame };
    const { size, flags, extras: planned } = this.#expected.nextPacket(frags as number, extras as number);
    return {
      frame,
      // Its number among the packets of the path.
      token: this.#expected.opened + 1,
      packet: {
        requests: frags as number,
        size,
        flags,
        extras: planned.map((extra) => ({ ...extra, flags: WRONG_FLAGS })),
      },
    };
  }

  protected override reportText({ token, first, status }: Completion): string {
    return packetReport(token, first, status);
  }

  /** A packet is reported once, under the number and the block that the driver gave for it. */
  protected override expectedReport(_action: string, from: number, to: number): string | undefined {
    const status = this.#reported.at(to);
    if (status === '-') return undefined;
    const { serial, first } = this.#expected.packetOf(this.#released.at(from)) ?? { serial: -1, first: -1 };
    return packetReport(serial, first, statusNumber(status));
  }
}

const fragmentsOf = (chain: Value): number =>
  (chain as unknown as { readonly packet: { readonly frags: number } }).packet.frags;

const grefsOf = (requests: Value): readonly number[] =>
  functionValues(requests).map((request) => (request as { readonly gref: number }).gref);

const packetReport = (serial: number, first: number, status: number): string =>
  `of packet ${serial}, which began in block ${first}: ${status}`;

/**
 * The states with the two variables that NetfrontTx has beside: every block is a page that is granted for life under its
 * own number, and mapped while its request is with the backend.
 */
export const withGrants = (rows: Rows, blocks: number): Rows => {
  const { variables, values, cells } = rows;
  const taken = variables.indexOf('taken');
  // Column will say so.
  if (taken === -1) return rows;
  const all = Array.from({ length: blocks }, (_, block) => block);
  const mapped = values[taken]!.map((requests): Value => {
    const grefs = grefsOf(requests);
    return { '#map': all.map((block) => [block, grefs.filter((gref) => gref === block).length]) };
  });
  const width = variables.length;
  const count = cells.length / width;
  const wider = new Int32Array(count * (width + 2));
  for (let row = 0; row < count; row++) {
    const from = row * width;
    wider.set(cells.subarray(from, from + width), row * (width + 2));
    wider[row * (width + 2) + width + 1] = cells[from + taken]!;
  }
  return {
    variables: [...variables, 'granted', 'mapped'],
    values: [...values, [{ '#map': all.map((block) => [block, block]) }], mapped],
    cells: wider,
  };
};
