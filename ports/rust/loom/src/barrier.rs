//! loom's fence, for code that takes its fences from `crate::barrier`. One of them can be left out.

use std::cell::Cell;
use std::panic::Location;

pub use loom::sync::atomic::Ordering;

/// Where a fence is: the name of its file, without folders, and its line, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Such as `ring.rs`.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
}

thread_local! {
    // loom runs all threads of a model on the one that asked for it.
    static LEFT_OUT: Cell<Option<Place>> = const { Cell::new(None) };
    static WAS_LEFT_OUT: Cell<bool> = const { Cell::new(false) };
}

/// A fence of C11, unless it is the one that is left out.
#[track_caller]
pub fn fence(order: Ordering) {
    let caller = Location::caller();
    let is_left_out =
        LEFT_OUT.get().is_some_and(|place| caller.file().ends_with(place.file) && caller.line() == place.line);
    if is_left_out {
        WAS_LEFT_OUT.set(true);
    } else {
        loom::sync::atomic::fence(order);
    }
}

/// Runs something with one fence left out. Panics if it never came by that fence.
pub fn without<T>(place: Place, run: impl FnOnce() -> T) -> T {
    LEFT_OUT.set(Some(place));
    WAS_LEFT_OUT.set(false);
    let result = run();
    LEFT_OUT.set(None);
    assert!(WAS_LEFT_OUT.get(), "{place:?} is no fence that was come by");
    result
}
