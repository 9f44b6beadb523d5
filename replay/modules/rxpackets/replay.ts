/** The replay of RxPackets: packets of several slots and extras, on the machine that takes those of one. */
import { match } from 'ts-pattern';
import type { Offload } from '../../../impl/offload.js';
import type { RxListener } from '../../../impl/rx-driver.js';
import { type Args, functionValues } from '../../../graph/args.js';
import type { ReplayedRxBack } from '../../back-steps.js';
import { FIRST_GREF } from '../../expected-ring.js';
import type { Difference, FrontStep } from '../../replay.js';
import { Column, type Rows } from '../../rows.js';
import { firstIndex } from '../../target.js';
import { NO_PAGE, ReceiveReplay, type RxTarget } from '../rx/replay.js';
import type { RxPacketsConstants } from './constants.js';
import { ExpectedRxPackets, extraText } from './expected.js';
import { rxPacketsProjections } from './projection.js';

/** The backend's actions, and Xen's. */
export const RX_PACKETS_BACK_ACTIONS = ['BackSendPacket', 'BackSendRest', 'BackUnmap'] as const;

/** Replays paths through states of RxPackets. */
export class RxPacketsReplay extends ReceiveReplay<ExpectedRxPackets> {
  readonly #pool: Column<readonly number[]>;

  /** @throws ToolError if the target has no scheme of the model's name, or `first` does not fit the model */
  constructor(rows: Rows, constants: RxPacketsConstants, target: RxTarget = {}, firstGref = FIRST_GREF) {
    const memory = new ExpectedRxPackets(rows, constants, firstIndex(target, constants), firstGref);
    super(rows, memory, constants, target, rxPacketsProjections(constants, firstGref));
    this.#pool = new Column(rows, 'pool', (value) => functionValues(value) as readonly number[]);
  }

  /** The host gives a page the reference of its number, and no other: those it does not give are not tried. */
  override candidates(row: number): readonly FrontStep[] {
    const [next] = this.#pool.at(row);
    return super
      .candidates(row)
      .filter(({ action, args }) => action !== 'RxGrantAccess' || next === undefined || args.gref === next);
  }

  protected override doBackStep(back: ReplayedRxBack, action: string, args: Args): null {
    match(action as (typeof RX_PACKETS_BACK_ACTIONS)[number])
      .with('BackUnmap', (unmap) => this.doCommonBackStep(back, unmap, args))
      .with('BackSendPacket', 'BackSendRest', () => this.#send(back))
      .exhaustive();
    return null;
  }

  #send(back: ReplayedRxBack): void {
    const { lastSent } = this.memory;
    const unmaps = !this.constants.lateUnmap;
    // Whatever it sends, it takes the requests for all of it first.
    for (const _ of lastSent) back.do('take_request');
    back.do('final_check');
    for (const { answer, written } of lastSent) {
      if (written.octets.length > 0) back.writeFrame(0, written.octets, written.offset);
      if ('u' in answer) back.respondExtra(0, answer, unmaps);
      else back.respond(0, answer, unmaps);
    }
    back.do('push_and_check');
  }

  protected override writesPages(action: string): boolean {
    return action === 'BackSendPacket' || action === 'BackSendRest';
  }

  protected override listener(): RxListener {
    return {
      onFrame: ({ fragments, pages, offload }) => {
        const isCopy = fragments.every((octets) => !pages.some((page) => this.isPage(octets, page)));
        this.reports.push(packetText(fragments, pages, isCopy, offloadText(offload)));
      },
      onFailed: ({ page, status }, reason) => this.reports.push(`page ${page} failed, ${status}: ${reason}`),
    };
  }

  /** The application is given the whole packet, or learns once that it was dropped, and why. */
  protected override expectedReport(action: string, from: number, to: number): string | undefined {
    const { memory, constants } = this;
    if (action === 'RxDeliver') {
      const fragments = memory.fragments(from);
      return packetText(
        constants.CopyOut ? [Buffer.concat(fragments)] : fragments,
        memory.chainPages(from),
        constants.CopyOut,
        memory.offloadText,
      );
    }
    if (action !== 'RxRelease' || !memory.isDroppedBy(from, to)) return undefined;
    const { status, reason } = memory.failure;
    return `page ${this.donePage.at(from)} failed, ${status}: ${reason}`;
  }

  /** The slot that was consumed, and the fragments in the chain: the specification knows neither length nor place. */
  protected override ownDifference(row: number): Difference | null {
    const { done, said, chain } = this.driver.snapshot.context;
    const page = this.donePage.at(row);
    const isDelivering = this.poller.at(row) === 'delivering';
    // In the implementation a page that is about to be handed up is still that of the slot last consumed.
    if (!isDelivering || page !== NO_PAGE) {
      const expected = page === NO_PAGE ? 'none' : `page ${page}, ${this.memory.doneText}`;
      const actual =
        done === null || said === null
          ? 'none'
          : `page ${done.page}, ${'extra' in said ? extraText(said.extra) : `${done.status} at ${done.offset}, flags ${said.flags}`}`;
      if (expected !== actual) return { what: 'done', expected, actual };
    }
    const expected = this.memory.chainText(row);
    const actual = chain.fragments.map(({ status, offset }) => `${status} at ${offset}`).join(', ');
    return expected === actual ? null : { what: 'fragments of the chain', expected, actual };
  }
}

const packetText = (
  fragments: readonly Uint8Array[],
  pages: readonly number[],
  isCopy: boolean,
  offload: string,
): string =>
  `${isCopy ? 'a copy of' : 'the'} pages ${pages.join(' ')}${offload}: ` +
  fragments.map((octets) => Buffer.from(octets).toString('hex')).join(' | ');

/** What goes with the octets, as {@link ExpectedRxPackets} writes it. */
const offloadText = ({ csum_blank, data_validated, gso, extras = [] }: Offload): string =>
  [
    ...(csum_blank === true ? [' csum_blank'] : []),
    ...(data_validated === true ? [' data_validated'] : []),
    ...(gso === undefined ? [] : [` ${gso.type} ${gso.size}`]),
    ...extras.map((extra) => ` ${extraText(extra)}`),
  ].join('');
