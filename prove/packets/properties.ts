/** The properties of TxPackets that are proved, under their numbers in the modules. */
import { implies, isAtMost, isIn, isNone, lies } from '../operators.js';
import type { Property } from '../machine.js';
import { frontResponseBound, ringBound } from '../ring/properties.js';
import { hasId, idAt, isCellOf, owners, packets } from './invariant.js';
import { cell, isCopied, isKind, isReadWhole, isWord, ring, ringOf, same, slotAt } from './operators.js';
import type { Terms } from '../terms.js';
import { type AtPackets, type PacketConstants, type PacketVariables } from './state.js';

type PacketProperty = Property<PacketConstants, PacketVariables>;

/** Is there a request at this index that is still to be answered? */
const isUnanswered = <T extends Terms>(at: AtPackets<T>, k: T['index']): T['bool'] =>
  at.a.and(lies(at, k, at.s.rsp_prod_pvt, at.s.req_prod_pvt), hasId(at, k));

/** Its block. */
const grefAt = <T extends Terms>(at: AtPackets<T>, k: T['index']): T['number'] =>
  at.a.if<'number'>(
    lies(at, k, at.s.rsp_prod_pvt, at.s.req_cons),
    cell.field(at, 'takenGref', k),
    slotAt(at, 'Gref', k),
  );

const uniqueOutstandingId: PacketProperty = {
  number: 'P1',
  name: 'UniqueOutstandingId',
  says: 'No two requests that are still to be answered have the same id',
  always: (at, { k, j }) => {
    const { a } = at;
    const isSame = same(at, idAt(at, k), idAt(at, j));
    return a.not(a.and(isUnanswered(at, k), isUnanswered(at, j), a.not(a.same<'index'>(k, j)), isSame));
  },
};

const noReuseBeforeResponse: PacketProperty = {
  number: 'P3',
  name: 'NoReuseBeforeResponse',
  says: 'While a request is still to be answered, its block is neither free nor being filled again',
  always: (at, { k, x }) => {
    const { a, s } = at;
    const block = grefAt(at, k);
    const isReused = a.or(
      same(at, block, s.filling),
      a.and(isIn(at, 'pool', x), same(at, cell.table(at, 'pool', x), block)),
    );
    return a.not(a.and(isUnanswered(at, k), isReused));
  },
};

const linearOwnership: PacketProperty = {
  number: 'P5',
  name: 'LinearOwnership',
  says: 'No block has two owners among the pool, the sender, the requests and the responses',
  always: (at, { x, y }) => {
    const { a, s } = at;
    const [pooled, other] = [cell.table(at, 'pool', x), cell.table(at, 'pool', y)];
    const [sent, also] = [cell.table(at, 'inFlight', x), cell.table(at, 'inFlight', y)];
    const differ = (one: typeof x, two: typeof x) => a.or(isNone(at, one), a.not(same(at, one, two)));
    const apart = a.not(same(at, x, y));
    return a.and(
      implies(
        at,
        isIn(at, 'pool', x),
        differ(pooled, s.filling),
        differ(pooled, s.done),
        differ(pooled, also),
      ),
      a.or(a.not(a.and(isIn(at, 'pool', x), isIn(at, 'pool', y), apart)), differ(pooled, other)),
      a.or(a.not(apart), differ(sent, also)),
      differ(sent, s.filling),
      differ(sent, s.done),
      differ(s.filling, s.done),
    );
  },
};

const conservation: PacketProperty = {
  number: 'P6',
  name: 'Conservation',
  says: 'No block is lost: each is in the pool, with the sender, in flight, or its response is consumed',
  always: owners,
};

const idHeldOnce: PacketProperty = {
  number: 'P9',
  name: 'IdHeldOnce',
  says: 'The front never has two blocks under one id',
  steps: { TxEnqueue: (at) => isNone(at, cell.table(at, 'inFlight', at.c.id)) },
};

const publishedWhole: PacketProperty = {
  number: 'P50',
  name: 'PublishedWhole',
  says: 'Who reads what is published slot by slot always finds what is due, and at the end of it the end of a packet',
  always: (at) => {
    const { a, s } = at;
    const isAtEnd = a.same<'index'>(s.readAt, s.req_prod);
    const isDue = a.if<'bool'>(s.readExtra, isKind(at, s.readAt, 'extra'), isKind(at, s.readAt, 'request'));
    return a.and(
      a.if<'bool'>(isAtEnd, isReadWhole(at), isDue),
      // Nothing of the open chain is published.
      ring.atMost(at, a.sub(s.req_prod_pvt, s.chainAt), a.sub(s.req_prod_pvt, s.req_prod)),
    );
  },
};

const slotsPromised: PacketProperty = {
  number: 'P51',
  name: 'SlotsPromised',
  says: 'No packet that is published has more slots than the back promises to take',
  always: (at) => {
    const { a, c, s } = at;
    return isAtMost(at, a.numberOf(a.sub(s.readAt, s.readFrom)), c.MaxSlots);
  },
};

