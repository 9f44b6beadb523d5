/**
 * The log format, version 1: what somebody recorded of one or both rings of an interface, as JSON lines. The first
 * line says what the log is and what it shows; each further line is one event. traces/LOG.md has the rest.
 *
 * An event is an operation of ring.h on one ring, by one side, with the values that were loaded or stored. The table below
 * is the only place that says which operation has which fields. The reader, the TLA+ and the mutations go by it.
 */
import { z } from 'zod';
import { ItfValue } from '../replay/format.js';
import type { RingName } from '../replay/netif.js';
import { fullRing, type SlotKind } from './slots.js';

/** What a field holds; `request` and `response` are the halves of a slot. */
export type Kind = 'index' | 'octets' | 'gref' | 'bit' | SlotKind;

/** Whose operation it is, and its fields. A log that does not show an optional field leaves it out. */
interface Operation {
  readonly sides: readonly Side[];
  readonly fields: Readonly<Record<string, Kind>>;
  readonly optional?: readonly string[];
}

/** An end of the ring. */
export type Side = 'front' | 'back';

/** All operations, by name. */
export const OPERATIONS = {
  RING_INIT: { sides: ['front'], fields: {} },
  GNT_GRANT: { sides: ['front'], fields: { gref: 'gref', ro: 'bit' }, optional: ['ro'] },
  REQ_WRITE: { sides: ['front'], fields: { idx: 'index', halves: 'request' } },
  SET_REQ_PROD: {
    sides: ['front'],
    fields: { old: 'index', new: 'index', rsp_cons: 'index' },
    optional: ['rsp_cons'],
  },
  READ_REQ_EVENT: { sides: ['front'], fields: { req_event: 'index', notify: 'bit' } },
  IRQ: { sides: ['front'], fields: {} },
  READ_RSP_PROD: {
    sides: ['front'],
    fields: { rsp_prod: 'index', rsp_cons: 'index' },
    optional: ['rsp_cons'],
  },
  RSP_READ: { sides: ['front'], fields: { idx: 'index', halves: 'response' } },
  GNT_END: { sides: ['front'], fields: { gref: 'gref' } },
  SET_RSP_CONS: { sides: ['front'], fields: { rsp_cons: 'index' } },
  SET_RSP_EVENT: { sides: ['front'], fields: { rsp_event: 'index' } },
  NOTIFY: { sides: ['front', 'back'], fields: {} },
  BACK_ATTACH: { sides: ['back'], fields: { rsp_prod: 'index', req_prod: 'index' } },
  READ_REQ_PROD: {
    sides: ['back'],
    fields: { req_prod: 'index', req_cons: 'index', rsp_prod_pvt: 'index' },
    optional: ['req_cons', 'rsp_prod_pvt'],
  },
  TX_ACTION: { sides: ['back'], fields: { req_cons: 'index' } },
  REQ_READ: { sides: ['back'], fields: { idx: 'index', halves: 'request' } },
  GNT_COPY: { sides: ['back'], fields: { gref: 'gref', off: 'octets', len: 'octets' } },
  GNT_MAP: { sides: ['back'], fields: { gref: 'gref' } },
  SET_REQ_EVENT: { sides: ['back'], fields: { req_event: 'index' } },
  RSP_WRITE: { sides: ['back'], fields: { idx: 'index', halves: 'response' } },
  SET_RSP_PROD: {
    sides: ['back'],
    fields: { old: 'index', new: 'index', req_cons: 'index' },
    optional: ['req_cons'],
  },
  READ_RSP_EVENT: { sides: ['back'], fields: { rsp_event: 'index', notify: 'bit' } },
} as const satisfies Record<string, Operation>;

/** The name of an operation. */
export type Op = keyof typeof OPERATIONS;

/** The operation of this name, as the table has it; undefined if there is none. */
export const operation = (op: string): Operation | undefined =>
  Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op as Op] : undefined;

/** One event of a log. Its fields are those that {@link OPERATIONS} gives its operation. */
export interface Event {
  readonly ring: RingName;
  readonly side: Side;
  readonly op: Op;
  readonly [field: string]: string | number | readonly number[];
}

const half = z.int().min(0).max(0xffff);
const index = z.int().min(0).max(0xffffffff);

const halves = z.array(half);

const KINDS: Readonly<Record<Kind, z.ZodType>> = {
  index,
  octets: z.int().min(0).max(0xffff),
  gref: z.int().min(0).max(0xffffffff),
  bit: z.union([z.literal(0), z.literal(1)]),
  request: halves,
  response: halves,
};

