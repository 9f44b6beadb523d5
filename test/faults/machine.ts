/** Faults in what the machine decides and remembers. */
import { push } from '../../impl/list.js';
import { freeRequests, isDrained, sub } from '../../impl/ring.js';
import { type TxContext } from '../../impl/tx.js';
import { txMachine } from '../../impl/tx-machine.js';
import { assigning, type Fault, redrawn } from './fault.js';

/** `rsp_cons < rspSeen`, and what one forgets who writes that: at the wrap it is not so. */
const hasUnreadSigned = ({ context: { ring } }: { context: TxContext }): boolean =>
  ring.rsp_cons < ring.rspSeen;

export const machineFaults = {
  ringFullOffByOne: {
    what: 'takes a full ring for one with a free slot',
    target: {
      machine: txMachine.provide({
        guards: {
          hasRoomAndBlock: ({ context }) => freeRequests(context.ring) >= 0 && context.pool !== null,
        },
      }),
    },
  },
  publishUnchecked: {
    what: 'publishes and does not ask whether the backend wants to be notified',
    target: {
      machine: redrawn(({ states: { idle } }) => {
        idle!.on.TxPushRequests = { ...idle!.on.TxPushRequests, target: 'idle' };
      }),
    },
  },
  fillsBeforeCheck: {
    what: 'takes the next frame before the notify check of the last publish',
    target: {
      machine: redrawn(({ states: { idle, published } }) => {
        published!.on.TxFill = { ...idle!.on.TxFill };
      }),
    },
  },
  publishesNothing: {
    what: 'publishes where nothing was written',
    target: { machine: txMachine.provide({ guards: { hasUnpublished: () => true } }) },
  },
  checkedNotMoved: {
    what: 'checks each publish from where the first one began',
    target: { machine: assigning('checked', () => ({})) },
  },
  earlyFree: {
    what: 'frees a block when its request is written',
    target: {
      machine: assigning('enqueue', (assigned, { pool, filling }) => ({
        ...assigned,
        pool: push(pool, filling!.block),
      })),
    },
  },
  doubleFree: {
    what: 'frees a block twice',
    target: {
      machine: assigning('release', (assigned, { done }) => ({
        ...assigned,
        pool: push(assigned.pool!, done!.block),
      })),
    },
  },
  grefKept: {
    what: 'remembers a grant that it has ended',
    target: { machine: assigning('release', (assigned, { grefs }) => ({ ...assigned, grefs })) },
  },
  leakOnError: {
    what: 'does not free the block of a request that was answered with an error',
    target: {
      machine: assigning('release', (assigned, { pool, done }) => ({
        ...assigned,
        pool: done!.status < 0 ? pool : assigned.pool!,
      })),
    },
  },
  consumesInPlace: {
    what: 'does not step past a response that it has read',
    target: { machine: assigning('consume', ({ ids, done }) => ({ ids: ids!, done: done! })) },
  },
  comparesIndices: {
    what: 'looks for responses with <, which is wrong where an index has wrapped',
    target: {
      machine: txMachine.provide({
        guards: { isInFlight: hasUnreadSigned, hasSeenResponse: hasUnreadSigned },
      }),
    },
  },
  takesNoEvent: {
    what: 'wakes up without an event',
    target: { machine: txMachine.provide({ guards: { isPending: () => true } }) },
  },
  armsUnread: {
    what: 'arms while there are responses to consume',
    target: {
      machine: txMachine.provide({
        guards: { isDrained: ({ context, event }) => event.type === 'TxArm' || isDrained(context.ring) },
      }),
    },
  },
  noFinalCheck: {
    what: 'goes to sleep without the final check',
    target: { machine: txMachine.provide({ guards: { isQuiet: () => true } }) },
  },
  looseResponseBound: {
    what: 'believes as many responses as there are slots, asked for or not (RING_RESPONSE_PROD_OVERFLOW)',
    target: {
      machine: txMachine.provide({
        guards: {
          isBelievable: ({ context: { ring } }, { rsp_prod }) => sub(rsp_prod, ring.rsp_cons) <= ring.nr_ents,
          isDrainedAndBelievable: ({ context: { ring } }, { rsp_prod }) =>
            isDrained(ring) && sub(rsp_prod, ring.rsp_cons) <= ring.nr_ents,
        },
      }),
    },
  },
  endsMapped: {
    what: 'uses a page again of which the host says that the backend has it mapped',
    target: { machine: txMachine.provide({ guards: { isMapped: () => false } }) },
  },
} satisfies Record<string, Fault>;
