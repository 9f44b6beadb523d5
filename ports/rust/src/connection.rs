//! A device through all of its connections: it finds a backend in XenStore, connects, loses it, closes, and connects again.
//!
//! ```text
//!     Waiting -> Prepared -> Written -> Connecting -> Up
//!        ^                                            |
//!        +------------- Released <---- Closed <-------+
//! ```
//!
//! The phases and the steps between them are those of `Connection` in the specification. A watch says «look again», so each
//! step reads what it needs, and a write is one transaction that has read whose directory it is ([`directory`]). The rings of
//! a connection are a [`crate::Netfront`] for each queue ([`queues`]), made anew each time.
//!
//! It waits for nothing. Whoever uses it calls [`Connection::look`] when a watch is called, [`Connection::event`] at events,
//! and [`Connection::tick`] every few seconds: a backend that does not answer a close by the next tick is not waited for, and
//! what failed is tried again.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

mod config;
mod directory;
mod keys;
mod offer;
mod phase;
mod queue_host;
mod queues;
#[cfg(test)]
mod simulated;
mod steps;
pub mod store;
pub mod system;
#[cfg(test)]
mod tests;
pub mod xenbus;

pub use self::config::{flow_hash, DeviceConfig};
use self::directory::{Directory, Failed};
use self::offer::Offer;
pub use self::phase::Phase;
use self::phase::Saw;
use self::queues::Queues;
use self::system::{Origin, Port, System};
use self::xenbus::DeviceError;
use crate::{ConnectError, Offload, Packet, SendError};

/// A packet that waits.
struct Held {
    token: u64,
    frame: Box<[u8]>,
    offload: Offload,
}

/// A device. `P` is what its system calls a page.
pub struct Connection<P> {
    config: DeviceConfig,
    directory: Directory,
    phase: Phase,
    saw: Saw,
    /// A watch was called, or it wrote something after which it looks anew.
    is_look_due: bool,
    is_wanted: bool,
    /// What the backend of this connection offers.
    agreed: Offer,
    queues: Queues<P>,
    held: VecDeque<Held>,
    /// Rings could not be made, or keys not be written.
    has_failed: bool,
    /// Until the next tick nothing is begun again.
    is_resting: bool,
    /// The backend was waited for as long as is due.
    is_patience_over: bool,
    is_broken: bool,
    error: Option<DeviceError>,
}

impl<P> Connection<P> {
    /// Attaches to the device that has this directory, such as `device/vif/0`, or waits for one there. A device that another
    /// kernel of this guest has left connected is closed first. Sizes that no ring has are the one error.
    pub fn attach<S: System<Page = P>>(
        system: &mut S,
        front: &str,
        config: DeviceConfig,
    ) -> Result<Self, ConnectError> {
        if !config.rings.fits() {
            return Err(ConnectError::Sizes);
        }
        let mut connection = Self {
            config,
            directory: Directory::new(front),
            phase: Phase::Gone,
            saw: Saw::Nothing,
            is_look_due: false,
            is_wanted: true,
            agreed: Offer::NONE,
            queues: Queues::new(),
            held: VecDeque::new(),
            has_failed: false,
            is_resting: false,
            is_patience_over: false,
            is_broken: false,
            error: None,
        };
        connection.directory.watch_for_device(system);
        connection.run(system);
        Ok(connection)
    }

    /// What it is at.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What is wrong with the device, if it could not be used as it was.
    pub fn error(&self) -> Option<&DeviceError> {
        self.error.as_ref()
    }

    /// Did the backend do what no backend may? Then the device closes, until it is opened again.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// A watch was called.
    pub fn look<S: System<Page = P>>(&mut self, system: &mut S) {
        self.is_look_due = true;
        self.run(system);
    }

    /// An event came on this port. One that is closed is passed over.
    pub fn event<S: System<Page = P>>(&mut self, system: &mut S, port: Port) {
        if let (Phase::Connecting | Phase::Up, Some(queue)) = (self.phase, self.queues.with_port(port)) {
            self.queues.poll(system, queue);
            if self.queues.is_broken() {
                self.is_broken = true;
                self.is_wanted = false;
            }
        }
        self.run(system);
    }

