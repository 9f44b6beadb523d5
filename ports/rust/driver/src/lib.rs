//! The port as a program that speaks the driver protocol (`traces/PORTING.md`): it is the guest, `netfront conform` is Xen and
//! the backend.

#![forbid(unsafe_code)]

mod guest;
mod json;
mod lines;

use std::collections::VecDeque;

use guest::{Guest, Page};
use json::Json;
use lines::Lines;
use netfront::netif::{Gso, GsoType, NETIF_RSP_ERROR};
use netfront::tx::BLOCK_SIZE;
use netfront::{Config, Host, Netfront, Offload, RingConfig, SendError};

const HELLO: &str =
    r#"{"version":1,"name":"netfront in Rust","features":["tx","rx","copy","lend","chains","gso","pause"]}"#;
const CANNOT: &str = r#"{"cannot":"rings of 1, 2, 4 ... 256 slots, with 1 to 65536 buffers each"}"#;

/// A frame that the application has still to send: the frontend had no room.
struct Waiting {
    send: u64,
    frame: Vec<u8>,
    offload: Offload,
}

/// A guest whose frontend is connected.
struct Driver {
    guest: Guest,
    front: Option<Netfront<Page>>,
    waiting: VecDeque<Waiting>,
    was_broken: bool,
}

/// Answers line by line until there are no more.
pub fn serve() {
    let mut driver =
        Driver { guest: Guest::new(Lines::new(), false), front: None, waiting: VecDeque::new(), was_broken: false };
    while let Some(message) = driver.guest.lines.next() {
        match message.text("do") {
            Some("hello") => driver.guest.lines.answer(HELLO),
            Some("start") => driver = driver.start(&message),
            Some("send") => driver.send(&message),
            Some("event") => driver.event(message.is_true("pause")),
            Some("return") => driver.give_back(message.number("frame").unwrap_or(0)),
            _ => driver.guest.serve(&message),
        }
    }
}

impl Driver {
    /// Everything that was is gone, and a new frontend connects.
    fn start(self, message: &Json) -> Self {
        let copies = message.get("rx").map_or(false, |rx| rx.is_true("copy"));
        let mut guest = Guest::new(self.guest.lines, copies);
        let ring = |name| message.get(name).map(|ring| ring_config(ring).unwrap_or(NO_RING));
        let front = Netfront::connect(&mut guest, &Config { tx: ring("tx"), rx: ring("rx") });
        match &front {
            Ok(front) => {
                let tx = |gref| format!(r#""tx":{{"gref":{gref},"block":{BLOCK_SIZE}}}"#);
                let rx = |gref| format!(r#""rx":{{"gref":{gref}}}"#);
                let rings = [front.tx_ring_ref().map(tx), front.rx_ring_ref().map(rx)];
                guest.answer_effects(&rings.into_iter().flatten().collect::<Vec<_>>());
            }
            Err(_) => guest.lines.answer(CANNOT),
        }
        Self { guest, front: front.ok(), waiting: VecDeque::new(), was_broken: false }
    }

    fn send(&mut self, message: &Json) {
        self.waiting.push_back(Waiting {
            send: message.number("send").unwrap_or(0),
            frame: message.octets("frame").unwrap_or_default(),
            offload: Offload { csum_blank: message.is_true("csum_blank"), gso: message.get("gso").and_then(gso) },
        });
        self.send_waiting();
        self.answer();
    }

    fn event(&mut self, pause: bool) {
        self.guest.wants_pause = pause;
        if let Some(front) = &mut self.front {
            front.poll(&mut self.guest);
        }
        self.guest.wants_pause = false;
        self.send_waiting();
        self.answer();
    }

    fn give_back(&mut self, frame: u64) {
        let packet = self.guest.give_up(frame);
        if let (Some(front), Some(packet)) = (&mut self.front, packet) {
            front.give_back(&mut self.guest, packet);
        }
        self.answer();
    }

    /// The application sends what waits, as far as there is room.
    fn send_waiting(&mut self) {
        let front = match &mut self.front {
            Some(front) => front,
            None => return,
        };
        while let Some(Waiting { send, frame, offload }) = self.waiting.front() {
            match front.send(&mut self.guest, frame, *offload, *send) {
                Ok(()) => {}
                Err(SendError::TooLong) => self.guest.sent(*send, NETIF_RSP_ERROR),
                Err(SendError::Full | SendError::Down) => return,
            }
            self.waiting.pop_front();
        }
    }

    fn answer(&mut self) {
        let is_broken = self.front.as_ref().map_or(false, |front| front.broken().is_some());
        let is_new = is_broken && !self.was_broken;
        self.was_broken = is_broken;
        let more = if is_new { vec![r#""broken":true"#.to_owned()] } else { Vec::new() };
        self.guest.answer_effects(&more);
    }
}

/// No frontend connects to it.
const NO_RING: RingConfig = RingConfig { nr_ents: 0, first: 0, buffers: 0 };

fn ring_config(ring: &Json) -> Option<RingConfig> {
    Some(RingConfig {
        nr_ents: u32::try_from(ring.number("nr_ents")?).ok()?,
        first: u32::try_from(ring.number("first")?).ok()?,
        buffers: usize::try_from(ring.number("buffers")?).ok()?,
    })
}

fn gso(gso: &Json) -> Option<Gso> {
    Some(Gso {
        size: u16::try_from(gso.number("size")?).ok()?.try_into().ok()?,
        kind: GsoType::from_number(u8::try_from(gso.number("type")?).ok()?)?,
    })
}
