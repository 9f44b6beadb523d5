/** The replay of NetfrontRx, and what it has in common with that of RxPackets (rx-packets-replay.ts). */
import { type RxAction, type RxArgs, RxDriver, type RxListener } from '../../../impl/rx-driver.js';
import type { rxMachine, RxSnapshot } from '../../../impl/rx-machine.js';
import type { Args } from '../../../graph/args.js';
import type { RxConstants } from '../../constants.js';
import { type ExpectedRing, FIRST_GREF } from '../../expected-ring.js';
import { ExpectedRx } from './expected.js';
import { JudgeHost } from '../../judge-host.js';
import { type Projection, rxProjections } from '../../projection.js';
import type { Difference, FrontStep } from '../../replay.js';
import { type Answer, commonBackStep, type ReplayedRxBack } from '../../back-steps.js';
import { firstIndex, RingReplay, type RingTarget, schemeOf } from '../../netif-replay.js';
import { Column, type Rows } from '../../rows.js';

/** What receive traces are replayed against. */
export interface RxTarget extends RingTarget {
  /** The machine; the tests give one with a fault in it. */
  readonly machine?: typeof rxMachine;
  /** What loads and stores for the machine; the tests give one with a fault in it. */
  readonly driver?: typeof RxDriver;
  /** Who does the backend's steps; if nobody, what the trace has is copied to memory. */
  readonly back?: ReplayedRxBack;
}

const PLAIN_ACTIONS: readonly RxAction[] = [
  'RxPost',
  'RxPushRequests',
  'RxCheckNotify',
  'RxTakeEvent',
  'RxReadRspProd',
  'RxConsumeResponse',
  'RxRelease',
  'RxDeliver',
  'RxArm',
  'RxFinalCheck',
];

// The page is the application's to return, and it is the driver that must know which it has.
const FRONT_ACTIONS: ReadonlySet<string> = new Set<RxAction>([
  'RxGrantAccess',
  'AppReturn',
  ...PLAIN_ACTIONS,
]);

const NO_PAGE = -1;

/** What is replayed of a receive ring whatever its packets are: the machine is the same. */
export abstract class ReceiveReplay<Memory extends ExpectedRing> extends RingReplay<RxDriver, Memory> {
  protected override readonly audience = 'told the application';
  protected override readonly pageAccess = 'writable';
  protected readonly donePage: Column<number>;
  protected readonly poller: Column<string>;

  /** @throws ToolError if the target has no scheme of the model's name */
  constructor(
    rows: Rows,
    memory: Memory,
    projections: readonly Projection<RxSnapshot>[],
    readonly constants: RxConstants & { readonly MaxSlots?: number },
    readonly target: RxTarget,
  ) {
    super(rows, memory, projections, 'poster');
    this.donePage = new Column(rows, 'done', (value) => (value as unknown as { page: number }).page);
    this.poller = new Column(rows, 'poller', String);
    schemeOf(target, constants);
  }

  protected override get back(): ReplayedRxBack | undefined {
    return this.target.back;
  }

  /** Whom the machine tells of packets: all of it goes to `told`. */
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
    return [...grants, ...returns, ...PLAIN_ACTIONS.map((action): FrontStep => ({ action, args: {} }))];
  }

  override isFront(action: string): boolean {
    return FRONT_ACTIONS.has(action);
  }

  protected override newHost(): JudgeHost {
    // The ring's own reference is out of the model's way.
    return new JudgeHost(FIRST_GREF + 1000, this.back?.memory);
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
    super(rows, memory, rxProjections(constants, firstGref), constants, target);
  }

  protected override doBackStep(action: string, args: Args): null {
    const { back, constants, memory } = this;
    if (back === undefined) return null;
    const { CoarseBack: isCoarse, lateUnmap } = constants;
    if (commonBackStep(back, action, args, { isCoarse, firstGref: memory.firstGref })) return null;
    const k = (args.k as number) - 1;
    if (action === 'BackWriteFrame') back.writeFrame(k, memory.lastWritten.octets, memory.lastWritten.offset);
    else {
      back.respond(k, memory.lastAnswer, !lateUnmap);
      if (isCoarse) back.pushAndCheck();
    }
    return null;
  }

  protected override listener(): RxListener {
    return {
      onDelivered: ({ fragments, pages }) =>
        fragments.forEach((octets, k) =>
          this.told.push(frameText(octets, pages[k]!, !this.isPage(octets, pages[k]!))),
        ),
      onDropped: ({ page, status }) => this.told.push(`page ${page} failed, ${status}`),
    };
  }

  /** The application is given the frame that the backend wrote, or is told that there is none. */
  protected override toTell(action: string, from: number, to: number): string | undefined {
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

const doneText = (page: number, { status, offset }: Answer): string => `page ${page}, ${status} at ${offset}`;

const frameText = (octets: Uint8Array, page: number, isCopy: boolean): string =>
  `${isCopy ? 'a copy of' : 'the'} page ${page}: ${Buffer.from(octets).toString('hex')}`;
