//! A guest for the unit tests of a device: [`Guest`] with a store and ports. The test is toolstack and backend.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::store::{Changes, CommitError, Reads, Store};
use super::system::{Domid, Origin, Port, System};
use super::{flow_hash, Connection, DeviceConfig};
use crate::simulated::{Guest, Page};
use crate::{Access, Config, GrantRef, Host, Memory, Packet, RingConfig};

pub const FRONT: &str = "device/vif/0";
pub const BACK: &str = "/back";

/// Small ones.
pub const RINGS: RingConfig = RingConfig { nr_ents: 2, first: 0, buffers: 2 };
pub const CONFIG: DeviceConfig =
    DeviceConfig { rings: Config { tx: Some(RINGS), rx: Some(RINGS) }, queues: 4, hash: flow_hash, held: 3 };

/// A guest, its store, and notes of what it did.
#[derive(Default)]
pub struct Dom {
    pub guest: Guest,
    pub values: BTreeMap<String, String>,
    /// Done just before the next commit, which then gets EAGAIN.
    pub race: Option<fn(&mut Dom)>,
    /// Calls until one fails: of grants, ports and commits.
    pub fails: [Option<usize>; 3],
    pub granted: Vec<GrantRef>,
    pub open: Vec<Port>,
    pub notified: Vec<Port>,
    pub dropped: Vec<u64>,
    /// Values that the key `state` was given.
    pub states: Vec<String>,
    /// Pages that were taken and not given back.
    pub pages: usize,
    ports: Port,
}

impl Dom {
    /// With a device, whose backend has not begun.
    pub fn new() -> Self {
        let mut dom = Self::default();
        dom.plug();
        dom
    }

    pub fn plug(&mut self) {
        let own = [("backend", BACK), ("backend-id", "7"), ("state", "1")];
        own.iter().for_each(|(key, value)| self.set(FRONT, key, value));
        [("state", "1"), ("online", "1"), ("feature-rx-copy", "1")]
            .iter()
            .for_each(|(key, value)| self.set(BACK, key, value));
    }

    pub fn unplug(&mut self) {
        self.values.clear();
    }

    pub fn set(&mut self, directory: &str, key: &str, value: &str) {
        self.values.insert([directory, "/", key].concat(), value.to_string());
    }

    pub fn key(&self, key: &str) -> Option<&str> {
        self.values.get(&[FRONT, "/", key].concat()).map(String::as_str)
    }

    /// The backend writes its state, and the frontend's watch is called.
    pub fn back(&mut self, front: &mut Connection<Page>, state: &str) {
        self.set(BACK, "state", state);
        front.look(self);
    }

    /// A device that is up.
    pub fn up() -> (Self, Connection<Page>) {
        let mut dom = Self::new();
        let mut front = Connection::attach(&mut dom, FRONT, CONFIG).unwrap();
        dom.connect(&mut front);
        (dom, front)
    }

    pub fn connect(&mut self, front: &mut Connection<Page>) {
        self.back(front, "2");
        self.back(front, "4");
    }

    /// What the guest has for its rings.
    pub fn has(&self) -> (usize, usize, usize) {
        (self.pages, self.granted.len(), self.open.len())
    }

    fn fails(&mut self, what: usize) -> bool {
        let left = self.fails[what].take();
        self.fails[what] = left.and_then(|left| left.checked_sub(1));
        left == Some(0)
    }
}

impl Store for Dom {
    fn read(&self, path: &str) -> Option<String> {
        self.values.get(path).cloned()
    }

    fn commit(&mut self, reads: &Reads, changes: &Changes) -> Result<(), CommitError> {
        if let Some(race) = self.race.take() {
            race(self);
            return Err(CommitError::Again);
        }
        if self.fails(2) {
            return Err(CommitError::Failed);
        }
        assert!(reads.iter().all(|(path, value)| self.values.get(path) == value.as_ref()));
        for (path, value) in changes {
            let below = [path.as_str(), "/"].concat();
            self.values.retain(|each, _| each != path && !(value.is_none() && each.starts_with(&below)));
            if let Some(value) = value {
                self.values.insert(path.clone(), value.clone());
                self.states.extend(path.ends_with("/state").then(|| value.clone()));
            }
        }
        Ok(())
    }

    fn watch(&mut self, _: &str) {}

    fn unwatch(&mut self, _: &str) {}
}

impl Memory for Dom {
    type Page = Page;

    fn alloc_page(&mut self) -> Option<Page> {
        self.pages += 1;
        self.guest.alloc_page()
    }

    fn free_page(&mut self, page: Page) {
        self.pages -= 1;
        self.guest.free_page(page);
    }

    fn load(&self, page: &Page, offset: usize) -> u32 {
        self.guest.load(page, offset)
    }

    fn store(&mut self, page: &Page, offset: usize, word: u32) {
        self.guest.store(page, offset, word);
    }

    fn read(&self, page: &Page, offset: usize, octets: &mut [u8]) {
        self.guest.read(page, offset, octets);
    }

    fn write(&mut self, page: &Page, offset: usize, octets: &[u8]) {
        self.guest.write(page, offset, octets);
    }
}

impl System for Dom {
    fn grant_access_to(&mut self, domid: Domid, page: &Page, access: Access) -> Option<GrantRef> {
        assert_eq!(domid, 7);
        if self.fails(0) {
            return None;
        }
        let gref = self.guest.grant_access(page, access)?;
        self.granted.push(gref);
        Some(gref)
    }

    fn try_end_access(&mut self, gref: GrantRef, page: Page) -> Result<Page, Page> {
        if self.guest.mapped.contains(&gref) {
            return Err(page);
        }
        let at = self.granted.iter().position(|&each| each == gref).expect("a grant to be ended once");
        self.granted.remove(at);
        Ok(page)
    }

    fn open_port(&mut self, _: Domid) -> Option<Port> {
        if self.fails(1) {
            return None;
        }
        self.ports += 1;
        self.open.push(self.ports);
        Some(self.ports)
    }

    fn close_port(&mut self, port: Port) {
        let at = self.open.iter().position(|&each| each == port).expect("a port to be closed once");
        self.open.remove(at);
    }

    fn notify_port(&mut self, port: Port) {
        assert!(self.open.contains(&port));
        self.notified.push(port);
    }

    fn sent(&mut self, token: u64, status: i16) {
        self.guest.sent(token, status);
    }

    fn dropped(&mut self, token: u64) {
        self.dropped.push(token);
    }

    fn received(&mut self, _: Origin, packet: Packet<Page>) -> Option<Packet<Page>> {
        Some(packet)
    }
}
