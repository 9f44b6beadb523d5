/** A push with its event check: RING_PUSH_…_AND_CHECK_NOTIFY. */
import { changedBy, inOrder, isTrue, lastLook, type MacroClaim, storesOnly } from './seen.js';
import type { End } from './words.js';

/** The words and actions of each end. */
const pushes = {
  front: {
    prod: 'req_prod',
    pvt: 'req_prod_pvt',
    event: 'req_event',
    checked: 'reqChecked',
    pending: 'backPending',
    push: 'FrontPushRequests',
    check: 'FrontCheckNotify',
  },
  back: {
    prod: 'rsp_prod',
    pvt: 'rsp_prod_pvt',
    event: 'rsp_event',
    checked: 'rspChecked',
    pending: 'frontPending',
    push: 'BackPushResponses',
    check: 'BackCheckNotify',
  },
} as const;

/** What a push of this end has to do. */
export const pushesAndNotifies = (end: End): readonly MacroClaim[] => {
  const { prod, pvt, event, checked, pending, push, check } = pushes[end];
  return [
    inOrder([`load ${prod}`, 'xen_wmb', `store ${prod}`, 'xen_mb', `load ${event}`]),
    {
      otherwise: `does not store in ${prod} what ${push} does`,
      holds: (seen) => {
        const words = { [prod]: lastLook(seen, prod), [pvt]: seen.word(pvt), [event]: lastLook(seen, event) };
        return storesOnly(seen, changedBy(seen, push, words)[prod]!);
      },
    },
    {
      otherwise: `does not notify exactly where ${check} does`,
      holds: (seen) => {
        const words = {
          [checked]: lastLook(seen, prod),
          [prod]: seen.word(pvt),
          [event]: lastLook(seen, event),
        };
        const changed = changedBy(seen, check, { ...words, [pending]: seen.a.bool(false) });
        return seen.a.same<'bool'>(isTrue(seen), changed[pending]!);
      },
    },
  ];
};
