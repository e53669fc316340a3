//! Runs the command line and turns its end into an exit code.

use std::process::ExitCode;

/// Pictures are worked on in buffers of some megabytes, which the system's allocator gives back and fetches anew for each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    touchstone::cli::main()
}
