/** The replay of NetfrontTx. */
import { match } from 'ts-pattern';
import type { TxConfig } from '../../../impl/tx.js';
import type { Completion } from '../../../impl/tx-chain.js';
import { type TxAction, type TxArgs, TxDriver } from '../../../impl/tx-driver.js';
import type { TxSnapshot, txMachine } from '../../../impl/tx-machine.js';
import { type Args, functionValues } from '../../../graph/args.js';
import { COMMON_BACK_ACTIONS, type ReplayedTxBack } from '../../back-steps.js';
import { octetsDifference } from '../../compared-memory.js';
import { FIRST_GREF } from '../../expected-ring.js';
import { statusNumber } from '../../netif.js';
import { isCommonBackAction, NetifReplay } from '../../netif-replay.js';
import type { Projection } from '../../projection.js';
import { type Difference, type FrontStep, plainSteps } from '../../replay.js';
import { Column, type Rows } from '../../rows.js';
import { firstIndex, type NetifTarget, schemeOf } from '../../target.js';
import type { TxConstants } from './constants.js';
import { ExpectedTx } from './expected.js';
import { txProjections } from './projection.js';

/** What transmit traces are replayed against. */
export type TxTarget = NetifTarget<typeof txMachine, typeof TxDriver, ReplayedTxBack>;

/** The actions that have no arguments. */
const PLAIN_ACTIONS: readonly TxAction[] = [
  ...(['TxEnqueue', 'TxPushRequests', 'TxCheckNotify'] as const),
  ...(['TxTakeEvent', 'TxReadRspProd', 'TxConsumeResponse', 'TxRelease', 'TxArm', 'TxFinalCheck'] as const),
];

/** The frontend's and the application's actions. */
export const TX_FRONT_ACTIONS: readonly TxAction[] = ['TxFill', 'TxGrantAccess', ...PLAIN_ACTIONS];

const IS_FRONT: ReadonlySet<string> = new Set(TX_FRONT_ACTIONS);

const OWN_BACK_ACTIONS = ['BackReadBlock', 'BackRespond', 'BackRepeatResponse'] as const;

/** The backend's actions, and Xen's. */
export const TX_BACK_ACTIONS: readonly string[] = [...COMMON_BACK_ACTIONS, ...OWN_BACK_ACTIONS];

interface SpecDone {
  readonly block: number;
  readonly status: string;
}

/** A request that was taken, in the model's numbers. */
interface SpecTaken {
  readonly gref: number;
  readonly offset: number;
}

/** Replays paths through states of NetfrontTx. */
export class TxReplay extends NetifReplay<TxDriver, ExpectedTx, ReplayedTxBack> {
  protected override readonly audience = 'sender';
  // The backend reads frames, and has no business in the pages of the pool but that.
  protected override readonly pageAccess = 'read-only';
  readonly #done: Column<SpecDone>;
  readonly #taken: Column<readonly SpecTaken[]>;
  /** Of the requests taken, oldest first: how many octets each promises. */
  readonly #promised: number[] = [];

  /** @throws ToolError if the target has no scheme of the model's name, or `first` does not fit the model */
  constructor(
    rows: Rows,
    override readonly constants: TxConstants,
    override readonly target: TxTarget = {},
    firstGref = FIRST_GREF,
    memory = new ExpectedTx(rows, constants, firstIndex(target, constants), firstGref),
    projections: readonly Projection<TxSnapshot>[] = txProjections(constants, firstGref),
  ) {
    super(rows, memory, constants, target, projections, 'sender');
    this.#taken = new Column(rows, 'taken', (value) => functionValues(value) as unknown as SpecTaken[]);
    // What another backend leaves there is compared too.
    if (target.back !== undefined) memory.leavesBehind = 'request';
    this.#done = new Column(rows, 'done', (value) => value as unknown as SpecDone);
  }

  protected override get isGrantedForLife(): boolean {
    return !this.constants.GrantPerRequest;
  }

  protected override doBackStep(
    back: ReplayedTxBack,
    action: string,
    args: Args,
    from: number,
    _to: number,
  ): Difference | null {
    if (action === 'BackTakeRequest') this.#promised.push(this.memory.sizeToTake(from));
    if (isCommonBackAction(action)) return this.doCommonBackStep(back, action, args);
    const k = (args.k as number) - 1;
    return match(action as (typeof OWN_BACK_ACTIONS)[number])
      .with('BackReadBlock', () => this.#readDifference(back.readBlock(k), k, from))
      .with('BackRespond', () =>
        this.#answered(back, k, () => back.respond(k, String(args.status), !this.constants.lateUnmap)),
      )
      .with('BackRepeatResponse', () => {
        const j = (args.j as number) - 1;
        return this.#answered(back, j, () => back.repeatResponse(k, j));
      })
      .exhaustive();
  }

  #readDifference(octets: Uint8Array, k: number, row: number): Difference | null {
    const { gref, offset } = this.#taken.at(row)[k]!;
    const expected = Buffer.from(this.memory.octetsAt(gref, offset, this.#promised[k] ?? 0));
    const actual = Buffer.from(octets);
    return expected.equals(actual) ? null : octetsDifference('frame that the backend read', expected, actual);
  }

  #answered(back: ReplayedTxBack, k: number, answer: () => void): null {
    this.#promised.splice(k, 1);
    answer();
    if (this.constants.CoarseBack) back.do('push_and_check');
    return null;
  }

  protected override writesPages(_action: string): boolean {
    return false;
  }

  override candidates(row: number): readonly FrontStep[] {
    const fills = this.constants.frames.map((frame): FrontStep => ({ action: 'TxFill', args: { frame } }));
    const granted = this.granted.at(row);
    const free = this.constants.GrantPerRequest
      ? granted.flatMap(([gref, page]) => (page === -1 ? [gref] : []))
      : // Not one of the model's, which are granted for life, nor the ring's.
        [granted.length + 1];
    const grants = free.map((gref): FrontStep => ({ action: 'TxGrantAccess', args: { gref } }));
    return [...fills, ...grants, ...plainSteps(PLAIN_ACTIONS)];
  }

  override isFront(action: string): boolean {
    return IS_FRONT.has(action);
  }

  protected override newDriver(): TxDriver {
    this.#promised.length = 0;
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
        ...(target.runner && { runner: target.runner }),
      },
      (completion) => this.reports.push(this.reportText(completion)),
      target.machine,
    );
  }

  /** What the driver is configured with beyond what all models have. */
  protected readonly limits: Partial<TxConfig> = {};

  /** What was reported to the application, as text. */
  protected reportText({ first, status }: Completion): string {
    return `${first} ${status}`;
  }

  protected override attempt({ action, args }: FrontStep): boolean {
    return this.driver.send(this.driver.load(action as TxAction, this.argsFor(action, args)));
  }

  /** What the driver cannot load for itself. */
  protected argsFor(action: string, args: Args): TxArgs {
    if (action === 'TxFill') return { frame: this.memory.nextFrame(String(args.frame)) };
    return args.gref === undefined ? {} : { gref: this.memory.firstGref + (args.gref as number) };
  }

  /** A frame is reported once, with its status, when its block is free again. */
  protected override expectedReport(action: string, from: number, to: number): string | undefined {
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
