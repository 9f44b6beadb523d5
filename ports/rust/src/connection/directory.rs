//! A device's directories in XenStore. What a step reads is remembered, and what it writes is written only where that is
//! still so.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::offer::Offer;
use super::store::{Changes, CommitError, Reads, Store};
use super::system::Domid;
use super::xenbus::{number_of, state_of, DeviceError, State};

/// A write failed, for another reason than EAGAIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// What came of a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// There is no directory.
    NoDevice,
    /// It lacks what a device has to have.
    Unusable(DeviceError),
    /// The frontend's state was this.
    Taken(State),
}

/// So often a step is decided. A store in which somebody else writes each time is not waited for.
const MOST_TRIES: usize = 100;

/// The key that says which frontend a directory belongs to. Only frontends read it. A device that the toolstack makes anew
/// has none, so it is not taken for the one that was served before.
const OWNER: &str = "netfront-owner";

/// DOMID_FIRST_RESERVED is the next.
const LAST_DOMID: u32 = 0x7fef;

/// The directory of a frontend. It is its own between a [`Directory::claim`] and a [`Directory::disown`].
pub struct Directory {
    front: String,
    owner: Option<String>,
    claims: u64,
    watched: Vec<String>,
}

impl Directory {
    /// That of a device, such as `device/vif/0`. It is nobody's yet.
    pub fn new(front: &str) -> Self {
        Self { front: front.to_string(), owner: None, claims: 0, watched: Vec::new() }
    }

    /// The path of one of its keys.
    pub fn own(&self, key: &str) -> String {
        format!("{}/{key}", self.front)
    }

    /// Reads, for one step.
    pub fn look<'a, S: Store>(&'a self, store: &'a S) -> Look<'a, S> {
        Look { store, directory: self, reads: Vec::new() }
    }

    /// Decides by what it reads what to write, and writes it in one commit; where that has changed meanwhile, it decides anew.
    /// Nothing is written where the directory is not this frontend's. Says whether something was.
    pub fn write<S: Store>(
        &self,
        store: &mut S,
        decide: impl Fn(&mut Look<S>) -> Option<Changes>,
    ) -> Result<bool, Failed> {
        for _ in 0..MOST_TRIES {
            let mut look = self.look(store);
            if !look.is_own() {
                return Ok(false);
            }
            let changes = match decide(&mut look) {
                Some(changes) => changes,
                None => return Ok(false),
            };
            let reads = look.reads;
            match store.commit(&reads, &changes) {
                Ok(()) => return Ok(true),
                Err(CommitError::Again) => {}
                Err(CommitError::Failed) => return Err(Failed),
            }
        }
        Err(Failed)
    }

    /// Writes the frontend's state, if this is so of what is read.
    pub fn write_state<S: Store>(
        &self,
        store: &mut S,
        state: State,
        is_due: impl Fn(&mut Look<S>) -> bool,
    ) -> Result<bool, Failed> {
        self.write(store, |look| is_due(look).then(|| vec![(self.own("state"), Some((state as u8).to_string()))]))
    }

    /// Takes the directory that is there for this frontend's own, and watches both ends.
    pub fn claim<S: Store>(&mut self, store: &mut S) -> Result<Claim, Failed> {
        for _ in 0..MOST_TRIES {
            let mut look = self.look(store);
            if !look.exists() {
                return Ok(Claim::NoDevice);
            }
            let (state, back) = match look.device() {
                Ok(found) => found,
                Err(error) => return Ok(Claim::Unusable(error)),
            };
            let reads = look.reads;
            let owner = (self.claims + 1).to_string();
            match store.commit(&reads, &vec![(self.own(OWNER), Some(owner.clone()))]) {
                Ok(()) => {
                    self.claims += 1;
                    self.owner = Some(owner);
                    self.watch(store, back);
                    return Ok(Claim::Taken(state));
                }
                Err(CommitError::Again) => {}
                Err(CommitError::Failed) => return Err(Failed),
            }
        }
        Err(Failed)
    }