    /// Time has passed.
    pub fn tick<S: System<Page = P>>(&mut self, system: &mut S) {
        self.is_patience_over = self.phase.is_closing();
        self.is_resting = false;
        if !self.phase.is_setting_up() {
            self.has_failed = false;
        }
        self.queues.free_kept(system);
        if let Phase::Connecting | Phase::Up = self.phase {
            self.queues.refill(system);
        }
        self.run(system);
    }

    /// The application sends a packet. It waits where there is no connection or no room; [`System::sent`] or
    /// [`System::dropped`] is called with the token once. False if it is refused: too many wait, and nothing will be called.
    pub fn send<S: System<Page = P>>(&mut self, system: &mut S, frame: &[u8], offload: Offload, token: u64) -> bool {
        if self.held.len() >= self.config.held {
            return false;
        }
        self.held.push_back(Held { token, frame: frame.into(), offload });
        self.run(system);
        true
    }

    /// The application has done with a packet that [`System::received`] gave it.
    pub fn give_back<S: System<Page = P>>(&mut self, system: &mut S, from: Origin, packet: Packet<P>) {
        self.queues.give_back(system, from, packet);
    }

    /// The application closes the device. What was not answered is dropped. It ends whatever the backend does.
    pub fn close<S: System<Page = P>>(&mut self, system: &mut S) {
        self.is_wanted = false;
        self.run(system);
    }

    /// The application opens it again.
    pub fn open<S: System<Page = P>>(&mut self, system: &mut S) {
        self.is_wanted = true;
        self.is_broken = false;
        self.look(system);
    }

    /// The guest goes on in a new domain, where the device is there anew. Grants, ports and watches of before are no more,
    /// and what was in flight is dropped.
    pub fn resumed<S: System<Page = P>>(&mut self, system: &mut S) {
        self.drop_lost(system);
        self.queues.forget(system);
        self.directory.disown();
        self.directory.watch_for_device(system);
        self.phase = Phase::Gone;
        self.saw = Saw::Nothing;
        self.has_failed = false;
        self.run(system);
    }

    /// Does all that is due.
    fn run<S: System<Page = P>>(&mut self, system: &mut S) {
        loop {
            match self.step(system) {
                Ok(true) => {}
                Ok(false) => break,
                // What a set-up cannot do ends the set-up. Anything else is tried again later.
                Err(Failed) if self.phase.is_setting_up() && !self.has_failed => self.has_failed = true,
                Err(Failed) => {
                    self.is_resting = true;
                    break;
                }
            }
        }
        if !self.phase.is_closing() {
            self.is_patience_over = false;
        }
    }

    /// The packets that wait go into their rings as far as there is room, or are dropped if nobody will send them. Says
    /// whether there was one.
    fn pump<S: System<Page = P>>(&mut self, system: &mut S) -> bool {
        let Held { token, frame, offload } = match self.held.front() {
            Some(held) => held,
            None => return false,
        };
        let token = *token;
        let is_sent = match self.phase {
            _ if !self.is_wanted => false,
            Phase::Gone => false,
            // Its shape is chosen now: the features of this connection count.
            Phase::Up if !self.agreed.takes(frame, offload) => false,
            Phase::Up => {
                let queue = (self.config.hash)(frame) as usize % self.queues.count();
                match self.queues.send(system, queue, (frame, *offload, token)) {
                    Ok(()) => true,
                    Err(SendError::TooLong) => false,
                    Err(SendError::Full | SendError::Down) => return false,
                }
            }
            _ => return false,
        };
        self.held.pop_front();
        if !is_sent {
            system.dropped(token);
        }
        true
    }

    /// What was on rings has no answer.
    fn drop_lost<S: System<Page = P>>(&mut self, system: &mut S) {
        for token in self.queues.take_sent() {
            system.dropped(token);
        }
    }
}
