//! The keys with which a frontend says where its rings are, and what it takes itself.

use alloc::format;
use alloc::string::{String, ToString};

use super::directory::Look;
use super::store::{Changes, Store};
use super::system::Port;
use crate::GrantRef;

/// Where one queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueKeys {
    /// The grant of the transmit ring's page, if there is one.
    pub tx: Option<GrantRef>,
    /// The same of the receive ring.
    pub rx: Option<GrantRef>,
    /// Of the one event channel; or of the transmit ring's and the receive ring's.
    pub ports: (Port, Option<Port>),
}

/// What our frontend can receive.
const REQUESTS: [&str; 6] = [
    "request-rx-copy",
    "feature-rx-notify",
    "feature-sg",
    "feature-gso-tcpv4",
    "feature-gso-tcpv6",
    "feature-ipv6-csum-offload",
];

const NUM_QUEUES: &str = "multi-queue-num-queues";
/// The most queues whose keys are looked for, and removed.
const MOST_QUEUES: u32 = 256;

impl QueueKeys {
    fn each(&self) -> [(&'static str, Option<u32>); 5] {
        // A backend that finds split channels takes them, whatever else there is: those of an earlier connection must go.
        let (both, tx, rx) = match self.ports {
            (port, None) => (Some(port), None, None),
            (tx, Some(rx)) => (None, Some(tx), Some(rx)),
        };
        let (tx_key, rx_key) = ("event-channel-tx", "event-channel-rx");
        [("tx-ring-ref", self.tx), ("rx-ring-ref", self.rx), ("event-channel", both), (tx_key, tx), (rx_key, rx)]
    }
}

/// The changes of a frontend's directory that name these queues, and no others. The keys are flat where there is one queue,
/// and in a directory for each where there are several. Keys of an earlier connection that say anything else are removed.
pub fn ring_keys<S: Store>(look: &mut Look<S>, path: impl Fn(&str) -> String, queues: &[QueueKeys]) -> Changes {
    let before = look.read_own(NUM_QUEUES).and_then(|count| count.parse().ok()).unwrap_or(0).min(MOST_QUEUES);
    let mut changes: Changes = REQUESTS.iter().map(|key| (path(key), Some("1".into()))).collect();
    changes.push((path(NUM_QUEUES), Some(queues.len().to_string())));
    let numbered = if queues.len() == 1 { 0 } else { queues.len() as u32 };
    if before > 1 {
        changes.extend((numbered..before).map(|n| (path(&format!("queue-{n}")), None)));
    }
    let mut put = |key: String, value: Option<u32>| {
        // What is not there is not removed: some stores refuse that.
        if value.is_some() || look.read_own(&key).is_some() {
            changes.push((path(&key), value.map(|number| number.to_string())));
        }
    };
    let none = QueueKeys { tx: None, rx: None, ports: (0, None) };
    let flat = if queues.len() == 1 { queues[0].each() } else { none.each().map(|(key, _)| (key, None)) };
    for (key, value) in flat {
        put(key.into(), value);
    }
    for (n, queue) in queues.iter().enumerate().take(numbered as usize) {
        for (key, value) in queue.each() {
            put(format!("queue-{n}/{key}"), value);
        }
    }
    changes
}
