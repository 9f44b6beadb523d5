/**
 * One case against one driver. The runner is backend, Xen and application: it does what the steps say, and after each
 * that wakes the frontend looks at all that they can see.
 */
import { match, P } from 'ts-pattern';
import { type Case, onlyRing, type See, type Step, stepsOf } from './case.js';
import { type Asked, DriverFault, type Port } from './driver.js';
import { Effects, type Message, StartAnswer } from './protocol.js';
import type { CaseRecorder } from './recorder.js';
import { askAll, Grants, type Outstanding, type RingSide } from './ring-side.js';
import { RxSide } from './rx-side.js';
import { type TxOutstanding, TxSide } from './tx-side.js';
import { type Property, Violation } from './violation.js';

const STATUS = { OKAY: 0, ERROR: -1, DROPPED: -2 } as const;

/** A ring as it stood when a case failed. */
export type DrawnRing = Readonly<
  Pick<
    RingSide<Outstanding>,
    'name' | 'sizes' | 'page' | 'req_prod' | 'rsp_prod' | 'req_cons' | 'req_event' | 'rsp_event'
  >
>;

/** Where a driver leaves the specification, or the protocol. */
export interface Failure {
  /** From 1; 0 is `start`, and one more than there are is what the runner does after the last. */
  readonly step: number;
  /** The step as it is written, or what the runner was doing. */
  readonly doing: string;
  /** Undefined where it is the driver that failed, and not the port in it. */
  readonly property?: Property;
  readonly expected: string;
  readonly actual: string;
  readonly rings: readonly DrawnRing[];
}

/** What came of a case. */
export type CaseVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'left out'; readonly why: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Runs a case, and has it recorded if there is a recorder. Throws nothing that the driver can cause. */
export async function runCase(port: Port, given: Case, recorder?: CaseRecorder): Promise<CaseVerdict> {
  const run = new CaseRun(port, given, recorder);
  try {
    return await run.run();
  } catch (error) {
    const { step, doing, rings } = run;
    if (error instanceof Violation) {
      const { property, expected, actual } = error;
      return { kind: 'failed', failure: { step, doing, property, expected, actual, rings } };
    }
    if (error instanceof DriverFault)
      return {
        kind: 'failed',
        failure: { step, doing, expected: 'an answer, in time and in turn', actual: error.message, rings },
      };
    throw error;
  }
}

const effectsOf = (message: Message): Asked<Effects> => ({ message, answer: Effects });

const merged = (list: readonly Effects[]): Effects => ({
  granted: list.flatMap(({ granted = [] }) => granted),
  ended: list.flatMap(({ ended = [] }) => ended),
  sent: list.flatMap(({ sent = [] }) => sent),
  received: list.flatMap(({ received = [] }) => received),
  notified: list.reduce((sum, { notified = 0 }) => sum + notified, 0),
  broken: list.some(({ broken }) => broken === true),
  paused: list.at(-1)?.paused === true,
});

/** What is remembered from a step with `pause` until the frontend has gone on to its end. */
interface Seen {
  requests: number;
  notified: boolean;
  sent: number[];
  received: number;
}

const nothingSeen = (): Seen => ({ requests: 0, notified: false, sent: [], received: 0 });

class CaseRun {
  step = 0;
  doing = 'start';
  readonly #grants = new Grants();
  #tx: TxSide | undefined;
  #rx: RxSide | undefined;
  readonly #steps: readonly Step[];
  /** An event waits for the frontend. */
  #pending = false;
  #isPaused = false;
  #isBroken = false;
  /** Something was published while the frontend was paused. */
  #cameLate = false;
  /** The frontend has until now done exactly what the specification's does, and when it does it. */
  #isInStep = true;
  #seen = nothingSeen();
  #lookedAt = 0;
  /** The last response on each ring, for a backend that repeats itself. */
  readonly #last = new Map<TxSide | RxSide, { readonly id: number; readonly status: number }>();

  constructor(
    readonly port: Port,
    readonly given: Case,
    readonly recorder: CaseRecorder | undefined,
  ) {
    this.#steps = stepsOf(given.steps, onlyRing(given));
  }

  get rings(): readonly DrawnRing[] {
    return this.#sides;
  }

  get #sides(): readonly (TxSide | RxSide)[] {
    return [this.#tx, this.#rx].filter((side) => side !== undefined);
  }

