//! Both ends of a ring on two threads, in every order of C11 that loom has; and each fence left out.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::Arc;
use netfront_loom::back::BackRing;
use netfront_loom::barrier::{without, Place};
use netfront_loom::page::{page, End, Page, Stores, SLOT};
use netfront_loom::ring::{FrontRing, RingIdx};

/// What is tried: a ring, and what goes over it.
#[derive(Clone, Copy)]
struct Run {
    nr_ents: u32,
    /// Where indices start.
    first: u32,
    requests: u8,
    stores: Stores,
    /// How often a thread may be interrupted where it need not be; none is no bound.
    preemptions: Option<usize>,
}

/// One request there and back over the wrap of the indices, without any bound.
const ONE: Run = Run { nr_ents: 1, first: u32::MAX, requests: 1, stores: Stores::Words, preemptions: None };
/// Two requests in one slot, one after the other.
const SLOT_AGAIN: Run = Run { requests: 2, preemptions: Some(3), ..ONE };
/// Two requests in a ring that has room for both.
const TWO: Run = Run { nr_ents: 2, ..SLOT_AGAIN };

/// The frontend: its end, and what of the run is still to do.
struct Front {
    ring: FrontRing<Page, SLOT>,
    host: End,
    asked: u8,
    answered: u8,
}

impl Front {
    /// Sends what fits, each by itself, raises the event where it is due, and polls until nothing is there and it sleeps.
    fn run(&mut self, requests: u8, to_back: &AtomicBool) {
        loop {
            while self.asked < requests && !self.ring.is_full() {
                self.asked += 1;
                self.ring.put_request(&mut self.host, &[self.asked; SLOT]);
                if self.ring.push_requests_and_check_notify(&mut self.host) {
                    raise(to_back);
                }
            }
            self.ring.load_rsp_prod(&self.host).expect("rsp_prod is not past what was asked for");
            while let Some(response) = self.ring.next_response(&self.host) {
                self.answered += 1;
                assert_eq!(response, [self.answered | 0x80; SLOT], "a response that the backend did not write");
            }
            let is_more =
                self.ring.final_check_for_responses(&mut self.host).expect("rsp_prod is not past what was asked for");
            if !is_more && (self.ring.is_full() || self.asked == requests) {
                return;
            }
        }
    }
}

/// The backend: answers all that is there, and sleeps.
fn serve(back: &mut BackRing, to_front: &AtomicBool) {
    let mut host = End(Stores::Words);
    back.load_req_prod(&host);
    loop {
        while let Some(request) = back.next_request(&host) {
            assert!(
                request[0] & 0x80 == 0 && request == [request[0]; SLOT],
                "a request that the frontend did not write"
            );
            back.put_response(&mut host, &request.map(|octet| octet | 0x80));
        }
        if back.push_responses_and_check_notify(&mut host) {
            raise(to_front);
        }
        if !back.final_check_for_requests(&mut host) {
            return;
        }
    }
}

/// Makes an event pending. An exchange, as the hypervisor makes it: loom has no order between two relaxed stores of two threads.
fn raise(event: &AtomicBool) {
    event.swap(true, Ordering::Relaxed);
}

/// There is an event, and it is pending no longer, as when its handler is called.
fn took(event: &AtomicBool) -> bool {
    event.swap(false, Ordering::Relaxed)
}

/// Runs both ends in all orders within the bound. @returns how many there were
fn try_all(run: Run) -> usize {
    let orders = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = orders.clone();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = run.preemptions;
    builder.max_branches = 10_000;
    builder.check(move || {
        counted.fetch_add(1, Relaxed);
        both_ends(run);
    });
    orders.load(Relaxed)
}

