/** The check before one sleeps: RING_FINAL_CHECK_FOR_…. */
import type { Terms } from '../terms.js';
import { isInOrder, requestCount, responseCount } from './counts.js';
import {
  changedBy,
  gives,
  inOrder,
  isTrue,
  lastLook,
  looks,
  type MacroClaim,
  type Seen,
  storesOnly,
} from './seen.js';
import type { End } from './words.js';

/** The words and actions of each end. */
const checks = {
  front: {
    prod: 'rsp_prod',
    cons: 'rsp_cons',
    event: 'rsp_event',
    count: responseCount,
    arm: 'FrontArm',
    check: 'FrontFinalCheck',
    hand: 'poller',
    found: 'reading',
  },
  back: {
    prod: 'req_prod',
    cons: 'req_cons',
    event: 'req_event',
    count: requestCount,
    arm: 'BackArm',
    check: 'BackFinalCheck',
    hand: 'taker',
    found: 'taking',
  },
} as const;

/** What a final check of this end has to do: two looks with the event index between them, unless the first finds something. */
export const checksFinally = (end: End): readonly MacroClaim[] => {
  const { prod, cons, event, count, arm, check, hand, found } = checks[end];
  const look = `load ${prod}`;
  const isSecond = <T extends Terms>(seen: Seen<T>): boolean => looks(seen, prod).length > 1;
  return [
    inOrder([look], [look, `store ${event}`, 'xen_mb', look]),
    {
      otherwise: 'does not give how many its last look finds',
      holds: (seen) => gives(seen, count(seen, lastLook(seen, prod))),
    },
    {
      otherwise: 'looks again though its first look finds something, or does not though it finds nothing',
      holds: (seen) => {
        const { a } = seen;
        const finds = a.not(a.same<'index'>(count(seen, looks(seen, prod)[0] ?? a.index(0)), a.index(0)));
        return a.same<'bool'>(finds, a.bool(!isSecond(seen)));
      },
    },
    {
      otherwise: `does not store the ${event} that ${arm} does`,
      holds: (seen) => {
        const { a, word } = seen;
        const words = { [cons]: word(cons), [prod]: lastLook(seen, prod), req_prod: a.index(0) };
        return isSecond(seen) ? storesOnly(seen, changedBy(seen, arm, words)[event]!) : a.bool(true);
      },
    },
    {
      otherwise: `does not find something exactly where ${check} does${end === 'front' ? '' : ', though the indices are in order'}`,
      // What the front looks at needs no order.
      ...(end === 'front' ? {} : { where: (seen) => isInOrder(seen, lastLook(seen, prod)) }),
      holds: (seen) => {
        const { a, word } = seen;
        const changed = changedBy(seen, check, { [cons]: word(cons), [prod]: lastLook(seen, prod) });
        return a.same<'bool'>(isTrue(seen), a.same<'word'>(changed[hand]!, a.word(found)));
      },
    },
  ];
};
