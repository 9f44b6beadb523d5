/**
 * One case against one driver. The runner is backend, Xen and application. It does what the steps say, and after each step
 * that wakes the frontend it looks at everything that these three can see.
 */
import { match, P } from 'ts-pattern';
import { sring } from '../replay/netif.js';
import { Backend } from './backend.js';
import { type Case, hasDevice, onlyRing } from './case.js';
import { runDeviceCase } from './connection/run-case.js';
import { DriverFault, type Port } from './port.js';
import { FrontWatch } from './front-watch.js';
import { lateOrLost } from './late-or-lost.js';
import { hexOf } from './protocol.js';
import type { CaseRecorder } from './recorder.js';
import { askAll } from './ring-back.js';
import { type Offload, type Step, stepsOf } from './steps.js';
import { type CaseVerdict, type Failure, failureOf } from './verdict.js';
import { Violation } from './violation.js';

/** Chooses the next step of a case by what can be seen of the frontend, as a word of a case; undefined ends the case. */
export type Player = (front: FrontWatch) => string | undefined;

/** How a case is run. */
export interface RunOptions {
  readonly recorder?: CaseRecorder;
  /** Chooses what is done after the steps of the case. */
  readonly player?: Player;
  /** What the driver claims, which a case with a device asks for in the end. */
  readonly claims?: ReadonlySet<string>;
}

/** Runs a case, recorded if there is a recorder. Whatever the driver does comes back as a verdict. */
export async function runCase(
  port: Port,
  given: Case,
  { recorder, player, claims = new Set() }: RunOptions = {},
): Promise<CaseVerdict> {
  if (hasDevice(given)) return runDeviceCase(port, given, claims);
  const run = new CaseRun(port, given, recorder, player);
  try {
    return await run.run();
  } catch (error) {
    if (error instanceof Violation)
      return { kind: 'failed', failure: run.failure(await run.lateOrLost(error)) };
    if (error instanceof DriverFault) return { kind: 'failed', failure: run.failure(error) };
    throw error;
  }
}

const STARTED =
  'it started with a ring that there is not: slots are a power of two, ' +
  `and with ${sring.size} octets before them fit a page`;

/** A case that is run: by {@link runCase}, or step by step by somebody who looks on. */
export class CaseRun {
  step = 0;
  doing = 'start';
  readonly #given: readonly Step[];
  readonly #front: FrontWatch;
  readonly #back: Backend;
  #waste: Failure | undefined;

  constructor(
    port: Port,
    readonly given: Case,
    recorder?: CaseRecorder,
    readonly player?: Player,
  ) {
    this.#given = stepsOf(given.steps, onlyRing(given));
    this.#front = new FrontWatch(port, given, recorder);
    this.#back = new Backend(this.#front);
  }

