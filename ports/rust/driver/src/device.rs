//! A device: the guest whose frontend finds its own rings a backend, and what the runner does to it as XenStore, toolstack,
//! Xen and application.

use netfront::connection::system::System;
use netfront::connection::{flow_hash, Connection, DeviceConfig};
use netfront::tx::BLOCK_SIZE;
use netfront::Config;

use crate::guest::{Guest, Page};
use crate::json::Json;
use crate::offload;
use crate::xenstore::{Change, XenStore};

/// More than any case offers.
const QUEUES: usize = 8;
/// Frames that wait for a connection. More are dropped.
const HELD: usize = 1024;

/// A guest with a device.
pub struct Device {
    /// All but the frontend.
    pub guest: Guest,
    front: Connection<Page>,
    path: String,
    config: DeviceConfig,
    was_broken: bool,
}

impl Device {
    /// Attaches to the device of this path in this store, and answers. Rings of these sizes have to be possible.
    pub fn start(mut guest: Guest, path: &str, rings: Config, store: Vec<(String, String)>) -> Self {
        guest.xenstore = XenStore::new(store);
        let config = DeviceConfig { rings, queues: QUEUES, hash: flow_hash, held: HELD };
        let front = attach(&mut guest, path, config);
        let tx = rings.tx.map(|_| format!(r#""tx":{{"block":{BLOCK_SIZE}}}"#));
        let rx = rings.rx.map(|_| r#""rx":{}"#.to_owned());
        guest.answer_effects(&tx.into_iter().chain(rx).collect::<Vec<_>>());
        Self { guest, front, path: path.to_owned(), config, was_broken: false }
    }

    /// Answers a message.
    pub fn serve(&mut self, message: &Json) {
        let Self { guest, front, .. } = self;
        match message.text("do") {
            Some("store") => return self.change_store(message),
            Some("fail") => return self.fail(message),
            Some("watch") => self.watch(message),
            Some("event") => self.event(message),
            Some("tick") => front.tick(guest),
            Some("close") => front.close(guest),
            Some("open") => front.open(guest),
            Some("crash") => {
                guest.crash();
                *front = attach(guest, &self.path, self.config);
            }
            Some("suspend") => self.suspend(message),
            Some("send") => self.send(message),
            Some("return") => self.give_back(message),
            _ => return guest.serve(message),
        }
        self.answer();
    }

    fn change_store(&mut self, message: &Json) {
        let change = Change { set: message.texts("set"), remove: message.list("remove") };
        if message.text("at") == Some("commit") {
            self.guest.xenstore.change_at_commit(change);
        } else {
            self.guest.xenstore.change(change);
        }
        self.guest.lines.answer("{}");
    }

    fn fail(&mut self, message: &Json) {
        let after = message.number("after").unwrap_or(0);
        match message.text("what") {
            Some("grant") => self.guest.grant_fails_after = Some(after),
            Some("port") => self.guest.port_fails_after = Some(after),
            Some("commit") => self.guest.xenstore.fail_after(after),
            _ => return self.guest.serve(message),
        }
        self.guest.lines.answer("{}");
    }

    fn watch(&mut self, message: &Json) {
        if message.text("path").map_or(false, |path| self.guest.xenstore.is_watched(path)) {
            self.front.look(&mut self.guest);
        }
    }

    fn suspend(&mut self, message: &Json) {
        // One that is cancelled changes nothing, and nobody need know of it.
        if message.get("store").is_some() {
            self.guest.migrate(message.texts("store"));
            self.front.resumed(&mut self.guest);
        }
    }

    fn give_back(&mut self, message: &Json) {
        let packet = message.number("frame").and_then(|frame| self.guest.give_up(frame));
        if let Some((Some(from), packet)) = packet {
            self.front.give_back(&mut self.guest, from, packet);
        }
    }

    fn event(&mut self, message: &Json) {
        self.guest.wants_pause = message.is_true("pause");
        if let Some(port) = message.number("port").and_then(|port| u32::try_from(port).ok()) {
            self.front.event(&mut self.guest, port);
        }
        self.guest.wants_pause = false;
    }

    fn send(&mut self, message: &Json) {
        let frame = message.octets("frame").unwrap_or_default();
        let send = message.number("send").unwrap_or(0);
        if !self.front.send(&mut self.guest, &frame, offload(message), send) {
            self.guest.dropped(send);
        }
    }

    fn answer(&mut self) {
        let is_new = self.front.is_broken() && !self.was_broken;
        self.was_broken = self.front.is_broken();
        let more = if is_new { vec![r#""broken":true"#.to_owned()] } else { Vec::new() };
        self.guest.answer_effects(&more);
    }
}

fn attach(guest: &mut Guest, path: &str, config: DeviceConfig) -> Connection<Page> {
    Connection::attach(guest, path, config).expect("the sizes to be those of rings")
}
