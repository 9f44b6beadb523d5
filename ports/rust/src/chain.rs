//! A packet that is put together of the slots that come.
//!
//! `netif.h` has its slots in this order: one with octets; its extras, if that has the flag `extra_info`, each but the last
//! with XEN_NETIF_EXTRA_FLAG_MORE; then further ones with octets, while the one before has `more_data`. On this ring each
//! slot says how many octets are in its OWN page, where on the transmit ring the first one has the total.
//!
//! ```text
//!     slot       0 extra_info|more_data   1 GSO, MORE   2 HASH    3 more_data   4
//!     then due   an extra                 an extra      octets    octets        a new packet
//! ```
//!
//! The slots may be published in parts: what has come waits here for the rest, which would otherwise be taken for a packet
//! of its own. A packet of which a slot is wrong is dropped whole, and followed to its end all the same.

use core::mem::{replace, take};

use crate::netif::{
    Extra, ExtraInfo, RxResponse, NETRXF_CSUM_BLANK, NETRXF_EXTRA_INFO, NETRXF_MORE_DATA, PAGE_SIZE, RX_SLOT,
    XEN_NETIF_NR_SLOTS_MIN,
};
use crate::packet::{Fragment, Packet};

/// What a slot says.
#[derive(Clone, Copy, Debug)]
pub enum Said {
    /// That there are octets in the page of the request that had its id.
    Octets(RxResponse),
    /// More of the packet. It has used up the request in its slot, and overwritten its id: that page holds nothing.
    Extra(ExtraInfo),
}

/// What has come of a packet. It owns the pages (P64).
pub struct Chain<P> {
    /// Slots that have come, extras included.
    slots: usize,
    /// An extra is due, whatever comes after it.
    has_extra: bool,
    /// Octets are due, after any extras.
    has_more: bool,
    /// A slot was wrong.
    is_dropped: bool,
    packet: Packet<P>,
    /// How many pages there are.
    pages: usize,
}

impl<P> Chain<P> {
    /// Before the first slot of a packet, where there are so many pages for packets to come in.
    pub fn new(pages: usize) -> Self {
        Self { slots: 0, has_extra: false, has_more: false, is_dropped: false, packet: Packet::default(), pages }
    }

    /// Its pages, where no more of the packet comes.
    pub fn into_pages(self) -> impl Iterator<Item = P> {
        self.packet.into_pages()
    }

    /// What the next slot says. Only the slots before it tell whether it is an extra.
    pub fn read(&self, slot: [u8; RX_SLOT]) -> Said {
        if self.has_extra {
            Said::Extra(ExtraInfo::from_octets(slot))
        } else {
            Said::Octets(RxResponse::from_octets(slot))
        }
    }

    /// A slot more, which says this; `page` is that of its request. Where it answers none there is no page, and the packet is
    /// dropped. Pages that are not kept go to `free` (P65).
    pub fn add(&mut self, said: Said, page: Option<P>, free: &mut impl Extend<P>) {
        self.drop_if(page.is_none());
        match said {
            Said::Octets(response) => self.add_octets(&response, page),
            Said::Extra(extra) => {
                self.add_extra(&extra);
                free.extend(page);
            }
        }
        self.slots += 1;
        // P67: the next slot would be one too many. Nobody needs to see it, and it may never come: it needs a page, and the
        // application may have all others. Or the packet has every page there is, and none could be posted for the rest.
        let is_full = self.slots == XEN_NETIF_NR_SLOTS_MIN || self.packet.fragments().count() == self.pages;
        self.drop_if(is_full && !self.is_whole());
        if self.is_dropped {
            free.extend(take(&mut self.packet).into_pages());
        }
    }

    /// The packet, if all of it has come and nothing is wrong with it. What comes next is another one.
    pub fn take_packet(&mut self) -> Option<Packet<P>> {
        if !self.is_whole() {
            return None;
        }
        let chain = replace(self, Self::new(self.pages));
        (!chain.is_dropped).then_some(chain.packet)
    }

    fn add_octets(&mut self, response: &RxResponse, page: Option<P>) {
        if self.slots == 0 {
            self.has_extra = response.has(NETRXF_EXTRA_INFO);
            self.packet.offload.csum_blank = response.has(NETRXF_CSUM_BLANK);
        }
        self.has_more = response.has(NETRXF_MORE_DATA);
        let extent = extent(response);
        self.drop_if(extent.is_none());
        let (offset, size) = extent.unwrap_or_default();
        if let Some(page) = page {
            self.packet.push(Fragment { page, offset, size });
        }
    }

    fn add_extra(&mut self, extra: &ExtraInfo) {
        self.has_extra = extra.has_more();
        match extra.read() {
            Some(Extra::Gso(gso)) => self.packet.offload.gso = Some(gso),
            Some(Extra::Other) => {}
            None => self.is_dropped = true,
        }
    }

    fn drop_if(&mut self, is_wrong: bool) {
        if is_wrong {
            self.is_dropped = true;
        }
    }

    fn is_whole(&self) -> bool {
        !self.has_extra && !self.has_more
    }
}

