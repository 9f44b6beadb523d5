/** The replay of NetfrontRx, and what that of RxPackets has in common with it. */
import { match } from 'ts-pattern';
import { type RxAction, type RxArgs, RxDriver, type RxListener } from '../../../impl/rx-driver.js';
import type { rxMachine, RxSnapshot } from '../../../impl/rx-machine.js';
import type { Args } from '../../../graph/args.js';
import { COMMON_BACK_ACTIONS, type ReplayedRxBack, type RxAnswer } from '../../back-steps.js';
import { type ExpectedRing, FIRST_GREF } from '../../expected-ring.js';
import { isCommonBackAction, NetifReplay } from '../../netif-replay.js';
import type { Projection } from '../../projection.js';
import { type Difference, type FrontStep, plainSteps } from '../../replay.js';
import { Column, type Rows } from '../../rows.js';
import { firstIndex, type NetifTarget, schemeOf } from '../../target.js';
import type { RxConstants } from './constants.js';
import { ExpectedRx } from './expected.js';
import { rxProjections } from './projection.js';

/** What receive traces are replayed against. */
export type RxTarget = NetifTarget<typeof rxMachine, typeof RxDriver, ReplayedRxBack>;

/** The actions that have no arguments. */
const PLAIN_ACTIONS: readonly RxAction[] = [
  ...(['RxPost', 'RxPushRequests', 'RxCheckNotify'] as const),
  ...(['RxTakeEvent', 'RxReadRspProd', 'RxConsumeResponse', 'RxRelease', 'RxDeliver'] as const),
  ...(['RxArm', 'RxFinalCheck'] as const),
];

/** The frontend's and the application's actions. It is the driver that must know which pages the application has. */
export const RX_FRONT_ACTIONS: readonly RxAction[] = ['RxGrantAccess', 'AppReturn', ...PLAIN_ACTIONS];

const IS_FRONT: ReadonlySet<string> = new Set(RX_FRONT_ACTIONS);

const OWN_BACK_ACTIONS = ['BackWriteFrame', 'BackRespond'] as const;

/** The backend's actions, and Xen's. */
export const RX_BACK_ACTIONS: readonly string[] = [...COMMON_BACK_ACTIONS, ...OWN_BACK_ACTIONS];

/** No page, in the specification. */
export const NO_PAGE = -1;

/** What is replayed of a receive ring whatever its packets are: the machine is the same. */
export abstract class ReceiveReplay<Memory extends ExpectedRing> extends NetifReplay<
  RxDriver,
  Memory,
  ReplayedRxBack
