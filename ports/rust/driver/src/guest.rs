//! The guest round the frontend: pages, a grant table, an application, and notes of what left the guest since the last answer.

use std::collections::HashMap;
use std::mem::take;

use netfront::connection::system::{Domid, Origin, Port};
use netfront::netif::PAGE_SIZE;
use netfront::{Access, Fragment, GrantRef, Host, Packet};

use crate::effects::{offload_text, Effects};
use crate::grants::Grants;
use crate::json::{hex, Json};
use crate::lines::Lines;
use crate::xenstore::XenStore;

/// A page of the guest, by its number.
#[derive(Debug)]
pub struct Page(pub usize);

/// A frame that the application holds.
enum Held {
    Copy(Vec<u8>),
    Lent(Option<Origin>, Box<Packet<Page>>),
}

/// The guest. Everything in it is gone with it.
pub struct Guest {
    /// All pages there are.
    pub memory: Vec<[u8; PAGE_SIZE]>,
    /// Numbers of those that are nobody's.
    pub free: Vec<usize>,
    grants: Grants,
    /// The application takes copies.
    copies: bool,
    held: HashMap<u64, Held>,
    frames: u64,
    /// What happened since the last answer.
    pub effects: Effects,
    /// Its XenStore.
    pub xenstore: XenStore,
    /// The port that was opened last.
    pub last_port: Port,
    /// How many grants more can be made before one fails.
    pub grant_fails_after: Option<u64>,
    /// The same of ports.
    pub port_fails_after: Option<u64>,
    /// An event with `pause` is at work, and nobody has been called yet.
    pub wants_pause: bool,
    /// The lines from and to the runner, which plays the backend while the frontend is paused.
    pub lines: Lines,
}

impl Guest {
    /// A guest with nothing in it.
    pub fn new(lines: Lines, copies: bool) -> Self {
        Self {
            memory: Vec::new(),
            free: Vec::new(),
            grants: Grants::new(),
            copies,
            held: HashMap::new(),
            frames: 0,
            effects: Effects::default(),
            xenstore: XenStore::default(),
            last_port: 0,
            grant_fails_after: None,
            port_fails_after: None,
            wants_pause: false,
            lines,
        }
    }

    /// The effects since the last answer, as the members of an object, and then whatever else there is to say.
    pub fn answer_effects(&mut self, more: &[String]) {
        let Self { effects, grants, .. } = self;
        // A grant that was made and ended again in between is in neither.
        let mut members = effects.take_members(|gref| grants.get(gref).map(|grant| (grant.access, grant.domid)));
        members.extend(self.xenstore.take_effects());
        members.extend_from_slice(more);
        self.lines.answer(&format!("{{{}}}", members.join(",")));
    }

