/**
 * What memory must hold on the receive side: the slots that netif.h lays out, and the pages that the backend writes.
 *
 * The specification names a frame where a slot has its length. Here each frame that the backend writes is another:
 * in octets, in length, in where it begins in its page. An ERROR is each time another of the answers that carry no
 * frame.
 */
import type { Value } from '../../../tlc/index.js';
import { type Args, functionValues } from '../../../graph/args.js';
import type { RxConstants } from '../../constants.js';
import { ExpectedRing, type SlotValue } from '../../expected-ring.js';
import { type Answer, type RxAnswer, rxFlagsOf } from '../../back-steps.js';
import { Column, type Rows } from '../../rows.js';

const PAGE = 4096;
const HEADER = 64;
const SLOT = 8;
const NO_FRAME = '-';

interface Written extends Answer {
  readonly flags: number;
}

/** Answers that carry no frame: ERROR, DROPPED, no octets, and two frames that reach past the page. */
const FAILURES: readonly Written[] = [
  { status: -1, offset: 0, flags: 0 },
  { status: PAGE + 1, offset: 0, flags: 1 },
  { status: -2, offset: 2, flags: 0 },
  { status: 14, offset: PAGE - 13, flags: 0 },
  { status: 0, offset: 64, flags: 2 },
];

/** Flags that say nothing of how many slots a frame has: data_validated and csum_blank. */
const FLAGS = [0, 1, 3, 2] as const;

/** The memory of one receive ring and its pool, as it must be. */
export class ExpectedRx extends ExpectedRing {
  /** The response that was consumed last, as the implementation must have read it. */
  done: Answer = FAILURES[0]!;
  /** What the backend has written for the requests it has taken, oldest first. */
  readonly #taken: (Written | undefined)[] = [];
  /** By slot: the response in it. */
  readonly #answers: Written[] = [];
  readonly #takenPages: Column<readonly number[]>;
  readonly #contents: Column<readonly string[]>;
  /** The frame that the backend wrote last, and where in its page. */
  lastWritten: { readonly octets: Uint8Array; readonly offset: number } = {
    octets: new Uint8Array(0),
    offset: 0,
  };
  #frames = 0;
  #failures = 0;
  #answer: Written = FAILURES[0]!;

  constructor(
    rows: Rows,
    override readonly constants: RxConstants,
    first: number,
    firstGref: number,
  ) {
    super(rows, constants, SLOT, constants.pages, first, firstGref);
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
      this.done = this.#answers[this.slotAt('rsp_cons', from)] ?? FAILURES[0]!;
    super.step(action, args, from, to);
    if (this.#contents.id(from) !== this.#contents.id(to)) this.#clear(from, to);
  }

  /** The octets that the application must be given for the response consumed last, as they are now. */
  frameIn(page: number): Uint8Array {
    const { offset, status } = this.done;
    return this.pages[page]!.subarray(offset, offset + status);
  }

  /** The answer that the backend wrote last. */
  get lastAnswer(): RxAnswer {
    const { status, offset, flags } = this.#answer;
    return { status, offset, flags: rxFlagsOf(flags) };
  }

  protected override writeSlot(at: number, slot: SlotValue): void {
    const { words } = this;
    words.setUint16(at, slot.id, true);
    if (slot.kind === 'request') {
      // Two octets of padding stay what they were.
      words.setUint32(at + 4, this.firstGref + slot.gref, true);
    } else {
      const { status, offset, flags } = this.#answer;
      words.setUint16(at + 2, offset, true);
      words.setUint16(at + 4, flags, true);
      words.setInt16(at + 6, status, true);
      this.#answers[(at - HEADER) / SLOT] = this.#answer;
    }
  }

  #write(k: number, page: number, name: string): void {
    const n = this.#frames++;
    // One in five fills its page to the last octet.
    const status = n % 5 === 4 ? PAGE - (n % 3) : 14 + (n % 47);
    const offset = n % 5 === 4 ? n % 3 : 2 * (n % 7);
    const frame = new Uint8Array(status).fill(name.charCodeAt(0));
    frame[0] = n;
    frame[1] = n >> 8;
    this.pages[page]!.set(frame, offset);
    this.lastWritten = { octets: frame, offset };
    this.#taken[k] = { status, offset, flags: FLAGS[n % 4]! };
  }

  #respond(k: number, isError: boolean): void {
    const [written] = this.#taken.splice(k, 1);
    this.#answer = isError || written === undefined ? FAILURES[this.#failures++ % FAILURES.length]! : written;
  }

  /** A page that goes back to the pool is cleared. */
  #clear(from: number, to: number): void {
    const before = this.#contents.at(from);
    this.#contents.at(to).forEach((frame, page) => {
      if (frame === NO_FRAME && before[page] !== NO_FRAME) this.pages[page]!.fill(0);
    });
  }
}
