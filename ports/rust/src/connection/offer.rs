//! What a backend offers, in its directory. `netif.h` has a paragraph on each key.

use alloc::string::String;

use super::xenbus::{number_of, DeviceError};
use crate::netif::GsoType;
use crate::tx::BLOCK_SIZE;
use crate::Offload;

/// The features of a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// feature-sg: it takes packets of several slots.
    pub sg: bool,
    /// feature-gso-tcpv4: it takes packets that are still to be cut into segments.
    pub tcpv4: bool,
    /// feature-gso-tcpv6
    pub tcpv6: bool,
    /// feature-split-event-channels: one event channel for each ring, where the frontend wants that.
    pub split: bool,
    /// multi-queue-max-queues, at least 1.
    pub queues: u32,
}

impl Offer {
    /// Of a backend that offers nothing.
    pub const NONE: Self = Self { sg: false, tcpv4: false, tcpv6: false, split: false, queues: 1 };

    /// Reads it, by a function that has the path and the value of a key of the backend.
    pub fn read(mut key: impl FnMut(&str) -> (String, Option<String>)) -> Result<Self, DeviceError> {
        let mut number = |name: &str, absent| {
            let (path, value) = key(name);
            number_of(&path, value, Some(absent))
        };
        let copies = number("feature-rx-copy", 0)?;
        let offer = Self {
            sg: number("feature-sg", 0)? > 0,
            tcpv4: number("feature-gso-tcpv4", 0)? > 0,
            tcpv6: number("feature-gso-tcpv6", 0)? > 0,
            split: number("feature-split-event-channels", 0)? > 0,
            queues: number("multi-queue-max-queues", 1)?,
        };
        if copies == 0 {
            return Err(wrong(key("feature-rx-copy"), "a backend that copies into our pages (1) is needed"));
        }
        if offer.queues == 0 {
            return Err(wrong(key("multi-queue-max-queues"), "a backend has one queue or more"));
        }
        Ok(offer)
    }

    /// Does this backend take such a packet?
    pub fn takes(&self, frame: &[u8], offload: &Offload) -> bool {
        let gso = match offload.gso.map(|gso| gso.kind) {
            None => return self.sg || frame.len() <= BLOCK_SIZE,
            Some(GsoType::TcpV4) => self.tcpv4,
            Some(GsoType::TcpV6) => self.tcpv6,
        };
        gso && self.sg
    }
}

fn wrong((path, value): (String, Option<String>), needed: &'static str) -> DeviceError {
    DeviceError { path, value, needed }
}
