//! The corpus against this driver as a test of its own, for `make mutants-rust`: nothing else is to tell a mutant.

use std::env;
use std::process::Command;

#[test]
#[ignore = "needs NETFRONT; make mutants-rust sets it"]
fn the_driver_passes_the_corpus_and_leaves_nothing_out() {
    let netfront = env::var("NETFRONT").expect("NETFRONT to be the command of that name");
    // One case is enough to tell a mutant, above all one that does not answer.
    let output = Command::new(netfront)
        .args(["conform", "--strict", "--jobs", "2", "--bail", "--", env!("CARGO_BIN_EXE_driver")])
        .output()
        .expect("netfront to start");
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{last}{}", String::from_utf8_lossy(&output.stderr));
    // A driver that cannot start a ring is let off, and this one can start them all.
    assert!(last.starts_with("ok ") && !last.contains("left out"), "{last}");
}
