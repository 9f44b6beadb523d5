//! The backend's end of a ring, as `ring.h` has it: the least that answers requests.

use crate::barrier::{fence, Ordering};
use crate::page::{End, Page, SLOT};
use crate::ring::{offset, RingIdx};
use crate::Memory;

/// `netif_tx_back_ring_t`
pub struct BackRing {
    page: Page,
    nr_ents: u32,
    rsp_prod_pvt: RingIdx,
    rsp_prod: RingIdx,
    req_cons: RingIdx,
    req_prod: RingIdx,
}

impl BackRing {
    /// BACK_RING_INIT, with all indices at `first`.
    pub fn init(page: Page, nr_ents: u32, first: RingIdx) -> Self {
        Self { page, nr_ents, rsp_prod_pvt: first, rsp_prod: first, req_cons: first, req_prod: first }
    }

    /// Loads req_prod. Panics where RING_REQUEST_PROD_OVERFLOW says that it cannot be.
    pub fn load_req_prod(&mut self, host: &End) {
        self.req_prod = RingIdx::new(host.load(&self.page, offset::REQ_PROD));
        fence(Ordering::Acquire); // xen_rmb: the index before the requests that it publishes
        assert!(self.req_prod.since(self.rsp_prod_pvt) <= self.nr_ents, "req_prod is past what fits into the ring");
    }

    /// RING_COPY_REQUEST of the next request, if there is one.
    pub fn next_request(&mut self, host: &End) -> Option<[u8; SLOT]> {
        if self.req_cons == self.req_prod {
            return None;
        }
        let mut request = [0; SLOT];
        host.read(&self.page, self.slot(self.req_cons), &mut request);
        self.req_cons = self.req_cons.plus(1);
        Some(request)
    }

    /// RING_GET_RESPONSE, written whole; it is not published.
    pub fn put_response(&mut self, host: &mut End, response: &[u8; SLOT]) {
        host.write(&self.page, self.slot(self.rsp_prod_pvt), response);
        self.rsp_prod_pvt = self.rsp_prod_pvt.plus(1);
    }

    /// RING_PUSH_RESPONSES_AND_CHECK_NOTIFY
    pub fn push_responses_and_check_notify(&mut self, host: &mut End) -> bool {
        let old = self.rsp_prod;
        self.rsp_prod = self.rsp_prod_pvt;
        fence(Ordering::Release); // xen_wmb: responses before the index that publishes them
        host.store(&self.page, offset::RSP_PROD, self.rsp_prod.word());
        fence(Ordering::SeqCst); // xen_mb: the index before rsp_event
        let rsp_event = RingIdx::new(host.load(&self.page, offset::RSP_EVENT));
        self.rsp_prod.since(rsp_event) < self.rsp_prod.since(old)
    }

    /// RING_FINAL_CHECK_FOR_REQUESTS
    pub fn final_check_for_requests(&mut self, host: &mut End) -> bool {
        host.store(&self.page, offset::REQ_EVENT, self.req_cons.plus(1).word());
        fence(Ordering::SeqCst); // xen_mb: req_event before req_prod
        self.load_req_prod(host);
        self.req_cons != self.req_prod
    }

    fn slot(&self, index: RingIdx) -> usize {
        offset::RING + (index.word() & (self.nr_ents - 1)) as usize * SLOT
    }
}
