//! The frontend's steps, each under the name that it has in `ConnectionFront` of the specification. One that is not due does
//! nothing and says false.

use super::directory::{Claim, Failed, Look};
use super::keys::ring_keys;
use super::phase::{sees_end, Phase, Saw};
use super::system::System;
use super::xenbus::State;
use super::Connection;
use crate::ConnectError;

impl<P> Connection<P> {
    /// The first step that is due. Says whether there was one.
    pub(super) fn step<S: System<Page = P>>(&mut self, system: &mut S) -> Result<bool, Failed> {
        if self.phase == Phase::Closed || self.saw == Saw::Removed {
            self.drop_lost(system);
        }
        Ok(self.read_state(system)
            || self.lose_device(system)
            || self.probe(system)?
            || self.end_set_up(system)?
            || self.answer_close(system)?
            || self.ask_for_close(system)?
            || self.answered(system)?
            || self.prepare(system)
            || self.write_keys(system)?
            || self.connect(system)?
            || self.see_connected(system)
            || self.reset(system)?
            || self.restarted(system)?
            || self.release(system)
            || self.reopen(system)?
            || self.pump(system))
    }

    /// FrontReadState. The backend's state comes first: if the directory is still the frontend's after that, it was then.
    fn read_state<S: System>(&mut self, system: &mut S) -> bool {
        if !self.is_look_due {
            return false;
        }
        self.is_look_due = false;
        let mut look = self.directory.look(system);
        let state = look.back_state();
        self.saw = match state {
            _ if !look.is_own() => Saw::Removed,
            Ok(state) => Saw::Back(state),
            // A key that is not sound is as good as none.
            Err(error) => {
                self.error = Some(error);
                Saw::Back(State::Unknown)
            }
        };
        true
    }

    /// FrontGone: everything is taken back, and nothing is written.
    fn lose_device<S: System<Page = P>>(&mut self, system: &mut S) -> bool {
        if self.saw != Saw::Removed || self.phase == Phase::Gone {
            return false;
        }
        self.queues.release(system);
        self.directory.disown();
        self.has_failed = false;
        self.phase = Phase::Gone;
        true
    }