/** When an event was recorded, and where. */
const CLOCK = {
  time: z.number().min(0).optional().describe('When it was recorded, in microseconds.'),
  cpu: z
    .int()
    .min(0)
    .optional()
    .describe('The processor that it was recorded on; one for each side if left out.'),
};

const eventSchema = ([op, { sides, fields, optional = [] }]: [string, Operation]) =>
  z.strictObject({
    ...CLOCK,
    ring: z.enum(['tx', 'rx']),
    side: z.enum(sides as [Side, ...Side[]]),
    op: z.literal(op),
    ...Object.fromEntries(
      Object.entries(fields).map(([name, kind]) => [
        name,
        optional.includes(name) ? KINDS[kind].optional() : KINDS[kind],
      ]),
    ),
  });

/** The schema of each further line, by operation. */
export const EVENT_SCHEMAS: Readonly<Record<Op, z.ZodType>> = Object.fromEntries(
  Object.entries(OPERATIONS).map((entry) => [entry[0], eventSchema(entry)]),
) as unknown as Record<Op, z.ZodType>;

/** Each further line. */
export const LogEvent = z.discriminatedUnion(
  'op',
  Object.values(EVENT_SCHEMAS) as unknown as [z.ZodObject<{ op: z.ZodLiteral<string> }>],
);

/** What a log shows of what it might not. */
export const SHOWS = ['rsp_cons', 'notify', 'grants', 'copies', 'skipped'] as const;
/** The programs of ProgramOrder. */
export const DRIVERS = ['linux', 'linux_stock', 'ring_h', 'any', 'any_unseen'] as const;

/** The variables of RecordedRing that are of the ring and the drivers. */
export const VARIABLES = [
  ...['req_prod', 'req_event', 'rsp_prod', 'rsp_event', 'ring', 'req_prod_pvt', 'rsp_cons', 'reqChecked'],
  ...['rsp_prod_pvt', 'req_cons', 'rspChecked', 'frontPending', 'backPending', 'hands', 'rspSeen', 'rspRead'],
  ...['again', 'reqSeen', 'requests', 'responses', 'taking', 'inFlight', 'taken', 'worked', 'nulls'],
  ...['granted', 'fresh', 'ending'],
] as const;

const TlaState = z.strictObject(Object.fromEntries(VARIABLES.map((name) => [name, ItfValue])));

const RingHeader = z.strictObject({
  nr_ents: z
    .int()
    .min(1)
    .max(Math.max(fullRing('tx'), fullRing('rx')))
    .refine((n) => Number.isInteger(Math.log2(n)), 'not a power of two'),
  ids: z.enum(['slot', 'unique']).describe('Whether the driver gives a request the id of its slot.'),
  shows: z
    .array(z.enum(SHOWS))
    .describe(
      "What the log shows of what it might not: the front's rsp_cons; notifications; the front's grants; the back's copies and " +
        'maps; that the back reads also those requests whose slots it gives to an extra_info.',
    ),
  first: index.optional().describe('Where the indices start on a fresh page; 0 if left out.'),
  start: TlaState.optional().describe(
    'The state in which the log starts, if it starts in the middle: the variables of RecordedRing, in ITF.',
  ),
});

/** The first line. */
export const LogHeader = z.strictObject({
  format: z.literal('netfront-log'),
  version: z.literal(1),
  name: z.string(),
  driver: z.enum(DRIVERS).describe('Whose order of operations it must have; see spec/ProgramOrder.tla.'),
  rings: z.strictObject({ tx: RingHeader.optional(), rx: RingHeader.optional() }),
});

/** What a log's header says of one ring. */
export type RingHeader = z.infer<typeof RingHeader>;
/** The first line. */
export type LogHeader = z.infer<typeof LogHeader>;

/** An event as it stands in a log. */
export interface Logged {
  readonly event: Event;
  /** Its number in the log, counted from 1. */
  readonly number: number;
  /** Its line in the file, from 1. */
  readonly line: number;
}

/** A log that is read when it is needed, each time from the beginning. */
export interface LogSource {
  readonly header: LogHeader;
  /** Its events, checked. Throws a LogError at the first line that cannot be used. */
  readonly events: () => AsyncIterable<Logged>;
  /** Operations that are not of the ring: what was left out, and how often, when its events were last read. */
  readonly skipped: Map<string, number>;
}

/** A log, read and checked. */
export interface RingLog {
  readonly header: LogHeader;
  readonly events: readonly Event[];
  /** The line of each event in its file, from 1. */
  readonly lines: readonly number[];
  /** Operations that are not of the ring: what was left out, and how often. */
  readonly skipped: ReadonlyMap<string, number>;
}
