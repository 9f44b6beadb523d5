//! What the guest's kernel has for a device: XenStore, ports, grants to a domain; and what befalls a kernel.

use netfront::connection::store::{Changes, CommitError, Reads, Store};
use netfront::connection::system::{Domid, Origin, Port, System};
use netfront::{Access, GrantRef, Packet};

use crate::guest::{Guest, Page};
use crate::xenstore::{fails, XenStore};

impl Guest {
    /// The kernel starts again, and knows nothing of before. Pages that the backend has mapped stay as they are, and their
    /// references in use.
    pub fn crash(&mut self) {
        self.forget_application();
        self.leave_mapped();
        self.xenstore.forget_kernel();
    }

    /// The guest goes on in a new domain, where the store is this. Its memory is as it was.
    pub fn migrate(&mut self, store: Vec<(String, String)>) {
        self.forget_grants();
        self.xenstore = XenStore::new(store);
    }
}

impl Store for Guest {
    fn read(&self, path: &str) -> Option<String> {
        self.xenstore.read(path)
    }

    fn commit(&mut self, reads: &Reads, changes: &Changes) -> Result<(), CommitError> {
        self.xenstore.commit(reads, changes)
    }

    fn watch(&mut self, path: &str) {
        self.xenstore.watch(path);
    }

    fn unwatch(&mut self, path: &str) {
        self.xenstore.unwatch(path);
    }
}

impl System for Guest {
    fn grant_access_to(&mut self, domid: Domid, page: &Page, access: Access) -> Option<GrantRef> {
        if fails(&mut self.grant_fails_after) {
            return None;
        }
        Some(self.grant(page, access, Some(domid)))
    }

    fn try_end_access(&mut self, gref: GrantRef, page: Page) -> Result<Page, Page> {
        if self.end_grant(gref) {
            Ok(page)
        } else {
            Err(page)
        }
    }

    fn open_port(&mut self, domid: Domid) -> Option<Port> {
        if fails(&mut self.port_fails_after) {
            return None;
        }
        // No port is used twice, so that one of before is told from one that is open.
        self.last_port += 1;
        self.effects.opened.push((self.last_port, domid));
        Some(self.last_port)
    }

    fn close_port(&mut self, port: Port) {
        self.effects.closed.push(port);
    }

    fn notify_port(&mut self, port: Port) {
        self.effects.ports.push(port);
    }

    fn sent(&mut self, token: u64, status: i16) {
        self.tell_sent(token, status);
    }

    fn dropped(&mut self, token: u64) {
        self.effects.dropped.push(token);
    }

    fn received(&mut self, from: Origin, packet: Packet<Page>) -> Option<Packet<Page>> {
        self.take_packet(Some(from), packet)
    }
}
