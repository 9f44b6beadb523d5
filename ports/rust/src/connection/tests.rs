//! A device, step by step.

use super::simulated::{Dom, BACK, CONFIG, FRONT};
use super::*;
use crate::ring::offset::{RING, RSP_PROD};
use crate::simulated::Page;
use crate::Memory;

const PLAIN: Offload = Offload { csum_blank: false, gso: None };
/// Pages, grants and ports.
const NOTHING: (usize, usize, usize) = (0, 0, 0);
/// Two ring pages, one of blocks, two to receive into.
const ALL: (usize, usize, usize) = (5, 5, 1);

fn attached() -> (Dom, Connection<Page>) {
    let mut dom = Dom::new();
    let front = Connection::attach(&mut dom, FRONT, CONFIG).unwrap();
    (dom, front)
}

#[test]
fn it_waits_for_what_is_offered_and_its_keys_are_there_before_it_says_connected() {
    let (mut dom, mut front) = attached();
    assert_eq!((front.phase(), dom.has()), (Phase::Waiting, NOTHING));
    dom.back(&mut front, "2");
    assert_eq!((front.phase(), dom.key("state")), (Phase::Connecting, Some("4")));
    let keys = ["tx-ring-ref", "rx-ring-ref", "event-channel", "multi-queue-num-queues", "event-channel-tx"];
    assert_eq!(keys.map(|key| dom.key(key)), [Some("1"), Some("3"), Some("1"), Some("1"), None]);
    dom.back(&mut front, "4");
    assert_eq!((front.phase(), dom.states.join(" ")), (Phase::Up, "4".into()));
}

#[test]
fn what_is_sent_before_waits_and_what_is_unanswered_at_the_end_is_dropped_once() {
    let (mut dom, mut front) = attached();
    assert_eq!([1, 2, 3, 4].map(|n| front.send(&mut dom, &[7], PLAIN, n)), [true, true, true, false]);
    dom.connect(&mut front);
    // The ring has two slots. The backend answers the first.
    let ring = Page::numbered(0);
    dom.write(&ring, RING, &[0; 4]);
    dom.store(&ring, RSP_PROD, 1);
    front.event(&mut dom, 1);
    assert_eq!((&dom.guest.sent[..], &dom.dropped[..]), (&[(1, 0)][..], &[][..]));
    dom.back(&mut front, "5");
    assert_eq!(dom.dropped, [2, 3]);
    dom.back(&mut front, "6");
    assert_eq!((front.phase(), dom.has(), dom.states.join(" ")), (Phase::Waiting, NOTHING, "4 6 1".into()));
    front.event(&mut dom, 1);
    dom.connect(&mut front);
    assert_eq!((front.phase(), dom.dropped.len()), (Phase::Up, 2));
}

#[test]
fn a_set_up_that_fails_at_any_call_leaves_nothing_and_is_tried_again_at_a_tick() {
    let calls = [(0, 5), (1, 1), (2, 2)];
    for (what, call) in calls.into_iter().flat_map(|(what, most)| (0..most).map(move |call| (what, call))) {
        let (mut dom, mut front) = attached();
        dom.fails[what] = Some(call);
        dom.back(&mut front, "2");
        assert_eq!(
            (front.phase(), dom.has(), dom.key("state")),
            (Phase::Released, NOTHING, Some("6")),
            "{what} {call}"
        );
        dom.back(&mut front, "6");
        assert_eq!(front.phase(), Phase::Released);
        front.tick(&mut dom);
        dom.connect(&mut front);
        assert_eq!((front.phase(), dom.has()), (Phase::Up, ALL), "{what} {call}");
    }
}

#[test]
fn a_page_that_is_mapped_is_kept_until_it_is_not() {
    let (mut dom, mut front) = Dom::up();
    dom.guest.mapped.push(1);
    dom.back(&mut front, "0");
    assert_eq!((front.phase(), dom.has(), &dom.granted[..]), (Phase::Released, (1, 1, 0), &[1][..]));
    front.tick(&mut dom);
    assert_eq!(dom.has(), (1, 1, 0));
    dom.guest.mapped.clear();
    front.tick(&mut dom);
    front.tick(&mut dom);
    assert_eq!(dom.has(), NOTHING);
}

#[test]
fn a_directory_that_is_gone_or_made_anew_is_not_written() {
    for race in [Dom::unplug as fn(&mut Dom), |dom| {
        dom.unplug();
        dom.plug();
    }] {
        for state in ["2", "5"] {
            let (mut dom, mut front) = if state == "2" { attached() } else { Dom::up() };
            dom.race = Some(race);
            dom.states.clear();
            dom.back(&mut front, state);
            assert_eq!(dom.states.len(), 0);
            front.look(&mut dom);
            assert_eq!((dom.has(), dom.states.len()), (NOTHING, 0));
            if dom.key("state").is_none() {
                assert_eq!(front.phase(), Phase::Gone);
                dom.plug();
                front.look(&mut dom);
            }
            dom.connect(&mut front);
            assert_eq!((front.phase(), dom.has()), (Phase::Up, ALL));
        }
    }
}

#[test]
fn a_close_ends_whatever_the_backend_does_and_an_open_begins_again() {
    let (mut dom, mut front) = Dom::up();
    front.send(&mut dom, &[1], PLAIN, 1);
    front.close(&mut dom);
    assert_eq!((front.phase(), dom.key("state")), (Phase::Closing, Some("5")));
    front.tick(&mut dom);
    assert_eq!((front.phase(), dom.has(), &dom.dropped[..]), (Phase::Released, NOTHING, &[1][..]));
    assert!(front.send(&mut dom, &[1], PLAIN, 2));
    assert_eq!(dom.dropped, [1, 2]);
    front.open(&mut dom);
    assert_eq!(front.phase(), Phase::Released);
    dom.back(&mut front, "6");
    dom.connect(&mut front);
    assert_eq!((front.phase(), dom.states.join(" ")), (Phase::Up, "4 5 6 1 4".into()));
}

