/**
 * The scheduler that applications run (`connect`, `send`, `onReceive`, `close`) against a state graph. Before each load and
 * store of a shared word, each grant, each end of a grant, and the clearing of an event, the backend may take any step that
 * the graph allows. What the frontend does must be a path of the graph, whatever the backend did in between.
 *
 * The backend's steps are done by a backend that does them itself (`back-steps.ts`), to the memory of the frontend.
 */
import type { Args } from '../graph/args.js';
import { connect, type Connected } from '../impl/netfront.js';
import { isFull, type SharedRing } from '../impl/ring.js';
import type { Chooser, Program } from './explore.js';
import type { RingName } from './netif.js';
import { refusedCalls } from './refused-calls.js';
import type { Scheduled, ScheduledBack } from './scheduled.js';
import { ScheduledApplication } from './scheduled-application.js';
import { ScheduledHost } from './scheduled-host.js';
import { type GraphStep, stepText, type Successors, unique } from './successors.js';

const GO_ON = 'the frontend goes on';
/** Frames of the stack that tell where the program is: more than the interface ever has. */
const FRAMES = 60;
/** A frontend that has not come to rest after so many points of one run never will. */
const MOST_POINTS = 2000;

/** A step of the frontend that is under way. */
interface UnderWay {
  readonly step: string;
  /** Its first access to something shared is done. */
  hasBegun: boolean;
  /** The rows in which it may have been taken. */
  from: readonly number[];
  /** The rows if it is still to come, after what the backend has done meanwhile. */
  before: readonly number[];
  /** The rows if it is done: before, between or after what the backend has done meanwhile. */
  after: readonly number[];
}

