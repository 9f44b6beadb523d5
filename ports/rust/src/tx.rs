//! Transmit: a packet is copied into blocks, and a block is the packet's until the backend has answered.
//!
//! ```text
//!     slot     what is in it            size            flags
//!     first    request, block 1         the packet's    extra_info if an extra follows, more_data
//!     then     the extra, if any        -
//!     then     request, block 2         its own         more_data
//!     last     request, block k         its own
//! ```
//!
//! A packet is published whole or not at all (P50): room for all of it is asked for before the first slot is written. Its
//! slots may be answered in any order, and one with OKAY and the next with ERROR; who sent it is told once, when its last
//! block is free (P55).

use alloc::vec::Vec;

use crate::ids::Ids;
use crate::netif::{
    TxRequest, TxResponse, NETIF_RSP_NULL, NETIF_RSP_OKAY, NETTXF_CSUM_BLANK, NETTXF_DATA_VALIDATED, NETTXF_EXTRA_INFO,
    NETTXF_MORE_DATA, PAGE_SIZE, TX_SLOT, XEN_NETIF_NR_SLOTS_MIN,
};
use crate::pages::{granted_page, release_page};
use crate::ring::{Broken, FrontRing, RingIdx};
use crate::{Access, ConnectError, GrantRef, Host, Offload, RingConfig, SendError};

/// Half a page: what is larger takes several.
pub const BLOCK_SIZE: usize = PAGE_SIZE / 2;
const BLOCKS_PER_PAGE: usize = PAGE_SIZE / BLOCK_SIZE;

/// A packet that is published, and of which not all blocks are free.
struct Unfinished {
    /// Of whoever sent it.
    token: u64,
    /// Blocks that are not.
    blocks: usize,
    /// Of those that are.
    status: i16,
}

/// The transmit ring and its pool.
pub struct Tx<P> {
    ring: FrontRing<P, TX_SLOT>,
    ring_ref: GrantRef,
    /// Granted for life. Two blocks share a page and its grant.
    pages: Vec<(P, GrantRef)>,
    /// P1: the number of a block is the id of its request, and stands for the number of its packet.
    blocks: Ids<u16>,
    /// By numbers of their own: the first block of a packet may be in another one when its last is not free yet.
    packets: Ids<Unfinished>,
}

impl<P> Tx<P> {
    /// Makes and grants the ring and the pool. Where that fails, all is given back.
    pub fn connect<H: Host<Page = P>>(host: &mut H, config: RingConfig) -> Result<Self, ConnectError> {
        if !config.fits(TX_SLOT) {
            return Err(ConnectError::Sizes);
        }
        let (page, ring_ref) = granted_page(host, Access::Writable)?;
        let ring = FrontRing::init(host, page, config.nr_ents, RingIdx::new(config.first));
        let (blocks, packets) = (Ids::new(config.buffers), Ids::new(config.buffers));
        let mut tx = Self { ring, ring_ref, pages: Vec::new(), blocks, packets };
        for _ in 0..(config.buffers + 1) / BLOCKS_PER_PAGE {
            match granted_page(host, Access::ReadOnly) {
                Ok(page) => tx.pages.push(page),
                Err(error) => {
                    tx.release(host);
                    return Err(error);
                }
            }
        }
        Ok(tx)
    }

    /// Gives all pages back. Of packets that were not answered nobody is told.
    pub fn release<H: Host<Page = P>>(self, host: &mut H) {
        release_page(host, self.ring.into_page(), self.ring_ref);
        for (page, gref) in self.pages {
            release_page(host, page, gref);
        }
    }

    /// The grant of the ring's page.
    pub fn ring_ref(&self) -> GrantRef {
        self.ring_ref
    }