fn both_ends(run: Run) {
    let shared = page(run.nr_ents as usize);
    let first = RingIdx::new(run.first);
    let mut host = End(run.stores);
    let ring = FrontRing::init(&mut host, shared.clone(), run.nr_ents, first);
    let mut front = Front { ring, host, asked: 0, answered: 0 };
    let mut back = BackRing::init(shared, run.nr_ents, first);
    let events = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);

    let other = loom::thread::spawn({
        let events = events.clone();
        move || {
            while took(&events[0]) {
                serve(&mut back, &events[1]);
            }
            back
        }
    });
    front.run(run.requests, &events[0]);
    while took(&events[1]) {
        front.run(run.requests, &events[0]);
    }
    let mut back = other.join().unwrap();

    // Both sleep. Whoever has an event wakes up, and nobody else does.
    loop {
        let [to_back, to_front] = [took(&events[0]), took(&events[1])];
        if to_back {
            serve(&mut back, &events[1]);
        }
        if to_front {
            front.run(run.requests, &events[0]);
        }
        if !to_back && !to_front {
            break;
        }
    }
    assert_eq!(front.answered, run.requests, "both sleep, and something is still to be consumed");
}

/// What went wrong, as spec/README.md says it; none if nothing did.
fn trouble(run: Run) -> Option<&'static str> {
    let failed = catch_unwind(AssertUnwindSafe(|| try_all(run))).err()?;
    let text = failed
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| failed.downcast_ref::<&str>().map(|text| (*text).to_string()))
        .unwrap_or_default();
    const KINDS: [(&str, &str); 4] = [
        // What loom says of two accesses to a slot that nothing keeps apart.
        ("Causality violation", RACE),
        ("did not write", RACE),
        ("both sleep", SLEEPS),
        ("past", INDEX),
    ];
    let kind = KINDS.iter().find(|(words, _)| text.contains(words));
    Some(kind.unwrap_or_else(|| panic!("something else went wrong: {text}")).1)
}

const RACE: &str = "a race for the slot";
const SLEEPS: &str = "both ends sleep";
const INDEX: &str = "an index that nobody stored";

/// Each fence of the two ends, in the order in which they are in their files, and what the table in spec/README.md calls it.
const FRONT: [&str; 4] = ["front_push_wmb", "front_notify_mb", "front_consume_rmb", "front_final_mb"];
const BACK: [&str; 4] = ["back_consume_rmb", "back_push_wmb", "back_notify_mb", "back_final_mb"];

/// Each place in a file where there is a fence.
fn fences(file: &'static str, text: &str) -> Vec<Place> {
    let lines = text.lines().zip(1..);
    lines.filter(|(text, _)| text.trim_start().starts_with("fence(")).map(|(_, line)| Place { file, line }).collect()
}

/// The last cell of a barrier's row in spec/README.md.
fn cell_of(barrier: &str) -> &'static str {
    let mut lines = include_str!("../../../../spec/README.md").lines();
    let row = lines.find(|line| line.starts_with(&format!("| `{barrier}` |"))).expect("the barrier has a row");
    row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default()
}

#[test]
fn all_in_place_holds() {
    for run in [ONE, SLOT_AGAIN, TWO] {
        let orders = try_all(run);
        println!("{} slots, {} requests: {orders} orders", run.nr_ents, run.requests);
        assert!(orders > 1000, "only {orders} orders were tried");
    }
}

#[test]
fn each_fence_left_out_is_told_as_the_table_says() {
    let ends = [
        (&FRONT, fences("ring.rs", include_str!("../../src/ring.rs"))),
        (&BACK, fences("back.rs", include_str!("../src/back.rs"))),
    ];
    for (barriers, places) in ends {
        assert_eq!(barriers.len(), places.len(), "a fence has no name here, or a name no fence");
        for (barrier, place) in barriers.iter().zip(places) {
            let told = [ONE, SLOT_AGAIN, TWO].into_iter().find_map(|run| without(place, || trouble(run)));
            assert_eq!(told.unwrap_or("nothing"), cell_of(barrier), "{barrier}, {place:?}");
        }
    }
}

#[test]
fn an_index_that_is_stored_octet_by_octet_is_told() {
    // From 0xff to 0x100: between the two octets there is 0.
    let run = Run { first: 0xff, ..ONE };
    assert_eq!(trouble(run), None);
    assert_eq!(trouble(Run { stores: Stores::Octets, ..run }), Some(INDEX));
}
