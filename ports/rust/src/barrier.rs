//! The barriers of `ring.h`. They have a place of their own so that another one can be taken: `loom/` does.

pub use core::sync::atomic::{fence, Ordering};