const sizeRule: PacketProperty = {
  number: 'P52',
  name: 'SizeRule',
  says: "The first slot's size is that of all fragments together, whatever each has; each later one has its own",
  always: (at, { k }) => {
    const { a, s } = at;
    const own = (index: typeof k) => cell.table(at, 'dataSize', slotAt(at, 'Gref', index));
    const isLater = a.and(
      lies(at, k, s.readFrom, s.readAt),
      isKind(at, k, 'request'),
      a.not(a.same<'index'>(k, s.readFrom)),
    );
    const hasRead = a.and(isReadWhole(at), a.not(a.same<'index'>(s.readAt, s.readFrom)));
    return a.and(
      implies(at, isLater, same(at, slotAt(at, 'Size', k), own(k))),
      // What the later ones leave of it.
      implies(at, hasRead, same(at, s.readLeft, own(s.readFrom))),
    );
  },
};

const assembledAsSent: PacketProperty = {
  number: 'P53',
  name: 'AssembledAsSent',
  says: 'What the back puts together is what was sent: the same fragments in the same order, until they are answered',
  always: (at, { k }) => {
    const { a, s } = at;
    const hasRead = a.and(isReadWhole(at), a.not(a.same<'index'>(s.readAt, s.readFrom)));
    const key = cell.field(at, 'keyAt', s.readFrom);
    const then = a.if<'number'>(
      a.same<'index'>(s.readAt, s.req_prod_pvt),
      s.nextKey,
      cell.field(at, 'keyAt', s.readAt),
    );
    const block = cell.field(at, 'takenGref', k);
    const packet = cell.field(at, 'takenPacket', k);
    const is = (name: 'dataFrags' | 'dataExtras' | 'dataFrag' | 'dataSize', value: typeof key) =>
      same(at, cell.table(at, name, block), value);
    const frag = is('dataFrag', cell.field(at, 'takenFrag', k));
    return a.and(
      // It is a packet that was sent, and the next one on the ring is the next that was sent.
      implies(
        at,
        hasRead,
        same(at, cell.table(at, 'sentFrags', key), s.readFrags),
        same(at, cell.table(at, 'sentExtras', key), s.readExtras),
        same(at, then, a.add(key, s.readFrags)),
      ),
      implies(
        at,
        a.and(hasRead, lies(at, k, s.readFrom, s.readAt), isCopied(at, k, 'request')),
        is('dataFrags', s.readFrags),
        is('dataExtras', s.readExtras),
        frag,
      ),
      implies(
        at,
        a.and(lies(at, k, s.rsp_prod_pvt, s.req_cons), isCopied(at, k, 'request')),
        is('dataFrags', cell.table(at, 'packFrags', packet)),
        is('dataExtras', cell.table(at, 'packExtras', packet)),
        is('dataSize', cell.field(at, 'takenSize', k)),
        frag,
      ),
    );
  },
};

const toldTruly: PacketProperty = {
  number: 'P54',
  name: 'ToldTruly',
  says: 'OKAY is told only of a packet of which the back has answered every slot with OKAY',
  steps: {
    TxRelease: (at, after) => {
      const key = cell.table(at, 'packetOf', at.s.done);
      return at.a.or(
        at.a.not(isWord(after, 'told', 'OKAY')),
        at.a.not(same(at, cell.table(at, 'fared', key), at.a.number(1))),
      );
    },
  },
};

const toldOnce: PacketProperty = {
  number: 'P55',
  name: 'ToldOnce',
  says: 'Each block in flight is of one packet that is not told of, and none is told of while it has one: so each once',
  always: (at, { x, y }) => {
    const { a, s } = at;
    const isOfOne = (block: typeof x) => {
      const key = cell.table(at, 'packetOf', block);
      const place = cell.table(at, 'cellOf', block);
      return implies(
        at,
        a.not(isNone(at, block)),
        isCellOf(at, key, place),
        same(at, cell.table(at, 'members', place), block),
      );
    };
    return a.and(
      isOfOne(cell.table(at, 'inFlight', x)),
      isOfOne(s.done),
      packets(at, { x, y, k: s.rsp_cons, j: s.rsp_cons }),
    );
  },
};

const nullFreesNothing: PacketProperty = {
  number: 'P56',
  name: 'NullFreesNothing',
  says: 'A NULL frees nothing: a block is released only when its own request is answered',
  always: (at, { k }) => at.a.not(at.a.and(isUnanswered(at, k), a_(at, grefAt(at, k)))),
};
/** Is this the block whose response was consumed? */
const a_ = <T extends Terms>(at: AtPackets<T>, block: T['number']): T['bool'] => same(at, block, at.s.done);

/** P7 and P8, of this ring. */
const ofRing = ({ number, name, says, always }: typeof ringBound): PacketProperty => ({
  ...{ number, name, says },
  always: (at, any) => always!(ringOf(at), any),
});

/** All of them. */
export const properties: readonly PacketProperty[] = [
  uniqueOutstandingId,
  noReuseBeforeResponse,
  linearOwnership,
  conservation,
  ofRing(ringBound),
  ofRing(frontResponseBound),
  idHeldOnce,
  publishedWhole,
  slotsPromised,
  sizeRule,
  assembledAsSent,
  toldTruly,
  toldOnce,
  nullFreesNothing,
];
