/** The properties of NetfrontTx that are proved, under their numbers in the modules. */
import { isIn, isNone, lies } from '../operators.js';
import type { Property } from '../machine.js';
import { frontResponseBound, ringBound } from '../ring/properties.js';
import { blockOf, idAt, owners, unansweredAt } from './invariant.js';
import { cell, ringOf } from './operators.js';
import { type TxConstants, type TxVariables, UNREAD } from './state.js';

type TxProperty = Property<TxConstants, TxVariables>;

const uniqueOutstandingId: TxProperty = {
  number: 'P1',
  name: 'UniqueOutstandingId',
  says: 'No two requests that are still to be answered have the same id',
  always: (at, { k, j }) => {
    const { a, s } = at;
    const isUnanswered = (index: typeof k) => lies(at, index, s.rsp_prod_pvt, s.req_prod_pvt);
    const isSame = a.same<'number'>(idAt(at, k), idAt(at, j));
    return a.not(a.and(isUnanswered(k), isUnanswered(j), a.not(a.same<'index'>(k, j)), isSame));
  },
};

const bufferStable: TxProperty = {
  number: 'P2',
  name: 'BufferStable',
  says: 'What the back reads from a block is the frame that the request promised',
  always: (at, { k }) => {
    const { a, s } = at;
    const got = cell.field(at, 'takenGot', k);
    return a.or(
      a.not(lies(at, k, s.rsp_prod_pvt, s.req_cons)),
      a.same<'number'>(got, a.number(UNREAD)),
      a.same<'number'>(got, cell.field(at, 'takenSize', k)),
    );
  },
};

const noReuseBeforeResponse: TxProperty = {
  number: 'P3',
  name: 'NoReuseBeforeResponse',
  says: 'While a request is still to be answered, its block is neither free nor being filled again',
  always: (at, { k, x }) => {
    const { a, s } = at;
    const isGranted = a.not(isNone(at, cell.table(at, 'granted', unansweredAt(at, 'Gref', k))));
    const block = blockOf(at, k);
    const isReused = a.or(
      a.same<'number'>(block, s.filling),
      a.and(isIn(at, 'pool', x), a.same<'number'>(cell.table(at, 'pool', x), block)),
    );
    return a.not(a.and(lies(at, k, s.rsp_prod_pvt, s.req_prod_pvt), isGranted, isReused));
  },
};

const noFreeWhileMapped: TxProperty = {
  number: 'P4',
  name: 'NoFreeWhileMapped',
  says: 'A page stays granted while the back has it mapped',
  always: (at, { x: gref }) => {
    const { a } = at;
    const isMapped = a.less(a.number(0), cell.table(at, 'mapped', gref));
    return a.or(a.not(isMapped), a.not(isNone(at, cell.table(at, 'granted', gref))));
  },
};

const linearOwnership: TxProperty = {
  number: 'P5',
  name: 'LinearOwnership',
  says: 'No block has two owners among the pool, the sender, the requests and the responses',
  always: (at, { x, y }) => {
    const { a, s } = at;
    const [pooled, other] = [x, y].map((place) => cell.table(at, 'pool', place)) as [typeof x, typeof x];
    const [sent, also] = [x, y].map((id) => cell.table(at, 'inFlight', id)) as [typeof x, typeof x];
    const differ = (one: typeof x, two: typeof x) => a.or(isNone(at, one), a.not(a.same<'number'>(one, two)));
    const apart = a.not(a.same<'number'>(x, y));
    return a.and(
      a.or(
        a.not(isIn(at, 'pool', x)),
        a.and(differ(pooled, s.filling), differ(pooled, s.done), differ(pooled, also)),
      ),
      a.or(a.not(a.and(isIn(at, 'pool', x), isIn(at, 'pool', y), apart)), differ(pooled, other)),
      a.or(a.not(apart), differ(sent, also)),
      differ(sent, s.filling),
      differ(sent, s.done),
      differ(s.filling, s.done),
    );
  },
};

const conservation: TxProperty = {
  number: 'P6',
  name: 'Conservation',
  says: 'No block is lost: each is in the pool, with the sender, in flight, or its response is consumed',
  always: owners,
};

const idHeldOnce: TxProperty = {
  number: 'P9',
  name: 'IdHeldOnce',
  says: 'The front never has two blocks under one id',
  steps: { TxEnqueue: (at) => isNone(at, cell.table(at, 'inFlight', at.c.id)) },
};

/** P7 and P8, of this ring. */
const ofRing = ({ number, name, says, always }: typeof ringBound): TxProperty => ({
  ...{ number, name, says },
  always: (at, any) => always!(ringOf(at), any),
});

/** All of them. */
export const properties: readonly TxProperty[] = [
  uniqueOutstandingId,
  bufferStable,
  noReuseBeforeResponse,
  noFreeWhileMapped,
  linearOwnership,
  conservation,
  ofRing(ringBound),
  ofRing(frontResponseBound),
  idHeldOnce,
];
