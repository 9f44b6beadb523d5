/**
 * The frontend as it is seen: it is given its turn, and after that everything is looked at that a backend and an
 * application can see.
 */
import type { Case, See } from './case.js';
import { type Asked, DriverFault, type Port } from './driver.js';
import { Effects, type Message, OctetsAnswer, PAGE, StartAnswer } from './protocol.js';
import type { CaseRecorder } from './recorder.js';
import { Grants, type Outstanding, sub } from './ring-side.js';
import { RxSide } from './rx-side.js';
import type { TxOutstanding } from './tx-packet.js';
import { TxSide } from './tx-side.js';
import { Violation } from './violation.js';

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

/** A page that the backend has kept mapped though it has answered, and what was in it then. */
interface Kept {
  readonly request: Outstanding;
  readonly read: Asked<{ octets: string }>;
  readonly octets: string;
}

/** What is remembered from a step with `pause` until the frontend has gone on to its end. */
interface Seen {
  requests: number;
  notified: boolean;
  sent: number[];
  received: number;
}

const nothingSeen = (): Seen => ({ requests: 0, notified: false, sent: [], received: 0 });

/** The port in one case: its rings, and what it owes. */
export class FrontWatch {
  tx: TxSide | undefined;
  rx: RxSide | undefined;
  /** An event waits for the frontend. */
  pending = false;
  isPaused = false;
  isBroken = false;
  /** Something was published while the frontend was paused. */
  cameLate = false;
  /** The frontend has until now done exactly what the specification's does, and when it does it. */
  isInStep = true;
  readonly grants = new Grants();
  /** Pages that the backend has kept mapped, and that no request has named since. */
  #kept: readonly Kept[] = [];
  #seen = nothingSeen();
  #lookedAt = 0;

  constructor(
    readonly port: Port,
    readonly given: Case,
    readonly recorder: CaseRecorder | undefined,
  ) {}

  /** The rings that there are. */
  get sides(): readonly (TxSide | RxSide)[] {
    return [this.tx, this.rx].filter((side) => side !== undefined);
  }

  /** @returns why the driver cannot start this case; undefined if it has */
  async start(): Promise<string | undefined> {
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
    if (tx) this.tx = new TxSide(answer.tx!.gref, tx, this.grants, answer.tx!.block);
    if (rx) this.rx = new RxSide(answer.rx!.gref, rx, this.grants);
    this.recorder?.start(this.sides);
    await this.#observe([], [answer], false);
    for (const [name, ring] of [
      ['tx', answer.tx],
      ['rx', answer.rx],
    ] as const) {
      if (ring === undefined) continue;
      const { gref } = ring;
      if (this.grants.access(gref) !== 'writable')
        throw new DriverFault(
          'wrong answer',
          `the answer to start does not grant ${gref}, the page of the ring ${name}, writable: the backend could not answer there`,
        );
    }
    return undefined;
  }

  /** Gives the frontend its turn, and looks at everything afterwards. */
  async wake(messages: readonly Message[], isPoll: boolean): Promise<void> {
    await this.#observe(messages.map(effectsOf), [], isPoll);
  }

  /** The backend keeps the page of this request mapped, and remembers what is in it. */
  async keep(request: Outstanding): Promise<void> {
    const { gref } = request;
    // Of a block only its own octets: its page may hold another.
    const { offset, length } = 'packet' in request ? (request as TxOutstanding) : { offset: 0, length: PAGE };
    const read = { message: { do: 'read', gref, offset, length }, answer: OctetsAnswer } as const;
    const [{ octets }] = await this.port.ask([read]);
    this.#kept = [...this.#kept, { request, read, octets }];
  }

  /** Is there in each page that was kept what was in it then? A frontend that grants for life names its grant again, and may. */
  async checkKept(): Promise<void> {
    for (const { request, read, octets } of this.#kept) {
      if (this.grants.access(request.gref) === undefined) continue;
      const [now] = await this.port.ask([read]);
      if (now.octets !== octets)
        throw new Violation(
          'NoFreeWhileMapped',
          `the page of grant ${request.gref}, which the backend has kept mapped, to be left alone`,
          'it was used again, by another grant',
        );
    }
  }

