/** Faults of a front that lives through connections: in what the machine decides, and in what is read and written for it. */
import { assign } from 'xstate';
import { type ConnectionAction, ConnectionDriver } from '../../impl/connection/driver.js';
import { connectionMachine } from '../../impl/connection/machine.js';
import type { Rings } from '../../impl/connection/rings.js';
import { type ConnectionEvent, released } from '../../impl/connection/state.js';
import type { Changes, Store } from '../../impl/store.js';
import type { ConnectionTarget } from '../../replay/modules/connection/replay.js';

/** A small mistake, in a form that can be replayed. */
export interface ConnectionFault {
  /** What the front does wrong, as a sentence without a subject; and who did it, where somebody did. */
  readonly what: string;
  readonly target: ConnectionTarget;
}

type Event<Action extends ConnectionAction> = ConnectionEvent & { readonly type: Action };

/** A driver that loads something else for an action than it should. */
const loading = <Action extends ConnectionAction>(
  action: Action,
  change: (event: Event<Action>) => ConnectionEvent,
): typeof ConnectionDriver =>
  class extends ConnectionDriver {
    override load(...args: Parameters<ConnectionDriver['load']>): ConnectionEvent {
      const event = super.load(...args);
      return event.type === action ? change(event as Event<Action>) : event;
    }
  };

/** A driver whose commits change something else. */
const committing = (change: (changes: Changes) => Changes): typeof ConnectionDriver =>
  class extends ConnectionDriver {
    constructor(...[store, front, user, options]: ConstructorParameters<typeof ConnectionDriver>) {
      const faulty: Store = {
        read: (path) => store.read(path),
        write: (path, value) => store.write(path, value),
        remove: (path) => store.remove(path),
        commit: (seen, changes) => store.commit(seen, change(changes)),
        watch: (path, listener) => store.watch(path, listener),
      };
      super(faulty, front, user, options);
    }
  };

/** A driver that releases rings otherwise. */
const releasing = (release: (rings: Rings) => boolean): typeof ConnectionDriver =>
  class extends ConnectionDriver {
    constructor(...[store, front, user, options]: ConstructorParameters<typeof ConnectionDriver>) {
      const makeRings: typeof user.makeRings = (offer) => {
        const rings = user.makeRings(offer);
        return { queues: rings.queues, release: () => release(rings), forget: () => rings.forget() };
      };
      super(store, front, { ...user, makeRings }, options);
    }
  };

const without =
  (wrong: (key: string, value: string | undefined) => boolean) =>
  (changes: Changes): Changes =>
    new Map([...changes].filter(([path, value]) => !wrong(path.slice(path.lastIndexOf('/') + 1), value)));

