/** The replay of NetfrontTx. */
import type { Done, TxConfig } from '../impl/tx.js';
import { type TxAction, type TxArgs, TxDriver } from '../impl/tx-driver.js';
import type { TxSnapshot, txMachine } from '../impl/tx-machine.js';
import type { Args } from './args.js';
import type { TxConstants } from './constants.js';
import { FIRST_GREF } from './expected-ring.js';
import { ExpectedTx, statusNumber } from './expected-tx.js';
import { JudgeHost } from './judge-host.js';
import { type Projection, txProjections } from './projection.js';
import type { Difference, FrontStep } from './replay.js';
import { firstIndex, RingReplay, type RingTarget, schemeOf } from './ring-replay.js';
import { Column, type Rows } from './rows.js';

/** What transmit traces are replayed against. */
export interface TxTarget extends RingTarget {
  /** The machine; the tests give one with a fault in it. */
  readonly machine?: typeof txMachine;
  /** What loads and stores for the machine; the tests give one with a fault in it. */
  readonly driver?: typeof TxDriver;
}

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

const FRONT_ACTIONS: ReadonlySet<string> = new Set<TxAction>(['TxFill', 'TxGrantAccess', ...PLAIN_ACTIONS]);

interface SpecDone {
  readonly block: number;
  readonly status: string;
}

/** Replays paths through states of NetfrontTx. */
export class TxReplay extends RingReplay<TxDriver, ExpectedTx> {
  protected override readonly audience = 'told the sender';
  // The backend reads frames, and has no business in the pages of the pool but that.
  protected override readonly pageAccess = 'read-only';
  readonly #done: Column<SpecDone>;

  /** @throws ToolError if the target has no scheme of the model's name, or `first` does not fit the model */
  constructor(
    rows: Rows,
    readonly constants: TxConstants,
    readonly target: TxTarget = {},
    firstGref = FIRST_GREF,
    memory = new ExpectedTx(rows, constants, firstIndex(target, constants), firstGref),
    projections: readonly Projection<TxSnapshot>[] = txProjections(constants, firstGref),
  ) {
    super(rows, memory, projections, 'sender');
    this.#done = new Column(rows, 'done', (value) => value as unknown as SpecDone);
    schemeOf(target, constants);
  }

  override candidates(row: number): readonly FrontStep[] {
    const fills = this.constants.frames.map((frame): FrontStep => ({ action: 'TxFill', args: { frame } }));
    const granted = this.granted.at(row);
    const free = this.constants.GrantPerRequest
      ? granted.flatMap(([gref, page]) => (page === -1 ? [gref] : []))
      : // Not one of the model's, which are granted for life, nor the ring's.
        [granted.length + 1];
    const grants = free.map((gref): FrontStep => ({ action: 'TxGrantAccess', args: { gref } }));
    return [...fills, ...grants, ...PLAIN_ACTIONS.map((action): FrontStep => ({ action, args: {} }))];
  }

  override isFront(action: string): boolean {
    return FRONT_ACTIONS.has(action);
  }

  protected override newHost(): JudgeHost {
    // Pages granted for life are claimed first and so have the model's numbers; else the ring's comes before all.
    return new JudgeHost(this.constants.GrantPerRequest ? FIRST_GREF + 1000 : FIRST_GREF);
  }

  protected override newDriver(): TxDriver {
    const { constants, target } = this;
    return new (target.driver ?? TxDriver)(
      this.host,
      {
        nr_ents: constants.N,
        first: this.memory.first,
        scheme: schemeOf(target, constants),
        ids: constants.Ids,
        blocks: constants.blocks,
        blocksPerPage: constants.BlocksPerPage,
        grantPerRequest: constants.GrantPerRequest,
        ...this.limits,
      },
      (done, packet) => this.told.push(this.heard(done, packet)),
      target.machine,
    );
  }

  /** What the driver is configured with beyond what all models have. */
  protected readonly limits: Partial<TxConfig> = {};

  /** What the application was told, as text. */
  protected heard({ block, status }: Done, _packet: number): string {
    return `${block} ${status}`;
  }

  protected override attempt({ action, args }: FrontStep): boolean {
    return this.driver.send(this.driver.load(action as TxAction, this.argsFor(action, args)));
  }

  /** What the driver cannot load for itself. */
  protected argsFor(action: string, args: Args): TxArgs {
    if (action === 'TxFill') return { frame: this.memory.nextFrame(String(args.frame)) };
    return args.gref === undefined ? {} : { gref: this.memory.firstGref + (args.gref as number) };
  }

  /** The application is told what became of its frame, once, when its block is free again. */
  protected override toTell(action: string, from: number, to: number): string | undefined {
    if (action !== 'TxRelease' || this.broken.at(to)) return undefined;
    const { block, status } = this.#done.at(from);
    return `${block} ${statusNumber(status)}`;
  }

  protected override ownDifference(_row: number): Difference | null {
    return null;
  }

  protected override follow(row: number): void {
    super.follow(row);
    this.memory.grantedPage.length = 0;
    for (const [gref, page] of this.granted.at(row)) this.memory.grantedPage[gref] = page;
  }
}