  async run(): Promise<CaseVerdict> {
    const why = await this.#start();
    if (why !== undefined) return { kind: 'left out', why };
    for (const step of this.#steps) {
      this.step++;
      this.doing = step.text;
      await this.#do(step);
    }
    this.step++;
    await this.#conclude();
    return { kind: 'passed' };
  }

  async #start(): Promise<string | undefined> {
    const { tx, rx } = this.given.start;
    const message = { do: 'start', ...(tx && { tx }), ...(rx && { rx }) } as const;
    const [answer] = await this.port.ask([{ message, answer: StartAnswer }]);
    if ('cannot' in answer) return answer.cannot;
    for (const [name, wanted, there] of [
      ['tx', tx, answer.tx],
      ['rx', rx, answer.rx],
    ] as const)
      if (wanted !== undefined && there === undefined)
        throw new DriverFault('wrong answer', `the answer to start does not say where the ring ${name} is`);
    if (tx) this.#tx = new TxSide(answer.tx!.gref, tx, this.#grants);
    if (rx) this.#rx = new RxSide(answer.rx!.gref, rx, this.#grants);
    this.recorder?.start(this.#sides);
    await this.#observe([], [answer], false);
    return undefined;
  }

  async #do(step: Step): Promise<void> {
    const { times } = step;
    const side = (step.ring === 'tx' ? this.#tx : this.#rx)!; // a step names no ring that the case has not
    await match(step)
      .with({ do: 'send' }, () => this.#send(times))
      .with({ do: 'event' }, async ({ pause }) => {
        if (this.#pending && !this.#isPaused) await this.#event(pause);
      })
      .with({ do: 'spurious' }, async () => {
        if (!this.#isPaused) await this.#event(false);
      })
      .with({ do: 'resume' }, async () => {
        if (this.#isPaused) await this.#wake([{ do: 'resume' }], true);
      })
      .with({ do: 'return' }, ({ k }) => this.#return(k, times))
      .with({ do: 'take' }, () => this.#take(side, times))
      .with({ do: 'read' }, ({ k }) => this.#readBlock(k))
      .with({ do: 'fill' }, ({ k }) => this.#fill(k, times))
      .with({ do: 'answer' }, (answer) => this.#answer(side, answer))
      .with({ do: 'arm' }, ({ value }) => askAll(this.port, [side.arm(value)]))
      .with({ do: P.union('overrun', 'repeat', 'unknown', 'oversized', 'mapped') }, (fault) =>
        this.#misbehave(side, fault),
      )
      .exhaustive();
  }

  /** What the application sends, as many frames at once as `times` says. */
  async #send(times: number): Promise<void> {
    if (this.#isPaused || this.#tx === undefined) return;
    const tx = this.#tx;
    const sends = Array.from({ length: times }, () => tx.nextSend());
    await this.#wake(
      sends.map(({ n, frame }) => ({ do: 'send', send: n, frame: Buffer.from(frame).toString('hex') })),
      false,
    );
  }

  async #event(pause: boolean): Promise<void> {
    this.#pending = false;
    await this.#wake([pause ? { do: 'event', pause: true } : { do: 'event' }], true);
  }

  async #return(k: number, times: number): Promise<void> {
    const held = this.#rx?.held.splice(k - 1, times) ?? [];
    if (held.length === 0) return;
    await this.#wake(
      held.map(({ frame }) => ({ do: 'return', frame })),
      false,
    );
  }

  /** Takes requests as far as there are any; of the transmit ring each block is read. */
  async #take(side: TxSide | RxSide, times: number): Promise<void> {
    const messages: Asked<unknown>[] = [];
    const taken: TxOutstanding[] = [];
    for (let i = 0; i < times; i++) {
      const next = side.takeRequest();
      if (next === undefined) break;
      messages.push(...next.messages);
      if (side instanceof TxSide) taken.push(next.request as TxOutstanding);
    }
    if (taken.length === 0) return askAll(this.port, messages);
    const blocks = await this.port.ask(taken.map((request) => this.#tx!.readBlock(request)));
    taken.forEach((request, i) => this.#tx!.checkBlock(request, blocks[i]!.octets));
    await askAll(this.port, messages);
  }

  async #readBlock(k: number): Promise<void> {
    const request = this.#tx?.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request === undefined) return;
    const [{ octets }] = await this.port.ask([this.#tx!.readBlock(request)]);
    this.#tx!.checkBlock(request, octets);
  }

  /** Writes a frame into the page of the k-th request taken, and of those after it. */
  async #fill(k: number, times: number): Promise<void> {
    const taken = this.#rx?.unanswered.filter(({ taken, wrote }, i) => taken && !wrote && i >= k - 1) ?? [];
    await askAll(
      this.port,
      taken.slice(0, times).map((request) => this.#rx!.fill(request)),
    );
  }

  /** Answers `times` requests, the k-th of those taken first, publishes them together, and notifies if that is due. */
  async #answer(side: TxSide | RxSide, { k, status, times }: Step): Promise<void> {
    const messages: Asked<unknown>[] = [];
    let answered = 0;
    for (let i = 0; i < times; i++) {
      const isError = status !== 'OKAY';
      const request = side instanceof TxSide ? side.answer(k, STATUS[status]) : side.answer(k, isError);
      if (request === undefined) break;
      const wrote = 'wrote' in request ? request.wrote : undefined;
      const hasFrame = side instanceof RxSide && !isError && wrote !== undefined;
      const response = {
        id: request.id,
        status: hasFrame
          ? wrote.frame.length
          : side instanceof RxSide
            ? Math.min(STATUS[status], -1)
            : STATUS[status],
        offset: hasFrame ? wrote.offset : 0,
      };
      this.#last.set(side, response);
      messages.push(
        ...(side instanceof TxSide ? side.map(request as TxOutstanding, -1) : side.map(request, -1)),
      );
      side.respond(response);
      answered++;
    }
    if (answered > 0) await this.#publish(side, messages);
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY, after the messages that write what is published. */
  async #publish(
    side: TxSide | RxSide,
    before: readonly Asked<unknown>[],
    to = side.rsp_prod_pvt,
  ): Promise<void> {
    const old = side.rsp_prod;
    const answers = await this.port.ask([
      ...before,
      ...side.writeResponses,
      side.push(to),
      side.readRspEvent,
    ]);
    side.takeRspEvent((answers.at(-1) as { octets: string }).octets, old);
    if (side.isEventDue(old)) this.#pending = true;
    if (this.#isPaused) this.#cameLate = true;
    else if (!this.#pending && !side.isHostile && !this.#isBroken) side.checkArmed();
  }

  /** What no backend may do. From here on the frontend owes it nothing, and must still do no harm. */
  async #misbehave(side: TxSide | RxSide, step: Step): Promise<void> {
    const last = this.#last.get(side);
    // An id that is in use again: then this would be an answer like any other.
    if (step.do === 'repeat' && side.unanswered.some(({ id }) => id === last?.id)) return;
    side.isHostile = true;
    this.#isInStep = false;
    if (step.do === 'overrun') {
      await this.#publish(side, [], (side.req_prod + step.value) >>> 0);
      this.#pending = true;
      return;
    }
    if (step.do === 'mapped') return this.#answerMapped(side, step);
    const response = {
      id: step.do === 'unknown' ? unusedId(side, step.value) : (last?.id ?? 0),
      status: side instanceof TxSide ? 0 : (last?.status ?? -1),
      offset: 0,
    };
    if (step.do === 'oversized') {
      const request = this.#rx!.answer(step.k, true);
      if (request === undefined) return;
      Object.assign(response, { id: request.id, status: 60, offset: 4090 });
      await askAll(this.port, this.#rx!.map(request, -1));
    }
    side.respond(response);
    await this.#publish(side, []);
    this.#pending = true;
  }

  /** Answers a request whose page the backend keeps mapped. */
  async #answerMapped(side: TxSide | RxSide, step: Step): Promise<void> {
    const request = side instanceof TxSide ? side.answer(step.k, 0) : side.answer(step.k, false);
    if (request === undefined) return;
    const wrote = 'wrote' in request ? request.wrote : undefined;
    const response = {
      id: request.id,
      status: wrote?.frame.length ?? (side instanceof RxSide ? -1 : 0),
      offset: wrote?.offset ?? 0,
    };
    side.respond(response);
    await this.#publish(side, []);
    this.#pending = true;
  }

  /** Gives the frontend its turn, and looks at everything afterwards. */
  async #wake(messages: readonly Message[], isPoll: boolean): Promise<void> {
    await this.#observe(messages.map(effectsOf), [], isPoll);
  }

  async #observe(asked: readonly Asked<Effects>[], told: readonly Effects[], isPoll: boolean): Promise<void> {
    const sides = this.#sides;
    const blocks = this.#tx?.isSmall ? [...this.#tx.unanswered] : [];
    const held = this.#rx?.isSmall ? [...this.#rx.held] : [];
    const answers: readonly unknown[] = await this.port.ask([
      ...asked,
      ...sides.map((side) => side.glance),
      ...blocks.map((request) => this.#tx!.readBlock(request)),
      ...held.map((each) => this.#rx!.look(each)),
    ] as readonly Asked<unknown>[]);
    const texts = (answers.slice(asked.length) as { octets: string }[]).map(({ octets }) => octets);
    const effects = merged([...told, ...(answers.slice(0, asked.length) as Effects[])]);

    sides.forEach((side, i) => side.tellArmed(texts[i]!));
    this.recorder?.takeGrants(effects);
    this.#checkEnded(effects);
    this.#grants.take(effects);
    this.#isPaused = effects.paused === true;
    const unasked = !isPoll && (effects.sent!.length > 0 || effects.received!.length > 0);
    this.#tx?.takeEffects(effects);
    this.#rx?.takeEffects(effects);
    blocks.forEach((request, i) => this.#tx!.checkBlock(request, texts[sides.length + i]!));
    held.forEach((each, i) => this.#rx!.checkHeld(each, texts[sides.length + blocks.length + i]!));
    const { published, due } = await this.#takeRings(texts, effects.notified ?? 0);
    this.#checkNotified(effects.notified ?? 0, due);
    if (effects.broken) this.#giveUp();
    if (unasked) this.#isInStep = false;
    this.#remember(effects, published, due > 0);
    if (this.#isPaused || this.#isBroken) return;
    for (const side of sides) {
      if (isPoll && !this.#pending) side.checkConsumed(this.#cameLate);
      if (isPoll) side.checkArmed();
      if (isPoll && side.askedAhead !== 1) this.#isInStep = false;
      side.checkIdle();
    }
    this.#cameLate = false;
    this.#compareWithGraph();
  }

  /** Takes what the frontend did to the rings; reads what that needs more. */
  async #takeRings(texts: readonly string[], notified: number): Promise<{ published: number; due: number }> {
    let published = 0;
    const pushed: { readonly side: TxSide | RxSide; readonly isDue: boolean }[] = [];
    let due = 0;
    for (const [i, side] of this.#sides.entries()) {
      const wanted = side.slotsToRead(texts[i]!);
      const slots =
        wanted.length === 0 ? [] : ((await this.port.ask(wanted)) as readonly { octets: string }[]);
      const old = side.req_prod;
      const fresh = side.take(
        texts[i]!,
        slots.map(({ octets }) => octets),
      );
      published += fresh.length;
      const isDue = side.isNotifyDue(old);
      if (isDue) due++;
      if (fresh.length > 0) pushed.push({ side, isDue });
      if (side instanceof TxSide && side.isSmall && fresh.length > 0) {
        const requests = fresh as TxOutstanding[];
        const octets = (await this.port.ask(requests.map((each) => side.readBlock(each)))) as {
          octets: string;
        }[];
        requests.forEach((request, n) => side.checkBlock(request, octets[n]!.octets));
      }
    }
    // An event does not say for which ring it was sent.
    for (const { side, isDue } of pushed) side.tellChecked(notified > 0 && (isDue || due === 0));
    return { published, due };
  }

  #checkEnded({ ended = [] }: Effects): void {
    for (const side of this.#sides)
      for (const { gref, n } of side.unanswered)
        if (ended.includes(gref) && this.#grants.mapped(gref) === 0)
          throw new Violation(
            'NoReuseBeforeResponse',
            `${side.name}: the grant ${gref} to stay until request ${n} is answered`,
            'it was ended',
          );
  }

  #checkNotified(notified: number, due: number): void {
    if (due === 0 ? notified === 0 : notified > 0 && notified <= due) return;
    const events = this.#sides
      .map(({ name, req_prod, req_event }) => `${name}: req_prod = ${req_prod}, req_event = ${req_event}`)
      .join('; ');
    throw new Violation(
      'NotifyExact',
      due === 0
        ? 'no notification: what was published is not what the backend asked for'
        : 'one notification',
      `${notified} were sent (${events})`,
    );
  }

  #giveUp(): void {
    if (this.#sides.every(({ isHostile }) => !isHostile))
      throw new Violation(
        'AnsweredComesBack',
        'the frontend to go on with a backend that keeps to the protocol',
        'it gave up on it',
      );
    this.#isBroken = true;
    for (const side of this.#sides) side.isHostile = true;
  }

  #remember({ sent = [], received = [] }: Effects, requests: number, notified: boolean): void {
    this.#seen.requests += requests;
    this.#seen.notified ||= notified;
    this.#seen.sent.push(...sent.map(({ status }) => status));
    this.#seen.received += received.length;
  }

  /** What the state graph says of this step; asked only while the frontend does all as early as it can, and no earlier. */
  #compareWithGraph(): void {
    const seen = this.#seen;
    this.#seen = nothingSeen();
    const expected = this.given.see?.[this.#lookedAt++];
    if (expected === undefined || !this.#isInStep) return;
    const actual: See = {
      ...(seen.requests > 0 && { requests: seen.requests }),
      ...(seen.notified && { notified: true as const }),
      ...(seen.sent.length > 0 && { sent: seen.sent.toSorted((a, b) => a - b) }),
      ...(seen.received > 0 && { received: seen.received }),
    };
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      throw new Violation(
        this.#tx === undefined ? 'RxNeverStarves' : 'BlockedWriterProceeds',
        `what the state graph has here, ${JSON.stringify(expected)}`,
        JSON.stringify(actual),
      );
  }

  /** The backend serves what is left, and then the rings must do what they did at first. */
  async #conclude(): Promise<void> {
    this.doing = 'the backend serves what is left, and goes on';
    if (this.#isPaused) await this.#wake([{ do: 'resume' }], true);
    const overrun = this.#sides.some(({ rsp_prod, req_prod }) => ((rsp_prod - req_prod) | 0) > 0);
    const rounds = 2 + (this.#sides.some(({ isHostile }) => isHostile) ? 0 : 2);
    let grants = -1;
    for (let round = 0; round < rounds; round++) {
      if (this.#pending) await this.#event(false);
      if (!overrun) await this.#serve();
      if (this.#pending) await this.#event(false);
      if (round === rounds - 2) grants = this.#grants.count;
      if (this.#tx && !this.#isBroken && round < rounds - 1)
        await this.#send(Math.min(this.#tx.sizes.nr_ents + 1, 300));
    }
    if (this.#sides.some(({ isHostile }) => isHostile)) return;
    this.#mustBeDone(grants);
  }

  /** Takes and answers everything there is, in order. */
  async #serve(): Promise<void> {
    for (let turn = 0; turn < 3; turn++)
      for (const side of this.#sides) {
        const count = side.unanswered.length;
        if (count === 0 || (side instanceof RxSide && turn > 0)) continue;
        await this.#take(side, count);
        if (side instanceof RxSide) await this.#fill(1, count);
        await this.#answer(side, { k: 1, status: 'OKAY', times: count } as Step);
        if (this.#pending) await this.#event(false);
        if (this.#rx) await this.#return(1, this.#rx.held.length);
      }
  }

  #mustBeDone(grants: number): void {
    if (
      this.#tx &&
      (this.#tx.unanswered.length > 0 || this.#tx.waiting.length > 0 || this.#tx.answered.size > 0)
    )
      throw new Violation(
        'AnsweredComesBack',
        'TX: every send to be finished when all requests are answered',
        `${this.#tx.waiting.length} wait, ${this.#tx.answered.size} are answered and not finished`,
      );
    if (this.#grants.count > grants)
      throw new Violation(
        'Conservation',
        `${grants} grants, as there were a round before, with the same on the rings`,
        `there are ${this.#grants.count}`,
      );
  }
}

/** An id that no unanswered request has. */
function unusedId(side: RingSide<Outstanding>, wanted: number): number {
  let id = wanted;
  while (side.unanswered.some((each) => each.id === id)) id = (id + 1) & 0xffff;
  return id;
}
