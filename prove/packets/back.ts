/**
 * The back's actions of TxPackets. It reads a chain slot by slot, which changes nothing that the module knows: there
 * ChainLength tells at once how long a chain is. Then it takes the whole chain in one step, as the module says.
 */
import { isNone, lies, slotOf } from '../operators.js';
import type { Action } from '../machine.js';
import type { Terms } from '../terms.js';
import {
  cell,
  flag,
  isCopied,
  isKind,
  isReadWhole,
  isSome,
  next,
  ring,
  ringOf,
  same,
  slotAt,
} from './operators.js';
import type { AtPackets, PacketConstants, PacketVariables } from './state.js';

type PacketAction = Action<PacketConstants, PacketVariables>;

/** One more slot of the chain is read, or the first of the next, if it is of the kind that is due (LengthFrom). */
const BackReadSlot: PacketAction = (at) => {
  const { a, s } = at;
  const k = s.readAt;
  const isFirst = isReadWhole(at);
  const isExtra = s.readExtra;
  const says = (field: 'More' | 'Extra') => same(at, slotAt(at, field, k), a.number(1));
  const frag = next(at, a.if<'number'>(isFirst, a.number(0), s.readFrags));
  const size = slotAt(at, 'Size', k);
  const copy = (field: typeof s.takenId, value: typeof size) => a.write<'fields'>(field, k, value);
  return {
    when: [
      a.not(a.same<'index'>(k, s.req_prod)),
      a.or(a.and(isExtra, isKind(at, k, 'extra')), a.and(a.not(isExtra), isKind(at, k, 'request'))),
    ],
    then: () => ({
      readFrom: a.if<'index'>(isFirst, k, s.readFrom),
      readAt: ring.inc(at, k),
      readExtra: a.if<'bool'>(isExtra, says('More'), a.and(isFirst, says('Extra'))),
      readMore: a.if<'bool'>(isExtra, s.readMore, says('More')),
      readFrags: a.if<'number'>(isExtra, s.readFrags, frag),
      readExtras: a.if<'number'>(
        isFirst,
        a.number(0),
        a.if<'number'>(isExtra, next(at, s.readExtras), s.readExtras),
      ),
      readLeft: a.if<'number'>(isFirst, size, a.if<'number'>(isExtra, s.readLeft, a.minus(s.readLeft, size))),
      takenKind: a.write<'slots'>(s.takenKind, k, a.read<'slots'>(s.ring, slotOf(at, k))),
      takenId: copy(s.takenId, slotAt(at, 'Id', k)),
      takenGref: copy(s.takenGref, slotAt(at, 'Gref', k)),
      takenFrag: copy(s.takenFrag, frag),
      takenSize: copy(s.takenSize, size),
      takenPacket: copy(s.takenPacket, s.packetsTaken),
    }),
  };
};

/** The reader begins again with the oldest chain. */
const BackReadAgain: PacketAction = (at) => {
  const { a, s } = at;
  return {
    when: [],
    then: () => ({
      readFrom: s.req_cons,
      readAt: s.req_cons,
      readExtra: a.bool(false),
      readMore: a.bool(false),
    }),
  };
};

const BackTakeRequest: PacketAction = (at) => {
  const { a, c, s } = at;
  const responses = a.sub(s.readAt, s.rsp_prod_pvt);
  const arms = a.same<'index'>(s.readAt, s.req_prod);
  return {
    when: [
      isReadWhole(at),
      a.same<'index'>(s.readFrom, s.req_cons),
      a.not(a.same<'index'>(s.readAt, s.readFrom)),
      a.or(a.below(responses, c.N), a.same<'index'>(responses, c.N)),
    ],
    then: () => ({
      req_cons: s.readAt,
      req_event: a.if<'index'>(arms, ring.inc(at, s.readAt), s.req_event),
      req_event_passed: a.and(s.req_event_passed, a.not(arms)),
      backPending: a.bool(false),
      // OwnSize of the first
      takenSize: a.write<'fields'>(s.takenSize, s.readFrom, s.readLeft),
      packFrags: a.write<'table'>(s.packFrags, s.packetsTaken, s.readFrags),
      packExtras: a.write<'table'>(s.packExtras, s.packetsTaken, s.readExtras),
      packetsTaken: next(at, s.packetsTaken),
      readFrom: s.readAt,
      told: a.word('-'),
    }),
  };
};

