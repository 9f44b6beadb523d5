//! What left the guest since the last answer.

use std::mem::take;

use netfront::connection::system::{Domid, Port};
use netfront::{Access, GrantRef, Offload};

/// Notes of it.
#[derive(Default)]
pub struct Effects {
    /// Grants that were made, and may have been ended since.
    pub granted: Vec<GrantRef>,
    /// Grants of before that were ended.
    pub ended: Vec<GrantRef>,
    /// Ports that were opened, and for whom.
    pub opened: Vec<(Port, Domid)>,
    /// Ports that were closed.
    pub closed: Vec<Port>,
    /// How many events were sent where there is one channel.
    pub notified: usize,
    /// The port of each other event.
    pub ports: Vec<Port>,
    /// Tokens and statuses.
    pub sent: Vec<(u64, i16)>,
    /// Tokens of what has no answer.
    pub dropped: Vec<u64>,
    /// Frames, each as an object.
    pub received: Vec<String>,
}

impl Effects {
    /// As the members of an object; then nothing is left. Of a grant the guest says what it is now, if it is there.
    pub fn take_members(&mut self, grant: impl Fn(GrantRef) -> Option<(Access, Option<Domid>)>) -> Vec<String> {
        let Self { granted, ended, opened, closed, notified, ports, sent, dropped, received } = take(self);
        let granted = granted.iter().filter_map(|&gref| Some(grant_text(gref, grant(gref)?))).collect();
        let opened = opened.iter().map(|(port, domid)| format!(r#"{{"port":{port},"domid":{domid}}}"#)).collect();
        let sent = sent.iter().map(|(n, status)| format!(r#"{{"send":{n},"status":{status}}}"#)).collect();
        let lists = [
            ("granted", granted),
            ("ended", texts(&ended)),
            ("opened", opened),
            ("closed", texts(&closed)),
            ("sent", sent),
            ("dropped", texts(&dropped)),
            ("received", received),
            ("ports", texts(&ports)),
        ];
        let mut members: Vec<_> = lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| format!(r#""{name}":[{}]"#, list.join(",")))
            .collect();
        if notified > 0 {
            members.push(format!(r#""notified":{notified}"#));
        }
        members
    }
}

fn texts<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(T::to_string).collect()
}

fn grant_text(gref: GrantRef, (access, domid): (Access, Option<Domid>)) -> String {
    let access = match access {
        Access::ReadOnly => "read-only",
        Access::Writable => "writable",
    };
    let domid = domid.map(|domid| format!(r#","domid":{domid}"#)).unwrap_or_default();
    format!(r#"{{"gref":{gref},"access":"{access}"{domid}}}"#)
}

/// What is to be done with a packet, as further members of an object.
pub fn offload_text(offload: &Offload) -> String {
    let csum_blank = if offload.csum_blank { r#","csum_blank":true"# } else { "" };
    let gso = offload.gso.map(|gso| format!(r#","gso":{{"size":{},"type":{}}}"#, gso.size, gso.kind as u8));
    format!("{csum_blank}{}", gso.unwrap_or_default())
}
