/**
 * The C peer: a backend and a frontend over Xen's own headers, in WebAssembly, on one memory with the TypeScript end.
 * It has addresses where TypeScript has views, and asks for the page of a grant reference by calling back.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '../impl/host.js';
import type { ExtraInfo } from '../impl/netif.js';
import { XEN_NETIF_EXTRA_TYPE, XEN_NETIF_GSO_TYPE } from '../impl/netif.js';
import { gsoType, type GsoType, type Offload } from '../impl/offload.js';
import { PageMemory } from '../impl/page-memory.js';
import { type Module, WASM_PAGE, webAssembly } from './webassembly.js';

/** What peer.wasm exports: the functions of back.c, front.c, steps.c, layout.c and packet.c that say EXPORT. */
export interface PeerExports {
  readonly __heap_base: { readonly value: number };
  outgoing_octets(): number;
  outgoing_begin(size: number, csum_blank: boolean, data_validated: boolean): void;
  outgoing_gso(type: number, size: number): void;
  outgoing_other(type: number, u0: number, u1: number, u2: number): void;
  back_attach(tx: number, rx: number): void;
  back_shape(cut: number, offset: number): void;
  back_disorder(seed: number): void;
  back_fatal_reason(): number;
  back_poll(): void;
  back_deliver(): number;
  back_push_rx(): void;
  front_connect(tx: number, rx: number, first: number): void;
  front_shape(cut: number): void;
  front_broken_reason(): number;
  front_unanswered(): number;
  front_posted(): number;
  front_free_pages(): number;
  front_send(token: number): number;
  front_push(): void;
  front_poll(): void;
  front_close(): number;
  steps_done(): number;
  step_unmap(gref: number): void;
  tx_attach(ring: number, nr_ents: number): void;
  tx_take_request(): number;
  tx_take_packet(): number;
  tx_respond_null(): void;
  tx_read_block(k: number): void;
  tx_respond(k: number, status: number, unmaps: boolean): void;
  tx_repeat_response(k: number, j: number): void;
  tx_push_responses(): void;
  tx_check_notify(): void;
  tx_push_and_check(): void;
  tx_arm(): void;
  tx_wake(): void;
  tx_final_check(): void;
  tx_overrun(): void;
  rx_attach(ring: number, nr_ents: number): void;
  rx_take_request(): number;
  rx_write_frame(k: number, offset: number): void;
  rx_respond(k: number, offset: number, size: number, said: number, unmaps: boolean): void;
  rx_respond_extra(k: number, isMoreToCome: boolean, unmaps: boolean): void;
  rx_respond_status(k: number, offset: number, status: number, said: number, unmaps: boolean): void;
  rx_push_responses(): void;
  rx_check_notify(): void;
  rx_push_and_check(): void;
  rx_arm(): void;
  rx_wake(): void;
  rx_final_check(): void;
  rx_overrun(): void;
  layout_table(): number;
  layout_entries(): number;
}

/** What the peer asks of whoever runs it: the imports of peer.h, with pages where C has addresses. */
export interface PeerCalls {
  /** GNTTABOP_map_grant_ref: the page, in the peer's memory; undefined where it is not granted. */
  map(gref: number): Uint8Array | undefined;
  unmap(gref: number): void;
  notify(): void;
  clearPending(): void;
  /** The page belongs to the frontend in C from now on. */
  allocatePage(): Page;
  grantAccess(page: Page, access: 'read-only' | 'writable'): number;
  /** False where the backend has the page mapped: then it stays granted. */
  endAccess(gref: number): boolean;
  /** A packet has arrived. The octets are the peer's, and good until this returns. */
  packet(octets: Uint8Array, offload: Offload): void;
  /** The packet sent under a token is answered. */
  sent(token: number, status: number): void;
}

const none = (what: string) => (): never => {
  // Cannot happen: each end of the peer calls what its own class gives it.
  throw new Error(`the peer asks to ${what}, which nobody does here`);
};

const NOBODY: PeerCalls = {
  map: none('map a page'),
  unmap: none('unmap a page'),
  notify: none('notify'),
  clearPending: none('take an event'),
  allocatePage: none('allocate a page'),
  grantAccess: none('grant access'),
  endAccess: none('end access'),
  packet: none('hand a packet over'),
  sent: none('tell of a packet'),
};

/** Xen's pages beside the peer's own memory: for the rings and pools of both ends. */
const PAGES = 1600;

/** The committed peer.wasm. @param root the project's folder */
export const readPeer = (root: string): Uint8Array => readFileSync(path.join(root, 'peer', 'peer.wasm'));

