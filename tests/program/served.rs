//! A desk that is served until the value goes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::support::Desk;

/// A served desk, and what it says meanwhile.
pub struct Served {
    process: Child,
    said: BufReader<ChildStderr>,
    /// Where it listens, `127.0.0.1:PORT`.
    pub host: String,
}

impl Served {
    /// Serves the workspace of `desk` on a port of the system's choice.
    pub fn new(desk: &Desk) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_touchstone"))
            .args(["review", "--bind", "127.0.0.1:0", "--workspace"])
            .arg(desk.path("w"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut said = BufReader::new(process.stderr.take().expect("piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("read");
        let address = line.split_whitespace().nth(3).expect("an address");
        let host = address.trim_start_matches("http://").to_owned();
        Self {
            process,
            said,
            host,
        }
    }

    /// Stops the desk; gives what it complained about.
    pub fn stop(mut self) -> String {
        self.end();
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).expect("read");
        rest
    }

    fn end(&mut self) {
        // An error means that it has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}