    /// TxFill, TxEnqueue, TxEnqueueExtra and TxPushRequests: copies the packet into free blocks, publishes requests for all of
    /// them at once, and notifies the backend if it asked for that.
    pub fn send<H: Host<Page = P>>(
        &mut self,
        host: &mut H,
        frame: &[u8],
        offload: Offload,
        token: u64,
    ) -> Result<(), SendError> {
        let (first, rest) = frame.split_at(frame.len().min(BLOCK_SIZE));
        let mut rest = rest.chunks(BLOCK_SIZE);
        let blocks = 1 + rest.len();
        let slots = blocks + offload.gso.iter().len();
        // P51; and what is never there is not waited for.
        if slots > XEN_NETIF_NR_SLOTS_MIN.min(self.ring.nr_ents as usize) || blocks > self.blocks.count() {
            return Err(SendError::TooLong);
        }
        if (self.ring.free_requests() as usize) < slots || self.blocks.free() < blocks {
            return Err(SendError::Full);
        }
        let packet = Unfinished { token, blocks, status: NETIF_RSP_OKAY };
        let packet = self.packets.take(packet).ok_or(SendError::Full)?;
        let flags = flags_of([
            (offload.csum_blank, NETTXF_CSUM_BLANK),
            (offload.csum_blank, NETTXF_DATA_VALIDATED),
            (rest.len() > 0, NETTXF_MORE_DATA),
            (offload.gso.is_some(), NETTXF_EXTRA_INFO),
        ]);
        self.put_block(host, packet, first, frame.len(), flags);
        if let Some(gso) = &offload.gso {
            self.ring.put_request(host, &gso.octets());
        }
        while let Some(octets) = rest.next() {
            let flags = flags_of([(rest.len() > 0, NETTXF_MORE_DATA)]);
            self.put_block(host, packet, octets, octets.len(), flags);
        }
        if self.ring.push_requests_and_check_notify(host) {
            host.notify();
        }
        Ok(())
    }

    /// Copies octets of a packet into a free block, and writes the request for it. There has to be room.
    fn put_block<H: Host<Page = P>>(&mut self, host: &mut H, packet: u16, octets: &[u8], size: usize, flags: u16) {
        let id = self.blocks.take(packet).expect("room for the whole packet");
        let (page, gref) = &self.pages[usize::from(id) / BLOCKS_PER_PAGE];
        let offset = usize::from(id) % BLOCKS_PER_PAGE * BLOCK_SIZE;
        host.write(page, offset, octets);
        // Neither is cut: one is less than a page, and the other no more than XEN_NETIF_NR_SLOTS_MIN blocks.
        let (offset, size) = (offset as u16, size as u16);
        let request = TxRequest { gref: *gref, offset, flags, id, size };
        self.ring.put_request(host, &request.octets());
    }

    /// Consumes all responses, and asks to be notified of the next.
    pub fn poll<H: Host<Page = P>>(&mut self, host: &mut H) -> Result<(), Broken> {
        self.ring.load_rsp_prod(host)?;
        loop {
            while let Some(octets) = self.ring.next_response(host) {
                self.consume_response(host, TxResponse::from_octets(octets));
            }
            if !self.ring.final_check_for_responses(host)? {
                break;
            }
        }
        Ok(())
    }

    /// TxConsumeResponse: whatever the status, the block is free again (P6). An answer to nothing is stepped over.
    fn consume_response<H: Host<Page = P>>(&mut self, host: &mut H, response: TxResponse) {
        let TxResponse { id, status } = response;
        // P56. It answers an extra: nothing is free by it, and its id may be that of a request in flight.
        if status == NETIF_RSP_NULL {
            return;
        }
        if let Some(packet) = self.blocks.release(id) {
            self.finish_block(host, packet, status);
        }
    }

    /// TxRelease: with its last block the packet is finished. OKAY is told only if all of it was answered so (P54).
    fn finish_block<H: Host<Page = P>>(&mut self, host: &mut H, number: u16, status: i16) {
        let packet = self.packets.get_mut(number).expect("a block in flight to be of a packet");
        packet.blocks -= 1;
        if status != NETIF_RSP_OKAY {
            packet.status = status;
        }
        if packet.blocks == 0 {
            host.sent(packet.token, packet.status);
            self.packets.release(number);
        }
    }
}

/// Those flags of which it is so.
fn flags_of<const COUNT: usize>(each: [(bool, u16); COUNT]) -> u16 {
    each.into_iter().filter(|(is_so, _)| *is_so).map(|(_, flag)| flag).sum()
}