> {
  protected override readonly audience = 'application';
  protected override readonly pageAccess = 'writable';
  protected override readonly isGrantedForLife = false;
  protected readonly donePage: Column<number>;

  /** @throws ToolError if the target has no scheme of the model's name */
  constructor(
    rows: Rows,
    memory: Memory,
    override readonly constants: RxConstants & { readonly MaxSlots?: number },
    override readonly target: RxTarget,
    projections: readonly Projection<RxSnapshot>[],
  ) {
    super(rows, memory, constants, target, projections, 'poster');
    this.donePage = new Column(rows, 'done', (value) => (value as unknown as { page: number }).page);
  }

  /** What the driver calls for packets and pages. It writes all of them to `reports`. */
  protected abstract listener(): RxListener;

  override candidates(row: number): readonly FrontStep[] {
    const grants = this.granted
      .at(row)
      .flatMap(([gref, page]): FrontStep[] =>
        page === NO_PAGE ? [{ action: 'RxGrantAccess', args: { gref } }] : [],
      );
    const returns = Array.from({ length: this.constants.pages }, (_, page): FrontStep => ({
      action: 'AppReturn',
      args: { page },
    }));
    return [...grants, ...returns, ...plainSteps(PLAIN_ACTIONS)];
  }

  override isFront(action: string): boolean {
    return IS_FRONT.has(action);
  }

  protected override newDriver(): RxDriver {
    const { constants, target } = this;
    return new (target.driver ?? RxDriver)(
      this.host,
      {
        nr_ents: constants.N,
        first: this.memory.first,
        scheme: schemeOf(target, constants),
        ids: constants.Ids,
        pages: constants.pages,
        copyOut: constants.CopyOut,
        ...(constants.MaxSlots !== undefined && { maxSlots: constants.MaxSlots }),
        ...(target.runner && { runner: target.runner }),
      },
      this.listener(),
      target.machine,
    );
  }

  protected override attempt({ action, args }: FrontStep): boolean {
    return this.driver.send(this.driver.load(action as RxAction, this.#argsFor(args)));
  }

  #argsFor({ gref, page }: Args): RxArgs {
    if (gref !== undefined) return { gref: this.memory.firstGref + (gref as number) };
    return page === undefined ? {} : { page: page as number };
  }

  /** Are these octets the page itself, and no copy? */
  protected isPage(octets: Uint8Array, page: number): boolean {
    return octets.buffer === this.driver.pages[page]?.octets.buffer;
  }
}

/** Replays paths through states of NetfrontRx. */
export class RxReplay extends ReceiveReplay<ExpectedRx> {
  /** @throws ToolError if the target has no scheme of the model's name, or `first` does not fit the model */
  constructor(rows: Rows, constants: RxConstants, target: RxTarget = {}, firstGref = FIRST_GREF) {
    const memory = new ExpectedRx(rows, constants, firstIndex(target, constants), firstGref);
    super(rows, memory, constants, target, rxProjections(constants, firstGref));
  }

  protected override doBackStep(back: ReplayedRxBack, action: string, args: Args): null {
    if (isCommonBackAction(action)) return this.doCommonBackStep(back, action, args);
    const { constants, memory } = this;
    const k = (args.k as number) - 1;
    match(action as (typeof OWN_BACK_ACTIONS)[number])
      .with('BackWriteFrame', () => back.writeFrame(k, memory.lastWritten.octets, memory.lastWritten.offset))
      .with('BackRespond', () => {
        back.respond(k, memory.lastAnswer, !constants.lateUnmap);
        if (constants.CoarseBack) back.do('push_and_check');
      })
      .exhaustive();
    return null;
  }

  protected override writesPages(action: string): boolean {
    return action === 'BackWriteFrame';
  }

  protected override listener(): RxListener {
    return {
      onDelivered: ({ fragments, pages }) =>
        fragments.forEach((octets, k) =>
          this.reports.push(frameText(octets, pages[k]!, !this.isPage(octets, pages[k]!))),
        ),
      onDropped: ({ page, status }) => this.reports.push(`page ${page} failed, ${status}`),
    };
  }

  /** The application is given the frame that the backend wrote, or learns that there is none. */
  protected override expectedReport(action: string, from: number, to: number): string | undefined {
    const page = this.donePage.at(from);
    const { status } = this.memory.done;
    if (action === 'RxDeliver') return frameText(this.memory.frameIn(page), page, this.constants.CopyOut);
    const isRecovered = action === 'RxRelease' && this.poller.at(to) === 'polling';
    return isRecovered ? `page ${page} failed, ${status}` : undefined;
  }

  /** The response that was consumed: the specification has a name where the slot has a length. */
  protected override ownDifference(row: number): Difference | null {
    const page = this.donePage.at(row);
    const { done } = this.driver.snapshot.context;
    const expected = page === NO_PAGE ? 'none' : doneText(page, this.memory.done);
    const actual = done === null ? 'none' : doneText(done.page, done);
    return expected === actual ? null : { what: 'done', expected, actual };
  }
}

const doneText = (page: number, { status, offset }: Pick<RxAnswer, 'status' | 'offset'>): string =>
  `page ${page}, ${status} at ${offset}`;

const frameText = (octets: Uint8Array, page: number, isCopy: boolean): string =>
  `${isCopy ? 'a copy of' : 'the'} page ${page}: ${Buffer.from(octets).toString('hex')}`;
