//! The kernel round a device: what the rings of each connection are made of, and an application.

use super::store::Store;
use crate::{Access, GrantRef, Memory, Packet};

/// `domid_t`
pub type Domid = u16;
/// `evtchn_port_t`
pub type Port = u32;

/// Which rings a packet came over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The connection, counted from 1.
    pub connection: u64,
    /// The queue of that connection.
    pub queue: usize,
}

/// What the kernel has for a device.
pub trait System: Memory + Store {
    /// gnttab_grant_foreign_access; none if there is no reference left.
    fn grant_access_to(&mut self, domid: Domid, page: &Self::Page, access: Access) -> Option<GrantRef>;
    /// gnttab_end_foreign_access_ref: the page comes back either way, as an error where somebody has it mapped. Then it is
    /// still granted.
    fn try_end_access(&mut self, gref: GrantRef, page: Self::Page) -> Result<Self::Page, Self::Page>;
    /// EVTCHNOP_alloc_unbound; none if there is no port left.
    fn open_port(&mut self, domid: Domid) -> Option<Port>;
    /// EVTCHNOP_close
    fn close_port(&mut self, port: Port);
    /// EVTCHNOP_send
    fn notify_port(&mut self, port: Port);

    /// A packet that was sent has this status from the backend, as with [`crate::Host::sent`].
    fn sent(&mut self, token: u64, status: i16);
    /// A packet has no answer, and will have none. It may have been sent.
    fn dropped(&mut self, token: u64);
    /// A packet has come. Who has copied it returns it at once; who keeps it gives it back later, with where it came from.
    fn received(&mut self, from: Origin, packet: Packet<Self::Page>) -> Option<Packet<Self::Page>>;
}
