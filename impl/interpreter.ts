/**
 * A machine at work. A runner says what a step does: the next place, and effects as data. The interpreter keeps the place
 * and has the effects performed.
 */
import type { AnyStateMachine, EventFromLogic, InputFrom } from 'xstate';
import { byTable } from './machine-table.js';
import type { Effect, Place, Runnable, Runner } from './runner.js';

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
  readonly #run: Runnable<Machine>;
  readonly #perform: Performers<Declared>;
  #place: Place<Machine>;
  #isPerforming = false;

  /** @param runner what runs the machine; its table if absent */
  constructor(
    machine: Machine,
    input: InputFrom<Machine>,
    perform: Performers<Declared>,
    runner: Runner = byTable,
  ) {
    this.#run = runner(machine);
    this.#perform = perform;
    this.#place = this.#run.start(input);
  }

  /** Where the machine is. */
  get snapshot(): Place<Machine> {
    return this.#place;
  }

  /** Does the machine take the event where it is? Nothing is performed. */
  can(event: EventFromLogic<Machine>): boolean {
    return this.#run.step(this.#place, event, []) !== undefined;
  }

  /**
   * Gives the machine an event. If it takes it, its effects are performed in their order, and then it is in its next
   * place. An effect that throws leaves the machine where it was.
   * @returns whether it took the event; one that it does not take changes nothing
   * @throws Error if an effect sends the machine an event: it is in no place in which it could take one
   */
  send(event: EventFromLogic<Machine>): boolean {
    if (this.#isPerforming)
      throw new Error(`${event.type} is sent while an effect is performed: send it after the step`);
    const effects: Effect[] = [];
    const next = this.#run.step(this.#place, event, effects);
    if (next === undefined) return false;
    this.#isPerforming = true;
    try {
      for (const { type, params } of effects) this.#perform[type]!(params as never);
    } finally {
      this.#isPerforming = false;
    }
    this.#place = next;
    return true;
  }
}
