//! A guest for the unit tests: pages that nobody else writes to.

use alloc::vec::Vec;
use core::cell::RefCell;

use crate::netif::PAGE_SIZE;
use crate::{Access, GrantRef, Host, Memory, Packet};

/// A page of the guest, by its number.
#[derive(Debug, PartialEq, Eq)]
pub struct Page(usize);

impl Page {
    /// The page that was allocated after so many others.
    pub fn numbered(number: usize) -> Self {
        Self(number)
    }

    /// What the backend has of a page that it maps.
    pub fn alias(&self) -> Self {
        Self(self.0)
    }
}

/// Pages, and notes of what came.
#[derive(Default)]
pub struct Guest {
    pages: Vec<RefCell<[u8; PAGE_SIZE]>>,
    /// Pages that the backend keeps mapped, by grant.
    pub mapped: Vec<GrantRef>,
    /// Grants that were ended.
    pub ended: Vec<GrantRef>,
    /// Events sent.
    pub notified: usize,
    /// What was told of sends.
    pub sent: Vec<(u64, i16)>,
    /// Packets that came, and are kept.
    pub received: Vec<Packet<Page>>,
    /// Pages that were given back.
    pub freed: usize,
    /// This grant is not to be had.
    pub last_grant: Option<GrantRef>,
    grants: GrantRef,
}

impl Memory for Guest {
    type Page = Page;

    fn alloc_page(&mut self) -> Option<Page> {
        self.pages.push(RefCell::new([0; PAGE_SIZE]));
        Some(Page(self.pages.len() - 1))
    }

    fn free_page(&mut self, _: Page) {
        self.freed += 1;
    }

    fn load(&self, page: &Page, offset: usize) -> u32 {
        let mut word = [0; 4];
        self.read(page, offset, &mut word);
        u32::from_le_bytes(word)
    }

    fn store(&mut self, page: &Page, offset: usize, word: u32) {
        self.write(page, offset, &word.to_le_bytes());
    }

    fn read(&self, page: &Page, offset: usize, octets: &mut [u8]) {
        octets.copy_from_slice(&self.pages[page.0].borrow()[offset..offset + octets.len()]);
    }

    fn write(&mut self, page: &Page, offset: usize, octets: &[u8]) {
        self.pages[page.0].borrow_mut()[offset..offset + octets.len()].copy_from_slice(octets);
    }
}

impl Host for Guest {
    fn grant_access(&mut self, _: &Page, _: Access) -> Option<GrantRef> {
        self.grants += 1;
        (Some(self.grants) != self.last_grant).then_some(self.grants)
    }

    fn end_access(&mut self, gref: GrantRef, page: Page) -> Option<Page> {
        let is_free = !self.mapped.contains(&gref);
        is_free.then(|| {
            self.ended.push(gref);
            page
        })
    }

    fn notify(&mut self) {
        self.notified += 1;
    }

    fn sent(&mut self, token: u64, status: i16) {
        self.sent.push((token, status));
    }

    fn received(&mut self, packet: Packet<Page>) -> Option<Packet<Page>> {
        self.received.push(packet);
        None
    }
}
