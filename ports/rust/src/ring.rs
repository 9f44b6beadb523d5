//! The frontend's end of a ring, as `ring.h` has it.
//!
//! ```text
//!     rsp_cons       rsp_prod                 req_prod
//!        |              |                        |
//!     ---+--------------+------------------------+---  at most nr_ents apart
//!        | to be consumed |  to be answered      |
//! ```

use crate::barrier::{fence, Ordering};

use crate::netif::PAGE_SIZE;
use crate::Host;

/// Where the words and the slots are in the ring's page (`DEFINE_RING_TYPES`).
pub mod offset {
    /// What the frontend has published.
    pub const REQ_PROD: usize = 0;
    /// The request of which the backend wants to be notified.
    pub const REQ_EVENT: usize = 4;
    /// What the backend has published.
    pub const RSP_PROD: usize = 8;
    /// The response of which the frontend wants to be notified.
    pub const RSP_EVENT: usize = 12;
    /// The slot of index 0.
    pub const RING: usize = 64;
}

/// RING_IDX: runs freely and wraps at 2^32. It has no order, so nobody can compare two with `<`; only differences count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingIdx(u32);

impl RingIdx {
    /// As it is in the ring's page.
    pub const fn new(word: u32) -> Self {
        Self(word)
    }

    /// As it is in the ring's page.
    pub const fn word(self) -> u32 {
        self.0
    }

    /// The index so many further on.
    #[must_use]
    pub const fn plus(self, count: u32) -> Self {
        Self(self.0.wrapping_add(count))
    }

    /// How many indices there are from an earlier one up to this.
    pub const fn since(self, earlier: Self) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }
}

/// What the backend did that no backend may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// P8: it stored an `rsp_prod` past what was asked for.
    ResponsesPastRequests {
        /// What it stored.
        rsp_prod: RingIdx,
        /// What was published.
        req_prod: RingIdx,
    },
    /// It answered with a page that it keeps mapped.
    StillMapped,
}

/// `netif_tx_front_ring_t` and `netif_rx_front_ring_t`: a ring of slots of so many octets in a page that is shared.
pub struct FrontRing<P, const SLOT: usize> {
    page: P,
    pub(crate) nr_ents: u32,
    /// Requests up to here are in their slots.
    req_prod_pvt: RingIdx,
    /// Requests up to here are published. Kept here, since what is in the page the backend may have changed.
    req_prod: RingIdx,
    /// Responses up to here have been consumed.
    rsp_cons: RingIdx,
    /// Responses up to here are known to be published.
    rsp_prod: RingIdx,
}

/// Does a ring of so many slots fit into a page?
pub fn fits(nr_ents: u32, slot: usize) -> bool {
    nr_ents.is_power_of_two() && nr_ents as usize <= (PAGE_SIZE - offset::RING) / slot
}

impl<P, const SLOT: usize> FrontRing<P, SLOT> {
    /// SHARED_RING_INIT and FRONT_RING_INIT, with all indices at `first`. It has to fit.
    pub fn init<H: Host<Page = P>>(host: &mut H, page: P, nr_ents: u32, first: RingIdx) -> Self {
        host.store(&page, offset::REQ_PROD, first.word());
        host.store(&page, offset::REQ_EVENT, first.plus(1).word());
        host.store(&page, offset::RSP_PROD, first.word());
        host.store(&page, offset::RSP_EVENT, first.plus(1).word());
        Self { page, nr_ents, req_prod_pvt: first, req_prod: first, rsp_cons: first, rsp_prod: first }
    }

    /// Its page, where the ring is at an end.
    pub fn into_page(self) -> P {
        self.page
    }

    /// RING_FREE_REQUESTS
    pub fn free_requests(&self) -> u32 {
        self.nr_ents - self.req_prod_pvt.since(self.rsp_cons)
    }

    /// RING_FULL
    pub fn is_full(&self) -> bool {
        self.free_requests() == 0
    }

    /// RING_GET_REQUEST, written whole; it is not published.
    pub fn put_request<H: Host<Page = P>>(&mut self, host: &mut H, request: &[u8; SLOT]) {
        host.write(&self.page, self.slot(self.req_prod_pvt), request);
        self.req_prod_pvt = self.req_prod_pvt.plus(1);
    }

