//! A netfront for a kernel or unikernel: both rings of `netif.h`, packets of several slots, and segmentation offload.
//!
//! It has no threads, no locks and no memory but what [`Netfront::connect`] allocates, and [`connection`]. Whoever uses it calls it from one
//! place at a time, gives it pages, grants and an event channel ([`Host`]), and calls [`Netfront::poll`] at every event.
//!
//! Transmit ([`tx`]): a packet is copied into as few blocks as go, each half a page of a pool whose pages are granted for
//! life. The id of a request is the number of its block. Receive ([`rx`]): a free page is granted, posted, and its grant
//! ended before anybody looks at what is in it; pages wait in a [`chain`] until their packet is whole, which then moves to
//! the application with all of them ([`Packet`]), and comes back by [`Netfront::give_back`].
//!
//! [`connection`] has what is round the rings: a device in XenStore that connects, loses its backend, closes and connects
//! again, with a frontend for each queue of each connection.
//!
//! What is shared is touched through [`Host`] alone. The barriers are here, where `ring.h` has them, so that all a host has
//! to see to is that each access is made once and whole. P1 and so on are properties of the specification.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

mod barrier;
pub mod chain;
pub mod connection;
pub mod host;
pub mod ids;
pub mod netif;
pub mod packet;
mod pages;
pub mod ring;
pub mod rx;
#[cfg(test)]
mod simulated;
pub mod tx;

pub use host::{Access, GrantRef, Host, Memory};
pub use packet::{Fragment, Offload, Packet};
use ring::Broken;
use rx::Rx;
use tx::Tx;

/// How a ring is to be set up.
#[derive(Clone, Copy, Debug)]
pub struct RingConfig {
    /// Slots, a power of two up to 256.
    pub nr_ents: u32,
    /// Where the indices start: 0, or near 2^32 to see them wrap soon.
    pub first: u32,
    /// Blocks to send from, or pages to receive into.
    pub buffers: usize,
}

/// What is to be set up. A ring that is not named is not used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Config {
    /// The transmit ring.
    pub tx: Option<RingConfig>,
    /// The receive ring.
    pub rx: Option<RingConfig>,
}

impl Config {
    /// Are there such rings?
    pub fn fits(&self) -> bool {
        self.tx.map_or(true, |ring| ring.fits(netif::TX_SLOT)) && self.rx.map_or(true, |ring| ring.fits(netif::RX_SLOT))
    }
}

impl RingConfig {
    /// Is there such a ring, with slots of so many octets, and are there ids for its buffers?
    pub(crate) fn fits(&self, slot: usize) -> bool {
        ring::fits(self.nr_ents, slot) && (1..=1 << 16).contains(&self.buffers)
    }
}

/// Why there is no frontend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// No ring of this size fits into a page, or has ids enough for its buffers.
    Sizes,
    /// The host has no page left.
    OutOfMemory,
    /// The host has no grant reference left.
    OutOfGrants,
    /// The host has no port left.
    OutOfPorts,
}

/// Why a packet is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// There are not slots or blocks enough now: try again after the next [`Netfront::poll`].
    Full,
    /// It takes more slots than every backend takes (XEN_NETIF_NR_SLOTS_MIN), and always will.
    TooLong,
    /// There is no transmit ring, or the backend did what no backend may.
    Down,
}

/// The frontend. `P` is what its host calls a page.
pub struct Netfront<P> {
    tx: Option<Tx<P>>,
    rx: Option<Rx<P>>,
    broken: Option<Broken>,
}

impl<P> Netfront<P> {
    /// Makes and grants the rings, posts pages, and is ready. Where that fails, all is given back.
    pub fn connect<H: Host<Page = P>>(host: &mut H, config: &Config) -> Result<Self, ConnectError> {
        let tx = config.tx.map(|ring| Tx::connect(host, ring)).transpose()?;
        match config.rx.map(|ring| Rx::connect(host, ring)).transpose() {
            Ok(rx) => Ok(Self { tx, rx, broken: None }),
            Err(error) => {
                Self { tx, rx: None, broken: None }.release(host);
                Err(error)
            }
        }
    }

    /// Ends every grant and gives every page back, but for those of packets that the application holds. Nobody is told of
    /// packets that were not answered.
    pub fn release<H: Host<Page = P>>(self, host: &mut H) {
        if let Some(tx) = self.tx {
            tx.release(host);
        }
        if let Some(rx) = self.rx {
            rx.release(host);
        }
    }

    /// The grant of the transmit ring's page, for XenStore.
    pub fn tx_ring_ref(&self) -> Option<GrantRef> {
        self.tx.as_ref().map(Tx::ring_ref)
    }

