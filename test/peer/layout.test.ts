/**
 * Every entry of the table that the C compiler made of netif.h and ring.h, against what our codecs do. A field is compared
 * by writing it and looking which octets change, and by changing octets and reading it.
 */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as netif from '../../impl/netif.js';
import { PAGE_SIZE, SharedRing, SRING_HEADER } from '../../impl/ring.js';
import { type LayoutEntry, layoutOf } from '../../peer/layout.js';
import { Peer, readPeer } from '../../peer/peer.js';

const table = layoutOf(new Peer(readPeer(path.resolve(import.meta.dirname, '..', '..'))));

/** What of a struct our code writes and reads: each field as a number, or as octets. */
interface Codec {
  readonly octets: number;
  /** By field: writes a value to octets, all other fields being what `others` says: all zeros, or all ones. */
  readonly write: Readonly<Record<string, (octets: Uint8Array, value: number, others: number) => void>>;
  /** By field: what is read. Fields that our code writes and does not read are not there. */
  readonly read: Readonly<Record<string, (octets: Uint8Array) => number>>;
  /** Octets that are nobody's, and that writing leaves as they are. */
  readonly padding?: readonly string[];
}

const slotIn = (octets: Uint8Array): netif.Slot => ({
  view: new DataView(octets.buffer, octets.byteOffset, octets.byteLength),
  offset: 0,
});

/** A codec for a struct that is read and written as an object of numbers. */
const ofNumbers = <T extends object>(
  octets: number,
  fields: readonly (keyof T & string)[],
  write: (slot: netif.Slot, value: T) => void,
  read: (slot: netif.Slot) => T,
  padding: readonly string[] = [],
): Codec => ({
  octets,
  padding,
  write: Object.fromEntries(
    fields.map((field) => [
      field,
      (to: Uint8Array, value: number, others: number) =>
        write(
          slotIn(to),
          Object.fromEntries(fields.map((name) => [name, name === field ? value : others])) as T,
        ),
    ]),
  ),
  read: Object.fromEntries(
    fields.map((field) => [field, (from: Uint8Array) => Number(read(slotIn(from))[field])]),
  ),
});

/** An extra by its octets of `u`: little endian, as long as the field is. */
const uOf = (from: number, octets: number) => ({
  write: (to: Uint8Array, value: number, others: number): void => {
    const u = new Uint8Array(6).fill(others);
    for (let i = 0; i < octets; i++) u[from + i] = value;
    netif.writeExtraInfo(slotIn(to), { type: others, flags: others, u });
  },
  read: (slot: Uint8Array): number => {
    const { u } = netif.readExtraInfo(slotIn(slot));
    return u.subarray(from, from + octets).every((octet) => octet === 0xff) ? -1 : (u[from] ?? 0);
  },
});

const gsoField = (field: keyof netif.ExtraGso) => ({
  write: (to: Uint8Array, value: number, others: number): void => {
    const gso = { size: others, type: others, features: others, [field]: value };
    netif.writeExtraInfo(slotIn(to), { type: others, flags: others, u: netif.encodeGso(gso) });
  },
  read: (slot: Uint8Array): number => netif.decodeGso(netif.readExtraInfo(slotIn(slot)))[field],
});

const extraField = (field: 'type' | 'flags') => ({
  write: (to: Uint8Array, value: number, others: number): void => {
    const extra = { type: others, flags: others, u: new Uint8Array(6).fill(others), [field]: value };
    netif.writeExtraInfo(slotIn(to), extra);
  },
  read: (slot: Uint8Array): number => netif.readExtraInfo(slotIn(slot))[field],
});

const extraFields: Readonly<Record<string, ReturnType<typeof uOf>>> = {
  type: extraField('type'),
  flags: extraField('flags'),
  u: uOf(0, 6),
  'u.gso.size': gsoField('size'),
  'u.gso.type': gsoField('type'),
  'u.gso.features': gsoField('features'),
  // Carried through as they are: our code has octets where these are.
  'u.mcast.addr': uOf(0, 6),
  'u.hash.type': uOf(0, 1),
  'u.hash.algorithm': uOf(1, 1),
  'u.hash.value': uOf(2, 4),
};

const ringWord = (field: 'req_prod' | 'req_event' | 'rsp_prod' | 'rsp_event', slotSize: number) => ({
  write: (to: Uint8Array, value: number, others: number): void => {
    const ring = new SharedRing(to, slotSize, 1);
    for (const name of ['req_prod', 'req_event', 'rsp_prod', 'rsp_event'] as const)
      ring[name] = name === field ? value : others;
  },
  read: (from: Uint8Array): number => new SharedRing(from, slotSize, 1)[field],
});