    /// RING_PUSH_REQUESTS_AND_CHECK_NOTIFY: publishes what was put, and tells whether the backend asked to be notified of
    /// any of it.
    pub fn push_requests_and_check_notify<H: Host<Page = P>>(&mut self, host: &mut H) -> bool {
        let old = self.req_prod;
        self.req_prod = self.req_prod_pvt;
        fence(Ordering::Release); // xen_wmb: requests before the index that publishes them
        host.store(&self.page, offset::REQ_PROD, self.req_prod.word());
        fence(Ordering::SeqCst); // xen_mb: the index before req_event, or both sides miss each other
        let req_event = RingIdx::new(host.load(&self.page, offset::REQ_EVENT));
        self.req_prod.since(req_event) < self.req_prod.since(old)
    }

    /// Loads rsp_prod once, checks it, and then believes it: P8, it must not pass what was asked for, which is less than
    /// what RING_RESPONSE_PROD_OVERFLOW lets through.
    pub fn load_rsp_prod<H: Host<Page = P>>(&mut self, host: &H) -> Result<(), Broken> {
        let rsp_prod = RingIdx::new(host.load(&self.page, offset::RSP_PROD));
        fence(Ordering::Acquire); // xen_rmb: the index before the responses that it publishes
        let bound = self.req_prod.since(self.rsp_cons);
        if rsp_prod.since(self.rsp_cons) > bound {
            return Err(Broken::ResponsesPastRequests { rsp_prod, req_prod: self.req_prod });
        }
        self.rsp_prod = rsp_prod;
        Ok(())
    }

    /// RING_COPY_RESPONSE of the next response, if there is one that is known to be published; it is consumed then.
    pub fn next_response<H: Host<Page = P>>(&mut self, host: &H) -> Option<[u8; SLOT]> {
        if !self.has_unconsumed_responses() {
            return None;
        }
        let mut response = [0; SLOT];
        host.read(&self.page, self.slot(self.rsp_cons), &mut response);
        self.rsp_cons = self.rsp_cons.plus(1);
        Some(response)
    }

    /// RING_FINAL_CHECK_FOR_RESPONSES: asks to be notified of the next response, and looks once more, for one that came before
    /// that was seen. True if there is one.
    pub fn final_check_for_responses<H: Host<Page = P>>(&mut self, host: &mut H) -> Result<bool, Broken> {
        host.store(&self.page, offset::RSP_EVENT, self.rsp_cons.plus(1).word());
        fence(Ordering::SeqCst); // xen_mb: rsp_event before rsp_prod, or both sides sleep
        self.load_rsp_prod(host)?;
        Ok(self.has_unconsumed_responses())
    }

    /// RING_HAS_UNCONSUMED_RESPONSES, of those that are known to be published.
    fn has_unconsumed_responses(&self) -> bool {
        self.rsp_cons != self.rsp_prod
    }

