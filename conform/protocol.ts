/** The driver protocol, version 1: the lines of traces/PORTING.md as types, and the answers checked. */
import { z } from 'zod';
import { PAGE, XEN_NETIF_GSO_TYPE } from '../replay/netif.js';

/** The version that is spoken here. */
export const PROTOCOL_VERSION = 1;

/** How a ring is to be set up. */
export interface RingStart {
  readonly nr_ents: number;
  /** Where its indices start. */
  readonly first: number;
  /** Blocks to send from, or pages to receive into. */
  readonly buffers: number;
  /** The number of ids, for a port whose number can be set. */
  readonly ids: number;
}

/** The sizes of a case. A ring that is not named is not used in it. */
export interface Start {
  readonly tx?: RingStart;
  /** `copy`: the application is given copies; otherwise the page itself, until it returns it. */
  readonly rx?: RingStart & { readonly copy: boolean };
}

/** The fields of an extra of segmentation. */
export interface Gso {
  readonly size: number;
  /** XEN_NETIF_GSO_TYPE_TCPV4 or _TCPV6. */
  readonly type: number;
}

/** The guest's XenStore by path, as far as it is there. */
export type StoreKeys = Readonly<Record<string, string>>;

/** What a driver can be told to fail once: a grant, EVTCHNOP_alloc_unbound, a commit or write to XenStore. */
export const FAILURES = ['grant', 'port', 'commit'] as const;

/** One of {@link FAILURES}. */
export type FailureKind = (typeof FAILURES)[number];

/** What the application asks of a packet besides its octets, where a driver claims `gso`. */
export interface Offload {
  readonly csum_blank?: true;
  readonly gso?: Gso;
}

/** A line to the driver. Octets are hexadecimal. */
export type Message =
  | { readonly do: 'hello'; readonly version: number }
  | ({ readonly do: 'start' } & Start)
  | ({ readonly do: 'start'; readonly device: string; readonly store: StoreKeys } & Start)
  | ({ readonly do: 'send'; readonly send: number; readonly frame: string } & Offload)
  | { readonly do: 'event'; readonly pause?: true; readonly port?: number }
  | { readonly do: 'resume' }
  | { readonly do: 'return'; readonly frame: number }
  | { readonly do: 'look'; readonly frame: number }
  | { readonly do: 'read'; readonly gref: number; readonly offset: number; readonly length: number }
  | { readonly do: 'write'; readonly gref: number; readonly offset: number; readonly octets: string }
  | { readonly do: 'map' | 'unmap'; readonly gref: number }
  | DeviceMessage;

/** A line to a driver whose front attaches to a device. */
export type DeviceMessage =
  | {
      readonly do: 'store';
      readonly set: StoreKeys;
      readonly remove: readonly string[];
      /** Not now, but just before the front's next commit. */
      readonly at?: 'commit';
    }
  | { readonly do: 'watch'; readonly path: string }
  | { readonly do: 'tick' | 'close' | 'open' | 'crash' }
  /** Without a store: the suspend is cancelled. */
  | { readonly do: 'suspend'; readonly store?: StoreKeys }
  | { readonly do: 'fail'; readonly what: FailureKind; readonly after: number };

const Gref = z.int().min(0).max(0xffffffff);
const Octets = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/, 'two hexadecimal digits an octet');

/** The answer to `hello`. Unknown fields of any answer are ignored, so that versions can differ. */
export const HelloAnswer = z.object({
  version: z.int(),
  name: z.string().min(1),
  features: z.array(z.string()),
});

/** What the frontend did that shows outside the guest, and not in a ring's page. */
export const Effects = z.object({
  granted: z.array(z.object({ gref: Gref, access: z.enum(['read-only', 'writable']) })).optional(),
  ended: z.array(Gref).optional(),
  notified: z.int().nonnegative().optional(),
  sent: z.array(z.object({ send: z.int(), status: z.int() })).optional(),
  received: z
    .array(
      z.object({
        frame: z.int(),
        octets: Octets,
        csum_blank: z.boolean().optional(),
        gso: z.object({ size: z.int(), type: z.int() }).optional(),
      }),
    )
    .optional(),
  broken: z.boolean().optional(),
  paused: z.boolean().optional(),
});

