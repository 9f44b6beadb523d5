//! A netfront for a kernel or unikernel: both rings of `netif.h`, one slot a frame.
//!
//! It has no threads, no locks and no memory but what [`Netfront::connect`] allocates. Whoever uses it calls it from one
//! place at a time, gives it pages, grants and an event channel ([`Host`]), and calls [`Netfront::poll`] at every event.
//!
//! Transmit ([`tx`]): a frame is copied into a block, half a page of a pool whose pages are granted for life. The id of a
//! request is the number of its block. Receive ([`rx`]): a free page is granted, posted, and its grant ended before
//! anybody looks at what is in it; the page then moves to the application, and comes back by [`Netfront::give_back`].
//!
//! What is shared is touched through [`Host`] alone. The barriers are here, where `ring.h` has them, so that all a host has
//! to see to is that each access is made once and whole. P1 and so on are properties of the specification.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

#[macro_use]
pub mod faults;
pub mod host;
pub mod ids;
pub mod netif;
pub mod ring;
pub mod rx;
#[cfg(test)]
mod simulated;
pub mod tx;

pub use host::{Access, Frame, GrantRef, Host};
use ring::Broken;
use rx::Rx;
use tx::Tx;

/// How a ring is to be set up.
#[derive(Clone, Copy, Debug)]
pub struct RingConfig {
    /// Slots, a power of two up to 256.
    pub nr_ents: u32,
    /// Where the indices start: 0, or near 2^32 to see them wrap soon.
    pub first: u32,
    /// Blocks to send from, or pages to receive into.
    pub buffers: usize,
}

/// What is to be set up. A ring that is not named is not used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Config {
    /// The transmit ring.
    pub tx: Option<RingConfig>,
    /// The receive ring.
    pub rx: Option<RingConfig>,
}

/// Why there is no frontend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// No ring of this size fits into a page, or has ids enough for its buffers.
    Sizes,
    /// The host has no page left.
    OutOfMemory,
}

/// Why a frame is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// There is no slot or no block now: try again after the next [`Host::sent`].
    Full,
    /// It is larger than a block, and always will be.
    TooLong,
    /// There is no transmit ring, or the backend did what no backend may.
    Down,
}

/// The frontend. `P` is what its host calls a page.
pub struct Netfront<P> {
    tx: Option<Tx<P>>,
    rx: Option<Rx<P>>,
    broken: Option<Broken>,
}

impl<P> Netfront<P> {
    /// Makes and grants the rings, posts pages, and is ready.
    pub fn connect<H: Host<Page = P>>(host: &mut H, config: &Config) -> Result<Self, ConnectError> {
        let tx = config.tx.map(|ring| Tx::connect(host, ring)).transpose()?;
        let rx = config.rx.map(|ring| Rx::connect(host, ring)).transpose()?;
        Ok(Self { tx, rx, broken: None })
    }

    /// The grant of the transmit ring's page, for XenStore.
    pub fn tx_ring_ref(&self) -> Option<GrantRef> {
        self.tx.as_ref().map(Tx::ring_ref)
    }

    /// The grant of the receive ring's page, for XenStore.
    pub fn rx_ring_ref(&self) -> Option<GrantRef> {
        self.rx.as_ref().map(Rx::ring_ref)
    }

    /// What the backend did that no backend may. Nothing is sent or posted any more.
    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    /// Copies the frame and sends it. [`Host::sent`] is called with the token when the frame is let go of.
    pub fn send<H: Host<Page = P>>(&mut self, host: &mut H, frame: &[u8], token: u64) -> Result<(), SendError> {
        match &mut self.tx {
            Some(tx) if self.broken.is_none() => tx.send(host, frame, token),
            _ => Err(SendError::Down),
        }
    }

    /// An event came: consumes what there is on both rings, posts what is free, and asks for the next event.
    pub fn poll<H: Host<Page = P>>(&mut self, host: &mut H) {
        if self.broken.is_none() {
            self.broken = self.poll_rings(host).err();
        }
    }

    fn poll_rings<H: Host<Page = P>>(&mut self, host: &mut H) -> Result<(), Broken> {
        if let Some(tx) = &mut self.tx {
            tx.poll(host)?;
        }
        match &mut self.rx {
            Some(rx) => rx.poll(host),
            None => Ok(()),
        }
    }

    /// The application has done with a page that [`Host::received`] gave it.
    pub fn give_back<H: Host<Page = P>>(&mut self, host: &mut H, page: P) {
        if let Some(rx) = &mut self.rx {
            rx.give_back(page);
            if self.broken.is_none() {
                rx.refill(host);
            }
        }
    }
}
