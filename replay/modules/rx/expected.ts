/**
 * What memory must hold on the receive side: the slots that netif.h lays out, and the pages that the backend writes.
 *
 * The specification names a frame where a slot has its length. Here each frame that the backend writes is another:
 * in octets, in length, in where it begins in its page. An ERROR is each time another of the answers that carry no
 * frame.
 */
import type { Value } from '../../../tlc/index.js';
import { type Args, functionValues } from '../../../graph/args.js';
import type { RxAnswer } from '../../back-steps.js';
import { ExpectedRing, type Placed, type SlotValue, writtenFrame } from '../../expected-ring.js';
import { NETIF_RSP, NETRXF, PAGE, rxRequest, rxResponse, SLOT_SIZE, slotNumber } from '../../netif.js';
import { Column, type Rows } from '../../rows.js';
import type { RxConstants } from './constants.js';

const NO_FRAME = '-';

const { data_validated, csum_blank } = NETRXF;

/** Answers that carry no frame: ERROR, DROPPED, no octets, and two frames that reach past the page. */
const FAILURES: readonly RxAnswer[] = [
  { status: NETIF_RSP.ERROR, offset: 0, flags: 0 },
  { status: PAGE + 1, offset: 0, flags: data_validated },
  { status: NETIF_RSP.DROPPED, offset: 2, flags: 0 },
  { status: 14, offset: PAGE - 13, flags: 0 },
  { status: 0, offset: 64, flags: csum_blank },
];

/** Flags that do not say how many slots a frame has. */
const FLAGS = [0, data_validated, data_validated | csum_blank, csum_blank] as const;

/** The memory of one receive ring and its pool, as it must be. */
export class ExpectedRx extends ExpectedRing {
  /** The response that was consumed last, as the implementation must have read it. */
  done: RxAnswer = FAILURES[0]!;
  /** What the backend has written for the requests it has taken, oldest first. */
  readonly #taken: (RxAnswer | undefined)[] = [];
  /** By slot: the response in it. */
  readonly #answers: RxAnswer[] = [];
  readonly #takenPages: Column<readonly number[]>;
  readonly #contents: Column<readonly string[]>;
  /** The frame that the backend wrote last. */
  lastWritten: Placed = writtenFrame(0, 0);
  /** The response that the backend wrote last. */
  lastAnswer: RxAnswer = FAILURES[0]!;
  #frames = 0;
  #failures = 0;

  constructor(
    rows: Rows,
    override readonly constants: RxConstants,
    first: number,
    firstGref: number,
  ) {
    super(rows, constants, SLOT_SIZE.rx, constants.pages, first, firstGref);
    this.#takenPages = new Column(rows, 'taken', (value: Value) =>
      functionValues(value).map((taken) => (taken as unknown as { page: number }).page),
    );
    this.#contents = new Column(rows, 'contents', (value: Value) => functionValues(value).map(String));
  }

  override reset(): void {
    super.reset();
    this.#taken.length = 0;
    this.#answers.length = 0;
    this.#frames = 0;
    this.#failures = 0;
  }

  override step(action: string, args: Args, from: number, to: number): void {
    const k = (args.k as number) - 1;
    if (action === 'BackTakeRequest') this.#taken.push(undefined);
    if (action === 'BackWriteFrame') this.#write(k, this.#takenPages.at(from)[k] ?? 0, String(args.frame));
    if (action === 'BackRespond') this.#respond(k, args.status === 'ERROR');
    if (action === 'RxConsumeResponse')
      this.done = this.#answers[this.slotOf('rsp_cons', from)] ?? FAILURES[0]!;
    super.step(action, args, from, to);
    if (this.#contents.id(from) !== this.#contents.id(to)) this.#clear(from, to);
  }

  /** The octets that the application must be given for the response consumed last, as they are now. */
  frameIn(page: number): Uint8Array {
    const { offset, status } = this.done;
    return this.pages[page]!.subarray(offset, offset + status);
  }

  protected override writeSlot(at: number, { kind, id, gref }: SlotValue): void {
    if (kind === 'request') {
      rxRequest.write(this.words, at, { id, gref: this.firstGref + gref });
      return;
    }
    rxResponse.write(this.words, at, { id, ...this.lastAnswer });
    this.#answers[slotNumber(this.slotSize, at)] = this.lastAnswer;
  }

  #write(k: number, page: number, name: string): void {
    const n = this.#frames++;
    this.lastWritten = writtenFrame(n, name.charCodeAt(0));
    const { octets, offset } = this.lastWritten;
    this.pages[page]!.set(octets, offset);
    this.#taken[k] = { status: octets.length, offset, flags: FLAGS[n % 4]! };
  }

  #respond(k: number, isError: boolean): void {
    const [written] = this.#taken.splice(k, 1);
    this.lastAnswer =
      isError || written === undefined ? FAILURES[this.#failures++ % FAILURES.length]! : written;
  }

  /** A page that goes back to the pool is cleared. */
  #clear(from: number, to: number): void {
    const before = this.#contents.at(from);
    this.#contents.at(to).forEach((frame, page) => {
      if (frame === NO_FRAME && before[page] !== NO_FRAME) this.pages[page]!.fill(0);
    });
  }
}
