//! Receive: pages are granted and posted, and belong to the backend until it has answered and their grant is ended.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::chain::{Chain, Said};
use crate::ids::Ids;
use crate::netif::{RxRequest, RX_SLOT};
use crate::packet::Packet;
use crate::pages::{granted_page, release_page};
use crate::ring::{Broken, FrontRing, RingIdx};
use crate::{Access, ConnectError, GrantRef, Host, RingConfig};

/// A page that the backend may write to.
struct Posted<P> {
    page: P,
    gref: GrantRef,
}

/// The receive ring and its pages.
pub struct Rx<P> {
    ring: FrontRing<P, RX_SLOT>,
    ring_ref: GrantRef,
    free: Vec<P>,
    posted: Ids<Posted<P>>,
    /// The ids that were posted, slot by slot from the next to be consumed on. A response is in the slot of its request (P61),
    /// and where that is an extra nothing else says which request it was.
    in_slots: VecDeque<u16>,
    chain: Chain<P>,
}

impl<P> Rx<P> {
    /// Makes and grants the ring, and posts as many pages as there are slots. Where that fails, all is given back.
    pub fn connect<H: Host<Page = P>>(host: &mut H, config: RingConfig) -> Result<Self, ConnectError> {
        if !config.fits(RX_SLOT) {
            return Err(ConnectError::Sizes);
        }
        let (page, ring_ref) = granted_page(host, Access::Writable)?;
        let ring = FrontRing::init(host, page, config.nr_ents, RingIdx::new(config.first));
        let mut rx = Self {
            ring,
            ring_ref,
            free: Vec::with_capacity(config.buffers),
            posted: Ids::new(config.buffers),
            in_slots: VecDeque::with_capacity(config.nr_ents as usize),
            chain: Chain::new(config.buffers),
        };
        rx.free.extend((0..config.buffers).map_while(|_| host.alloc_page()));
        let has_pages = rx.free.len() == config.buffers;
        rx.refill(host);
        if has_pages && (rx.free.is_empty() || rx.ring.is_full()) {
            return Ok(rx);
        }
        rx.release(host);
        Err(if has_pages { ConnectError::OutOfGrants } else { ConnectError::OutOfMemory })
    }

    /// Gives all pages back, but for those of packets that the application holds.
    pub fn release<H: Host<Page = P>>(self, host: &mut H) {
        release_page(host, self.ring.into_page(), self.ring_ref);
        for Posted { page, gref } in self.posted.into_in_flight() {
            release_page(host, page, gref);
        }
        for page in self.free.into_iter().chain(self.chain.into_pages()) {
            host.free_page(page);
        }
    }

    /// The grant of the ring's page.
    pub fn ring_ref(&self) -> GrantRef {
        self.ring_ref
    }

    /// RxPost and RxPushRequests: every free page that has a slot is posted (P14). One that the host has no grant for stays
    /// free, and is posted by a later call.
    pub fn refill<H: Host<Page = P>>(&mut self, host: &mut H) {
        while !self.ring.is_full() {
            let page = match self.free.pop() {
                Some(page) => page,
                None => break,
            };
            let gref = match host.grant_access(&page, Access::Writable) {
                Some(gref) => gref,
                None => {
                    self.free.push(page);
                    break;
                }
            };
            let id = self.posted.take(Posted { page, gref }).expect("there are as many ids as pages");
            self.ring.put_request(host, &RxRequest { id, gref }.octets());
            self.in_slots.push_back(id);
        }
        if self.ring.push_requests_and_check_notify(host) {
            host.notify();
        }
    }

    /// The pages of a packet are free again. They are posted by the next [`Rx::refill`].
    pub fn give_back(&mut self, packet: Packet<P>) {
        self.free.extend(packet.into_pages());
    }

    /// Consumes all responses, asks to be notified of the next, and posts what is free.
    pub fn poll<H: Host<Page = P>>(&mut self, host: &mut H) -> Result<(), Broken> {
        self.ring.load_rsp_prod(host)?;
        loop {
            while let Some(octets) = self.ring.next_response(host) {
                self.consume_response(host, octets)?;
            }
            if !self.ring.final_check_for_responses(host)? {
                break;
            }
        }
        self.refill(host);
        Ok(())
    }

    /// RxConsumeResponse, RxRelease and RxDeliver. An answer to nothing frees nothing, and its packet is dropped.
    fn consume_response<H: Host<Page = P>>(&mut self, host: &mut H, slot: [u8; RX_SLOT]) -> Result<(), Broken> {
        let posted_here = self.in_slots.pop_front();
        let said = self.chain.read(slot);
        let id = match said {
            Said::Octets(response) => Some(response.id),
            Said::Extra(_) => posted_here,
        };
        let page = match id.and_then(|id| self.posted.release(id)) {
            // P4, P11: until the grant is ended the backend may write here. A page that it keeps mapped is never used again.
            Some(Posted { page, gref }) => Some(host.end_access(gref, page).ok_or(Broken::StillMapped)?),
            None => None,
        };
        self.chain.add(said, page, &mut self.free);
        if let Some(packet) = self.chain.take_packet() {
            if let Some(copied) = host.received(packet) {
                self.give_back(copied);
            }
        }
        Ok(())
    }
}