  async #observe(asked: readonly Asked<Effects>[], told: readonly Effects[], isPoll: boolean): Promise<void> {
    const sides = this.sides;
    const blocks = this.tx?.isSmall ? [...this.tx.unanswered] : [];
    const held = this.rx?.isSmall ? [...this.rx.held] : [];
    const answers: readonly unknown[] = await this.port.ask([
      ...asked,
      ...sides.map((side) => side.glance),
      ...blocks.map((request) => this.tx!.readBlock(request)),
      ...held.map((each) => this.rx!.look(each)),
    ] as readonly Asked<unknown>[]);
    const texts = (answers.slice(asked.length) as { octets: string }[]).map(({ octets }) => octets);
    const effects = merged([...told, ...(answers.slice(0, asked.length) as Effects[])]);

    const armed = sides.map((side, i) => side.tellArmed(texts[i]!));
    this.recorder?.takeGrants(effects);
    this.#checkEnded(effects);
    this.grants.take(effects);
    this.isPaused = effects.paused === true;
    const unasked =
      !isPoll && (effects.sent!.length > 0 || effects.received!.length > 0 || armed.includes(true));
    this.tx?.takeEffects(effects);
    this.rx?.takeEffects(effects);
    blocks.forEach((request, i) => this.tx!.checkBlock(request, texts[sides.length + i]!));
    held.forEach((each, i) => this.rx!.checkHeld(each, texts[sides.length + blocks.length + i]!));
    for (const side of sides) side.isPolled = isPoll;
    const { published, due } = await this.#takeRings(texts, effects.notified ?? 0);
    this.#checkNotified(effects.notified ?? 0, due);
    if (effects.broken) this.#giveUp();
    if (unasked) this.isInStep = false;
    this.#remember(effects, published, due > 0);
    if (this.isPaused || this.isBroken) return;
    for (const side of sides) {
      if (isPoll && !this.pending) side.checkConsumed(this.cameLate);
      if (isPoll) side.checkArmed();
      if (isPoll && side.askedAhead !== 1) this.isInStep = false;
      side.checkIdle();
      if (side.isOwnWay) this.isInStep = false;
    }
    this.cameLate = false;
    this.#compareWithGraph();
  }

  /** Takes what the frontend did to the rings; reads what that needs more. */
  async #takeRings(texts: readonly string[], notified: number): Promise<{ published: number; due: number }> {
    let published = 0;
    const pushed: { readonly side: TxSide | RxSide; readonly isDue: boolean }[] = [];
    let due = 0;
    for (const [i, side] of this.sides.entries()) {
      const wanted = side.slotsToRead(texts[i]!);
      const slots =
        wanted.length === 0 ? [] : ((await this.port.ask(wanted)) as readonly { octets: string }[]);
      const old = side.req_prod;
      const fresh = side.take(
        texts[i]!,
        slots.map(({ octets }) => octets),
      );
      this.#kept = this.#kept.filter(({ request }) => fresh.every(({ gref }) => gref !== request.gref));
      const count = sub(side.req_prod, old);
      published += count;
      const isDue = side.isNotifyDue(old);
      if (isDue) due++;
      if (count > 0) pushed.push({ side, isDue });
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
    for (const side of this.sides) {
      const request = side.unanswered.find(
        ({ gref }) => ended.includes(gref) && this.grants.mapped(gref) === 0,
      );
      if (request !== undefined)
        throw new Violation(
          side instanceof TxSide
            ? side.reuseOf(request as TxOutstanding, 'NoReuseBeforeResponse')
            : 'NoReuseBeforeResponse',
          `${side.name}: the grant ${request.gref} to stay until request ${request.n} is answered`,
          'it was ended',
        );
    }
  }

  #checkNotified(notified: number, due: number): void {
    if (due === 0 ? notified === 0 : notified > 0 && notified <= due) return;
    const events = this.sides
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
    if (this.sides.every(({ isHostile }) => !isHostile))
      throw new Violation(
        'AnsweredComesBack',
        'the frontend to go on with a backend that keeps to the protocol',
        'it gave up on it',
      );
    this.isBroken = true;
    for (const side of this.sides) side.isHostile = true;
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
    if (expected === undefined || !this.isInStep) return;
    const actual: See = {
      ...(seen.requests > 0 && { requests: seen.requests }),
      ...(seen.notified && { notified: true as const }),
      ...(seen.sent.length > 0 && { sent: seen.sent.toSorted((a, b) => a - b) }),
      ...(seen.received > 0 && { received: seen.received }),
    };
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      throw new Violation(
        this.tx === undefined ? 'RxNeverStarves' : 'BlockedWriterProceeds',
        `what the state graph has here, ${JSON.stringify(expected)}`,
        JSON.stringify(actual),
      );
  }
}
