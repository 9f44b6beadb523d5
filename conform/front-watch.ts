/**
 * The frontend in one case, as its backend and its application see it: after each of its turns everything that they can
 * see is read, and held against what they are owed.
 */
import { match } from 'ts-pattern';
import type { RingName } from '../replay/netif.js';
import type { Case } from './case.js';
import { DriverFault, type Exchange, type Port } from './port.js';
import { Grants } from './grants.js';
import { untold, withFewer, wordsOf } from './habits.js';
import { KeptPages } from './kept-pages.js';
import { NOTHING_SEEN, observationOf, sumOf } from './observation.js';
import { Effects, type Message, type OctetsAnswer, StartAnswer } from './protocol.js';
import type { CaseRecorder } from './recorder.js';
import { Glance, sub } from './ring-page.js';
import { RxSide } from './rx-side.js';
import type { TxOutstanding } from './tx-packet.js';
import { TxSide } from './tx-side.js';
import { Violation } from './violation.js';

/** Either ring. */
export type AnySide = TxSide | RxSide;

const effectsOf = (message: Message): Exchange<Effects> => ({ message, answer: Effects });

const hasOctets = ({ length }: TxOutstanding): boolean => length > 0;

const merged = (list: readonly Effects[]) => ({
  granted: list.flatMap(({ granted = [] }) => granted),
  ended: list.flatMap(({ ended = [] }) => ended),
  sent: list.flatMap(({ sent = [] }) => sent),
  received: list.flatMap(({ received = [] }) => received),
  notified: list.reduce((sum, { notified = 0 }) => sum + notified, 0),
  broken: list.some(({ broken }) => broken === true),
  paused: list.at(-1)?.paused === true,
});

/** The frontend of a case: its rings, and what it owes. */
export class FrontWatch {
  tx: TxSide | undefined;
  rx: RxSide | undefined;
  /** An event waits for the frontend. */
  pending = false;
  isPaused = false;
  isBroken = false;
  /** Something was published while the frontend was paused. */
  cameLate = false;
  /** Until now the frontend has done what the specification's does, and when it does it. */
  isInStep = true;
  /** What it did that harms nobody, in the order in which it did it. */
  readonly wasted: Violation[] = [];
  readonly grants = new Grants();
  /** Pages that the backend has kept mapped. */
  readonly kept: KeptPages;
  /** For which habits it is taken at its driver's word. */
  habits: readonly string[] = [];
  /** What has been seen since the frontend last rested. */
  #seen = NOTHING_SEEN;
  /** How many observations have been compared with the state graph. */
  #compared = 0;

  constructor(
    readonly port: Port,
    readonly given: Case,
    readonly recorder: CaseRecorder | undefined,
  ) {
    this.kept = new KeptPages(port, this.grants);
  }

  /** The rings that there are. */
  get sides(): readonly AnySide[] {
    return [this.tx, this.rx].filter((side) => side !== undefined);
  }

  /** A ring that the case has. */
  side(ring: RingName): AnySide {
    return match(ring)
      .with('tx', () => this.tx!)
      .with('rx', () => this.rx!)
      .exhaustive();
  }

  /** @returns why the driver cannot start this case; undefined if it has started it */
  async start(): Promise<string | undefined> {
    const { tx, rx } = this.given.start;
    const message = { do: 'start', ...(tx && { tx }), ...(rx && { rx }) } as const;
    const [answer] = await this.port.ask([{ message, answer: StartAnswer }]);
    if ('cannot' in answer) return answer.cannot;
    const gref = (ring: RingName): number => {
      const at = answer[ring];
      if (at !== undefined) return at.gref;
      throw new DriverFault('wrong answer', `the answer to start does not say where the ring ${ring} is`);
    };
    if (tx) this.tx = new TxSide(gref('tx'), withFewer(tx, answer.tx), this.grants, answer.tx);
    if (rx) this.rx = new RxSide(gref('rx'), withFewer(rx, answer.rx), this.grants, answer.rx);
    this.habits = this.sides.flatMap(({ ring }) => wordsOf(ring, answer[ring] ?? {}));
    this.recorder?.start(this.sides);
    await this.#observe([], [answer], false);
    for (const { ring, page } of this.sides)
      if (this.grants.access(page.gref) !== 'writable')
        throw new DriverFault(
          'wrong answer',
          `the answer to start does not grant ${page.gref}, the page of the ring ${ring}, writable: the backend could not answer there`,
        );
    return undefined;
  }

  /** Gives the frontend its turn, and looks at everything afterwards. `isPoll`: the turn is for an event. */
  async wake(messages: readonly Message[], isPoll: boolean): Promise<void> {
    // A frontend that does not call the application cannot be stopped there, as the graph's is.
    if (this.tx?.tells === false && messages.some((message) => 'pause' in message)) this.isInStep = false;
    await this.#observe(messages.map(effectsOf), [], isPoll);
  }

