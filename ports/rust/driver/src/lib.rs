//! The port as a program that speaks the driver protocol (`traces/PORTING.md`): it is the guest, `netfront conform` is Xen and
//! the backend.

#![forbid(unsafe_code)]

mod device;
mod effects;
mod grants;
mod guest;
mod json;
mod kernel;
mod lines;
mod memory;
mod xenstore;

use std::collections::VecDeque;

use device::Device;
use guest::{Guest, Page};
use json::Json;
use lines::Lines;
use netfront::netif::{Gso, GsoType, NETIF_RSP_ERROR};
use netfront::tx::BLOCK_SIZE;
use netfront::{Config, Host, Netfront, Offload, RingConfig, SendError};

const HELLO: &str = r#"{"version":1,"name":"netfront in Rust","features":["tx","rx","copy","lend","chains","gso","pause","connection","reopen","plug","close","crash","migrate","queues","split"]}"#;
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

/// What a case has: rings that are there from the start, or a device that finds a backend for its own.
enum Case {
    Rings(Box<Driver>),
    Device(Box<Device>),
}

/// Answers line by line until there are no more.
pub fn serve() {
    let mut case = Case::Rings(Driver::new(Guest::new(Lines::new(), false)));
    while let Some(message) = case.guest().lines.next() {
        match (message.text("do"), &mut case) {
            (Some("hello"), _) => case.guest().lines.answer(HELLO),
            (Some("start"), _) => case = case.start(&message),
            (Some("send"), Case::Rings(driver)) => driver.send(&message),
            (Some("event"), Case::Rings(driver)) => driver.event(message.is_true("pause")),
            (Some("return"), Case::Rings(driver)) => driver.give_back(message.number("frame").unwrap_or(0)),
            (_, Case::Device(device)) => device.serve(&message),
            (_, Case::Rings(driver)) => driver.guest.serve(&message),
        }
    }
}

impl Case {
    fn guest(&mut self) -> &mut Guest {
        match self {
            Self::Rings(driver) => &mut driver.guest,
            Self::Device(device) => &mut device.guest,
        }
    }

    /// Everything that was is gone, and a new frontend connects, or attaches to a device.
    fn start(self, message: &Json) -> Self {
        let lines = match self {
            Self::Rings(driver) => driver.guest.lines,
            Self::Device(device) => device.guest.lines,
        };
        let guest = Guest::new(lines, message.get("rx").map_or(false, |rx| rx.is_true("copy")));
        let ring = |name| message.get(name).map(|ring| ring_config(ring).unwrap_or(NO_RING));
        let config = Config { tx: ring("tx"), rx: ring("rx") };
        match message.text("device") {
            None => Self::Rings(Driver::new(guest).start(&config)),
            Some(_) if !config.fits() => {
                let mut driver = Driver::new(guest);
                driver.guest.lines.answer(CANNOT);
                Self::Rings(driver)
            }
            Some(path) => Self::Device(Box::new(Device::start(guest, path, config, message.texts("store")))),
        }
    }
}

impl Driver {
    fn new(guest: Guest) -> Box<Self> {
        Box::new(Self { guest, front: None, waiting: VecDeque::new(), was_broken: false })
    }

    fn start(mut self: Box<Self>, config: &Config) -> Box<Self> {
        let guest = &mut self.guest;
        let front = Netfront::connect(guest, config);
        match &front {
            Ok(front) => {
                let tx = |gref| format!(r#""tx":{{"gref":{gref},"block":{BLOCK_SIZE}}}"#);
                let rx = |gref| format!(r#""rx":{{"gref":{gref}}}"#);
                let rings = [front.tx_ring_ref().map(tx), front.rx_ring_ref().map(rx)];
                guest.answer_effects(&rings.into_iter().flatten().collect::<Vec<_>>());
            }
            Err(_) => guest.lines.answer(CANNOT),
        }
        self.front = front.ok();
        self
    }

    fn send(&mut self, message: &Json) {
        self.waiting.push_back(Waiting {
            send: message.number("send").unwrap_or(0),
            frame: message.octets("frame").unwrap_or_default(),
            offload: offload(message),
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
        if let (Some(front), Some((_, packet))) = (&mut self.front, packet) {
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

/// What a message has of a packet.
fn offload(message: &Json) -> Offload {
    Offload { csum_blank: message.is_true("csum_blank"), gso: message.get("gso").and_then(gso) }
}

fn gso(gso: &Json) -> Option<Gso> {
    Some(Gso {
        size: u16::try_from(gso.number("size")?).ok()?.try_into().ok()?,
        kind: GsoType::from_number(u8::try_from(gso.number("type")?).ok()?)?,
    })
}