const ringCodec = (slotSize: number): Codec => {
  const words = ['req_prod', 'req_event', 'rsp_prod', 'rsp_event'] as const;
  const fields = words.map((name) => [name, ringWord(name, slotSize)] as const);
  return {
    octets: PAGE_SIZE,
    write: Object.fromEntries(fields.map(([name, { write }]) => [name, write])),
    read: Object.fromEntries(fields.map(([name, { read }]) => [name, read])),
    padding: ['pvt', '__pad'],
  };
};

const codecs: Readonly<Record<string, Codec>> = {
  'struct netif_tx_sring': ringCodec(netif.TX_SLOT),
  'struct netif_rx_sring': ringCodec(netif.RX_SLOT),
  netif_tx_request_t: ofNumbers<netif.TxRequest>(
    netif.TX_SLOT,
    ['gref', 'offset', 'flags', 'id', 'size'],
    netif.writeTxRequest,
    netif.readTxRequest,
  ),
  netif_tx_response_t: ofNumbers<netif.TxResponse>(
    4,
    ['id', 'status'],
    netif.writeTxResponse,
    netif.readTxResponse,
  ),
  netif_rx_request_t: ofNumbers<netif.RxRequest>(
    netif.RX_SLOT,
    ['id', 'gref'],
    netif.writeRxRequest,
    netif.readRxRequest,
    ['pad'],
  ),
  netif_rx_response_t: ofNumbers<netif.RxResponse>(
    netif.RX_SLOT,
    ['id', 'offset', 'flags', 'status'],
    netif.writeRxResponse,
    netif.readRxResponse,
  ),
  netif_extra_info_t: {
    octets: 8,
    write: Object.fromEntries(Object.entries(extraFields).map(([name, { write }]) => [name, write])),
    read: Object.fromEntries(Object.entries(extraFields).map(([name, { read }]) => [name, read])),
  },
};

/** Names of the table that stand for a number, by the part before it in C. Each of ours is looked up, and each of C's. */
const families: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  NETTXF_: netif.NETTXF,
  NETRXF_: netif.NETRXF,
  NETIF_RSP_: netif.NETIF_RSP,
  XEN_NETIF_EXTRA_TYPE_: netif.XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE_: netif.XEN_NETIF_GSO_TYPE,
};

/** Numbers of the table that are names of their own here. */
const numbers: Readonly<Record<string, number>> = {
  XEN_NETIF_MAX_TX_SIZE: netif.XEN_NETIF_MAX_TX_SIZE,
  XEN_NETIF_NR_SLOTS_MIN: netif.XEN_NETIF_NR_SLOTS_MIN,
  XEN_NETIF_EXTRA_FLAG_MORE: netif.XEN_NETIF_EXTRA_FLAG_MORE,
  '__CONST_RING_SIZE(netif_tx)': netif.NET_TX_RING_SIZE,
  '__CONST_RING_SIZE(netif_rx)': netif.NET_RX_RING_SIZE,
  'sizeof(union netif_tx_sring_entry)': netif.TX_SLOT,
  'sizeof(union netif_rx_sring_entry)': netif.RX_SLOT,
  'signed(netif_tx_response_t.status)':
    netif.readTxResponse(slotIn(new Uint8Array(12).fill(-1))).status < 0 ? 1 : 0,
  'signed(netif_rx_response_t.status)':
    netif.readRxResponse(slotIn(new Uint8Array(8).fill(-1))).status < 0 ? 1 : 0,
  // Where a slot begins says how large one is.
  'sizeof(netif_tx_request_t)': netif.TX_SLOT,
  'sizeof(netif_rx_request_t)': netif.RX_SLOT,
  'sizeof(netif_rx_response_t)': netif.RX_SLOT,
  'sizeof(netif_tx_response_t)': changedBy((to) => netif.writeTxResponse(slotIn(to), { id: -1, status: -1 }))
    .length,
  'sizeof(netif_extra_info_t)': changedBy((to) =>
    netif.writeExtraInfo(slotIn(to), { type: -1, flags: -1, u: new Uint8Array(6).fill(-1) }),
  ).length,
};

/** The octets, by number, that something changes which were all zero. */
function changedBy(write: (octets: Uint8Array) => void, octets = PAGE_SIZE): readonly number[] {
  const before = new Uint8Array(octets);
  write(before);
  return [...before.keys()].filter((i) => before[i] !== 0);
}

const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i);

const fieldOf = (name: string): readonly [Codec, string] | undefined => {
  const type = Object.keys(codecs).find((candidate) => name.startsWith(`${candidate}.`));
  return type === undefined ? undefined : [codecs[type]!, name.slice(type.length + 1)];
};

