//! The rings of one connection: a [`Netfront`] for each queue, with its event channels.

use alloc::vec::Vec;
use core::mem::take;

use super::keys::QueueKeys;
use super::queue_host::{Grants, Kept, QueueHost};
use super::system::{Domid, Origin, Port, System};
use crate::{Config, ConnectError, Netfront, Offload, Packet, SendError};

/// One queue.
struct Queue<P> {
    netfront: Netfront<P>,
    /// Of both rings, or of the transmit ring.
    port: Port,
    /// Of the receive ring, if that has one of its own.
    rx_port: Option<Port>,
    /// Packets on the transmit ring, by token, in the order in which they were sent.
    sent: Vec<u64>,
}

/// The queues of the present connection, and pages that are left of those before.
pub struct Queues<P> {
    all: Vec<Queue<P>>,
    kept: Vec<Kept<P>>,
    domid: Domid,
    connection: u64,
}

impl<P> Queues<P> {
    /// None.
    pub fn new() -> Self {
        Self { all: Vec::new(), kept: Vec::new(), domid: 0, connection: 0 }
    }

    /// Another connection begins, with a backend in this domain. The one before was released.
    pub fn begin(&mut self, domid: Domid) {
        self.domid = domid;
        self.connection += 1;
    }

    /// Makes one queue more. Where that fails, nothing of it is left.
    pub fn add<S: System<Page = P>>(
        &mut self,
        system: &mut S,
        config: &Config,
        split: bool,
    ) -> Result<(), ConnectError> {
        let port = system.open_port(self.domid).ok_or(ConnectError::OutOfPorts)?;
        let rx_port = if split { system.open_port(self.domid) } else { None };
        let opened = if split && rx_port.is_none() { Err(ConnectError::OutOfPorts) } else { Ok(()) };
        let (from, mut sent) = (Origin { connection: self.connection, queue: self.count() }, Vec::new());
        let kept = &mut self.kept;
        let grants = Grants::Of(self.domid);
        let mut host = QueueHost { system, kept, grants, port: rx_port.unwrap_or(port), sent: &mut sent, from };
        match opened.and_then(|()| Netfront::connect(&mut host, config)) {
            Ok(netfront) => {
                self.all.push(Queue { netfront, port, rx_port, sent });
                Ok(())
            }
            Err(error) => {
                close_ports(system, port, rx_port);
                Err(error)
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Where they are, for XenStore.
    pub fn keys(&self) -> Vec<QueueKeys> {
        let keys = |queue: &Queue<P>| QueueKeys {
            tx: queue.netfront.tx_ring_ref(),
            rx: queue.netfront.rx_ring_ref(),
            ports: (queue.port, queue.rx_port),
        };
        self.all.iter().map(keys).collect()
    }

    /// Which queue has this port.
    pub fn with_port(&self, port: Port) -> Option<usize> {
        self.all.iter().position(|queue| queue.port == port || queue.rx_port == Some(port))
    }

    /// Did the backend do what no backend may, on any queue?
    pub fn is_broken(&self) -> bool {
        self.all.iter().any(|queue| queue.netfront.broken().is_some())
    }

    /// Packets that have no answer yet. Nobody waits for one any more.
    pub fn take_sent(&mut self) -> Vec<u64> {
        self.all.iter_mut().flat_map(|queue| queue.sent.drain(..)).collect()
    }

    /// Sends a packet over a queue, whole or not at all.
    pub fn send<S: System<Page = P>>(
        &mut self,
        system: &mut S,
        queue: usize,
        (frame, offload, token): (&[u8], Offload, u64),
    ) -> Result<(), SendError> {
        let port = self.all[queue].port;
        let done = self.at_work(system, queue, port, |netfront, host| netfront.send(host, frame, offload, token));
        if done.is_ok() {
            self.all[queue].sent.push(token);
        }
        done
    }

    /// An event came for a queue.
    pub fn poll<S: System<Page = P>>(&mut self, system: &mut S, queue: usize) {
        self.receiving(system, queue, |netfront, host| netfront.poll(host));
    }

    /// Posts pages that were not granted before.
    pub fn refill<S: System<Page = P>>(&mut self, system: &mut S) {
        for queue in 0..self.count() {
            self.receiving(system, queue, |netfront, host| netfront.refill(host));
        }
    }

    /// The application has done with a packet. Its pages are posted again where they are from, if that is still there.
    pub fn give_back<S: System<Page = P>>(&mut self, system: &mut S, from: Origin, packet: Packet<P>) {
        if from.connection == self.connection && from.queue < self.count() {
            self.receiving(system, from.queue, |netfront, host| netfront.give_back(host, packet));
        } else {
            for page in packet.into_pages() {
                system.free_page(page);
            }
        }
    }

    /// Closes every port and ends every grant. Pages that are mapped are kept.
    pub fn release<S: System<Page = P>>(&mut self, system: &mut S) {
        for queue in &self.all {
            close_ports(system, queue.port, queue.rx_port);
        }
        self.release_pages(system, Grants::Of(self.domid));
    }

    /// The domain is another now: grants and ports are no more, and all pages are given back.
    pub fn forget<S: System<Page = P>>(&mut self, system: &mut S) {
        self.release_pages(system, Grants::Gone);
        for Kept { page, .. } in self.kept.drain(..) {
            system.free_page(page);
        }
    }

    fn release_pages<S: System<Page = P>>(&mut self, system: &mut S, grants: Grants) {
        for Queue { netfront, port, mut sent, .. } in self.all.drain(..) {
            let (from, kept) = (Origin { connection: self.connection, queue: 0 }, &mut self.kept);
            netfront.release(&mut QueueHost { system, kept, grants, port, sent: &mut sent, from });
        }
    }

    /// Gives pages back that were kept, if nobody has them mapped any more.
    pub fn free_kept<S: System<Page = P>>(&mut self, system: &mut S) {
        for Kept { page, gref } in take(&mut self.kept) {
            match system.try_end_access(gref, page) {
                Ok(page) => system.free_page(page),
                Err(page) => self.kept.push(Kept { page, gref }),
            }
        }
    }

    /// All that a queue does but send publishes on the receive ring alone: that is whose port is notified.
    fn receiving<S: System<Page = P>, T>(
        &mut self,
        system: &mut S,
        queue: usize,
        work: impl FnOnce(&mut Netfront<P>, &mut QueueHost<S>) -> T,
    ) -> T {
        let port = self.all[queue].rx_port.unwrap_or(self.all[queue].port);
        self.at_work(system, queue, port, work)
    }

    fn at_work<S: System<Page = P>, T>(
        &mut self,
        system: &mut S,
        queue: usize,
        port: Port,
        work: impl FnOnce(&mut Netfront<P>, &mut QueueHost<S>) -> T,
    ) -> T {
        let from = Origin { connection: self.connection, queue };
        let Queue { netfront, sent, .. } = &mut self.all[queue];
        work(
            netfront,
            &mut QueueHost { system, kept: &mut self.kept, grants: Grants::Of(self.domid), port, sent, from },
        )
    }
}

fn close_ports<S: System>(system: &mut S, port: Port, rx_port: Option<Port>) {
    system.close_port(port);
    if let Some(port) = rx_port {
        system.close_port(port);
    }
}
