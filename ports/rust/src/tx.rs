//! Transmit: frames are copied into blocks, and a block is its frame's until the backend has answered.

use alloc::vec::Vec;

use crate::ids::Ids;
use crate::netif::{TxRequest, TxResponse, PAGE_SIZE, TX_SLOT};
use crate::ring::{self, Broken, FrontRing, RingIdx};
use crate::{Access, ConnectError, GrantRef, Host, RingConfig, SendError};

/// Half a page: no frame is larger.
pub const BLOCK_SIZE: usize = PAGE_SIZE / 2;
const BLOCKS_PER_PAGE: usize = PAGE_SIZE / BLOCK_SIZE;

/// The transmit ring and its pool.
pub struct Tx<P> {
    ring: FrontRing<P, TX_SLOT>,
    ring_ref: GrantRef,
    /// Granted for life. Two blocks share a page and its grant.
    pages: Vec<(P, GrantRef)>,
    /// P1: the number of a block is the id of its request, and the token is kept for whoever sent the frame.
    blocks: Ids<u64>,
    #[cfg(feature = "faults")]
    faulty_ids: crate::faults::FaultyIds,
}

impl<P> Tx<P> {
    /// Makes and grants the ring and the pool.
    pub fn connect<H: Host<Page = P>>(host: &mut H, config: RingConfig) -> Result<Self, ConnectError> {
        if !ring::fits(config.nr_ents, TX_SLOT) || !(1..=1 << 16).contains(&config.buffers) {
            return Err(ConnectError::Sizes);
        }
        let page = host.alloc_page().ok_or(ConnectError::OutOfMemory)?;
        let ring_ref = host.grant_access(&page, Access::Writable);
        let ring = FrontRing::init(host, page, config.nr_ents, RingIdx::new(config.first));
        let pages = (0..(config.buffers + 1) / BLOCKS_PER_PAGE)
            .map(|_| {
                let page = host.alloc_page().ok_or(ConnectError::OutOfMemory)?;
                let gref = host.grant_access(&page, Access::ReadOnly);
                Ok((page, gref))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            ring,
            ring_ref,
            pages,
            blocks: Ids::new(config.buffers),
            #[cfg(feature = "faults")]
            faulty_ids: Default::default(),
        })
    }

    /// The grant of the ring's page.
    pub fn ring_ref(&self) -> GrantRef {
        self.ring_ref
    }

    /// TxEnqueue and TxPushRequests: copies the frame into a free block, publishes a request for it, and notifies the backend
    /// if it asked for that.
    pub fn send<H: Host<Page = P>>(&mut self, host: &mut H, frame: &[u8], token: u64) -> Result<(), SendError> {
        if frame.len() > BLOCK_SIZE {
            return Err(SendError::TooLong);
        }
        if self.ring.is_full() {
            return Err(SendError::Full);
        }
        let id = self.blocks.take(token).ok_or(SendError::Full)?;
        let (page, gref) = &self.pages[usize::from(id) / BLOCKS_PER_PAGE];
        let offset = usize::from(id) % BLOCKS_PER_PAGE * BLOCK_SIZE;
        host.write(page, offset, frame);
        // Neither is cut: both are less than a page.
        let (offset, size) = (offset as u16, frame.len() as u16);
        #[cfg(feature = "faults")]
        let id = self.faulty_ids.give(id, *gref);
        let request = TxRequest { gref: *gref, offset, flags: 0, id, size };
        self.ring.put_request(host, &request.octets());
        if self.ring.push_requests_and_check_notify(host) {
            host.notify();
        }
        Ok(())
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
        #[cfg(feature = "faults")]
        let id = self.faulty_ids.block(id);
        faulty!(ErrorNotRecovered => {
            if status < 0 {
                return self.blocks.lose(id).map_or((), |token| host.sent(token, status));
            }
        });
        faulty!(StatusUnsigned => {
            return self.blocks.release(id).map_or((), |token| host.sent(token, status.max(0)));
        });
        if let Some(token) = self.blocks.release(id) {
            host.sent(token, status);
        }
    }
}
