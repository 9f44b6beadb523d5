//! A packet that has come: octets in one page or several, and what is still to be done with them.

use crate::netif::{Gso, XEN_NETIF_NR_SLOTS_MIN};

/// What whoever sends a packet leaves to whoever gets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offload {
    /// The checksum of TCP or UDP is blank: it is to be filled in where the packet leaves the machine.
    pub csum_blank: bool,
    /// The packet is to be cut into segments; its checksum is blank then.
    pub gso: Option<Gso>,
}

/// Octets of a packet, in a page that nobody else can touch any more.
#[derive(Debug)]
pub struct Fragment<P> {
    /// The page, which is now whose the packet is.
    pub page: P,
    /// Where the octets begin in it.
    pub offset: usize,
    /// How many there are.
    pub size: usize,
}

/// A packet, with the pages that it is in.
#[derive(Debug)]
pub struct Packet<P> {
    fragments: [Option<Fragment<P>>; XEN_NETIF_NR_SLOTS_MIN],
    /// What is to be done with it.
    pub offload: Offload,
}

impl<P> Packet<P> {
    /// Its octets, in their order.
    pub fn fragments(&self) -> impl Iterator<Item = &Fragment<P>> {
        self.fragments.iter().flatten()
    }

    /// Its pages alone.
    pub fn into_pages(self) -> impl Iterator<Item = P> {
        self.fragments.into_iter().flatten().map(|fragment| fragment.page)
    }

    pub(crate) fn push(&mut self, fragment: Fragment<P>) {
        let at = self.fragments().count();
        self.fragments[at] = Some(fragment);
    }
}

impl<P> Default for Packet<P> {
    fn default() -> Self {
        Self { fragments: Default::default(), offload: Offload::default() }
    }
}
