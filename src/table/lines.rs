use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// One line of a text file, without the byte that ends it (a carriage return before that stays).
pub(super) enum Line {
    /// All of it.
    Whole(Vec<u8>),
    /// Longer than the limit: its beginning; the rest was skipped.
    TooLong(Vec<u8>),
}

/// Lines of bounded length. Lines can be put back, to be read again.
pub(super) struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    terminator: u8,
    limit: usize,
    returned: VecDeque<Line>,
}

impl Lines {
    /// Lines of at most `limit` bytes. A file whose sample has carriage returns but no line feed
    /// (old Macintosh programs) is split at those.
    pub(super) fn new(reader: Box<dyn Read + Send>, sample: &[u8], limit: usize) -> Self {
        let terminator = if sample.contains(&b'\r') && !sample.contains(&b'\n') {
            b'\r'
        } else {
            b'\n'
        };
        let reader = BufReader::with_capacity(64 << 10, reader);
        Self {
            reader,
            terminator,
            limit,
            returned: VecDeque::new(),
        }
    }

    /// Puts lines back in front, the first of them to be read next.
    pub(super) fn put_back(&mut self, lines: impl DoubleEndedIterator<Item = Vec<u8>>) {
        for line in lines.rev() {
            self.returned.push_front(Line::Whole(line));
        }
    }

    /// Puts one line of any kind back in front.
    pub(super) fn put_back_line(&mut self, line: Line) {
        self.returned.push_front(line);
    }

    /// The next line; `None` after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.returned.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let most = self.limit as u64 + 2;
        let read = self
            .reader
            .by_ref()
            .take(most)
            .read_until(self.terminator, &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        let ended = line.last() == Some(&self.terminator);
        if ended {
            line.pop();
        }
        if line.len() <= self.limit {
            return Ok(Some(Line::Whole(line)));
        }
        if !ended {
            self.reader.skip_until(self.terminator)?;
        }
        line.truncate(400);
        Ok(Some(Line::TooLong(line)))
    }
}