    /// What the backend does to the guest's memory and grants, and what the application looks at.
    pub fn serve(&mut self, message: &Json) {
        let answer = match message.text("do") {
            Some("look") => self.look(message),
            Some(what) => self.access_page(what, message),
            None => None,
        };
        match answer {
            Some(answer) => self.lines.answer(&answer),
            None => self.lines.answer(r#"{"refused":"there is no such message, grant, page or frame"}"#),
        }
    }

    fn look(&self, message: &Json) -> Option<String> {
        let octets = match self.held.get(&message.number("frame")?)? {
            Held::Copy(octets) => hex(octets),
            Held::Lent(_, packet) => hex(&self.octets(packet)),
        };
        Some(format!(r#"{{"octets":"{octets}"}}"#))
    }

    /// The octets of a packet, wherever its pages are.
    fn octets(&self, packet: &Packet<Page>) -> Vec<u8> {
        let octets =
            packet.fragments().map(|Fragment { page, offset, size }| &self.memory[page.0][*offset..offset + size]);
        octets.flatten().copied().collect()
    }

    fn access_page(&mut self, what: &str, message: &Json) -> Option<String> {
        let gref = GrantRef::try_from(message.number("gref")?).ok()?;
        let grant = self.grants.get_mut(gref)?;
        let page = &mut self.memory[grant.page];
        let offset = usize::try_from(message.number("offset").unwrap_or(0)).ok()?;
        match what {
            "read" => {
                let end = offset.checked_add(usize::try_from(message.number("length")?).ok()?)?;
                return Some(format!(r#"{{"octets":"{}"}}"#, hex(page.get(offset..end)?)));
            }
            "write" => {
                let octets = message.octets("octets")?;
                page.get_mut(offset..)?.get_mut(..octets.len())?.copy_from_slice(&octets);
            }
            "map" => grant.mapped += 1,
            "unmap" => {
                let freed = self.grants.unmap(gref)?;
                self.free.extend(freed);
            }
            _ => return None,
        }
        Some("{}".to_owned())
    }

    /// The application has done with a frame; with its pages, and where they are from, where it was lent.
    pub fn give_up(&mut self, frame: u64) -> Option<(Option<Origin>, Packet<Page>)> {
        match self.held.remove(&frame)? {
            Held::Copy(_) => None,
            Held::Lent(from, packet) => Some((from, *packet)),
        }
    }

    /// A reference for a page.
    pub fn grant(&mut self, page: &Page, access: Access, domid: Option<Domid>) -> GrantRef {
        let gref = self.grants.add(page.0, access, domid);
        self.effects.granted.push(gref);
        gref
    }

    /// Ends a grant. Says whether it could be: nobody has the page mapped.
    pub fn end_grant(&mut self, gref: GrantRef) -> bool {
        let is_ended = self.grants.end(gref);
        if is_ended {
            match self.effects.granted.iter().position(|&each| each == gref) {
                Some(at) => drop(self.effects.granted.remove(at)),
                None => self.effects.ended.push(gref),
            }
        }
        is_ended
    }

    /// All grants are gone, with whoever has them mapped.
    pub fn forget_grants(&mut self) {
        self.grants = Grants::new();
    }

    /// All memory is free and no grant in use, but for what somebody has mapped.
    pub fn leave_mapped(&mut self) {
        self.grants.leave_mapped();
        self.free = (0..self.memory.len()).filter(|&page| !self.grants.has(page)).collect();
    }

    /// The application is gone with what it holds. Frames are numbered on.
    pub fn forget_application(&mut self) {
        self.held.clear();
    }

    /// The application is told what became of a packet that it sent.
    pub fn tell_sent(&mut self, token: u64, status: i16) {
        self.effects.sent.push((token, status));
        self.pause();
    }

    /// The application is given a packet, and copies it or keeps it.
    pub fn take_packet(&mut self, from: Option<Origin>, packet: Packet<Page>) -> Option<Packet<Page>> {
        let octets = self.octets(&packet);
        self.frames += 1;
        let offload = offload_text(&packet.offload);
        self.effects.received.push(format!(r#"{{"frame":{},"octets":"{}"{offload}}}"#, self.frames, hex(&octets)));
        let (held, back) =
            if self.copies { (Held::Copy(octets), Some(packet)) } else { (Held::Lent(from, Box::new(packet)), None) };
        self.held.insert(self.frames, held);
        self.pause();
        back
    }

    /// The one place where the backend gets its turn while the frontend is at work.
    fn pause(&mut self) {
        if !take(&mut self.wants_pause) {
            return;
        }
        self.answer_effects(&[r#""paused":true"#.to_owned()]);
        while let Some(message) = self.lines.next() {
            if message.text("do") == Some("resume") {
                return;
            }
            self.serve(&message);
        }
        // There will be no more lines, and nobody waits for an answer.
        std::process::exit(0);
    }
}

impl Host for Guest {
    fn grant_access(&mut self, page: &Page, access: Access) -> Option<GrantRef> {
        Some(self.grant(page, access, None))
    }

    fn end_access(&mut self, gref: GrantRef, page: Page) -> Option<Page> {
        self.end_grant(gref).then_some(page)
    }

    fn notify(&mut self) {
        self.effects.notified += 1;
    }

    fn sent(&mut self, token: u64, status: i16) {
        self.tell_sent(token, status);
    }

    fn received(&mut self, packet: Packet<Page>) -> Option<Packet<Page>> {
        self.take_packet(None, packet)
    }
}
