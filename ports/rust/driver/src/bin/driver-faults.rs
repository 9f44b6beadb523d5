//! The driver of the tests: `--fault NAME` switches a fault on, `--faults` lists them.

use std::process::ExitCode;

use netfront::faults::{choose, FAULTS};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {}
        ["--faults"] => {
            FAULTS.iter().for_each(|(name, _)| println!("{name}"));
            return ExitCode::SUCCESS;
        }
        ["--fault", name] if FAULTS.iter().any(|(each, _)| *each == name) => {
            FAULTS.iter().filter(|(each, _)| *each == name).for_each(|(_, fault)| choose(*fault));
        }
        _ => {
            eprintln!("usage: driver-faults [--fault NAME | --faults]");
            return ExitCode::from(2);
        }
    }
    netfront_driver::serve();
    ExitCode::SUCCESS
}
