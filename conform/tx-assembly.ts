/** The slots of the transmit ring put together to packets, in the order in which the application sent them. */
import { extraInfo, NETTXF, PAGE, txRequest, XEN_NETIF_NR_SLOTS_MIN } from '../replay/netif.js';
import { gsoOctets } from './extra.js';
import { hexOf } from './protocol.js';
import type { RingPage } from './ring-page.js';
import type { Send } from './send.js';
import {
  closeChain,
  dueAfter,
  moreAfter,
  type SlotKind,
  type TxOutstanding,
  type TxPacket,
} from './tx-packet.js';
import { Violation } from './violation.js';

/** Puts packets together. */
export class TxAssembly {
  /** The packet of which not all slots have been seen, and what the next one must hold. */
  #open: TxPacket | undefined;
  #due: SlotKind = 'first';

  constructor(
    readonly page: RingPage,
    /** Takes the send that a packet is of, by the size that its first request has; undefined if nothing was sent for it. */
    readonly nextSent: (size: number) => Send | undefined,
    /** Octets of the port's blocks. */
    readonly block: number,
    /** Called with each packet that is whole. */
    readonly onWhole: (packet: TxPacket) => void,
  ) {}

  /**
   * The n-th request, which is in the slot of this index; undefined if the slot holds an extra. {@link accept} goes on
   * to the next slot.
   * @throws Violation if nothing was sent for it, or an extra is not the one that is due
   */
  take(index: number, n: number): TxOutstanding | undefined {
    if (this.#due === 'extra') return this.#extra(index);
    const fields = txRequest.read(this.page.view, this.page.slotAt(index));
    const packet = this.#open ?? this.#nextPacket(fields.size);
    packet.slots++;
    const request: TxOutstanding = {
      ...{ ...fields, n, index, packet, length: fields.size, from: 0 },
      ...{ taken: false, isNamedByNull: false },
    };
    packet.requests.push(request);
    return request;
  }

  /** A request belongs to the open packet. @throws Violation if netif.h does not allow it there */
  accept(request: TxOutstanding): void {
    const { n, offset, size, flags, packet } = request;
    const { send } = packet;
    if (send.slots === 1 && (flags & NETTXF.more_data) === 0 && packet.slots === 1) {
      const free = NETTXF.data_validated;
      if ((flags & ~free) !== 0 && !send.csum_blank)
        throw new Violation(
          'TxRefinesChannel',
          `TX: request ${n} to have no flags (or ${free})`,
          `it has ${flags}`,
          { sentence: 'a blank checksum' },
        );
      if (size !== send.frame.length || offset + size > PAGE)
        throw new Violation(
          'TxRefinesChannel',
          `TX: request ${n} to be for the ${send.frame.length} octets of frame ${send.n}, within a page`,
          `it is for ${size} from offset ${offset} on`,
          { sentence: 'the octets to send' },
        );
    }
    this.#goOn(dueAfter(request));
  }

  /** P50: nothing is published in parts. @throws Violation if slots of a packet are missing */
  checkWhole(): void {
    const packet = this.#open;
    if (packet === undefined) return;
    throw new Violation(
      'PublishedWhole',
      `TX: send ${packet.send.n} to be published with all its slots, or not at all`,
      `after ${packet.slots} of them ${this.#due === 'extra' ? 'an extra is' : 'more are'} to follow, and none is published`,
    );
  }

  #nextPacket(size: number): TxPacket {
    const send = this.nextSent(size);
    if (send === undefined)
      throw new Violation('TxRefinesChannel', 'TX: a request for each frame sent', 'there is one more');
    this.#open = { send, requests: [], slots: 0, statuses: [], lastResponse: 0 };
    return this.#open;
  }

  #extra(index: number): undefined {
    const packet = this.#open!; // an extra follows a request
    packet.slots++;
    this.page.extras.add(this.page.slotNumber(index));
    const { n, gso } = packet.send;
    const due = gso && hexOf(gsoOctets(gso));
    const there = this.page.slotText(index).slice(0, 2 * extraInfo.size);
    if (there !== due)
      throw new Violation(
        'AssembledAsSent',
        due === undefined
          ? `TX: no extra in send ${n}`
          : `TX: the extra of send ${n} to be ${due} (GSO, size ${gso!.size}, type ${gso!.type})`,
        `the slot has ${there}`,
        { sentence: 'an extra' },
      );
    this.#goOn(moreAfter(packet.requests));
  }

  /** A slot of the open packet has been seen, and this one follows it. */
  #goOn(due: SlotKind): void {
    this.#due = due;
    const packet = this.#open!; // there is one while its slots are looked at
    const { send, slots } = packet;
    if (Math.max(send.slots, slots) > XEN_NETIF_NR_SLOTS_MIN)
      throw new Violation(
        'SlotsPromised',
        `TX: no packet of more than ${XEN_NETIF_NR_SLOTS_MIN} slots to be published; send ${send.n} takes ${send.slots}`,
        due === 'first'
          ? `it is published in ${slots}`
          : `of the slots of send ${send.n} ${slots} can be seen, and more are to follow`,
      );
    if (due !== 'first') return;
    this.#open = undefined;
    closeChain(packet, this.block);
    this.onWhole(packet);
  }
}
