/** The replay of NetfrontTx. */
import type { Done, TxConfig } from '../../../impl/tx.js';
import { type TxAction, type TxArgs, TxDriver } from '../../../impl/tx-driver.js';
import type { TxSnapshot, txMachine } from '../../../impl/tx-machine.js';
import { type Args, functionValues } from '../../../graph/args.js';
import type { TxConstants } from '../../constants.js';
import { FIRST_GREF } from '../../expected-ring.js';
import { ExpectedTx, statusNumber } from './expected.js';
import { JudgeHost } from '../../judge-host.js';
import { type Projection, txProjections } from '../../projection.js';
import type { Difference, FrontStep } from '../../replay.js';
import { COMMON_BACK_ACTIONS, commonBackStep, type ReplayedTxBack } from '../../back-steps.js';
import { firstIndex, octets, RingReplay, type RingTarget, schemeOf } from '../../netif-replay.js';
import { Column, type Rows } from '../../rows.js';

/** What transmit traces are replayed against. */
export interface TxTarget extends RingTarget {
  /** The machine; the tests give one with a fault in it. */
  readonly machine?: typeof txMachine;
  /** What loads and stores for the machine; the tests give one with a fault in it. */
  readonly driver?: typeof TxDriver;
  /** Who does the backend's steps; if nobody, what the trace has is copied to memory. */
  readonly back?: ReplayedTxBack;
}

/** The actions that have no arguments. */
const PLAIN_ACTIONS = [
  ...(['TxEnqueue', 'TxPushRequests', 'TxCheckNotify'] as const),
  ...(['TxTakeEvent', 'TxReadRspProd', 'TxConsumeResponse', 'TxRelease', 'TxArm', 'TxFinalCheck'] as const),
] satisfies readonly TxAction[];

/** The frontend's and the application's actions. */
export const TX_FRONT_ACTIONS: readonly TxAction[] = ['TxFill', 'TxGrantAccess', ...PLAIN_ACTIONS];

const IS_FRONT: ReadonlySet<string> = new Set(TX_FRONT_ACTIONS);

/** The backend's actions, and Xen's. */
export const TX_BACK_ACTIONS = [
  ...COMMON_BACK_ACTIONS,
  ...(['BackReadBlock', 'BackRespond', 'BackRepeatResponse'] as const),
] as const;

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
export class TxReplay extends RingReplay<TxDriver, ExpectedTx> {
  protected override readonly audience = 'told the sender';
  // The backend reads frames, and has no business in the pages of the pool but that.
  protected override readonly pageAccess = 'read-only';
  readonly #done: Column<SpecDone>;
  readonly #taken: Column<readonly SpecTaken[]>;
  /** Of the requests taken, oldest first: how many octets each promises. */
  readonly #promised: number[] = [];

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
    this.#taken = new Column(rows, 'taken', (value) => functionValues(value) as unknown as SpecTaken[]);
    // What another backend leaves there is compared too.
    if (target.back !== undefined) memory.leavesBehind = 'request';
    this.#done = new Column(rows, 'done', (value) => value as unknown as SpecDone);
    schemeOf(target, constants);
  }

  protected override get back(): ReplayedTxBack | undefined {
    return this.target.back;
  }

  protected override doBackStep(action: string, args: Args, from: number, _to: number): Difference | null {
    const { back, constants, memory } = this;
    if (back === undefined) return null;
    const { CoarseBack: isCoarse, lateUnmap } = constants;
    if (action === 'BackTakeRequest') this.#promised.push(memory.sizeToTake(from));
    if (commonBackStep(back, action, args, { isCoarse, firstGref: memory.firstGref })) return null;
    const k = (args.k as number) - 1;
    if (action === 'BackReadBlock') {
      const { gref, offset } = this.#taken.at(from)[k]!;
      const [expected, actual] = [
        memory.octetsAt(gref, offset, this.#promised[k] ?? 0),
        back.readBlock(k),
      ].map((frame) => Buffer.from(frame));
      return expected!.equals(actual!) ? null : octets('frame that the backend read', expected!, actual!);
    }
    this.#promised.splice(action === 'BackRepeatResponse' ? (args.j as number) - 1 : k, 1);
    if (action === 'BackRepeatResponse') back.repeatResponse(k, (args.j as number) - 1);
    else back.respond(k, String(args.status), !lateUnmap);
    if (isCoarse) back.pushAndCheck();
    return null;
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
    return IS_FRONT.has(action);
  }

  protected override newHost(): JudgeHost {
    // Pages granted for life are claimed first and so have the model's numbers; else the ring's comes before all.
    return new JudgeHost(this.constants.GrantPerRequest ? FIRST_GREF + 1000 : FIRST_GREF, this.back?.memory);
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