  /** What is wrong, in the step that is done now. */
  failure(error: Violation | DriverFault): Failure {
    return failureOf(error, this, this.#front.sides);
  }

  lateOrLost(violation: Violation): Promise<Violation> {
    return lateOrLost(violation, this.#front);
  }

  /** What is known of the frontend now. */
  get front(): FrontWatch {
    return this.#front;
  }

  /** @returns why the driver cannot start this case; undefined if it has started it */
  start(): Promise<string | undefined> {
    return this.#front.start();
  }

  /**
   * Does one step.
   * @throws Violation or DriverFault if something is wrong then
   */
  async take(step: Step): Promise<void> {
    this.step++;
    this.doing = step.text;
    await this.#do(step);
    this.#noteWaste();
  }

  async run(): Promise<CaseVerdict> {
    const why = await this.start();
    if (this.given.cannot === true) {
      if (why === undefined) throw new DriverFault('wrong answer', STARTED);
      return { kind: 'passed' };
    }
    if (why !== undefined) return { kind: 'left out', why };
    this.#noteWaste();
    for (const step of this.#steps()) await this.take(step);
    this.step++;
    await this.#conclude();
    this.#noteWaste();
    if (this.#waste !== undefined) return { kind: 'wasteful', failure: this.#waste };
    const { habits } = this.#front;
    return { kind: 'passed', ...(habits.length > 0 && { habits }) };
  }

  *#steps(): Generator<Step> {
    yield* this.#given;
    for (;;) {
      const text = this.player?.(this.#front);
      if (text === undefined) return;
      yield* stepsOf(text, onlyRing(this.given));
    }
  }

  #noteWaste(): void {
    const [first] = this.#front.wasted;
    if (first !== undefined) this.#waste ??= this.failure(first);
  }

  async #do(step: Step): Promise<void> {
    const { times } = step;
    const { port, pending, isPaused } = this.#front;
    const [front, back] = [this.#front, this.#back];
    await match(step)
      .with({ do: 'send' }, ({ requests, offload }) => this.#send(times, requests, offload))
      .with({ do: 'event' }, async ({ pause }) => {
        if (pending && !isPaused) await this.#event(pause);
      })
      .with({ do: 'spurious' }, async () => {
        if (!isPaused) await this.#event(false);
      })
      .with({ do: 'resume' }, async () => {
        if (isPaused) await this.#resume();
      })
      .with({ do: 'return' }, ({ k }) => this.#return(k, times))
      .with({ do: 'take' }, ({ ring }) => back.take(front.side(ring), times))
      .with({ do: 'read' }, ({ k }) => back.readBlock(k))
      .with({ do: 'fill' }, ({ k }) => back.fill(k, times))
      .with({ do: 'answer' }, ({ ring, k, status }) => back.answer(front.side(ring), k, status, times))
      .with({ do: 'null' }, () => back.null(times))
      .with({ do: 'packet' }, ({ letters, count }) => back.packet(letters, count, times))
      .with({ do: 'rest' }, ({ count }) => back.rest(count))
      .with({ do: 'arm' }, ({ ring, ahead }) => askAll(port, [front.side(ring).arm(ahead)]))
      .with({ do: P.union('overrun', 'repeat', 'unknown', 'oversized', 'mapped') }, (fault) =>
        back.misbehave(fault),
      )
      .exhaustive();
  }

  /** The application sends, as many frames at once as `times` says, each for so many requests. */
  async #send(times: number, requests = 1, offload: Offload = 'none'): Promise<void> {
    const { tx, isPaused } = this.#front;
    if (isPaused || tx === undefined) return;
    const sends = Array.from({ length: times }, () => tx.nextSend(requests, offload));
    await this.#front.wake(
      sends.map((send) => ({
        ...{ do: 'send', send: send.n, frame: hexOf(send.frame) },
        ...(send.csum_blank && { csum_blank: true as const }),
        ...(send.gso && { gso: send.gso }),
      })),
      false,
    );
  }

  async #resume(): Promise<void> {
    await this.#front.wake([{ do: 'resume' }], true);
  }

  async #event(pause: boolean): Promise<void> {
    this.#front.pending = false;
    await this.#front.wake([pause ? { do: 'event', pause: true } : { do: 'event' }], true);
  }

  async #return(k: number, times: number): Promise<void> {
    const held = this.#front.rx?.held.splice(k - 1, times) ?? [];
    if (held.length === 0) return;
    await this.#front.wake(
      held.map(({ frame }) => ({ do: 'return', frame })),
      false,
    );
  }

  /** The backend serves what is left. After that the rings must work as they did at first. */
  async #conclude(): Promise<void> {
    const front = this.#front;
    this.doing = 'the backend serves what is left, and goes on';
    if (front.isPaused) await this.#resume();
    const isHostile = front.sides.some((side) => side.isHostile);
    const overrun = front.sides.some(({ rsp_prod, req_prod }) => ((rsp_prod - req_prod) | 0) > 0);
    // What follows the slots of a packet that was cut is no packet.
    const isCut = isHostile && (front.rx?.rest ?? 0) > 0;
    const rounds = 2 + (isHostile ? 0 : 2);
    let before = { grants: -1, posted: 0 };
    for (let round = 0; round < rounds; round++) {
      if (front.pending) await this.#event(false);
      if (!overrun && !isCut) await this.#serve();
      if (front.pending) await this.#event(false);
      if (round === rounds - 2)
        before = { grants: front.grants.count, posted: front.rx?.unanswered.length ?? 0 };
      if (front.tx && !front.isBroken && round < rounds - 1)
        await this.#send(Math.min(front.tx.sizes.nr_ents + 1, 300));
    }
    await front.kept.check();
    if (front.sides.some((side) => side.isHostile)) return;
    // A frontend that posts in batches has perhaps posted more.
    const posted = Math.max(0, (front.rx?.unanswered.length ?? 0) - before.posted);
    this.#mustBeDone(before.grants + posted);
  }

  /** Takes and answers everything, in order. */
  async #serve(): Promise<void> {
    const [front, back] = [this.#front, this.#back];
    await this.#endPacket();
    // Each turn answers something, so this ends. Pages to receive into are posted again for ever, and served once.
    for (let turn = 0, isMore = true; isMore; turn++) {
      isMore = false;
      for (const side of front.sides) {
        const count = side.unanswered.length;
        const extras = side.ring === 'tx' ? side.takenExtras : 0;
        if (count + extras === 0 || (side.ring === 'rx' && turn > 0)) continue;
        isMore = true;
        await back.take(side, count);
        if (side.ring === 'rx') await back.fill(1, count);
        await back.answer(side, 1, 'OKAY', count);
        if (side.ring === 'tx') await back.null(side.takenExtras);
        if (front.pending) await this.#event(false);
        if (front.rx) await this.#return(1, front.rx.held.length);
      }
    }
  }

  /** The rest of a packet that was begun is sent, as far as pages are posted for it. */
  async #endPacket(): Promise<void> {
    const { rx } = this.#front;
    for (let before = -1; rx !== undefined && rx.rest > 0 && rx.rest !== before;) {
      before = rx.rest;
      await this.#return(1, rx.held.length);
      await this.#back.rest(Math.min(before, rx.unanswered.length));
      if (this.#front.pending) await this.#event(false);
    }
  }

  #mustBeDone(grants: number): void {
    const { tx, rx, grants: live } = this.#front;
    if (tx && (tx.unanswered.length > 0 || tx.stillToSend.length > 0 || tx.answered.size > 0))
      throw new Violation(
        'AnsweredComesBack',
        'TX: every send to be finished when all requests are answered',
        `${tx.stillToSend.length} wait, ${tx.answered.size} are answered and not finished`,
      );
    if (rx && rx.rest > 0)
      throw new Violation(
        'RxNeverStarves',
        'RX: pages to be posted for the rest of the packet',
        `${rx.rest} of its slots have none`,
      );
    if (live.count > grants)
      throw new Violation(
        'Conservation',
        `${grants} grants, as there were a round before, with the same on the rings`,
        `there are ${live.count}`,
      );
  }
}
