//! A ring's page that two threads share: four words of loom's, and slots that tell of a race.

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::Arc;

use crate::ring::offset;
use crate::{Access, GrantRef, Host, Memory, Packet};

/// Octets of a slot, as a transmit ring has them.
pub const SLOT: usize = 12;

/// What both ends see of a ring.
pub struct Shared {
    words: [AtomicU32; 4],
    slots: Vec<UnsafeCell<[u8; SLOT]>>,
}

// Slots are UnsafeCell: loom itself finds two accesses to one that nothing keeps apart, which is what it is asked.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

/// The page of one end.
pub type Page = Arc<Shared>;

/// A page for a ring of so many slots.
pub fn page(nr_ents: usize) -> Page {
    Arc::new(Shared {
        words: std::array::from_fn(|_| AtomicU32::new(0)),
        slots: (0..nr_ents).map(|_| UnsafeCell::new([0; SLOT])).collect(),
    })
}

/// How an end stores an index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stores {
    /// In one access, as READ_ONCE and WRITE_ONCE do.
    Words,
    /// One octet after another, the lowest first, as shared-memory-ring did up to 0.4.1.
    Octets,
}

/// One end, as far as a ring needs it. It has no pages to give, and no packets.
pub struct End(pub Stores);

impl Memory for End {
    type Page = Page;

    fn load(&self, page: &Page, offset: usize) -> u32 {
        page.words[offset / 4].load(Ordering::Relaxed)
    }

    fn store(&mut self, page: &Page, offset: usize, word: u32) {
        let at = &page.words[offset / 4];
        if self.0 == Stores::Octets {
            // One end alone stores each word, so that what is there is what it stored last.
            let mut octets = at.load(Ordering::Relaxed).to_le_bytes();
            for (i, octet) in word.to_le_bytes().into_iter().enumerate() {
                octets[i] = octet;
                at.store(u32::from_le_bytes(octets), Ordering::Relaxed);
            }
        } else {
            at.store(word, Ordering::Relaxed);
        }
    }

    fn read(&self, page: &Page, offset: usize, octets: &mut [u8]) {
        page.slots[slot(offset)].with(|slot| octets.copy_from_slice(unsafe { &*slot }));
    }

    fn write(&mut self, page: &Page, offset: usize, octets: &[u8]) {
        page.slots[slot(offset)].with_mut(|slot| unsafe { &mut *slot }.copy_from_slice(octets));
    }

    fn alloc_page(&mut self) -> Option<Page> {
        None
    }

    fn free_page(&mut self, _: Page) {
        unreachable!("a ring has one page")
    }
}

impl Host for End {
    fn grant_access(&mut self, _: &Page, _: Access) -> Option<GrantRef> {
        unreachable!("a ring grants nothing")
    }

    fn end_access(&mut self, _: GrantRef, _: Page) -> Option<Page> {
        unreachable!("a ring grants nothing")
    }

    fn notify(&mut self) {
        unreachable!("a ring only says whether it is due")
    }

    fn sent(&mut self, _: u64, _: i16) {
        unreachable!("a ring has no packets")
    }

    fn received(&mut self, _: Packet<Page>) -> Option<Packet<Page>> {
        unreachable!("a ring has no packets")
    }
}

fn slot(offset: usize) -> usize {
    (offset - offset::RING) / SLOT
}