/** All of them by name. */
export const connectionFaults = {
  keysLeftOut: {
    what: 'says Connected, and wrote no ring keys',
    target: { driver: committing(without((key) => key.endsWith('-ring-ref'))) },
  },
  believesOldClosed: {
    what: 'begins again at a Closed that it saw before its own',
    target: { machine: connectionMachine.provide({ actions: { forgetSaw: assign({}) } }) },
  },
  looksNoMore: {
    what: 'does not look again after its own Closed',
    target: {
      driver: class extends ConnectionDriver {
        override step(...args: Parameters<ConnectionDriver['step']>): boolean {
          const before = this.isLookDue;
          const isTaken = super.step(...args);
          if (args[0] === 'FrontAnswerClose') this.isLookDue = before;
          return isTaken;
        }
      },
    },
  },
  blindRestart: {
    what: 'goes to Initialising at once when its kernel has started again',
    target: {
      machine: connectionMachine.provide({
        guards: { isReset: ({ context }) => context.inRings === 0 },
      }),
    },
  },
  dropsInSilence: {
    what: 'forgets the frames of a lost ring (Linux)',
    target: {
      driver: class extends ConnectionDriver {
        constructor(...[store, front, user, options]: ConstructorParameters<typeof ConnectionDriver>) {
          const tell = (frame: number, told: string): void => {
            if (told !== 'dropped') user.tell(frame, told);
          };
          super(store, front, { makeRings: user.makeRings, put: user.put, tell }, options);
        }
      },
    },
  },
  believesOldAnswer: {
    what: 'believes an answer that is not there',
    target: { driver: loading('FrontTakeAnswer', (event) => ({ ...event, status: 'OKAY' })) },
  },
  ignoresUnknown: {
    what: 'does not take a backend that is gone for a close (Linux, Unikraft)',
    target: {
      driver: loading('FrontReadState', (event) => ({
        ...event,
        saw: event.saw === 'Unknown' ? 'Connected' : event.saw,
      })),
    },
  },
  waitsForClosing: {
    what: 'waits without end for an answer to its Closing',
    target: { driver: loading('FrontTimeout', (event) => ({ ...event, isOwn: false })) },
  },
  freesWhileMapped: {
    what: 'frees pages that a backend has mapped (Mini-OS, FreeBSD)',
    target: {
      machine: connectionMachine.provide({
        actions: { release: assign(({ context }) => released(context, false)) },
      }),
    },
  },
  leaks: {
    what: 'keeps the pages of a connection that has ended',
    target: { driver: releasing(() => false) },
  },
  keepsOne: {
    what: 'knows of one connection only whose pages a backend has mapped',
    target: {
      machine: connectionMachine.provide({
        actions: {
          release: assign(({ context }, { isMapped }) => {
            const now = released(context, isMapped);
            return { ...now, kept: now.kept.slice(-1) };
          }),
        },
      }),
    },
  },
  neverOwns: {
    what: 'does not take the directory of a new device for its own',
    target: {
      driver: class extends ConnectionDriver {
        override step(...args: Parameters<ConnectionDriver['step']>): boolean {
          if (args[0] !== 'FrontProbe') return super.step(...args);
          this.directory.claim = () => {};
          try {
            return super.step(...args);
          } finally {
            Reflect.deleteProperty(this.directory, 'claim');
          }
        }
      },
    },
  },
  staysClosed: {
    what: 'does not open again',
    target: { machine: connectionMachine.provide({ actions: { wishOpen: assign({}) } }) },
  },
  oldSplitKeys: {
    what: 'leaves event-channel-tx and -rx of an earlier connection (Linux, FreeBSD)',
    target: { driver: committing(without((key, value) => value === undefined && /-[rt]x$/.test(key))) },
  },
  oldQueues: {
    what: 'leaves the directories of queues of an earlier connection',
    target: { driver: committing(without((key, value) => value === undefined && key.startsWith('queue-'))) },
  },
  featuresNotReadAgain: {
    what: 'does not read the features again when the back is Connected',
    target: {
      machine: connectionMachine.provide({
        guards: { isConnected: ({ context }) => context.saw === 'Connected' },
      }),
    },
  },
  sendsAsItIs: {
    what: 'puts a frame into several slots, whatever this backend offers',
    target: {
      driver: class extends ConnectionDriver {
        constructor(...[store, front, user, options]: ConstructorParameters<typeof ConnectionDriver>) {
          const put = (frame: number): void => user.put(frame, true);
          super(store, front, { makeRings: user.makeRings, tell: user.tell, put }, options);
        }
      },
    },
  },
  reopensOffline: {
    what: 'begins again although the device is to go (win-xenvif)',
    target: { driver: loading('FrontReopen', (event) => ({ ...event, online: true })) },
  },
  takesGoneForOnline: {
    what: "begins again where the backend's directory is gone, and does not say that it may",
    target: {
      driver: class extends ConnectionDriver {
        override load(...args: Parameters<ConnectionDriver['load']>): ConnectionEvent {
          const event = super.load(...args);
          if (event.type !== 'FrontReopen' || !event.isOwn) return event;
          return this.directory.backState === 'Unknown' ? { ...event, online: true } : event;
        }
      },
    },
  },
  writesWithoutAsking: {
    what: 'writes into a directory that is gone (FreeBSD)',
    target: { driver: loading('FrontConnect', (event) => ({ ...event, isOwn: true })) },
  },
} as const satisfies Readonly<Record<string, ConnectionFault>>;