#[test]
fn a_device_whose_backend_is_gone_or_offline_is_not_begun_again() {
    for is_gone in [false, true] {
        let (mut dom, mut front) = Dom::up();
        dom.back(&mut front, "5");
        dom.set(BACK, "online", if is_gone { "1" } else { "0" });
        if is_gone {
            // The frontend has seen Closed, and the directory goes just before it writes.
            dom.race = Some(|dom| dom.values.retain(|path, _| !path.starts_with(BACK)));
        }
        dom.back(&mut front, "6");
        front.tick(&mut dom);
        assert_eq!((front.phase(), dom.states.join(" "), dom.has()), (Phase::Released, "4 6".into(), NOTHING));
    }
}

#[test]
fn another_backend_in_the_place_of_the_first_is_the_end_of_the_connection() {
    for (phase, states) in [(Phase::Up, ["2", "1"]), (Phase::Connecting, ["4", "0"])] {
        for state in states {
            let (mut dom, mut front) = attached();
            dom.back(&mut front, "2");
            if phase == Phase::Up {
                dom.back(&mut front, "4");
            }
            dom.set(BACK, "feature-sg", "1");
            dom.back(&mut front, state);
            assert_eq!(dom.key("state"), Some("6"), "{phase:?} {state}");
        }
    }
}

#[test]
fn a_device_that_another_kernel_left_connected_is_closed_first() {
    let (mut dom, _) = Dom::up();
    let mut front = Connection::attach(&mut dom, FRONT, CONFIG).unwrap();
    assert_eq!((front.phase(), dom.key("state")), (Phase::Restarting, Some("6")));
    dom.back(&mut front, "2");
    assert_eq!(dom.key("state"), Some("6"));
    dom.back(&mut front, "6");
    dom.connect(&mut front);
    assert_eq!((front.phase(), dom.states.join(" ")), (Phase::Up, "4 6 1 4".into()));
}

#[test]
fn in_a_new_domain_all_is_made_anew_and_no_grant_of_before_is_ended() {
    let (mut dom, mut front) = Dom::up();
    front.send(&mut dom, &[1], PLAIN, 1);
    dom.guest.mapped.push(1);
    dom.granted.clear();
    dom.open.clear();
    dom.unplug();
    dom.plug();
    front.resumed(&mut dom);
    assert_eq!((front.phase(), dom.has(), &dom.dropped[..]), (Phase::Waiting, NOTHING, &[1][..]));
    dom.connect(&mut front);
    assert_eq!((front.phase(), dom.has()), (Phase::Up, ALL));
}

#[test]
fn queues_and_channels_are_those_of_this_backend_and_keys_of_the_last_one_go() {
    let (mut dom, mut front) = attached();
    dom.set(BACK, "multi-queue-max-queues", "9");
    dom.set(BACK, "feature-split-event-channels", "1");
    dom.connect(&mut front);
    let keys = ["multi-queue-num-queues", "tx-ring-ref", "queue-0/event-channel", "queue-3/event-channel-rx"];
    assert_eq!(keys.map(|key| dom.key(key)), [Some("4"), None, None, Some("8")]);
    dom.back(&mut front, "6");
    dom.set(BACK, "multi-queue-max-queues", "1");
    dom.connect(&mut front);
    assert_eq!(keys.map(|key| dom.key(key)), [Some("1"), Some("21"), None, None]);
    dom.back(&mut front, "6");
    dom.set(BACK, "feature-split-event-channels", "0");
    dom.connect(&mut front);
    let keys = ["event-channel", "event-channel-tx", "event-channel-rx"];
    assert_eq!(keys.map(|key| dom.key(key)), [Some("11"), None, None]);
}

#[test]
fn a_packet_that_this_backend_does_not_take_is_dropped_and_not_sent() {
    let (mut dom, mut front) = Dom::up();
    front.send(&mut dom, &[0; 2049], PLAIN, 1);
    front.send(&mut dom, &[0; 2048], PLAIN, 2);
    assert_eq!(dom.dropped, [1]);
    dom.back(&mut front, "6");
    dom.set(BACK, "feature-sg", "1");
    front.send(&mut dom, &[0; 2049], PLAIN, 3);
    dom.connect(&mut front);
    assert_eq!(dom.dropped, [1, 2]);
}

#[test]
fn keys_that_are_not_sound_are_named_and_the_next_device_works() {
    for (key, value) in [("multi-queue-max-queues", "0"), ("feature-rx-copy", "0"), ("feature-sg", "x"), ("state", "9")]
    {
        let (mut dom, mut front) = attached();
        dom.back(&mut front, "2");
        assert_eq!(front.phase(), Phase::Connecting);
        dom.back(&mut front, "6");
        dom.set(BACK, key, value);
        front.look(&mut dom);
        if key != "state" {
            dom.back(&mut front, "2");
        }
        assert!(front.error().unwrap().path.ends_with(key), "{key}");
        assert_eq!(dom.has(), NOTHING);
        dom.unplug();
        front.look(&mut dom);
        dom.plug();
        front.look(&mut dom);
        dom.connect(&mut front);
        assert_eq!((front.phase(), front.error()), (Phase::Up, None), "{key}");
    }
}