/** One peer with a memory of its own. It is one end of one interface at a time. */
export class Peer {
  readonly exports: PeerExports;
  /** The memory that the guest's pages have to come from. */
  readonly pages: PageMemory;
  /** Whom the peer calls. */
  calls: PeerCalls = NOBODY;
  readonly #octets: Uint8Array;
  readonly #view: DataView;
  readonly #outgoing: Uint8Array;
  readonly #pageAt = new Map<number, Page>();
  /** The extras of the packet that is about to be handed over. */
  #gso: Offload['gso'];
  #extras: ExtraInfo[] = [];

  /** @param module the compiled peer.wasm; more than one may be made of it */
  constructor(module: Module | Uint8Array) {
    const size = Math.ceil((PAGES * 4096) / WASM_PAGE) + 16;
    const memory = new webAssembly.Memory({ initial: size, maximum: size, shared: true });
    const compiled = module instanceof Uint8Array ? new webAssembly.Module(module) : module;
    const instance = new webAssembly.Instance(compiled, { env: { memory }, host: this.#imports() });
    this.exports = instance.exports as unknown as PeerExports;
    this.#octets = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
    this.pages = new PageMemory(memory.buffer, this.exports.__heap_base.value);
    const at = this.exports.outgoing_octets();
    this.#outgoing = this.#octets.subarray(at, at + 0xffff);
  }

  /** Where octets of the memory begin. Throws where they are not of it. */
  addressOf(octets: Uint8Array): number {
    // Cannot happen: a host that the peer works on takes its pages from `pages`.
    if (octets.buffer !== this.#octets.buffer) throw new Error("a page that is not in the peer's memory");
    return octets.byteOffset;
  }

  /** Describes the packet that the next export is to pass on, and copies its octets there. */
  describe(
    octets: Uint8Array,
    { csum_blank = false, data_validated = false, gso, extras = [] }: Offload,
  ): void {
    const { exports } = this;
    this.#outgoing.set(octets);
    exports.outgoing_begin(octets.length, csum_blank, data_validated);
    if (gso !== undefined) exports.outgoing_gso(XEN_NETIF_GSO_TYPE[gso.type], gso.size);
    for (const { type, u } of extras) exports.outgoing_other(type, word(u, 0), word(u, 2), word(u, 4));
  }

  /** A string of C. Undefined where the address is 0. */
  textAt(address: number): string | undefined {
    if (address === 0) return undefined;
    // A decoder takes no shared memory, so a copy of it.
    return Buffer.from(this.#octets.slice(address, this.#octets.indexOf(0, address))).toString();
  }

  /** A word of the memory. */
  wordAt(address: number): number {
    return this.#view.getInt32(address, true);
  }

  #imports(): Readonly<Record<string, unknown>> {
    return {
      map: (gref: number) => {
        const page = this.calls.map(gref >>> 0);
        return page === undefined ? 0 : this.addressOf(page);
      },
      unmap: (gref: number) => this.calls.unmap(gref >>> 0),
      notify: () => this.calls.notify(),
      clear_pending: () => this.calls.clearPending(),
      allocate_page: () => {
        const page = this.calls.allocatePage();
        const at = this.addressOf(page.octets);
        this.#pageAt.set(at, page);
        return at;
      },
      grant_access: (at: number, isReadOnly: number) =>
        this.calls.grantAccess(this.#pageOf(at), isReadOnly === 0 ? 'writable' : 'read-only'),
      end_access: (gref: number) => (this.calls.endAccess(gref >>> 0) ? 1 : 0),
      extra: (type: number, gsoType: number, gsoSize: number, u: number) => {
        if (type === XEN_NETIF_EXTRA_TYPE.GSO && this.#gso === undefined)
          this.#gso = { type: gsoName(gsoType), size: gsoSize };
        else this.#extras.push({ type, flags: 0, u: this.#octets.slice(u, u + 6) });
      },
      packet: (at: number, size: number, csum_blank: number, data_validated: number) => {
        const offload: Offload = {
          ...(csum_blank === 0 ? {} : { csum_blank: true }),
          ...(data_validated === 0 ? {} : { data_validated: true }),
          ...(this.#gso === undefined ? {} : { gso: this.#gso }),
          ...(this.#extras.length === 0 ? {} : { extras: this.#extras }),
        };
        this.#gso = undefined;
        this.#extras = [];
        this.calls.packet(this.#octets.subarray(at, at + size), offload);
      },
      sent: (token: number, status: number) => this.calls.sent(token >>> 0, status),
    };
  }

  #pageOf(at: number): Page {
    const page = this.#pageAt.get(at);
    // Cannot happen: the frontend in C grants pages that it was given.
    if (page === undefined) throw new Error(`no page was given out at ${at}`);
    return page;
  }
}

const gsoName = (type: number): GsoType => {
  const name = gsoType(type);
  if (name === undefined) throw new RangeError(`segmentation offload of type ${type}`);
  return name;
};

const word = (u: Uint8Array, at: number): number => (u[at] ?? 0) | ((u[at + 1] ?? 0) << 8);