/** Compares one entry. Throws if it is none that anything of ours is compared with. */
const compare = (name: string, entry: LayoutEntry): void => {
  if (entry.kind === 'value') return expect(valueOf(name), name).toBe(entry.value) as void;
  if (/^struct netif_[tr]x_sring\.ring$/.test(name)) return comparesSlots(name, entry.offset, entry.octets);
  const [codec, field] = fieldOf(name) ?? [];
  if (codec === undefined || field === undefined) throw new Error(`nothing of ours is compared with ${name}`);
  const own = range(entry.offset, entry.octets);
  if (isPadding(codec, field)) {
    for (const [other, write] of Object.entries(codec.write)) {
      const changed = changedBy((to) => write(to, -1, -1), codec.octets);
      expect(
        changed.filter((i) => own.includes(i)),
        `${other} and ${field}`,
      ).toEqual([]);
    }
    return;
  }
  const [write, read] = [codec.write[field], codec.read[field]];
  if (write === undefined || read === undefined) throw new Error(`nothing of ours is compared with ${name}`);
  // All ones among zeros are where the compiler says, and nowhere else.
  expect(
    changedBy((to) => write(to, -1, 0), codec.octets),
    name,
  ).toEqual(own);
  // Each octet that the compiler says is the field's is read, and no other.
  expect(octetsRead(read, codec.octets), name).toEqual(own);
};

/** Octets that make a difference to what is read. */
const octetsRead = (read: (octets: Uint8Array) => number, octets: number): readonly number[] =>
  range(0, octets).filter((i) => {
    const [zeros, ones] = [new Uint8Array(octets), new Uint8Array(octets).fill(0xff)];
    zeros[i] = 0xff;
    ones[i] = 0;
    return (
      read(zeros) !== read(new Uint8Array(octets)) || read(ones) !== read(new Uint8Array(octets).fill(0xff))
    );
  });

const isPadding = ({ padding = [] }: Codec, field: string): boolean => padding.includes(field);

const valueOf = (name: string): number => {
  if (numbers[name] !== undefined) return numbers[name];
  const family = Object.keys(families).find((prefix) => name.startsWith(prefix)) ?? '';
  const value = families[family]?.[name.slice(family.length)];
  if (value === undefined) throw new Error(`nothing of ours is compared with ${name}`);
  return value;
};

/** The first slot begins where the array does, and the next one as many octets further as a slot has. */
const comparesSlots = (name: string, offset: number, octets: number): void => {
  const slotSize = name.includes('_tx_') ? netif.TX_SLOT : netif.RX_SLOT;
  const ring = new SharedRing(new Uint8Array(PAGE_SIZE), slotSize, 2);
  expect([SRING_HEADER, ring.offsetOf(0), ring.offsetOf(1)], name).toEqual([offset, offset, offset + octets]);
};

/** The padding inside `u.gso`, which encoding leaves zero. */
const GSO_PAD = 'netif_extra_info_t.u.gso.pad';

describe("the layout that Xen's headers have, by a C compiler", () => {
  test('has an entry for each thing that is compared here', () => {
    const ours = [
      ...Object.entries(families).flatMap(([prefix, family]) =>
        Object.keys(family).map((name) => prefix + name),
      ),
      ...Object.keys(numbers),
      ...Object.entries(codecs).flatMap(([type, { write, padding = [] }]) =>
        [...Object.keys(write), ...padding].map((field) => `${type}.${field}`),
      ),
      ...['struct netif_tx_sring.ring', 'struct netif_rx_sring.ring', GSO_PAD],
    ];
    expect([...table.keys()].toSorted()).toEqual(ours.toSorted());
  });

  const entries = [...table].filter(([name]) => name !== GSO_PAD);

  test.each(entries)('%s is ours too', (name, entry) => {
    expect.hasAssertions();
    compare(name, entry);
  });

  test('has the padding of u.gso where our codec leaves a zero', () => {
    const pad = table.get(GSO_PAD);
    if (pad?.kind !== 'field') throw new Error('there is no padding in u.gso');
    const u = netif.encodeGso({ size: -1, type: -1, features: -1 });
    const zeros = [...u.keys()].filter((i) => u[i] === 0).map((i) => i + 2);
    expect(zeros).toEqual(range(pad.offset, pad.octets));
  });

  test('is told from one that is not', () => {
    // The judge itself: an offset, a width and a value that are off by one each.
    const gref: LayoutEntry = { kind: 'field', offset: 1, octets: 4 };
    expect(() => compare('netif_tx_request_t.gref', gref)).toThrow();
    expect(() => compare('netif_tx_request_t.id', { kind: 'field', offset: 8, octets: 3 })).toThrow();
    expect(() => compare('NETRXF_more_data', { kind: 'value', value: 5 })).toThrow();
    expect(() => compare('netif_rx_request_t.pad', { kind: 'field', offset: 1, octets: 2 })).toThrow();
    expect(() => compare('NETRXF_of_tomorrow', { kind: 'value', value: 32 })).toThrow('nothing of ours');
    expect(() => compare('netif_tx_request_t.more', { kind: 'field', offset: 0, octets: 2 })).toThrow(
      'nothing of ours',
    );
  });
});
