/// Follows quotes through a record as the csv crate does.
pub(super) struct Quotes {
    delimiter: u8,
    state: State,
    /// A closing quote was followed by something else than a delimiter.
    pub(super) stray: bool,
    /// Fields begun.
    pub(super) fields: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Quotes {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::Start,
            stray: false,
            fields: 1,
        }
    }

    pub(super) fn open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Reads a line; its end belongs to the record only within quotes.
    pub(super) fn read_line(&mut self, line: &[u8]) {
        self.read(line.strip_suffix(b"\r").unwrap_or(line));
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.state = match self.state {
                State::Start if byte == b'"' => State::Quoted,
                State::Quoted if byte == b'"' => State::QuoteInQuoted,
                State::Quoted => State::Quoted,
                State::QuoteInQuoted if byte == b'"' => State::Quoted,
                _ if byte == self.delimiter => {
                    self.fields += 1;
                    State::Start
                }
                State::QuoteInQuoted => {
                    self.stray = true;
                    State::Plain
                }
                State::Start | State::Plain => State::Plain,
            };
        }
    }
}
