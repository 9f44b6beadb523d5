//! The kernel as one queue sees it: grants go to the backend's domain, events to the queue's port.

use alloc::vec::Vec;

use super::system::{Domid, Origin, Port, System};
use crate::{Access, GrantRef, Host, Memory, Packet};

/// A page that was to be given back while somebody had it mapped. It stays granted, and nobody uses it.
pub struct Kept<P> {
    /// The page.
    pub page: P,
    /// Its grant.
    pub gref: GrantRef,
}

/// Whom a queue grants its pages to.
#[derive(Clone, Copy)]
pub enum Grants {
    /// A domain.
    Of(Domid),
    /// There is no such grant any more.
    Gone,
}

/// The kernel, as one queue sees it.
pub struct QueueHost<'a, S: System> {
    /// The whole of it.
    pub system: &'a mut S,
    /// Pages that somebody has mapped.
    pub kept: &'a mut Vec<Kept<S::Page>>,
    /// What becomes of grants.
    pub grants: Grants,
    /// The port that is notified.
    pub port: Port,
    /// Packets that have no answer yet, by token.
    pub sent: &'a mut Vec<u64>,
    /// Which queue it is.
    pub from: Origin,
}

impl<S: System> Memory for QueueHost<'_, S> {
    type Page = S::Page;

    fn alloc_page(&mut self) -> Option<S::Page> {
        self.system.alloc_page()
    }

    fn free_page(&mut self, page: S::Page) {
        self.system.free_page(page);
    }

    fn load(&self, page: &S::Page, offset: usize) -> u32 {
        self.system.load(page, offset)
    }

    fn store(&mut self, page: &S::Page, offset: usize, word: u32) {
        self.system.store(page, offset, word);
    }

    fn read(&self, page: &S::Page, offset: usize, octets: &mut [u8]) {
        // A store has a `read`, too.
        Memory::read(self.system, page, offset, octets);
    }

    fn write(&mut self, page: &S::Page, offset: usize, octets: &[u8]) {
        self.system.write(page, offset, octets);
    }
}

impl<S: System> Host for QueueHost<'_, S> {
    fn grant_access(&mut self, page: &S::Page, access: Access) -> Option<GrantRef> {
        match self.grants {
            Grants::Of(domid) => self.system.grant_access_to(domid, page, access),
            Grants::Gone => None,
        }
    }

    fn end_access(&mut self, gref: GrantRef, page: S::Page) -> Option<S::Page> {
        if let Grants::Gone = self.grants {
            return Some(page);
        }
        match self.system.try_end_access(gref, page) {
            Ok(page) => Some(page),
            Err(page) => {
                self.kept.push(Kept { page, gref });
                None
            }
        }
    }

    fn notify(&mut self) {
        self.system.notify_port(self.port);
    }

    fn sent(&mut self, token: u64, status: i16) {
        self.sent.retain(|&each| each != token);
        self.system.sent(token, status);
    }

    fn received(&mut self, packet: Packet<S::Page>) -> Option<Packet<S::Page>> {
        self.system.received(self.from, packet)
    }
}