    /// The grant of the receive ring's page, for XenStore.
    pub fn rx_ring_ref(&self) -> Option<GrantRef> {
        self.rx.as_ref().map(Rx::ring_ref)
    }

    /// What the backend did that no backend may. Nothing is sent or posted any more.
    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    /// Copies the packet and sends it, whole or not at all. [`Host::sent`] is called with the token when it is let go of.
    pub fn send<H: Host<Page = P>>(
        &mut self,
        host: &mut H,
        frame: &[u8],
        offload: Offload,
        token: u64,
    ) -> Result<(), SendError> {
        match &mut self.tx {
            Some(tx) if self.broken.is_none() => tx.send(host, frame, offload, token),
            _ => Err(SendError::Down),
        }
    }

    /// An event came: consumes what there is on both rings, posts what is free, and asks for the next event.
    pub fn poll<H: Host<Page = P>>(&mut self, host: &mut H) {
        if self.broken.is_none() {
            self.broken = self.poll_rings(host).err();
        }
    }

    fn poll_rings<H: Host<Page = P>>(&mut self, host: &mut H) -> Result<(), Broken> {
        if let Some(tx) = &mut self.tx {
            tx.poll(host)?;
        }
        match &mut self.rx {
            Some(rx) => rx.poll(host),
            None => Ok(()),
        }
    }

    /// Posts what is free, where the host had no grant for it before.
    pub fn refill<H: Host<Page = P>>(&mut self, host: &mut H) {
        match &mut self.rx {
            Some(rx) if self.broken.is_none() => rx.refill(host),
            _ => {}
        }
    }

