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
    let status = command.arg("--").arg(env!("CARGO_BIN_EXE_driver")).status().expect("netfront to start");
    assert!(status.success(), "{status}");
}

#[test]
#[ignore = "needs NETFRONT; make mutants-rust sets it"]
fn the_driver_passes_the_corpus() {
    conform(&FIRST);
    conform(&[]);
}
