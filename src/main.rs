//! The `ombud` program: parse, run, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ombud::run(std::env::args_os())
}