    /// FrontProbe. A kernel before this one may have left the device connected.
    fn probe<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        if self.phase != Phase::Gone {
            return Ok(false);
        }
        self.phase = match self.directory.claim(system)? {
            Claim::NoDevice => return Ok(false),
            Claim::Unusable(error) => {
                self.error = Some(error);
                return Ok(false);
            }
            Claim::Taken(State::Initialising) => Phase::Waiting,
            Claim::Taken(_) => Phase::Restarting,
        };
        self.is_resting = false;
        self.forget_saw();
        Ok(true)
    }

    /// FrontSetUpFails: what there is, is given back.
    fn end_set_up<S: System<Page = P>>(&mut self, system: &mut S) -> Result<bool, Failed> {
        if !self.has_failed || !self.phase.is_setting_up() || !self.say_closed(system, |_| true)? {
            return Ok(false);
        }
        self.queues.release(system);
        self.has_failed = false;
        self.is_resting = true;
        self.phase = Phase::Released;
        Ok(true)
    }

    /// FrontAnswerClose. Before it has begun a connection, a backend at Closed may be one that has not looked yet: then it asks
    /// whether the device is to go.
    fn answer_close<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let (phase, saw, agreed) = (self.phase, self.saw, self.agreed);
        let is_due = |look: &mut Look<S>| match (phase, saw) {
            (Phase::Waiting, Saw::Back(State::Closing)) => true,
            (Phase::Waiting, Saw::Back(State::Closed)) => !look.is_online(),
            _ => sees_end(phase, saw, agreed, look),
        };
        if self.phase != Phase::Waiting && !self.phase.has_connection() || !self.say_closed(system, is_due)? {
            return Ok(false);
        }
        self.phase = Phase::Closed;
        Ok(true)
    }

    /// FrontClosing: the application closes, and the frontend asks.
    fn ask_for_close<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let (phase, saw, agreed) = (self.phase, self.saw, self.agreed);
        let is_due = |look: &mut Look<S>| !sees_end(phase, saw, agreed, look);
        if self.is_wanted || !self.phase.has_connection() {
            return Ok(false);
        }
        self.write_state(system, State::Closing, Phase::Closing, is_due)
    }

    /// FrontClosed and FrontTimeout: a backend that does not answer is not waited for without end.
    fn answered<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let is_answered = matches!(self.saw, Saw::Back(State::Closing | State::Closed | State::Unknown));
        let is_due = self.phase == Phase::Closing && (is_answered || self.is_patience_over);
        if !is_due || !self.say_closed(system, |_| true)? {
            return Ok(false);
        }
        self.phase = Phase::Closed;
        Ok(true)
    }

    /// FrontPrepare. Where rings cannot be made, the set-up fails.
    fn prepare<S: System<Page = P>>(&mut self, system: &mut S) -> bool {
        if self.phase != Phase::Waiting || !self.is_wanted || self.saw != Saw::Back(State::InitWait) {
            return false;
        }
        let mut look = self.directory.look(system);
        let read = look.offer().and_then(|offer| Ok((offer, look.backend_id()?)));
        match read {
            Ok((offer, domid)) => {
                self.agreed = offer;
                self.queues.begin(domid);
                self.has_failed = self.make_queues(system).is_err();
            }
            Err(error) => {
                self.error = Some(error);
                self.has_failed = true;
            }
        }
        self.phase = Phase::Prepared;
        true
    }

    fn make_queues<S: System<Page = P>>(&mut self, system: &mut S) -> Result<(), ConnectError> {
        let count = self.config.queues.clamp(1, self.agreed.queues as usize);
        (0..count).try_for_each(|_| self.queues.add(system, &self.config.rings, self.agreed.split))
    }

    /// FrontWriteKeys: in one commit.
    fn write_keys<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let directory = &self.directory;
        let queues = self.queues.keys();
        let is_due = self.phase == Phase::Prepared && !self.has_failed;
        if !is_due || !directory.write(system, |look| Some(ring_keys(look, |key| directory.own(key), &queues)))? {
            return Ok(false);
        }
        self.phase = Phase::Written;
        Ok(true)
    }

    /// FrontConnect: only now, since the backend looks at the keys when it sees this.
    fn connect<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        if self.phase != Phase::Written || self.has_failed {
            return Ok(false);
        }
        self.write_state(system, State::Connected, Phase::Connecting, |_| true)
    }

    /// FrontSeeConnected. It reads the features once more: another backend may have taken the place of the one that it read
    /// them of.
    fn see_connected<S: System>(&mut self, system: &mut S) -> bool {
        let is_due = self.phase == Phase::Connecting && self.saw == Saw::Back(State::Connected);
        if !is_due || self.directory.look(system).offer() != Ok(self.agreed) {
            return false;
        }
        self.error = None;
        self.phase = Phase::Up;
        true
    }

    /// FrontReset: the backend is led to Closed, and has unmapped the rings when it says so.
    fn reset<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let is_due = |look: &mut Look<S>| look.state() != Ok(State::Closed);
        Ok(self.phase == Phase::Restarting && self.say_closed(system, is_due)?)
    }

    /// FrontRestarted: only now is the memory of those rings anybody's.
    fn restarted<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let is_closed = matches!(self.saw, Saw::Back(State::Closed | State::Unknown));
        if self.phase != Phase::Restarting || !is_closed {
            return Ok(false);
        }
        self.write_state(system, State::Initialising, Phase::Waiting, |look| look.state() == Ok(State::Closed))
    }

    /// FrontRelease: the backend has said Closed or is gone, or it was waited for long enough.
    fn release<S: System<Page = P>>(&mut self, system: &mut S) -> bool {
        let is_closed = matches!(self.saw, Saw::Removed | Saw::Back(State::Closed | State::Unknown));
        if self.phase != Phase::Closed || !(is_closed || self.is_patience_over) {
            return false;
        }
        self.queues.release(system);
        self.phase = Phase::Released;
        true
    }

    /// FrontReopen: once the backend is seen at Closed after the frontend has said so. InitWait is not enough: a backend that
    /// was restarted may have read the Connected of before, and would map the old rings.
    fn reopen<S: System>(&mut self, system: &mut S) -> Result<bool, Failed> {
        let is_due = self.phase == Phase::Released && self.is_wanted && !self.is_resting;
        if !is_due || self.saw != Saw::Back(State::Closed) {
            return Ok(false);
        }
        self.write_state(system, State::Initialising, Phase::Waiting, |look| look.is_online())
    }

    fn write_state<S: System>(
        &mut self,
        system: &mut S,
        state: State,
        then: Phase,
        is_due: impl Fn(&mut Look<S>) -> bool,
    ) -> Result<bool, Failed> {
        let is_written = self.directory.write_state(system, state, is_due)?;
        if is_written {
            self.phase = then;
        }
        Ok(is_written)
    }

    /// It says Closed, and looks anew: a Closed that it saw before may be of a backend that has gone on since.
    fn say_closed<S: System>(&mut self, system: &mut S, is_due: impl Fn(&mut Look<S>) -> bool) -> Result<bool, Failed> {
        let is_written = self.directory.write_state(system, State::Closed, is_due)?;
        if is_written {
            self.forget_saw();
        }
        Ok(is_written)
    }

    fn forget_saw(&mut self) {
        self.saw = Saw::Nothing;
        self.is_look_due = true;
    }
}
