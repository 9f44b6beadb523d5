//! The frontend's end of a ring as it is in the port, with loom's atomics in place of the processor's.
//!
//! `ring.rs` is not a copy: it is the port's own file, compiled once more. Of what it needs, only [`barrier`] is another one.
//! What both ends share is a [`page`]; the backend's end is in [`back`], written here by `ring.h`.

extern crate alloc;

pub mod back;
pub mod barrier;
#[path = "../../src/host.rs"]
pub mod host;
#[path = "../../src/netif.rs"]
pub mod netif;
#[path = "../../src/packet.rs"]
pub mod packet;
pub mod page;
#[path = "../../src/ring.rs"]
pub mod ring;

pub use host::{Access, GrantRef, Host, Memory};
pub use packet::{Fragment, Offload, Packet};
