//! What a frontend is at, and what it saw.

use super::directory::Look;
use super::offer::Offer;
use super::store::Store;
use super::xenbus::State;

/// What the frontend is at; see `FrontPhases` in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// For the backend's InitWait; its own state is Initialising.
    Waiting,
    /// It has read what is offered, and made rings.
    Prepared,
    /// The ring keys are committed.
    Written,
    /// Its state is Connected.
    Connecting,
    /// And the backend's is.
    Up,
    /// It has asked for a close, and waits for an answer.
    Closing,
    /// Its state is Closed; the rings are still there.
    Closed,
    /// The rings are not.
    Released,
    /// Its kernel began anew, and it leads the backend to Closed.
    Restarting,
    /// There is no device that it serves.
    Gone,
}

impl Phase {
    /// Are there rings, or are they to be, that no backend uses yet?
    pub(super) fn is_setting_up(self) -> bool {
        matches!(self, Self::Prepared | Self::Written)
    }

    /// Has it begun a connection, and not ended it?
    pub(super) fn has_connection(self) -> bool {
        self.is_setting_up() || matches!(self, Self::Connecting | Self::Up)
    }

    /// Does it wait for the backend to close?
    pub(super) fn is_closing(self) -> bool {
        matches!(self, Self::Closing | Self::Closed)
    }
}

/// What the frontend saw when it last looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saw {
    /// Nothing yet.
    Nothing,
    /// Its own directory was not there.
    Removed,
    /// The backend's state.
    Back(State),
}

/// Does it read the end of its connection? InitWait or Initialising is one too where it was up: another backend is there now.
/// So is a backend that is Connected, and offers something else than the one that the rings were made for.
pub fn sees_end<S: Store>(phase: Phase, saw: Saw, agreed: Offer, look: &mut Look<S>) -> bool {
    match (phase, saw) {
        (Phase::Waiting, _) => false,
        (_, Saw::Back(State::Closing | State::Closed | State::Unknown)) => true,
        (Phase::Connecting, Saw::Back(State::Connected)) => look.offer() != Ok(agreed),
        (Phase::Up, Saw::Back(State::InitWait | State::Initialising)) => true,
        _ => false,
    }
}
