/** The operators of SharedRing, RingFront and Ring that more than one action or property uses, under their own names. */
import type { Terms } from '../terms.js';
import type { AtRing } from './state.js';

/** Inc */
export const inc = <T extends Terms>({ a }: Pick<AtRing<T>, 'a'>, i: T['index']): T['index'] =>
  a.plus(i, a.index(1));

/** SlotOf */
export const slotOf = <T extends Terms>({ a, c }: AtRing<T>, i: T['index']): T['index'] => a.modulo(i, c.N);

/** i is j or less. */
export const atMost = <T extends Terms>(
  { a }: Pick<AtRing<T>, 'a'>,
  i: T['index'],
  j: T['index'],
): T['bool'] => a.not(a.below(j, i));

/** Is this variable this word? */
export const is = <T extends Terms>(
  { a, s }: AtRing<T>,
  hand: 'poller' | 'taker',
  ...words: readonly string[]
): T['bool'] => a.or(...words.map((word) => a.same(s[hand], a.word(word))));

/** An event index as a peer finds it, and whether it was passed. */
interface Event<T extends Terms> {
  readonly at: T['index'];
  readonly passed: T['bool'];
}

/** req_event */
export const reqEvent = <T extends Terms>({ s }: AtRing<T>): Event<T> => ({
  at: s.req_event,
  passed: s.req_event_passed,
});

/** rsp_event */
export const rspEvent = <T extends Terms>({ s }: AtRing<T>): Event<T> => ({
  at: s.rsp_event,
  passed: s.rsp_event_passed,
});

/** Test of Ring: NotifyDue of SharedRing, or the same on signed numbers. In the shared memory nothing is ever NoEvent. */
export const test = <T extends Terms>(
  { a, c }: AtRing<T>,
  signed: T['bool'],
  event: Event<T>,
  old: T['index'],
  now: T['index'],
): T['bool'] => {
  const [ahead, published] = [a.sub(now, event.at), a.sub(now, old)];
  return a.and(
    a.not(a.and(c.forgets, event.passed)),
    a.or(a.and(a.not(signed), a.below(ahead, published)), a.and(signed, a.belowSigned(ahead, published))),
  );
};

/** Forget: was the event index passed, with the producer index from before the push? */
export const passedAt = <T extends Terms>(at: AtRing<T>, event: Event<T>, prod: T['index']): T['bool'] => {
  const { a, c } = at;
  const ahead = a.sub(event.at, prod);
  return a.or(event.passed, a.same(ahead, a.index(0)), a.below(c.N, ahead));
};

/** FreeRequests is not negative (`>= 0`), or positive: HasFreeSlot with and without its fault. */
export const hasFreeSlot = <T extends Terms>(at: AtRing<T>): T['bool'] => {
  const { a, c, s } = at;
  const inUse = a.sub(s.req_prod_pvt, s.rsp_cons);
  return a.or(a.below(inUse, c.N), a.and(c.ring_full_off_by_one, a.same(inUse, c.N)));
};

/** ResponseBound */
export const responseBound = <T extends Terms>(at: AtRing<T>, seen: T['index']): T['bool'] => {
  const { a, s } = at;
  return atMost(at, a.sub(seen, s.rsp_cons), a.sub(s.req_prod, s.rsp_cons));
};

/** IsBelievable, of rsp_prod */
export const isBelievable = <T extends Terms>(at: AtRing<T>): T['bool'] => {
  const { a, c, s } = at;
  return a.or(
    a.and(c.loose_response_bound, atMost(at, a.sub(s.rsp_prod, s.rsp_cons), c.N)),
    a.and(a.not(c.loose_response_bound), responseBound(at, s.rsp_prod)),
  );
};

/** rsp_cons # index, where rsp_cons may have passed M. */
export const consDiffers = <T extends Terms>({ a, s }: AtRing<T>, index: T['index']): T['bool'] =>
  a.or(s.rsp_cons_past, a.not(a.same(s.rsp_cons, index)));

/** MoreSeen */
export const moreSeen = <T extends Terms>(at: AtRing<T>): T['bool'] => {
  const { a, c, s } = at;
  return a.or(
    a.and(a.not(c.less_than), consDiffers(at, s.rspSeen)),
    a.and(c.less_than, a.not(s.rsp_cons_past), a.below(s.rsp_cons, s.rspSeen)),
  );
};

/** CheckIsDue, and the same of the back */
export const frontCheckIsDue = <T extends Terms>({ a, s }: AtRing<T>): T['bool'] =>
  a.not(a.same(s.reqChecked, s.req_prod));
export const backCheckIsDue = <T extends Terms>({ a, s }: AtRing<T>): T['bool'] =>
  a.not(a.same(s.rspChecked, s.rsp_prod));
