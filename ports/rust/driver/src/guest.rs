//! The guest round the frontend: pages, a grant table, an application, and notes of what left the guest since the last answer.

use std::collections::HashMap;
use std::mem::take;

use netfront::netif::PAGE_SIZE;
use netfront::{Access, Fragment, GrantRef, Host, Offload, Packet};

use crate::json::{hex, Json};
use crate::lines::Lines;

const FIRST_GREF: GrantRef = 8;
/// More than any case needs.
const PAGES: usize = 1 << 17;

/// A page of the guest, by its number.
#[derive(Debug)]
pub struct Page(usize);

struct Grant {
    page: usize,
    access: Access,
    mapped: usize,
}

/// A frame that the application holds.
enum Held {
    Copy(Vec<u8>),
    Lent(Box<Packet<Page>>),
}

/// What happened since the last answer.
#[derive(Default)]
struct Effects {
    granted: Vec<GrantRef>,
    ended: Vec<GrantRef>,
    notified: usize,
    sent: Vec<(u64, i16)>,
    received: Vec<String>,
}

/// The guest. Everything in it is gone with it.
pub struct Guest {
    memory: Vec<[u8; PAGE_SIZE]>,
    grants: Vec<Option<Grant>>,
    /// The application takes copies.
    copies: bool,
    held: HashMap<u64, Held>,
    frames: u64,
    effects: Effects,
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
            grants: (0..FIRST_GREF).map(|_| None).collect(),
            copies,
            held: HashMap::new(),
            frames: 0,
            effects: Effects::default(),
            wants_pause: false,
            lines,
        }
    }

    /// The effects since the last answer, as the members of an object, and then whatever else there is to say.
    pub fn answer_effects(&mut self, more: &[String]) {
        let Effects { granted, ended, notified, sent, received } = take(&mut self.effects);
        // Granted and ended again in between: in neither.
        let granted: Vec<_> = granted.iter().filter_map(|&gref| self.grant_text(gref)).collect();
        let sent: Vec<_> = sent.iter().map(|(n, status)| format!(r#"{{"send":{n},"status":{status}}}"#)).collect();
        let ended: Vec<_> = ended.iter().map(GrantRef::to_string).collect();
        let mut members: Vec<_> = [("granted", granted), ("ended", ended), ("sent", sent), ("received", received)]
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| format!(r#""{name}":[{}]"#, list.join(",")))
            .collect();
        if notified > 0 {
            members.push(format!(r#""notified":{notified}"#));
        }
        members.extend_from_slice(more);
        self.lines.answer(&format!("{{{}}}", members.join(",")));
    }

    fn grant_text(&self, gref: GrantRef) -> Option<String> {
        let access = match self.grants[gref as usize].as_ref()?.access {
            Access::ReadOnly => "read-only",
            Access::Writable => "writable",
        };
        Some(format!(r#"{{"gref":{gref},"access":"{access}"}}"#))
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
            Held::Lent(packet) => hex(&self.octets(packet)),
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
        let grant = self.grants.get_mut(usize::try_from(message.number("gref")?).ok()?)?.as_mut()?;
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
            "unmap" => grant.mapped = grant.mapped.checked_sub(1)?,
            _ => return None,
        }
        Some("{}".to_owned())
    }

    /// The application has done with a frame; with its pages, where it was lent.
    pub fn give_up(&mut self, frame: u64) -> Option<Packet<Page>> {
        match self.held.remove(&frame)? {
            Held::Copy(_) => None,
            Held::Lent(packet) => Some(*packet),
        }
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
    type Page = Page;

    fn alloc_page(&mut self) -> Option<Page> {
        let page = self.memory.len();
        (page < PAGES).then(|| {
            self.memory.push([0; PAGE_SIZE]);
            Page(page)
        })
    }

    fn grant_access(&mut self, page: &Page, access: Access) -> GrantRef {
        let grant = Some(Grant { page: page.0, access, mapped: 0 });
        let from = FIRST_GREF as usize;
        let gref = match self.grants[from..].iter().position(Option::is_none) {
            Some(at) => {
                self.grants[from + at] = grant;
                from + at
            }
            None => {
                self.grants.push(grant);
                self.grants.len() - 1
            }
        } as GrantRef;
        self.effects.granted.push(gref);
        gref
    }

    fn end_access(&mut self, gref: GrantRef, page: Page) -> Option<Page> {
        let grant = &mut self.grants[gref as usize];
        if grant.as_ref().map_or(false, |grant| grant.mapped > 0) {
            return None;
        }
        *grant = None;
        match self.effects.granted.iter().position(|&each| each == gref) {
            Some(at) => drop(self.effects.granted.remove(at)),
            None => self.effects.ended.push(gref),
        }
        Some(page)
    }

    fn notify(&mut self) {
        self.effects.notified += 1;
    }

    fn load(&self, page: &Page, offset: usize) -> u32 {
        let mut word = [0; 4];
        self.read(page, offset, &mut word);
        u32::from_le_bytes(word)
    }

    fn store(&mut self, page: &Page, offset: usize, word: u32) {
        self.write(page, offset, &word.to_le_bytes());
    }

    fn read(&self, page: &Page, offset: usize, octets: &mut [u8]) {
        octets.copy_from_slice(&self.memory[page.0][offset..offset + octets.len()]);
    }

    fn write(&mut self, page: &Page, offset: usize, octets: &[u8]) {
        self.memory[page.0][offset..offset + octets.len()].copy_from_slice(octets);
    }

    fn sent(&mut self, token: u64, status: i16) {
        self.effects.sent.push((token, status));
        self.pause();
    }

    fn received(&mut self, packet: Packet<Page>) -> Option<Packet<Page>> {
        let octets = self.octets(&packet);
        self.frames += 1;
        let offload = offload_text(&packet.offload);
        self.effects.received.push(format!(r#"{{"frame":{},"octets":"{}"{offload}}}"#, self.frames, hex(&octets)));
        let (held, back) =
            if self.copies { (Held::Copy(octets), Some(packet)) } else { (Held::Lent(Box::new(packet)), None) };
        self.held.insert(self.frames, held);
        self.pause();
        back
    }
}

/// What is to be done with a packet, as further members of an object.
fn offload_text(offload: &Offload) -> String {
    let csum_blank = if offload.csum_blank { r#","csum_blank":true"# } else { "" };
    let gso = offload.gso.map(|gso| format!(r#","gso":{{"size":{},"type":{}}}"#, gso.size, gso.kind as u8));
    format!("{csum_blank}{}", gso.unwrap_or_default())
}
