/**
 * Runs a machine. The machine says what a step does: the next snapshot, and effects as data. The interpreter keeps the
 * snapshot and has the effects performed.
 */
import {
  type ActorScope,
  type AnyStateMachine,
  createActor,
  type EventFromLogic,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';

/** Effects by name, as `setup` takes them. Each declares its parameters and does nothing. */
export type Effects = Readonly<Record<string, (args: never, params: never) => void>>;

/** A function for each effect that a machine declares, which does it. An effect without one is a type error. */
export type Performers<Declared extends Effects> = {
  readonly [Name in keyof Declared]: (params: Parameters<Declared[Name]>[1]) => void;
};

/** Declares an effect with these parameters, for the `actions` of `setup`. */
export const effect =
  <Params = undefined>() =>
  (_args: unknown, _params: Params): void => {};

/** A machine at work, and what does the effects that it declares. */
export class Interpreter<Machine extends AnyStateMachine, Declared extends Effects> {
  readonly #machine: Machine;
  readonly #perform: Performers<Declared>;
  readonly #scope: ActorScope<SnapshotFrom<Machine>, EventFromLogic<Machine>>;
  #snapshot: SnapshotFrom<Machine>;
  #effects: { readonly type: keyof Declared; readonly params: never }[] = [];
  #isPerforming = false;

  constructor(machine: Machine, input: InputFrom<Machine>, perform: Performers<Declared>) {
    this.#machine = machine;
    this.#perform = perform;
    // xstate's pure `transition` makes an actor for each step, and so takes 3.5 times as long. This one is made once. It
    // is never started, so it performs nothing.
    const self = createActor(machine, { input });
    this.#snapshot = self.getSnapshot() as SnapshotFrom<Machine>;
    const nothing = (): void => {};
    this.#scope = {
      self: self as never,
      system: self.system,
      id: self.id,
      sessionId: self.sessionId,
      ...{ logger: nothing, defer: nothing, emit: nothing, stopChild: nothing },
      actionExecutor: (effect) => this.#effects.push(effect as never),
    };
  }

  /** Where the machine is. */
  get snapshot(): SnapshotFrom<Machine> {
    return this.#snapshot;
  }

  /**
   * Gives the machine an event. If it takes it, its effects are performed in their order, and then it is in its next
   * state. An effect that throws leaves the machine where it was.
   * @returns whether it took the event; one that it does not take changes nothing
   * @throws Error if an effect sends the machine an event: it is in no state in which it could take one
   */
  send(event: EventFromLogic<Machine>): boolean {
    if (this.#isPerforming)
      throw new Error(`${event.type} is sent while an effect is performed: send it after the step`);
    this.#effects = [];
    const next = this.#machine.transition(
      this.#snapshot as never,
      event,
      this.#scope as never,
    ) as SnapshotFrom<Machine>;
    // xstate keeps the snapshot where no transition takes the event, and where one does that only has effects.
    if (next === this.#snapshot && this.#effects.length === 0) return false;
    this.#isPerforming = true;
    try {
      for (const { type, params } of this.#effects) this.#perform[type]!(params);
    } finally {
      this.#isPerforming = false;
    }
    this.#snapshot = next;
    return true;
  }
}
