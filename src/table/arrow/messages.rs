use std::io::{self, Cursor, Read, Seek, SeekFrom};

use polars_arrow::io::ipc::format::ipc::MessageRef;
use polars_arrow::io::ipc::format::ipc::planus::ReadAsRoot;

/// What stands before the length of every message since version 0.15 of Arrow.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// An Arrow stream of which one whole message is held, since the decoder goes back and forth within it and a pipe
/// cannot.
pub(super) struct Messages {
    input: Box<dyn Read + Send>,
    message: Cursor<Vec<u8>>,
}

impl Messages {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        let message = Cursor::new(Vec::new());
        Self { input, message }
    }

    /// Takes the next message from the pipe.
    fn load(&mut self) -> io::Result<()> {
        let mut message = std::mem::take(self.message.get_mut());
        message.clear();
        self.message.set_position(0);
        let mut length = self.word(&mut message)?;
        if length == CONTINUATION {
            length = self.word(&mut message)?;
        }
        let length = u32::from_le_bytes(length);
        let start = message.len();
        self.append(u64::from(length), &mut message)?;
        // The end of the stream is a message without a head.
        if length > 0 {
            let body = MessageRef::read_as_root(&message[start..])
                .and_then(|head| head.body_length())
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
            let body = u64::try_from(body).map_err(io::Error::other)?;
            self.append(body, &mut message)?;
        }
        *self.message.get_mut() = message;
        Ok(())
    }

    fn word(&mut self, message: &mut Vec<u8>) -> io::Result<[u8; 4]> {
        let mut word = [0; 4];
        self.input.read_exact(&mut word)?;
        message.extend(word);
        Ok(word)
    }

    /// Reads as it comes, so that a length that lies takes no memory.
    fn append(&mut self, length: u64, message: &mut Vec<u8>) -> io::Result<()> {
        let read = self.input.by_ref().take(length).read_to_end(message)?;
        if (read as u64) < length {
            let found = format!("{read} of the {length} bytes of a message");
            return Err(io::Error::new(io::ErrorKind::InvalidData, found));
        }
        Ok(())
    }
}

impl Read for Messages {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.message.position() >= self.message.get_ref().len() as u64 && !buffer.is_empty() {
            self.load()?;
        }
        self.message.read(buffer)
    }
}

impl Seek for Messages {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.message.seek(to)
    }
}
