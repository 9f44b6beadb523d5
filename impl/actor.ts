/** What both drivers need of xstate: a step that says whether it was taken, and effects that find their driver. */
import type { Actor, AnyActorLogic, EventFromLogic } from 'xstate';

/**
 * Gives an actor an event.
 * @returns whether it took it; an event that it does not take changes nothing
 */
export const take = <Logic extends AnyActorLogic>(
  actor: Actor<Logic>,
  event: EventFromLogic<Logic>,
): boolean => {
  // xstate drops an event that no transition takes, and then keeps the snapshot as it is.
  const before = actor.getSnapshot();
  actor.send(event);
  return actor.getSnapshot() !== before;
};

/** Whose machine an actor runs, for the effects that the machine names. */
export class Owners<Owner> {
  readonly #owners = new WeakMap<object, Owner>();

  /** From now on the effects of this actor are the owner's to perform. */
  set(actor: object, owner: Owner): void {
    this.#owners.set(actor, owner);
  }

  /** Whose effects are these? Throws if nobody's, which means that an actor runs without a driver. */
  of(actor: object): Owner {
    const owner = this.#owners.get(actor);
    if (owner === undefined) throw new Error('a machine with effects runs without a driver');
    return owner;
  }
}

/** Something made of a machine once, because making a machine takes far longer than a step of it. */
export const oncePerMachine = <Machine extends object>(
  make: (machine: Machine) => Machine,
): ((machine: Machine) => Machine) => {
  const known = new WeakMap<Machine, Machine>();
  return (machine) => {
    const made = known.get(machine) ?? make(machine);
    known.set(machine, made);
    return made;
  };
};