/** Where a ring is, and which of the habits that a front may have it has there. Each that is left out is the usual one. */
const RingAt = z.object({
  gref: Gref,
  /** It has no more blocks or pages than that, though more were asked for. */
  buffers: z.int().positive().optional(),
  /** It looks at the ring by a timer, and does not rely on an event. */
  polled: z.boolean().optional(),
  /** The types of segmentation that it knows. */
  gso_types: z.array(z.enum(XEN_NETIF_GSO_TYPE)).nonempty().optional(),
});

const TxAt = RingAt.extend({
  /** Octets of a block. A frame of one slot has up to half a page. */
  block: z
    .int()
    .min(PAGE / 2)
    .max(PAGE)
    .optional(),
  /** It begins no packet unless more slots than that are free. */
  keeps: z.int().nonnegative().optional(),
  /** False: the application is not told when a send is finished, nor with which status. */
  status: z.boolean().optional(),
});

const RxAt = RingAt.extend({
  /** It posts nothing until so many slots are free. */
  batch: z.int().positive().optional(),
});

/** The answer to `start`. */
export const StartAnswer = z.union([
  z.object({ cannot: z.string() }),
  Effects.extend({ tx: TxAt.optional(), rx: RxAt.optional() }),
]);

const Port = z.int().min(0).max(0xffffffff);
const Domid = z.int().min(0).max(0xffff);

/** What a front did that has a device, beside what any front does. */
export const DeviceEffects = Effects.omit({ notified: true, granted: true }).extend({
  granted: z
    .array(z.object({ gref: Gref, access: z.enum(['read-only', 'writable']), domid: Domid }))
    .optional(),
  opened: z.array(z.object({ port: Port, domid: Domid })).optional(),
  closed: z.array(Port).optional(),
  /** The keys of each commit, in order; null is one that was removed. */
  commits: z.array(z.record(z.string(), z.string().nullable())).optional(),
  /** The ports on which events were sent, one entry for each. */
  ports: z.array(Port).optional(),
  dropped: z.array(z.int()).optional(),
  raced: z.boolean().optional(),
});

/** The answer to a `start` with a device: where the rings are is in the keys. */
export const DeviceStartAnswer = z.union([
  z.object({ cannot: z.string() }),
  DeviceEffects.extend({
    tx: TxAt.omit({ gref: true }).optional(),
    rx: RxAt.omit({ gref: true }).optional(),
  }),
]);

/** The answer to `read` and `look`. */
export const OctetsAnswer = z.object({ octets: Octets });

/** The answer to `write`, `map` and `unmap`. */
export const Acknowledgement = z.object({ refused: z.undefined().optional() });

/** What a driver says of itself. */
export type HelloAnswer = z.infer<typeof HelloAnswer>;
/** Where a transmit ring is, and the habits of its front. */
export type TxAt = z.infer<typeof TxAt>;
/** Where a receive ring is, and the habits of its front. */
export type RxAt = z.infer<typeof RxAt>;
/** What the frontend did. */
export type Effects = z.infer<typeof Effects>;
/** What a front with a device did. */
export type DeviceEffects = z.infer<typeof DeviceEffects>;
/** What a started frontend did, and where its rings are; or why it cannot be started. */
export type StartAnswer = z.infer<typeof StartAnswer>;
/** Octets that were read. */
export type OctetsAnswer = z.infer<typeof OctetsAnswer>;
/** That it was done. */
export type Acknowledgement = z.infer<typeof Acknowledgement>;

const DIGITS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
/** What a digit stands for, by its code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => parseInt(String.fromCharCode(code), 16) || 0);

/** The octets that two hexadecimal digits each stand for. Not by Buffer, which a browser has not. */
export function octetsOf(hex: string): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < octets.length; i++)
    octets[i] = (VALUES[hex.charCodeAt(2 * i)]! << 4) | VALUES[hex.charCodeAt(2 * i + 1)]!;
  return octets;
}

/** Two hexadecimal digits for each octet. */
export function hexOf(octets: Uint8Array): string {
  let hex = '';
  for (const octet of octets) hex += DIGITS[octet];
  return hex;
}

/** The beginning of a long row of digits. */
export const brief = (hex: string): string => (hex.length > 32 ? `${hex.slice(0, 32)}…` : hex);
