/**
 * What runs a machine. A machine is a definition of xstate's; a runner says which place follows an event, and which effects
 * the step has. There are two: {@link byTable}, and {@link byXstate}, which holds it to what xstate does.
 */
import {
  type ActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type EventFromLogic,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';

/** Where a machine is between two steps: the names of its states, and its context. Never changed, only replaced. */
export type Place<Machine extends AnyStateMachine = AnyStateMachine> = Readonly<
  Pick<SnapshotFrom<Machine>, 'value' | 'context'>
>;

/** An effect that a step has, as data. */
export interface Effect {
  readonly type: string;
  readonly params: unknown;
}

/** A machine that can be run. After `start` it keeps nothing from one step to the next. */
export interface Runnable<Machine extends AnyStateMachine = AnyStateMachine> {
  /** The place where the machine starts. */
  start(input: InputFrom<Machine>): Place<Machine>;
  /** The place of another runner as one of this. */
  resume(place: Place<Machine>): Place<Machine>;
  /**
   * One step.
   * @param from a place that this gave
   * @param effects the effects of the step are put at its end, in their order; none where the event is not taken
   * @returns the place after it; undefined if the machine does not take the event there
   */
  step(from: Place<Machine>, event: EventFromLogic<Machine>, effects: Effect[]): Place<Machine> | undefined;
}

/** What runs a machine. */
export type Runner = <Machine extends AnyStateMachine>(machine: Machine) => Runnable<Machine>;

const nothing = (): void => {};

/** Runs a machine by xstate's own transition function. */
export const byXstate: Runner = <Machine extends AnyStateMachine>(machine: Machine): Runnable<Machine> => {
  let scope: ActorScope<SnapshotFrom<Machine>, EventFromLogic<Machine>> | undefined;
  let found: Effect[] = [];
  /** By value, which for the places of a table is one object for each of its rows. */
  const snapshots = new Map<unknown, AnyMachineSnapshot>();
  return {
    resume({ value, context }) {
      const known = snapshots.get(value);
      if (known !== undefined) return { ...known, context } as never;
      const made = machine.resolveState({ value, context });
      snapshots.set(value, made);
      return made as never;
    },
    start(input) {
      // xstate's pure `transition` makes an actor for each step, and so takes 3.5 times as long. This one is made once. It
      // is never started, so it performs nothing.
      const self = createActor(machine, { input });
      scope = {
        self: self as never,
        system: self.system,
        id: self.id,
        sessionId: self.sessionId,
        ...{ logger: nothing, defer: nothing, emit: nothing, stopChild: nothing },
        actionExecutor: (effect) => found.push(effect),
      };
      return self.getSnapshot() as Place<Machine>;
    },
    step(from, event, effects) {
      // xstate keeps the snapshot where no transition takes the event, and where one does that changes nothing.
      if (!(from as unknown as AnyMachineSnapshot).can(event)) return undefined;
      found = [];
      const next = machine.transition(from as never, event, scope as never) as Place<Machine>;
      effects.push(...found);
      return next;
    },
  };
};
