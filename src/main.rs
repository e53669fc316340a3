//! Runs the command line and turns its end into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    touchstone::cli::main()
}
