//! How a device is to be used.

use crate::Config;

/// How a device is to be used.
#[derive(Clone, Copy, Debug)]
pub struct DeviceConfig {
    /// The rings of each queue.
    pub rings: Config,
    /// How many queues there are at most.
    pub queues: usize,
    /// By what a packet's queue is chosen. Packets with the same number keep their order.
    pub hash: fn(&[u8]) -> u32,
    /// How many packets may wait for a connection, or for room.
    pub held: usize,
}

/// A number that is the same for all packets of a flow (FNV-1a of the addresses of Ethernet and IP, and of the ports).
pub fn flow_hash(frame: &[u8]) -> u32 {
    let part = |from: usize, to: usize| frame.get(from.min(frame.len())..to.min(frame.len())).unwrap_or_default();
    let octets = part(0, 12).iter().chain(part(26, 38));
    octets.fold(0x811c_9dc5, |hash, &octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193))
}
