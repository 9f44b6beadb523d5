//! What the frontend needs of the kernel round it.

use crate::packet::Packet;

/// `grant_ref_t`
pub type GrantRef = u32;

/// What the backend may do with a page that it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// GNTMAP_readonly
    ReadOnly,
    /// Reads and writes.
    Writable,
}

/// The memory of this guest, in pages.
///
/// The backend writes to granted pages while we run. So `load` and `store` have to be one access each, of an aligned word
/// and not torn, that no compiler leaves out or repeats (an `AtomicU32` with `Relaxed`, READ_ONCE and WRITE_ONCE in C), and
/// `read` and `write` copies (volatile, or of atomic octets): never a `&[u8]` over memory that another domain may change.
pub trait Memory {
    /// A page of this guest. It moves, and is not copied: whoever has it owns the page (P11).
    type Page;

    /// A page for good, all zero; none if there is none.
    fn alloc_page(&mut self) -> Option<Self::Page>;
    /// The page is nobody's any more.
    fn free_page(&mut self, page: Self::Page);

    /// Loads a word of a page.
    fn load(&self, page: &Self::Page, offset: usize) -> u32;
    /// Stores a word in a page.
    fn store(&mut self, page: &Self::Page, offset: usize, word: u32);
    /// Copies octets out of a page.
    fn read(&self, page: &Self::Page, offset: usize, octets: &mut [u8]);
    /// Copies octets into a page.
    fn write(&mut self, page: &Self::Page, offset: usize, octets: &[u8]);
}

/// The kernel round the frontend: memory, grants, an event channel, and somebody who sends and receives.
pub trait Host: Memory {
    /// gnttab_grant_foreign_access; none if there is no reference left.
    fn grant_access(&mut self, page: &Self::Page, access: Access) -> Option<GrantRef>;
    /// gnttab_end_foreign_access: gives the page back, or keeps it where the backend has it mapped.
    fn end_access(&mut self, gref: GrantRef, page: Self::Page) -> Option<Self::Page>;
    /// notify_remote_via_evtchn
    fn notify(&mut self);

    /// The frontend has let go of the packet that was sent with this token. The status is the backend's, NETIF_RSP_*: OKAY if
    /// all of the packet was answered so, else something that went wrong with it.
    fn sent(&mut self, token: u64, status: i16);
    /// A packet has come. Who has copied it returns it at once; who keeps it gives it back later.
    fn received(&mut self, packet: Packet<Self::Page>) -> Option<Packet<Self::Page>>;
}