/** RespondAtOnce, to what is taken at the argument `at`. The first that is taken comes to its place. */
const responds = <T extends Terms>(at: AtPackets<T>, id: T['number'], status: T['word'], own: T['bool']) => {
  const { a, c, s } = at;
  const r = ringOf(at);
  const first = s.rsp_prod_pvt;
  const slot = slotOf(at, first);
  const behind = ring.inc(at, first);
  const due = ring.test(r, a.bool(false), ring.rspEvent(r), s.rsp_prod, behind);
  const moved = (field: T['fields']) => a.write<'fields'>(field, c.at, a.read<'fields'>(field, first));
  const firstId = cell.field(at, 'takenId', first);
  const places = a.write<'places'>(
    s.placeOf,
    firstId,
    a.if<'index'>(isCopied(at, first, 'request'), c.at, a.read<'places'>(s.placeOf, firstId)),
  );
  return {
    ring: a.write<'slots'>(s.ring, slot, a.word('response')),
    slotId: a.write<'fields'>(s.slotId, slot, id),
    slotStatus: a.write<'slots'>(s.slotStatus, slot, status),
    rsp_prod_pvt: behind,
    rsp_prod: behind,
    rspChecked: behind,
    rsp_event_passed: ring.passedAt(r, ring.rspEvent(r), s.rsp_prod),
    frontPending: a.or(s.frontPending, due),
    takenKind: a.write<'slots'>(s.takenKind, c.at, a.read<'slots'>(s.takenKind, first)),
    takenId: moved(s.takenId),
    takenGref: moved(s.takenGref),
    takenFrag: moved(s.takenFrag),
    takenSize: moved(s.takenSize),
    takenPacket: moved(s.takenPacket),
    placeOf: a.write<'places'>(places, id, a.if<'index'>(own, first, a.read<'places'>(places, id))),
    told: a.word('-'),
  };
};

/** Is the argument `at` a slot taken, of this kind, and is all that was answered published? */
const mayAnswer = <T extends Terms>(at: AtPackets<T>, kind: string) => [
  lies(at, at.c.at, at.s.rsp_prod_pvt, at.s.req_cons),
  isCopied(at, at.c.at, kind),
  at.a.same<'index'>(at.s.rsp_prod, at.s.rsp_prod_pvt),
  at.a.not(ring.backCheckIsDue(ringOf(at))),
];

const BackRespond: PacketAction = (at) => {
  const { a, c, s } = at;
  const block = cell.field(at, 'takenGref', c.at);
  const key = cell.table(at, 'packetOf', block);
  const hasFailed = a.same<'word'>(c.status, a.word('ERROR'));
  const was = cell.table(at, 'fared', key);
  // FaredWith
  const fails = a.and(hasFailed, isSome(at, cell.table(at, 'left', key)), a.not(isNone(at, block)));
  const isFirst = a.and(fails, a.not(same(at, was, a.number(1))));
  return {
    when: [
      ...mayAnswer(at, 'request'),
      a.or(...['OKAY', 'ERROR'].map((word) => a.same<'word'>(c.status, a.word(word)))),
    ],
    then: () => ({
      ...responds(at, cell.field(at, 'takenId', c.at), c.status, a.bool(true)),
      fared: a.write<'table'>(s.fared, key, a.if<'number'>(fails, flag(at, a.bool(true)), was)),
      faredBy: a.write<'table'>(
        s.faredBy,
        key,
        a.if<'number'>(isFirst, block, cell.table(at, 'faredBy', key)),
      ),
    }),
  };
};

const BackRespondNull: PacketAction = (at) => {
  const { a, c } = at;
  return {
    when: [...mayAnswer(at, 'extra'), a.less(c.id, c.Ids)],
    then: () => responds(at, c.id, a.word('NULL'), a.bool(false)),
  };
};

const BackRespondNullToRequest: PacketAction = (at) => {
  const { a, c } = at;
  return {
    when: [c.null_for_request, ...mayAnswer(at, 'request')],
    then: () => responds(at, cell.field(at, 'takenId', c.at), a.word('NULL'), a.bool(false)),
  };
};

/** The actions of the back. */
export const back = {
  BackReadSlot,
  BackReadAgain,
  BackTakeRequest,
  BackRespond,
  BackRespondNull,
  BackRespondNullToRequest,
};