    /// Where the slot of an index is in the page.
    fn slot(&self, index: RingIdx) -> usize {
        offset::RING + (index.word() & (self.nr_ents - 1)) as usize * SLOT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::{Guest, Page};
    use crate::Memory;

    type Ring = FrontRing<Page, 12>;

    const LAST: RingIdx = RingIdx::new(u32::MAX);

    fn ring(nr_ents: u32, first: RingIdx) -> (Guest, Page, Ring) {
        let mut guest = Guest::default();
        let page = guest.alloc_page().unwrap();
        let ring = Ring::init(&mut guest, page.alias(), nr_ents, first);
        (guest, page, ring)
    }

    fn published(guest: &mut Guest, page: &Page, rsp_prod: RingIdx) {
        guest.store(page, offset::RSP_PROD, rsp_prod.word());
    }

    #[test]
    fn an_index_wraps_at_2_to_the_32nd_and_differences_go_across() {
        assert_eq!(LAST.plus(1), RingIdx::new(0));
        assert_eq!(RingIdx::new(1).since(LAST), 2);
        assert_eq!(RingIdx::new(0).since(RingIdx::new(1)), u32::MAX);
    }

    #[test]
    fn differences_and_sums_undo_each_other_wherever_indices_are() {
        // A generator of Marsaglia's: as good as any for picking indices, and the same each time.
        let mut word = 2_463_534_242_u32;
        let mut next = || {
            word ^= word << 13;
            word ^= word >> 17;
            word ^= word << 5;
            word
        };
        for _ in 0..100_000 {
            let (index, count) = (RingIdx::new(next()), next());
            assert_eq!(index.plus(count).since(index), count);
            assert_eq!(index.since(index.plus(count)), count.wrapping_neg());
        }
    }

    #[test]
    fn a_ring_of_a_page_has_256_slots_at_most_and_a_power_of_two() {
        assert_eq!([0, 1, 2, 3, 4, 256, 512].map(|n| fits(n, 12)), [false, true, true, false, true, true, false]);
        assert!(fits(256, 8) && !fits(512, 8));
    }

    #[test]
    fn a_new_ring_asks_for_the_first_response_across_the_wrap() {
        let (guest, page, _) = ring(2, LAST);
        let words = [offset::REQ_PROD, offset::REQ_EVENT, offset::RSP_PROD, offset::RSP_EVENT];
        assert_eq!(words.map(|at| guest.load(&page, at)), [u32::MAX, 0, u32::MAX, 0]);
    }

    #[test]
    fn a_ring_of_one_slot_is_full_after_one_request_and_empty_after_its_response() {
        let (mut guest, page, mut ring) = ring(1, LAST);
        for turn in 0..3 {
            assert!(!ring.is_full());
            ring.put_request(&mut guest, &[7; 12]);
            assert!(ring.is_full());
            assert!(ring.push_requests_and_check_notify(&mut guest) == (turn == 0));
            published(&mut guest, &page, LAST.plus(turn + 1));
            assert_eq!(ring.load_rsp_prod(&guest), Ok(()));
            assert_eq!(ring.next_response(&guest), Some([7; 12]));
            assert_eq!(ring.next_response(&guest), None);
        }
    }

    #[test]
    fn slots_go_round_where_indices_wrap() {
        let (mut guest, page, mut ring) = ring(4, LAST.plus(1 << 16));
        for n in 0..3 {
            ring.put_request(&mut guest, &[n; 12]);
        }
        let mut slots = [0; 4 * 12];
        guest.read(&page, offset::RING, &mut slots);
        assert_eq!([0, 12, 24, 36].map(|at| slots[at]), [1, 2, 0, 0]);
    }

    #[test]
    fn the_backend_is_notified_of_the_request_that_it_asked_for_and_of_no_other() {
        for (req_event, due) in [(-1, false), (0, false), (1, true), (2, true), (3, false), (1 << 30, false)] {
            let (mut guest, page, mut ring) = ring(4, LAST);
            guest.store(&page, offset::REQ_EVENT, LAST.word().wrapping_add(req_event as u32));
            ring.put_request(&mut guest, &[0; 12]);
            ring.put_request(&mut guest, &[0; 12]);
            assert_eq!(ring.push_requests_and_check_notify(&mut guest), due, "{req_event}");
            assert!(!ring.push_requests_and_check_notify(&mut guest), "of nothing");
        }
    }

    #[test]
    fn no_response_is_believed_past_what_was_published() {
        let (mut guest, page, mut ring) = ring(4, LAST);
        ring.put_request(&mut guest, &[0; 12]);
        ring.push_requests_and_check_notify(&mut guest);
        for rsp_prod in [LAST.plus(2), LAST.plus(1 << 31), LAST.plus(u32::MAX)] {
            published(&mut guest, &page, rsp_prod);
            let broken = Broken::ResponsesPastRequests { rsp_prod, req_prod: LAST.plus(1) };
            assert_eq!(ring.load_rsp_prod(&guest), Err(broken));
            assert_eq!(ring.next_response(&guest), None);
        }
    }

    #[test]
    fn the_final_check_asks_for_the_next_response_and_sees_one_that_came_meanwhile() {
        let (mut guest, page, mut ring) = ring(4, LAST);
        ring.put_request(&mut guest, &[0; 12]);
        ring.push_requests_and_check_notify(&mut guest);
        assert_eq!(ring.next_response(&guest), None);
        published(&mut guest, &page, LAST.plus(1));
        assert_eq!(ring.final_check_for_responses(&mut guest), Ok(true));
        assert_eq!(guest.load(&page, offset::RSP_EVENT), 0);
        assert!(ring.next_response(&guest).is_some());
        assert_eq!(ring.final_check_for_responses(&mut guest), Ok(false));
        assert_eq!(guest.load(&page, offset::RSP_EVENT), 1);
    }
}
