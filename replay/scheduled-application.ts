/** The application of a schedule: what it sends and is given, and what it is owed. */
import type { Frame } from '../impl/inbox.js';
import type { Netfront } from '../impl/netfront.js';
import type { Scheduled, SentPacket, Traffic } from './scheduled.js';
import { miscounted, type Seen } from './seen-traffic.js';

/** What an application asks of the run that it is in. */
export interface Run {
  /** Chooses one of these. */
  choose(options: readonly [string, ...string[]]): number;
  /** Something is wrong. */
  fail(why: string): void;
  /** The interface says that receiving has ended with an error. */
  receiveFails(error: unknown): void;
}

/** An application that sends the packets of a schedule, and takes what it is given. */
export class ScheduledApplication {
  readonly traffic: Traffic & { readonly sent: SentPacket[] } = { sent: [], answers: [], due: [] };
  readonly #held: Frame[] = [];
  /** Ends what it is busy with. It takes no frame before. */
  #goOn: (() => void) | undefined;
  #wasBusy = false;
  readonly #seen: Seen = { consumed: 0, frames: 0, octets: 0, settled: [] };
  /** How the iterator has ended. */
  #isEnded: 'in peace' | 'with an error' | undefined;
  /** Frames that RxDeliver has given to the shell, and that it has not been given yet. */
  #delivered = 0;
  /** The packets that are settled, from 0. */
  readonly #settled = new Set<number>();

  constructor(
    readonly scheduled: Scheduled,
    readonly netfront: Netfront,
    readonly run: Run,
  ) {}

  /** What it sends next; undefined if it has sent all. */
  get next(): SentPacket | undefined {
    return this.scheduled.packets[this.traffic.sent.length];
  }

  get isBusy(): boolean {
    return this.#goOn !== undefined;
  }

  /** Does it hold a frame that it was lent? */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** Takes frames from now on. */
  receive(): void {
    if (this.scheduled.iterates) void this.#iterate();
    else
      this.netfront.onReceive(
        (frame) => this.#received(frame),
        (error) => this.run.receiveFails(error),
      );
  }

  send(packet: SentPacket): void {
    const { sent, answers } = this.traffic;
    const n = sent.push(packet) - 1;
    const { octets, offload } = packet;
    const isOne = octets.length === 1;
    this.netfront.send(isOne ? octets[0]! : octets, offload).then(
      (status) => {
        this.#settled.add(n);
        this.#seen.settled.push({ status, octets: octets.reduce((sum, { length }) => sum + length, 0) });
        if (status !== answers[n])
          this.run.fail(`packet ${n + 1} is settled with ${status}, and its answer was ${answers[n]}`);
      },
      (error: unknown) => {
        this.#settled.add(n);
        if (!this.netfront.isBroken) this.run.fail(`packet ${n + 1} fails: ${(error as Error).message}`);
      },
    );
  }

  /** Returns the frame that it has held longest. */
  release(): void {
    this.#held.shift()!.release();
  }

  /** Is busy no more. */
  goOn(): void {
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
  }

  /** Is told of a step that the frontend has taken: what statistics count, and what it will be given. */
  note(step: string): void {
    if (step.startsWith('RxConsumeResponse')) this.#seen.consumed++;
    if (step !== 'RxDeliver') return;
    this.#seen.frames++;
    // One may wait, by the options; and one is on its way to an application that waits for the next.
    if (++this.#delivered > (this.scheduled.iterates ? 2 : 1))
      this.run.fail('a frame is delivered while one waits for the application');
  }

  /** What is wrong while the frontend rests, and this application is not busy; null if nothing is. */
  wrongAtRest(): string | null {
    if (this.#delivered > 0) return 'a frame is delivered, and the application is not given it';
    const { netfront, scheduled } = this;
    return miscounted(netfront.statistics, this.#seen, scheduled.isOfSlots && !netfront.isBroken);
  }

  /** What is wrong when nothing can happen any more; null if nothing is. */
  wrongAtEnd(): string | null {
    const { isBroken } = this.netfront;
    if (this.scheduled.iterates && this.#isEnded !== (isBroken ? 'with an error' : 'in peace'))
      return `the iterator ends ${this.#isEnded ?? 'never'}, and isBroken is ${isBroken}`;
    const unsettled = this.traffic.sent.length - this.#settled.size;
    return unsettled > 0 ? `${unsettled} packets are never settled` : null;
  }

  /** Two applications with the same key go on alike. What they have counted is checked at each rest. */
  get key(): string {
    return [
      [this.traffic.sent.length, this.traffic.due.length],
      // The pages that are lent, in the order in which they are returned.
      this.#held.map(({ fragments }) => fragments[0]?.byteOffset),
      [this.#delivered, this.isBusy, this.#wasBusy],
      [...this.#settled].toSorted(),
    ].join('|');
  }

  #received(frame: Frame): Promise<void> | undefined {
    this.#delivered--;
    this.#seen.octets += frame.octets.length;
    if (this.isBusy) this.run.fail('the application is given a frame while it is busy with one');
    const due = this.traffic.due.shift();
    const hex = (octets: Uint8Array | undefined): string =>
      octets === undefined ? 'nothing' : Buffer.from(octets).toString('hex');
    if (hex(due) !== hex(frame.octets))
      this.run.fail(`the application is given ${hex(frame.octets)} and must be given ${hex(due)}`);
    const { lends, isBusy } = this.scheduled;
    const index = this.run.choose([
      'the application takes the frame',
      ...(lends ? ['the application releases the frame at once'] : []),
      // Once is enough: the frame behind it fills the inbox.
      ...(!isBusy || lends || this.#wasBusy ? [] : ['the application takes the frame, and is busy']),
    ]);
    if (lends && index === 0) this.#held.push(frame);
    else frame.release();
    if (lends || index === 0) return undefined;
    this.#wasBusy = true;
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  async #iterate(): Promise<void> {
    try {
      for await (const frame of this.netfront) void this.#received(frame);
      this.#isEnded = 'in peace';
    } catch (error) {
      this.#isEnded = 'with an error';
      this.run.receiveFails(error);
    }
  }
}