/** Where the program is: the place of each call that is under way. To write a stack as text takes most of a run's time. */
function placeOfProgram(): string {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) =>
    sites
      .map((site) => `${site.getScriptNameOrSourceURL()}:${site.getLineNumber()}:${site.getColumnNumber()}`)
      .join();
  try {
    return new Error().stack!;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** One run of the scheduler. */
class ScheduledRun {
  readonly #host: ScheduledHost;
  #back!: ScheduledBack;
  #application!: ScheduledApplication;
  #connected!: Connected;
  #rows: readonly number[];
  #underWay: UnderWay | undefined;
  /** Is what the frontend does held against the graph? Not while it connects, and not any more once it disconnects. */
  #isFollowed = false;
  #wrong: string | null = null;
  #points = 0;
  /** Frames that the backend has begun. */
  #begun = 0;
  #isEventTaken = false;
  #closed: number | 'open' | 'closing' = 'open';
  #isClosedAgain = false;
  /** The backend has mapped a page of its own accord, and keeps it. */
  #hasMapped = false;

  constructor(
    readonly scheduled: Scheduled,
    readonly successors: Successors,
    readonly chooser: Chooser,
  ) {
    this.#host = new ScheduledHost(
      scheduled.grefs,
      (where, gref) => this.#point(where, gref),
      scheduled.memory,
    );
    this.#rows = [...successors.graph.initial];
  }

  async run(): Promise<string | null> {
    const { scheduled } = this;
    Error.stackTraceLimit = Math.max(Error.stackTraceLimit, FRAMES);
    try {
      this.#connected = connect(this.#host, scheduled.options);
    } catch (error) {
      return `connect throws: ${(error as Error).message}`;
    }
    const { netfront } = this.#connected;
    // What the receive ring told the backend of is not in the graph of a transmit ring.
    if (!scheduled.rings.includes('rx')) this.#host.backPending = false;
    this.#rows = this.#rowsAfterConnect();
    if (this.#rows.length === 0) return 'connect leads to no state of the graph';
    for (const ring of ['tx', 'rx'] as const) this.#watch(ring);
    if (scheduled.rings.includes('rx'))
      this.#host.nextPage = () => this.#connected.rx.snapshot.context.pool?.head;
    this.#back = scheduled.newBack(this.#connected, this.#host);
    this.#application = new ScheduledApplication(scheduled, netfront, {
      choose: (options) => this.chooser.choose(this.#key('a frame is handed over'), options),
      fail: (why) => this.#fail(why),
      // A page that the backend maps of its own accord breaks the interface.
      receiveFails: (error) => {
        if (this.#isFollowed) this.#fail(`receiving ends: ${String(error)}`);
      },
    });
    this.#application.receive();
    this.#isFollowed = true;
    for (;;) {
      // What settles a promise runs before anything else happens.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#wrong !== null) return this.#wrong;
      if (this.chooser.isKnown) return null;
      if (!this.#application.isBusy) {
        const missed = this.#application.wrongAtRest();
        if (missed !== null) return missed;
        const isAtWork = !netfront.isBroken && typeof this.#closed !== 'number';
        const still = scheduled.rings.find((ring) => isAtWork && this.#connected[ring].isPolling);
        if (still !== undefined) return `the poller of ${still} is awake, and does nothing`;
        const { ring, pool } = this.#connected.rx.snapshot.context;
        if (scheduled.rings.includes('rx') && isAtWork && pool !== null && !isFull(ring))
          return 'a page is free and the ring has room, and the page is not posted';
      }
      const turns = [...this.#turns()];
      const [first, ...others] = turns.map(({ text }) => text);
      if (first === undefined) return this.#wrongAtEnd();
      const turn = turns[this.chooser.choose(this.#key('at rest'), [first, ...others])]!;
      if (this.chooser.isKnown) return null;
      try {
        turn.act();
      } catch (error) {
        return `${turn.text}: it throws «${(error as Error).message}»`;
      }
    }
  }

  /** What may happen while the frontend rests. What it needs to go on comes first. */
  *#turns(): Generator<{ readonly text: string; readonly act: () => void }> {
    const isClosed = typeof this.#closed === 'number';
    const { rings } = this.scheduled;
    // A ring that is not in the graph would take the event that one in it leaves pending while its poller is awake.
    const isTaken = rings.length > 1 || rings.every((ring) => !this.#connected[ring].isPolling);
    if (this.#host.pending && isTaken)
      yield {
        text: 'Xen delivers the event',
        act: () => {
          const { cleared } = this.#host;
          const isDue = !isClosed && !this.#connected.netfront.isBroken;
          this.#host.deliver();
          if (isDue && this.#host.cleared === cleared)
            this.#fail('the event is delivered, and nobody takes it');
          // An interface that is broken or closed takes no event any more, and Xen does not deliver this one again.
          if (isClosed || this.#connected.netfront.isBroken) this.#host.pending = false;
        },
      };
    const application = this.#application;
    const { next } = application;
    if (next !== undefined && this.#closed === 'open')
      yield {
        text: `the application sends packet ${application.traffic.sent.length + 1}`,
        act: () => application.send(next),
      };
    for (const step of this.#backSteps(this.#rows))
      yield { text: step.text, act: () => this.#stepBack(step) };
    if (application.holds)
      yield { text: 'the application releases a frame', act: () => application.release() };
    if (application.isBusy)
      yield { text: 'the application takes frames again', act: () => application.goOn() };
    if (next === undefined && this.#closed === 'open')
      yield { text: 'the application closes the interface', act: () => this.#close() };
    if (isClosed && !this.#isClosedAgain)
      yield { text: 'the application closes the interface again', act: () => this.#closeAgain() };
  }

  /** The backend's steps that are possible in one of these rows. */
  #backSteps(rows: readonly number[]): readonly (GraphStep & { readonly text: string })[] {
    if (!this.#isFollowed) return [];
    const { action, most } = this.scheduled.frames;
    const steps = [...this.successors.back(rows)].map(([text, step]) => ({ ...step, text }));
    return this.#begun < most ? steps : steps.filter((step) => step.action !== action);
  }

  /** The rows to which the frontend's own steps lead from the initial ones, and that are as it is now. */
  #rowsAfterConnect(): readonly number[] {
    const { successors, scheduled } = this;
    const met = new Set(this.#rows);
    for (const row of met)
      for (const { action, to } of successors.of(row).values())
        if (!scheduled.backActions.has(action)) met.add(to);
    return [...met].filter((row) => this.#isAsIn(row));
  }

  #isAsIn(row: number): boolean {
    return this.scheduled.difference(this.#connected, this.#host, row) === null;
  }

  /** Looks at what a driver does: which action it loads for, what it loads and stores, and whether it takes the step. */
  #watch(ring: RingName): void {
    const { scheduled } = this;
    const driver = this.#connected[ring];
    const isInGraph = scheduled.rings.includes(ring);
    const isWakeUp = (action: string): boolean => action.endsWith('TakeEvent');
    const [load, send] = [driver.load.bind(driver), driver.send.bind(driver)] as unknown as [
      (action: string, args?: object) => object,
      (event: { readonly type: string }) => boolean,
    ];
    const watched = driver as unknown as { load: typeof load; send: typeof send };
    watched.load = (action, args = {}) => {
      if (isInGraph) this.#begin(action, scheduled.argsOf(action, args, this.#connected));
      return load(action, args);
    };
    watched.send = (event) => {
      // The event is taken for both rings, without a load by either driver.
      if (isWakeUp(event.type)) this.#begin(scheduled.takeEvent, {});
      const isTaken = send(event);
      if (!isWakeUp(event.type)) {
        if (isInGraph) this.#end(isTaken);
      } else {
        if (isInGraph) this.#isEventTaken ||= isTaken;
        // It is loaded for the one ring, then for the other, and taken in the same order.
        if (ring === 'rx') {
          this.#end(this.#isEventTaken);
          this.#isEventTaken = false;
        }
      }
      return isTaken;
    };
    if (isInGraph) this.#watchWords(driver.shared);
  }

  /** The words of a ring: before each load and store the backend may have its turn. */
  #watchWords(shared: SharedRing): void {
    for (const word of ['req_prod', 'req_event', 'rsp_prod', 'rsp_event'] as const) {
      const { get, set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(shared), word)!;
      Object.defineProperty(shared, word, {
        get: () => {
          this.#point(`load ${word}`);
          return get!.call(shared) as number;
        },
        set: (value: number) => {
          this.#point(`store ${word}`);
          set!.call(shared, value);
        },
      });
    }
  }

  /** The frontend begins a step. Taking an event is one step of the graph, whichever ring it is taken for. */
  #begin(action: string, args: Args): void {
    if (!this.#isFollowed || this.#underWay !== undefined) return;
    const step = stepText(action, args);
    this.#point(`it takes ${step}`);
    const before = this.#rows;
    // The event bit is loaded now; anything else is loaded or stored at a point that is still to come.
    const hasBegun = action === this.scheduled.takeEvent;
    this.#underWay = { step, hasBegun, from: before, before, after: this.successors.after(before, step) };
  }

  /** The frontend has ended a step, or has refused it. */
  #end(isTaken: boolean): void {
    const underWay = this.#underWay;
    if (!this.#isFollowed || underWay === undefined) return;
    this.#underWay = undefined;
    if (isTaken) this.#application.note(underWay.step);
    const possible = isTaken ? underWay.after : underWay.before;
    const rows = possible.filter((row) => this.#isAsIn(row));
    if (rows.length > 0) {
      if (isTaken) this.#count(underWay, rows);
      this.#rows = rows;
    } else
      this.#fail(
        possible.length === 0
          ? `the frontend takes ${underWay.step}, which the specification does not allow here`
          : `after ${underWay.step}${isTaken ? '' : ', which it refuses,'} ${this.#differenceTo(possible[0]!)}`,
      );
  }

  /** Counts the transitions that lead to these rows. */
  #count({ from, step }: UnderWay, rows: readonly number[]): void {
    for (const row of from) {
      const found = this.successors.of(row).get(step);
      if (found !== undefined && rows.includes(found.to)) this.successors.taken.add(found.transition);
    }
  }

  #differenceTo(row: number): string {
    const { what, expected, actual } = this.scheduled.difference(this.#connected, this.#host, row)!;
    return `${what} is ${String(actual)} and must be ${String(expected)}`;
  }

  /**
   * The backend may do as many steps as it likes before what is about to happen.
   * @param gref the reference that is about to be ended: until it is, the backend may map its page
   */
  #point(where: string, gref?: number): void {
    const underWay = this.#underWay;
    if (underWay?.hasBegun === false) {
      underWay.hasBegun = true;
      // Just now, before the step was begun, it had its turn; but it did not map this page.
      if (gref === undefined) return;
    }
    while (this.#wrong === null && !this.chooser.isKnown) {
      if (++this.#points > MOST_POINTS) return this.#fail('the frontend comes to no rest');
      const steps = this.#backSteps(
        underWay === undefined ? this.#rows : [...underWay.before, ...underWay.after],
      );
      const place = underWay === undefined ? `before ${where}` : `in ${underWay.step}, before ${where}`;
      const options = [
        ...steps.map((step) => ({ text: `${step.text} ${place}`, act: () => this.#stepBack(step) })),
        ...this.#mappings(gref).map(({ text, act }) => ({ text: `${text} ${place}`, act })),
      ];
      if (options.length === 0) return;
      const index = this.chooser.choose(this.#key(`${where} ${gref ?? ''}`), [
        GO_ON,
        ...options.map(({ text }) => text),
      ]);
      if (index === 0) return;
      options[index - 1]!.act();
    }
  }

  /**
   * A backend that is granted a page may map it at any time, until the grant is ended. The graph's has no reason to. It does
   * so once: any set of pages would be as many schedules as there are sets.
   */
  #mappings(gref: number | undefined) {
    const { table, maps } = this.#host;
    if (gref === undefined || table[gref] === undefined || (maps[gref] ?? 0) > 0 || this.#hasMapped)
      return [];
    return [
      {
        text: `the backend maps the page of grant ${gref}`,
        act: () => {
          this.#host.map(gref);
          this.#hasMapped = true;
          this.#isFollowed = false;
        },
      },
    ];
  }

  #stepBack({ text, ...move }: GraphStep & { readonly text: string }): void {
    const { successors } = this;
    const underWay = this.#underWay;
    if (move.action === this.scheduled.frames.action) this.#begun++;
    const wrong = this.#back.step(move, this.#application.traffic);
    if (wrong !== null) this.#fail(`${text}: ${wrong}`);
    if (underWay === undefined) {
      this.#rows = successors.after(this.#rows, text);
      return;
    }
    const before = successors.after(underWay.before, text);
    const after = successors.after(underWay.after, text);
    underWay.after = unique([...after, ...successors.after(before, underWay.step)]);
    underWay.before = before;
    underWay.from = unique([...underWay.from, ...before]);
  }

  #close(): void {
    this.#closed = 'closing';
    this.#host.onEndAccess = () => {
      // From here on it takes back its grants, which the graph does not have.
      if (this.#underWay === undefined) this.#isFollowed = false;
    };
    void this.#connected.netfront.close().then((mapped) => (this.#closed = mapped));
  }

  #closeAgain(): void {
    this.#isClosedAgain = true;
    const mapped = this.#closed;
    this.#closed = 'closing';
    void this.#connected.netfront.close().then((again) => {
      this.#closed = again;
      if (again !== mapped) this.#fail(`close says ${again} when it is called again, and said ${mapped}`);
    });
  }

  /** Nothing can happen any more. */
  #wrongAtEnd(): string | null {
    this.successors.ended++;
    const { grants, maps, misuse, table } = this.#host;
    if (misuse !== null) return `it asks its host for ${misuse}`;
    const wrong = this.#application.wrongAtEnd();
    if (wrong !== null) return wrong;
    if (typeof this.#closed !== 'number') return 'close never resolves';
    const reused = maps.findIndex((count, gref) => count > 0 && table[gref] === undefined);
    if (reused >= 0) return `grant ${reused} was ended while the backend had its page mapped`;
    const mapped = table.filter((page, gref) => page !== undefined && (maps[gref] ?? 0) > 0).length;
    if (grants !== mapped) return `${grants} grants are left, and the backend has ${mapped} pages mapped`;
    if (this.#closed !== mapped) return `close says that ${this.#closed} pages are mapped, and ${mapped} are`;
    return null;
  }

  #fail(why: string): void {
    this.#wrong ??= why;
  }

  /** Two points with the same key go on alike: rows, what the application has seen, and where the program is. */
  #key(where: string): string {
    const underWay = this.#underWay;
    return [
      where,
      this.#rows,
      underWay && [underWay.step, underWay.before, underWay.after].join(';'),
      [this.#begun, this.#closed, this.#isClosedAgain],
      this.#application.key,
      this.#connected.netfront.unsettled,
      this.#isFollowed || [
        this.#host.pending,
        this.#host.table.map((page, gref) => page && gref),
        this.#host.maps,
      ],
      placeOfProgram(),
    ].join('|');
  }
}

/**
 * The program that {@link explore} runs: one interface from `connect` to `close`. What the interface must refuse is tried
 * before the first schedule.
 */
export const schedulerProgram = (scheduled: Scheduled, successors: Successors): Program => {
  let refused: Promise<string | null> | undefined;
  return async (chooser) =>
    // It is the same for each schedule.
    (await (refused ??= refusedCalls(scheduled))) ?? new ScheduledRun(scheduled, successors, chooser).run();
};