    /// The application has done with a packet that [`Host::received`] gave it: its pages are posted again.
    pub fn give_back<H: Host<Page = P>>(&mut self, host: &mut H, packet: Packet<P>) {
        if let Some(rx) = &mut self.rx {
            rx.give_back(packet);
            if self.broken.is_none() {
                rx.refill(host);
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::num::NonZeroU16;

    use super::*;
    use crate::netif::{Gso, GsoType, RxRequest, NETIF_RSP_ERROR, NETIF_RSP_NULL, PAGE_SIZE};
    use crate::ring::offset::{REQ_PROD, RING, RSP_PROD};
    use crate::simulated::{Guest, Page};

    /// Pages are numbered as they are allocated, and the ring's is the first.
    const RING_PAGE: usize = 0;
    const FIRST: u32 = u32::MAX;

    const PLAIN: Offload = Offload { csum_blank: false, gso: None };

    fn connected(tx: Option<usize>, rx: Option<usize>) -> (Guest, Page, Netfront<Page>) {
        connected_to(2, tx, rx)
    }

    fn connected_to(nr_ents: u32, tx: Option<usize>, rx: Option<usize>) -> (Guest, Page, Netfront<Page>) {
        let mut guest = Guest::default();
        let ring = |buffers| RingConfig { nr_ents, first: FIRST, buffers };
        let front = Netfront::connect(&mut guest, &Config { tx: tx.map(ring), rx: rx.map(ring) }).unwrap();
        (guest, Page::numbered(RING_PAGE), front)
    }

    /// The n-th response since the start, in a slot of the transmit ring.
    fn answer_tx(guest: &mut Guest, ring: &Page, n: u32, id: u16, status: i16) {
        answer_tx_of(2, guest, ring, n, id, status);
    }

    fn answer_tx_of(nr_ents: u32, guest: &mut Guest, ring: &Page, n: u32, id: u16, status: i16) {
        let at = RING + (FIRST.wrapping_add(n) & (nr_ents - 1)) as usize * netif::TX_SLOT;
        guest.write(ring, at, &id.to_le_bytes());
        guest.write(ring, at + 2, &status.to_le_bytes());
        guest.store(ring, RSP_PROD, FIRST.wrapping_add(n + 1));
    }

    fn answer_rx(guest: &mut Guest, ring: &Page, n: u32, id: u16, offset: u16, status: i16) {
        let at = RING + (FIRST.wrapping_add(n) & 1) as usize * netif::RX_SLOT;
        let octets = [id.to_le_bytes(), offset.to_le_bytes(), [0; 2], status.to_le_bytes()].concat();
        guest.write(ring, at, &octets);
        guest.store(ring, RSP_PROD, FIRST.wrapping_add(n + 1));
    }

    fn posted(guest: &Guest, ring: &Page, n: u32) -> RxRequest {
        let mut octets = [0; netif::RX_SLOT];
        guest.read(ring, RING + (FIRST.wrapping_add(n) & 1) as usize * netif::RX_SLOT, &mut octets);
        let [a, b, _, _, c, d, e, f] = octets;
        RxRequest { id: u16::from_le_bytes([a, b]), gref: u32::from_le_bytes([c, d, e, f]) }
    }

    #[test]
    fn a_block_whose_request_failed_is_free_again_and_a_second_answer_frees_nothing() {
        let (mut guest, ring, mut front) = connected(Some(2), None);
        assert_eq!(
            [1, 2, 3].map(|n| front.send(&mut guest, &[n], PLAIN, n.into())),
            [Ok(()), Ok(()), Err(SendError::Full)]
        );
        answer_tx(&mut guest, &ring, 0, 1, NETIF_RSP_ERROR);
        front.poll(&mut guest);
        assert_eq!(guest.sent, [(2, NETIF_RSP_ERROR)]);
        assert_eq!(front.send(&mut guest, &[4], PLAIN, 4), Ok(()));
        answer_tx(&mut guest, &ring, 1, 0, 0);
        front.poll(&mut guest);
        answer_tx(&mut guest, &ring, 2, 0, 0);
        front.poll(&mut guest);
        assert_eq!(guest.sent, [(2, NETIF_RSP_ERROR), (1, 0)]);
        assert_eq!(front.broken(), None);
    }

    #[test]
    fn a_frame_is_received_once_its_grant_is_ended_and_its_page_is_posted_when_it_comes_back() {
        let (mut guest, ring, mut front) = connected(None, Some(2));
        let RxRequest { id, gref } = posted(&guest, &ring, 0);
        answer_rx(&mut guest, &ring, 0, id, 4000, 96);
        front.poll(&mut guest);
        assert_eq!(guest.ended, [gref]);
        let packet = guest.received.pop().unwrap();
        assert_eq!(packet.fragments().map(|each| (each.offset, each.size)).collect::<Vec<_>>(), [(4000, 96)]);
        assert_eq!(guest.load(&ring, REQ_PROD), FIRST.wrapping_add(2));
        front.give_back(&mut guest, packet);
        assert_eq!(guest.load(&ring, REQ_PROD), FIRST.wrapping_add(3));
    }

    #[test]
    fn errors_and_frames_beyond_their_page_are_not_delivered_and_their_pages_are_posted_again() {
        for (offset, status) in [(0, NETIF_RSP_ERROR), (0, 0), (4090, 60), (u16::MAX, i16::MAX)] {
            let (mut guest, ring, mut front) = connected(None, Some(2));
            let id = posted(&guest, &ring, 0).id;
            answer_rx(&mut guest, &ring, 0, id, offset, status);
            front.poll(&mut guest);
            assert!(guest.received.is_empty());
            assert_eq!(guest.load(&ring, REQ_PROD), FIRST.wrapping_add(3));
        }
    }

    #[test]
    fn a_page_that_stays_mapped_is_not_delivered_and_nothing_is_done_any_more() {
        let (mut guest, ring, mut front) = connected(None, Some(2));
        let RxRequest { id, gref } = posted(&guest, &ring, 0);
        guest.mapped.push(gref);
        answer_rx(&mut guest, &ring, 0, id, 0, 60);
        front.poll(&mut guest);
        assert_eq!(front.broken(), Some(Broken::StillMapped));
        assert!(guest.received.is_empty());
        assert_eq!(guest.load(&ring, REQ_PROD), FIRST.wrapping_add(2));
        assert_eq!(front.send(&mut guest, &[0; PAGE_SIZE], PLAIN, 1), Err(SendError::Down));
    }

    fn segmented(size: u16) -> Offload {
        let gso = Gso { size: NonZeroU16::new(size).unwrap(), kind: GsoType::TcpV6 };
        Offload { csum_blank: true, gso: Some(gso) }
    }

    fn slot_of_tx(guest: &Guest, ring: &Page, at: usize) -> [u8; netif::TX_SLOT] {
        let mut octets = [0; netif::TX_SLOT];
        guest.read(ring, RING + at * netif::TX_SLOT, &mut octets);
        octets
    }

    #[test]
    fn the_first_request_has_the_size_of_the_packet_and_its_extra_comes_second() {
        let (mut guest, ring, mut front) = connected_to(4, Some(4), None);
        let offload = segmented(1448);
        assert_eq!(front.send(&mut guest, &[7; 2 * tx::BLOCK_SIZE + 1], offload, 1), Ok(()));
        let slots = [3, 0, 1, 2].map(|at| slot_of_tx(&guest, &ring, at));
        assert_eq!(
            slots.map(|slot| slot[4..].to_vec()),
            [
                [0, 0, 15, 0, 0, 0, 1, 16].to_vec(),
                [2, 0, 0, 0, 0, 0, 0, 0].to_vec(),
                [0, 8, 4, 0, 1, 0, 0, 8].to_vec(),
                [0, 0, 0, 0, 2, 0, 1, 0].to_vec(),
            ]
        );
        assert_eq!(Some(slots[1]), offload.gso.map(|gso| gso.octets()));
        assert_eq!((guest.load(&ring, REQ_PROD), guest.notified), (FIRST.wrapping_add(4), 1));
    }

    #[test]
    fn a_packet_is_published_whole_or_not_at_all() {
        const TWO: [u8; tx::BLOCK_SIZE + 1] = [0; tx::BLOCK_SIZE + 1];
        for (nr_ents, buffers) in [(4, 3), (2, 4)] {
            let (mut guest, ring, mut front) = connected_to(nr_ents, Some(buffers), None);
            let sent = [1, 2].map(|n| front.send(&mut guest, &TWO, PLAIN, n));
            assert_eq!(sent, [Ok(()), Err(SendError::Full)]);
            assert_eq!(guest.load(&ring, REQ_PROD), FIRST.wrapping_add(2));
        }
    }

    #[test]
    fn a_packet_has_18_slots_at_most_and_extras_count() {
        static LONGEST: [u8; 18 * tx::BLOCK_SIZE] = [0; 18 * tx::BLOCK_SIZE];
        let (mut guest, _, mut front) = connected_to(32, Some(32), None);
        let longer = [0; 18 * tx::BLOCK_SIZE + 1];
        assert_eq!(front.send(&mut guest, &longer, PLAIN, 1), Err(SendError::TooLong));
        assert_eq!(front.send(&mut guest, &LONGEST, segmented(9), 1), Err(SendError::TooLong));
        assert_eq!(front.send(&mut guest, &LONGEST, PLAIN, 1), Ok(()));
    }

    #[test]
    fn of_a_packet_is_told_once_and_of_what_went_wrong_with_any_slot_of_it() {
        let (mut guest, ring, mut front) = connected_to(4, Some(4), None);
        assert_eq!(front.send(&mut guest, &[0; 3 * tx::BLOCK_SIZE], PLAIN, 1), Ok(()));
        // The first block is soon in another packet, whose answer is not this one's.
        answer_tx_of(4, &mut guest, &ring, 0, 0, 0);
        front.poll(&mut guest);
        assert_eq!(front.send(&mut guest, &[1], PLAIN, 2), Ok(()));
        for (n, id, status) in [(1, 2, NETIF_RSP_ERROR), (2, 0, 0), (3, 1, 0)] {
            answer_tx_of(4, &mut guest, &ring, n, id, status);
            front.poll(&mut guest);
        }
        assert_eq!(guest.sent, [(2, 0), (1, NETIF_RSP_ERROR)]);
    }

    #[test]
    fn a_null_frees_nothing_whatever_its_id() {
        let (mut guest, ring, mut front) = connected(Some(2), None);
        assert_eq!(front.send(&mut guest, &[1], segmented(9), 1), Ok(()));
        answer_tx(&mut guest, &ring, 0, 0, NETIF_RSP_NULL);
        front.poll(&mut guest);
        assert!(guest.sent.is_empty());
        answer_tx(&mut guest, &ring, 1, 0, 0);
        front.poll(&mut guest);
        assert_eq!(guest.sent, [(1, 0)]);
    }

    #[test]
    fn the_page_of_an_extra_is_found_by_its_slot() {
        let (mut guest, ring, mut front) = connected(None, Some(2));
        let [first, second] = [0, 1].map(|n| posted(&guest, &ring, n));
        // Where an id would be the extra has its type and flags, and nobody has that id.
        answer_rx(&mut guest, &ring, 0, first.id, 0, 60);
        guest.write(&ring, RING + netif::RX_SLOT + 4, &netif::NETRXF_EXTRA_INFO.to_le_bytes());
        guest.write(&ring, RING, &[4, 0, 0, 0, 0, 0, 0, 0]);
        guest.store(&ring, RSP_PROD, FIRST.wrapping_add(2));
        front.poll(&mut guest);
        assert_eq!(guest.ended, [first.gref, second.gref]);
        assert_eq!(guest.received.len(), 1);
        assert_eq!(guest.load(&ring, REQ_PROD), FIRST.wrapping_add(3), "the page of the extra is posted again");
    }
}
