/** Faults at either end of a ring: in what the machine decides, and in what is loaded and stored for it. */
import { assign } from 'xstate';
import { add, type FrontRing, freeRequests, type RingIdx, sub } from '../../impl/ring.js';
import { type BackContext, type BackEvent, backMachine } from '../../impl/ring/back-machine.js';
import { BackEnd, FrontEnd } from '../../impl/ring/ends.js';
import { type FrontContext, type FrontEvent, frontMachine } from '../../impl/ring/front-machine.js';
import type { RingTarget } from '../../replay/modules/ring/replay.js';

/** A small mistake at one end of a ring, in a form that can be replayed. */
export interface RingFault {
  /** What that end does wrong, as a sentence without a subject; and who did it, where somebody did. */
  readonly what: string;
  readonly target: RingTarget;
}

/** A front that spoils something after one of its actions, where the machine took it. */
const afterFront = (
  action: FrontEvent['type'],
  spoil: (end: FrontEnd, before: FrontContext) => void,
): typeof FrontEnd =>
  class extends FrontEnd {
    override send(event: FrontEvent): boolean {
      const before = this.snapshot.context;
      const isTaken = super.send(event);
      if (isTaken && event.type === action) spoil(this, before);
      return isTaken;
    }
  };

/** The same of a back. */
const afterBack = (
  action: BackEvent['type'],
  spoil: (end: BackEnd, before: BackContext) => void,
): typeof BackEnd =>
  class extends BackEnd {
    override send(event: BackEvent): boolean {
      const before = this.snapshot.context;
      const isTaken = super.send(event);
      if (isTaken && event.type === action) spoil(this, before);
      return isTaken;
    }
  };

/** `new` and `event` on signed numbers, as a language without unsigned ones has them. */
const signedNotifyDue = (event: RingIdx, old: RingIdx, now: RingIdx): boolean =>
  (sub(now, event) | 0) < (sub(now, old) | 0);

const ringOf = (ring: FrontRing, change: Partial<FrontRing>) => ({ ring: { ...ring, ...change } });

/** All of them by name. */
export const ringFaults = {
  signedNotify: {
    what: 'notifies by signed numbers (shared-memory-ring)',
    target: {
      frontEnd: afterFront('FrontCheckNotify', ({ shared, port }, { ring }) => {
        if (signedNotifyDue(shared.req_event, ring.reqChecked, ring.req_prod)) port.notify();
      }),
    },
  },
  signedEmptyPush: {
    what: 'notifies by signed numbers, with nothing published',
    target: {
      backEnd: afterBack('BackPushNothing', ({ shared, port }, { ring }) => {
        if (signedNotifyDue(shared.rsp_event, ring.rsp_prod, ring.rsp_prod)) port.notify();
      }),
    },
  },
  lessThan: {
    what: 'polls while rsp_cons < rsp_prod (Nanos)',
    target: {
      frontMachine: frontMachine.provide({
        guards: { isDrained: ({ context: { ring } }) => ring.rsp_cons >= ring.rspSeen },
      }),
    },
  },
  noFinalCheck: {
    what: 'sleeps without the final check',
    target: { frontMachine: frontMachine.provide({ guards: { hasMore: () => false } }) },
  },
  noFinalCheckBack: {
    what: 'sleeps without the final check, at the back',
    target: {
      backEnd: class extends BackEnd {
        override load(action: BackEvent['type']): BackEvent {
          // What it would have loaded before it armed.
          return action === 'BackFinalCheck'
            ? { type: action, req_prod: this.snapshot.context.ring.req_cons }
            : super.load(action);
        }
      },
    },
  },
  looseResponseBound: {
    what: 'believes rsp_prod up to rsp_cons + N (RING_RESPONSE_PROD_OVERFLOW)',
    target: {
      frontMachine: frontMachine.provide({
        guards: {
          isBelievable: ({ context: { ring } }, { rsp_prod }) => sub(rsp_prod, ring.rsp_cons) <= ring.nr_ents,
        },
      }),
    },
  },
  ringFullOffByOne: {
    what: 'takes a full ring for one with a free slot',
    target: {
      frontMachine: frontMachine.provide({
        guards: { isFull: ({ context: { ring } }) => freeRequests(ring) < 0 },
      }),
    },
  },
  unboundedIndex: {
    what: 'lets rsp_cons run past 2^32 (shared-memory-ring)',
    target: {
      frontMachine: frontMachine.provide({
        actions: {
          consume: assign(({ context: { ring } }) => ringOf(ring, { rsp_cons: ring.rsp_cons + 1 })),
        },
      }),
    },
  },
  maskedStore: {
    what: 'stores req_prod masked to its slot',
    target: {
      frontEnd: afterFront('FrontPushRequests', ({ shared }) => {
        shared.req_prod &= shared.nr_ents - 1;
      }),
    },
  },
  eventNotCleared: {
    what: 'is woken and leaves the event waiting',
    target: {
      frontEnd: class extends FrontEnd {
        constructor(...[shared, port, ...rest]: ConstructorParameters<typeof FrontEnd>) {
          const kept = {
            get pending() {
              return port.pending;
            },
            clearPending: () => {},
            notify: () => port.notify(),
          };
          super(shared, kept, ...rest);
        }
      },
    },
  },
  armsBehind: {
    what: 'arms at a response that it has consumed',
    target: {
      frontEnd: afterFront('FrontArm', ({ shared }, { ring }) => {
        shared.rsp_event = ring.rsp_cons;
      }),
    },
  },
  armsNext: {
    what: 'arms at the next response where it is to arm half-way',
    target: {
      frontEnd: afterFront('FrontArm', ({ shared }, { ring }) => {
        shared.rsp_event = add(ring.rsp_cons, 1);
      }),
    },
  },
  takesNextSlot: {
    what: 'reads the slot after the one that it takes',
    target: {
      backEnd: class extends BackEnd {
        override load(action: BackEvent['type']): BackEvent {
          if (action !== 'BackTakeRequest') return super.load(action);
          const offset = this.shared.offsetOf(add(this.snapshot.context.ring.req_cons, 1));
          return { type: action, request: this.shared.page.slice(offset, offset + this.shared.slotSize) };
        }
      },
    },
  },
  answersUntaken: {
    what: 'answers a request that it has not taken',
    target: { backMachine: backMachine.provide({ guards: { hasUnanswered: () => true } }) },
  },
  checkedNotMoved: {
    what: 'tests every notification against the first publish',
    target: { backMachine: backMachine.provide({ actions: { checked: assign({}) } }) },
  },
  loopWakesUnpublished: {
    what: 'wakes, as one loop, with requests that it has not published',
    target: {
      frontMachine: frontMachine.provide({ guards: { mayWake: (_, { pending }) => pending } }),
    },
  },
  loopWritesAwake: {
    what: 'writes requests, as one loop, while it polls',
    target: { frontMachine: frontMachine.provide({ guards: { hasTwoHands: () => true } }) },
  },
} as const satisfies Readonly<Record<string, RingFault>>;
