/** What a fault is, and the few ways in which one is put into the implementation. */
import { assign, StateMachine } from 'xstate';
import { TxDriver } from '../../impl/tx-driver.js';
import type { Host } from '../../impl/host.js';
import type { JudgeHost } from '../../replay/judge-host.js';
import { type TxContext, type TxEvent } from '../../impl/tx.js';
import { txMachine } from '../../impl/tx-machine.js';
import type { TxTarget } from '../../replay/modules/tx/replay.js';

/** A small mistake, in a form that can be replayed. */
export interface Fault {
  /** What the frontend does wrong, as a sentence without a subject; and who did it, where somebody did. */
  readonly what: string;
  readonly target: TxTarget;
}

/** Something an action of the machine assigns. */
type Assigned = Partial<TxContext>;

/** The machine, with what one of its actions assigns changed. `assigned` is what it should have been. */
export const assigning = (
  action: 'enqueue' | 'checked' | 'consume' | 'release' | 'abandon',
  change: (assigned: Assigned, before: TxContext) => Assigned,
): typeof txMachine => {
  const { assignment } = txMachine.implementations.actions[action] as unknown as {
    assignment: (args: { context: TxContext }, params: unknown) => Assigned;
  };
  return txMachine.provide({
    actions: {
      [action]: assign(({ context }: { context: TxContext }, params: unknown) =>
        change(assignment({ context }, params), context),
      ),
    },
  });
};

/** The figure of the machine as plain objects, so far as a fault changes it. */
export interface Figure {
  readonly states: Record<string, Figure>;
  readonly on: Record<string, object>;
}

/** The machine, with its figure changed: other arrows, the same guards and actions. */
export const redrawn = (change: (sender: Figure) => void): typeof txMachine => {
  const config = copied(txMachine.config) as Figure;
  change(config.states.running!.states.sender!);
  return new StateMachine(
    config as unknown as ConstructorParameters<typeof StateMachine>[0],
    txMachine.implementations as unknown as ConstructorParameters<typeof StateMachine>[1],
  ) as unknown as typeof txMachine;
};

/** A deep copy; functions are shared, and `structuredClone` would refuse them. */
const copied = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]));
};

/** A driver that spoils something after one of the machine's actions, where the machine took it. */
export const after = (
  action: TxEvent['type'],
  spoil: (driver: TxDriver, before: TxContext) => void,
): typeof TxDriver =>
  class extends TxDriver {
    override send(event: TxEvent): boolean {
      const before = this.snapshot.context;
      const isTaken = super.send(event);
      if (isTaken && event.type === action) spoil(this, before);
      return isTaken;
    }
  };

/** A driver that loads something else for an action than it should. */
export const loading = <Action extends TxEvent['type']>(
  action: Action,
  change: (event: Extract<TxEvent, { type: Action }>, driver: TxDriver) => TxEvent,
): typeof TxDriver =>
  class extends TxDriver {
    override load(...args: Parameters<TxDriver['load']>): TxEvent {
      const event = super.load(...args);
      return event.type === action ? change(event as Extract<TxEvent, { type: Action }>, this) : event;
    }
  };

/** A driver that asks something else of its host than it should. */
export const asking = (fault: (host: Host) => Partial<Host>): typeof TxDriver =>
  class extends TxDriver {
    constructor(...[host, ...rest]: ConstructorParameters<typeof TxDriver>) {
      super(hostWith(host, fault), ...rest);
    }
  };

/** Of a host: it ends a grant though the backend has the page mapped, as some kernels did (XSA-396). */
export const endsMapped = (host: Host): Partial<Host> => ({
  endAccess(gref) {
    const judge = host as JudgeHost;
    if (judge.table[gref] !== undefined) judge.grants--;
    judge.table[gref] = undefined;
    return true;
  },
});

/** A host that does something else than this one. */
export const hostWith = (host: Host, fault: (host: Host) => Partial<Host>): Host => ({
  allocatePage: () => host.allocatePage(),
  claimGref: () => host.claimGref(),
  grantAccess: (...args) => host.grantAccess(...args),
  endAccess: (gref) => host.endAccess(gref),
  notify: () => host.notify(),
  clearPending: () => host.clearPending(),
  onEvent: (listener) => host.onEvent(listener),
  get pending() {
    return host.pending;
  },
  ...fault(host),
});