    /// It is not this frontend's any more. Whether there is another device is still watched.
    pub fn disown(&mut self) {
        self.owner = None;
    }

    /// Watches for a device.
    pub fn watch_for_device<S: Store>(&mut self, store: &mut S) {
        self.set_watches(store, vec![self.own("state")]);
    }

    fn watch<S: Store>(&mut self, store: &mut S, back: String) {
        self.set_watches(store, vec![self.own("state"), format!("{back}/state")]);
    }

    fn set_watches<S: Store>(&mut self, store: &mut S, paths: Vec<String>) {
        for path in self.watched.drain(..) {
            store.unwatch(&path);
        }
        for path in &paths {
            store.watch(path);
        }
        self.watched = paths;
    }
}

/// What one step reads.
pub struct Look<'a, S> {
    store: &'a S,
    directory: &'a Directory,
    reads: Reads,
}

impl<S: Store> Look<'_, S> {
    /// The value of a path.
    pub fn read(&mut self, path: &str) -> Option<String> {
        let value = self.store.read(path);
        self.reads.push((path.to_string(), value.clone()));
        value
    }

    /// The value of one of the frontend's keys.
    pub fn read_own(&mut self, key: &str) -> Option<String> {
        self.read(&self.directory.own(key))
    }

    /// Is there a directory, whosever it is?
    pub fn exists(&mut self) -> bool {
        self.read_own("state").is_some()
    }

    /// Is the directory there, and this frontend's?
    pub fn is_own(&mut self) -> bool {
        self.exists() && self.directory.owner.is_some() && self.read_own(OWNER) == self.directory.owner
    }

    /// The frontend's own state.
    pub fn state(&mut self) -> Result<State, DeviceError> {
        let value = self.read_own("state");
        state_of(&self.directory.own("state"), value)
    }

    /// What a device has to have: the frontend's state, and a backend, whose directory this is.
    fn device(&mut self) -> Result<(State, String), DeviceError> {
        let state = self.state()?;
        self.backend_id()?;
        Ok((state, self.back()?))
    }

    /// The backend's directory.
    fn back(&mut self) -> Result<String, DeviceError> {
        match self.read_own("backend") {
            Some(back) if !back.is_empty() => Ok(back),
            value => {
                let path = self.directory.own("backend");
                Err(DeviceError { path, value, needed: "the directory of the backend is needed" })
            }
        }
    }

    /// The backend's domain.
    pub fn backend_id(&mut self) -> Result<Domid, DeviceError> {
        let (path, value) = (self.directory.own("backend-id"), self.read_own("backend-id"));
        let domid = number_of(&path, value.clone(), None)?;
        if domid > LAST_DOMID {
            return Err(DeviceError { path, value, needed: "a domain is a number up to 32751" });
        }
        Ok(domid as Domid)
    }

    /// A key of the backend, with its path.
    fn of_back(&mut self, key: &str) -> Result<(String, Option<String>), DeviceError> {
        let path = format!("{}/{key}", self.back()?);
        let value = self.read(&path);
        Ok((path, value))
    }

    /// The backend's state.
    pub fn back_state(&mut self) -> Result<State, DeviceError> {
        let (path, value) = self.of_back("state")?;
        state_of(&path, value)
    }

    /// May the device open again after it was closed? Not where nothing says so: a directory that is gone may be of a device
    /// that is to go.
    pub fn is_online(&mut self) -> bool {
        let online = self.of_back("online").and_then(|(path, value)| number_of(&path, value, Some(0)));
        online.map_or(false, |online| online > 0)
    }

    /// What the backend offers; nothing where its directory is gone, which the frontend will see.
    pub fn offer(&mut self) -> Result<Offer, DeviceError> {
        let back = self.back()?;
        if self.back_state()? == State::Unknown {
            return Ok(Offer::NONE);
        }
        Offer::read(|key| {
            let path = format!("{back}/{key}");
            let value = self.read(&path);
            (path, value)
        })
    }
}
