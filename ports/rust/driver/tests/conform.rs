//! The corpus against this driver as a test of its own, for `make mutants-rust`: nothing else is to tell a mutant.

use std::env;
use std::process::Command;

/// Among them a mutant that hangs, or does nothing at all, is told before it is waited for in each case of the corpus.
const FIRST: [&str; 4] = ["tx/one-frame-there-and-back", "tx/ring-full", "rx/one-frame-copied", "rx/one-frame-lent"];

fn conform(cases: &[&str]) {
    let netfront = env::var("NETFRONT").expect("NETFRONT to be the command of that name");
    let mut command = Command::new(netfront);
    command.args(["conform", "--jobs", "2"]);
    if !cases.is_empty() {
        command.arg("--case").args(cases);
    }
    let output = command.arg("--").arg(env!("CARGO_BIN_EXE_driver")).output().expect("netfront to start");
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{last}{}", String::from_utf8_lossy(&output.stderr));
    // A driver that cannot start a ring is let off, and this one can start them all.
    assert!(last.starts_with("ok ") && !last.contains("left out"), "{last}");
}

#[test]
#[ignore = "needs NETFRONT; make mutants-rust sets it"]
fn the_driver_passes_the_corpus_and_leaves_nothing_out() {
    conform(&FIRST);
    conform(&[]);
}