  async #observe(
    turns: readonly Exchange<Effects>[],
    already: readonly Effects[],
    isPoll: boolean,
  ): Promise<void> {
    const sides = this.sides;
    const blocks = this.tx?.page.isSmall ? this.tx.certain.filter(hasOctets) : [];
    const held = this.rx?.page.isSmall ? [...this.rx.held] : [];
    const answers: readonly unknown[] = await this.port.ask([
      ...turns,
      ...sides.map(({ page }) => page.glance),
      ...blocks.map((request) => this.tx!.readBlock(request)),
      ...held.map((each) => this.rx!.look(each)),
    ] as readonly Exchange<unknown>[]);
    const effects = merged([...already, ...(answers.slice(0, turns.length) as Effects[])]);
    const read = answers.slice(turns.length) as OctetsAnswer[];
    const glances = sides.map((_, i) => new Glance(read[i]!.octets));

    const armed = sides.map((side, i) => side.takeArmed(glances[i]!));
    this.recorder?.takeGrants(effects);
    this.#checkEnded(effects.ended);
    this.grants.take(effects);
    this.isPaused = effects.paused;
    const isUnexpected =
      !isPoll && (effects.sent.length > 0 || effects.received.length > 0 || armed.includes(true));
    this.tx?.takeEffects(effects);
    this.rx?.takeEffects(effects);
    blocks.forEach((request, i) => this.tx!.checkBlock(request, read[sides.length + i]!));
    held.forEach((each, i) => this.rx!.checkHeld(each, read[sides.length + blocks.length + i]!));
    for (const side of sides) side.isWoken = isPoll;
    const { published, due } = await this.#takeRings(glances, effects.notified);
    this.#judge(() => this.#checkNotified(effects.notified, due));
    if (effects.broken) this.#giveUp();
    // In the specification a frontend that is stopped in a call of the application has published nothing in its turn.
    if (isUnexpected || (this.isPaused && published > 0)) this.isInStep = false;
    this.#seen = sumOf(this.#seen, {
      ...{ requests: published, notified: due > 0, received: effects.received.length },
      sent: effects.sent.map(({ status }) => status),
    });
    if (this.isPaused || this.isBroken) return;
    this.#checkRest(isPoll);
    this.#compareWithGraph();
  }

  /** Takes what the frontend did to the rings, and reads what that needs more. */
  async #takeRings(
    glances: readonly Glance[],
    notified: number,
  ): Promise<{ readonly published: number; readonly due: number }> {
    const pushed: { readonly side: AnySide; readonly count: number; readonly isDue: boolean }[] = [];
    for (const [i, side] of this.sides.entries()) {
      const wanted = side.slotsToRead(glances[i]!);
      const slots = wanted.length === 0 ? [] : await this.port.ask(wanted);
      const old = side.req_prod;
      const fresh = side.take(glances[i]!, slots);
      this.kept.release(fresh);
      pushed.push({ side, count: sub(side.req_prod, old), isDue: side.isNotifyDue(old) });
      if (side.ring === 'tx' && side.page.isSmall && fresh.length > 0)
        await this.checkBlocks(fresh as readonly TxOutstanding[]);
    }
    const due = pushed.filter(({ isDue }) => isDue).length;
    // An event does not say for which ring it was sent.
    for (const { side, count, isDue } of pushed)
      if (count > 0) side.recordCheck(notified > 0 && (isDue || due === 0));
    return { published: pushed.reduce((sum, { count }) => sum + count, 0), due };
  }

  /**
   * Reads the blocks of these requests.
   * @throws Violation if one does not hold what is sent
   */
  async checkBlocks(requests: readonly TxOutstanding[]): Promise<void> {
    const tx = this.tx!; // there are requests on it
    const filled = requests.filter((request) => hasOctets(request) && request.isDoubtful !== true);
    const blocks = await this.port.ask(filled.map((request) => tx.readBlock(request)));
    filled.forEach((request, i) => tx.checkBlock(request, blocks[i]!));
  }

  /** Nobody looks at the page of a slot without octets. */
  #checkEnded(ended: readonly number[]): void {
    for (const side of this.sides) {
      const request = side.certain.find(
        ({ gref, length }) => length > 0 && ended.includes(gref) && this.grants.mapped(gref) === 0,
      );
      if (request !== undefined)
        throw new Violation(
          side.ring === 'tx'
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
      notified > due ? { grade: 'wasteful', sentence: 'no other notification' } : {},
    );
  }

  /** What is wasteful is noted, and the frontend is watched on: something worse may be behind it. */
  #judge(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Violation) || error.grade !== 'wasteful') throw error;
      this.wasted.push(error);
    }
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

  /** The frontend rests: it has done all that it could, and will be woken. */
  #checkRest(isPoll: boolean): void {
    for (const side of this.sides) {
      // While an event is pending the frontend will be woken, whatever it has asked for.
      if (isPoll && !this.pending) {
        side.checkConsumed(this.cameLate);
        if (!side.isPolled) side.checkArmed();
      }
      if (isPoll && side.askedAhead !== 1) this.isInStep = false;
      this.#judge(() => side.checkIdle());
      if (side.isOwnWay) this.isInStep = false;
    }
    this.cameLate = false;
  }

  /**
   * What the state graph says of this turn. It is asked only while the frontend does everything as early as the
   * specification's does, and no earlier.
   */
  #compareWithGraph(): void {
    const seen = observationOf(this.#seen);
    this.#seen = NOTHING_SEEN;
    const see = this.given.see?.[this.#compared++];
    if (see === undefined || !this.isInStep) return;
    const [actual, expected] = this.tx?.tells === false ? [untold(seen), untold(see)] : [seen, see];
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      throw new Violation(
        this.tx === undefined ? 'RxNeverStarves' : 'BlockedWriterProceeds',
        `what the state graph has here, ${JSON.stringify(expected)}`,
        JSON.stringify(actual),
      );
  }
}