/// Where in its page the octets are; none if there are none (an error), or if they would be beyond the page.
fn extent(response: &RxResponse) -> Option<(usize, usize)> {
    let offset = usize::from(response.offset);
    // P12: signed.
    let size = usize::try_from(response.status).ok()?;
    (size > 0 && offset + size <= PAGE_SIZE).then_some((offset, size))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    const MORE: u16 = NETRXF_MORE_DATA;
    const EXTRA: u16 = NETRXF_EXTRA_INFO;

    fn octets(status: i16, flags: u16) -> [u8; RX_SLOT] {
        let [a, b] = flags.to_le_bytes();
        let [c, d] = status.to_le_bytes();
        [0, 0, 0, 0, a, b, c, d]
    }

    fn extra(kind: u8, flags: u8) -> [u8; RX_SLOT] {
        [kind, flags, 100, 0, 1, 0, 0, 0]
    }

    /// What becomes of slots in pages from 0 on: the sizes of packets that were delivered, and pages that are free.
    fn after(pages: usize, slots: &[[u8; RX_SLOT]]) -> (Vec<Vec<usize>>, Vec<usize>) {
        let (mut chain, mut free, mut packets) = (Chain::new(pages), Vec::new(), Vec::new());
        for (page, slot) in slots.iter().enumerate() {
            chain.add(chain.read(*slot), Some(page), &mut free);
            packets.extend(chain.take_packet().map(|packet| packet.fragments().map(|each| each.size).collect()));
        }
        (packets, free)
    }

    #[test]
    fn a_packet_is_whole_with_its_last_slot_and_has_the_octets_of_each() {
        let slots = [octets(60, MORE), octets(1500, MORE), octets(7, 0), octets(8, 0)];
        assert_eq!(after(9, &slots[..2]), (Vec::new(), Vec::new()));
        assert_eq!(after(9, &slots), ([[60, 1500, 7].to_vec(), [8].to_vec()].to_vec(), Vec::new()));
    }

    #[test]
    fn extras_come_after_the_first_slot_and_their_pages_are_free() {
        let slots = [octets(60, EXTRA | MORE), extra(4, 1), extra(1, 0), octets(7, 0)];
        assert_eq!(after(9, &slots), ([[60, 7].to_vec()].to_vec(), [1, 2].to_vec()));
        assert_eq!(after(9, &[octets(60, EXTRA), extra(1, 0)]), ([[60].to_vec()].to_vec(), [1].to_vec()));
        let flags = octets(7, EXTRA);
        assert_eq!(after(9, &[octets(60, MORE), flags]).0, [[60, 7]], "later slots do not say that there are extras");
    }

    #[test]
    fn what_is_to_be_done_with_a_packet_goes_with_it_and_with_no_other() {
        let mut chain = Chain::new(9);
        let mut next = |slot| {
            chain.add(chain.read(slot), Some(0), &mut Vec::new());
            chain.take_packet().map(|packet| packet.offload)
        };
        assert_eq!(next(octets(60, EXTRA | NETRXF_CSUM_BLANK)), None);
        let offload = next(extra(1, 0)).unwrap();
        assert!(offload.csum_blank);
        assert_eq!(offload.gso.map(|gso| (gso.size.get(), gso.kind as u8)), Some((100, 1)));
        assert_eq!(next(octets(60, 0)), Some(Default::default()));
    }

    #[test]
    fn a_packet_with_a_wrong_slot_is_dropped_whole_and_followed_to_its_end() {
        let last = octets(8, 0);
        let error = |flags| octets(-1, flags);
        for slots in [
            [error(MORE), octets(7, MORE), octets(7, 0), last],
            [octets(7, MORE), error(MORE), octets(7, 0), last],
            [octets(7, MORE), error(MORE), error(0), last],
            [octets(7, EXTRA | MORE), extra(9, 0), octets(7, 0), last],
            [octets(7, EXTRA), extra(9, 1), extra(1, 0), last],
            [error(EXTRA), extra(4, 1), extra(4, 0), last],
        ] {
            let (packets, mut free) = after(9, &slots);
            free.sort_unstable();
            assert_eq!((packets, free), ([[8].to_vec()].to_vec(), [0, 1, 2].to_vec()), "{slots:?}");
        }
    }

    #[test]
    fn a_slot_that_answers_nothing_drops_its_packet_and_no_other() {
        let (mut chain, mut free) = (Chain::new(9), Vec::new());
        let mut next = |slot, page| {
            chain.add(chain.read(slot), page, &mut free);
            chain.take_packet().map(|packet| packet.fragments().count())
        };
        let packets = [next(octets(7, MORE), Some(0)), next(octets(7, 0), None), next(octets(8, 0), Some(1))];
        assert_eq!((packets, free), ([None, None, Some(1)], [0].to_vec()));
    }

    #[test]
    fn a_packet_has_18_slots_at_most() {
        let slots = |count| {
            let mut slots = [octets(1, MORE); 20];
            slots[count - 1] = octets(1, 0);
            slots
        };
        assert_eq!(after(99, &slots(18)[..18]), ([[1; 18].to_vec()].to_vec(), Vec::new()));
        for count in [19, 20] {
            assert_eq!(after(99, &slots(count)[..count]), (Vec::new(), (0..count).collect()));
        }
        assert_eq!(after(99, &slots(19)[..17]).1.len(), 0);
        assert_eq!(after(99, &slots(19)[..18]).1.len(), 18, "known with the eighteenth");
        let mut with_extra = slots(19);
        (with_extra[0], with_extra[1]) = (octets(1, EXTRA | MORE), extra(1, 0));
        assert_eq!(after(99, &with_extra[..19]).0.len(), 0, "extras count");
    }

    #[test]
    fn a_packet_that_has_every_page_there_is_does_not_wait_for_more() {
        assert_eq!(after(2, &[octets(1, MORE), octets(1, 0)]).0, [[1, 1]]);
        assert_eq!(after(2, &[octets(1, MORE), octets(1, MORE)]), (Vec::new(), [0, 1].to_vec()));
        assert_eq!(after(2, &[octets(1, MORE), octets(1, MORE), octets(1, 0)]), (Vec::new(), [0, 1, 2].to_vec()));
        assert_eq!(after(1, &[octets(1, EXTRA)]), (Vec::new(), [0].to_vec()));
    }
}
