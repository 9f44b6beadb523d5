//! Faults that drivers have had, for the driver of the tests alone: without the feature `faults` nothing of this is left.

/// Runs what is faulty if the fault is switched on; without the feature it is not even compiled.
macro_rules! faulty {
    ($($fault:ident)|+ => $faulty:block) => {
        #[cfg(feature = "faults")]
        if $(crate::faults::is(crate::faults::Fault::$fault))||+ $faulty
    };
}

#[cfg(feature = "faults")]
pub use chosen::*;

#[cfg(feature = "faults")]
mod chosen {
    use alloc::vec::Vec;
    use core::sync::atomic::{AtomicU32, Ordering};

    use crate::ring::FrontRing;

    /// A fault, of which one is switched on.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u32)]
    pub enum Fault {
        /// The id is the page's grant, which two blocks share (MSA00); the oldest is answered.
        SharedGrefAsId = 1,
        /// The same, and the newest request with an id is taken for the answered one (MSA00).
        NewestWakerFirst,
        /// Ids count up and come round, whatever is in flight.
        CounterUnchecked,
        /// A response to no request puts its id into the free list once more.
        FreeListUnchecked,
        /// `<` for `!=` on indices.
        LessThan,
        /// The event test of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, signed.
        SignedNotify,
        /// Asks for the next response and sleeps.
        NoFinalCheck,
        /// An error is a great length, and OKAY enough for a sender.
        StatusUnsigned,
        /// The buffer of a request that failed is lost.
        ErrorNotRecovered,
        /// Posts up to an end that has wrapped.
        RefillAtWrap,
        /// Believes any rsp_prod.
        RspProdUnbounded,
    }

    /// All of them, by the names that they have in every port.
    pub const FAULTS: [(&str, Fault); 11] = [
        ("shared-gref-as-id", Fault::SharedGrefAsId),
        ("newest-waker-first", Fault::NewestWakerFirst),
        ("counter-unchecked", Fault::CounterUnchecked),
        ("free-list-unchecked", Fault::FreeListUnchecked),
        ("less-than", Fault::LessThan),
        ("signed-notify", Fault::SignedNotify),
        ("no-final-check", Fault::NoFinalCheck),
        ("status-unsigned", Fault::StatusUnsigned),
        ("error-not-recovered", Fault::ErrorNotRecovered),
        ("refill-at-wrap", Fault::RefillAtWrap),
        ("rsp-prod-unbounded", Fault::RspProdUnbounded),
    ];

    static CHOSEN: AtomicU32 = AtomicU32::new(0);
    static IDS: AtomicU32 = AtomicU32::new(1 << 16);

    /// Switches one on, for the whole program.
    pub fn choose(fault: Fault) {
        CHOSEN.store(fault as u32, Ordering::Relaxed);
    }

    /// How many ids there are for a counter of them.
    pub fn set_ids(ids: u32) {
        IDS.store(ids.max(1), Ordering::Relaxed);
    }

    pub(crate) fn is(fault: Fault) -> bool {
        CHOSEN.load(Ordering::Relaxed) == fault as u32
    }

    /// The status of a transmit response, as a sender understands it.
    pub(crate) fn status(status: i16) -> i16 {
        if is(Fault::StatusUnsigned) {
            status.max(0)
        } else {
            status
        }
    }

    impl<P, const SLOT: usize> FrontRing<P, SLOT> {
        /// Is the next request before the end of the ring, if indices had an order?
        pub(crate) fn is_before_wrapped_end(&self) -> bool {
            self.req_prod_pvt.word() < self.rsp_cons.plus(self.nr_ents).word()
        }
    }

    /// Ids of transmit requests that are not the numbers of their blocks.
    #[derive(Default)]
    pub(crate) struct FaultyIds {
        next: u32,
        /// Id and block of each request in flight, oldest first.
        given: Vec<(u16, u16)>,
    }

    impl FaultyIds {
        fn are_on() -> bool {
            is(Fault::SharedGrefAsId) || is(Fault::NewestWakerFirst) || is(Fault::CounterUnchecked)
        }

        /// The id of a request that uses a block.
        pub fn give(&mut self, block: u16, gref: u32) -> u16 {
            if !Self::are_on() {
                return block;
            }
            let count = self.next;
            self.next += 1;
            let id = if is(Fault::CounterUnchecked) { count % IDS.load(Ordering::Relaxed) } else { gref };
            self.given.push((id as u16, block));
            id as u16
        }

        /// The block that a response is taken to answer.
        pub fn block(&mut self, id: u16) -> u16 {
            if !Self::are_on() {
                return id;
            }
            let has_id = |&(given, _): &(u16, u16)| given == id;
            let found = if is(Fault::NewestWakerFirst) {
                self.given.iter().rposition(has_id)
            } else {
                self.given.iter().position(has_id)
            };
            found.map_or(u16::MAX, |at| self.given.remove(at).1)
        }
    }
}
