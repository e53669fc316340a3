use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;

use super::TableError;
use super::format::is_packed;
use super::row::excerpt;

/// Bytes looked at before anything is decided about a text file.
const SAMPLE: usize = 64 << 10;
/// Lines that must be in another encoding before the file as a whole is taken to be.
const MANY_LINES: usize = 3;

/// A text file as UTF-8 bytes from its first character on, with a sample of them.
///
/// UTF-8 with or without byte order mark, and UTF-16 with one. Bytes in any other encoding are not
/// guessed at, because a wrong guess turns names into others without anybody noticing: a file that
/// shows another encoding in its header or in most of its first lines is refused, and single rows
/// are left for the readers to report.
pub(super) struct Utf8Source {
    /// The bytes, the sample included.
    pub(super) reader: Box<dyn Read + Send>,
    /// The first bytes.
    pub(super) sample: Vec<u8>,
}

impl Utf8Source {
    pub(super) fn open(path: &Path, file: File) -> Result<Self, TableError> {
        let read = unpacked(path, file).map_err(Fault::Io);
        let source = read.and_then(|bytes| Self::new(path, bytes));
        source.map_err(|error| match error {
            Fault::Io(source) => TableError::read(path, 0, source),
            Fault::Content(error) => error,
        })
    }

    fn new(path: &Path, mut file: Box<dyn Read + Send>) -> Result<Self, Fault> {
        let raw = fill(&mut file)?;
        refuse_binary(path, &raw)?;
        let utf16 = match raw.as_slice() {
            [0xFF, 0xFE, ..] => Some(UTF_16LE),
            [0xFE, 0xFF, ..] => Some(UTF_16BE),
            _ => None,
        };
        let skipped = if raw.starts_with(&[0xEF, 0xBB, 0xBF]) {
            3
        } else {
            0
        };
        let mut raw = Cursor::new(raw);
        raw.set_position(skipped);
        let whole: Box<dyn Read + Send> = Box::new(raw.chain(file));
        let mut reader = match utf16 {
            Some(encoding) => Box::new(Transcoded::new(
                whole,
                encoding.new_decoder_with_bom_removal(),
            )),
            None => whole,
        };
        let sample = fill(&mut reader)?;
        refuse_other_encoding(path, &sample)?;
        Ok(Self {
            reader: Box::new(Cursor::new(sample.clone()).chain(reader)),
            sample,
        })
    }
}

const GZIP: &[u8] = b"\x1f\x8b";
const PACKED_REMEDY: &str =
    "unpack it first; a feed can also keep .gz or .zst at the end of its name";
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";

/// The bytes of a file. One whose name says that it is packed, and whose first bytes agree, is unpacked on the way;
/// memory does not grow with what comes out: 32 KiB for gzip, at most 128 MiB for Zstandard's window.
///
/// The name is asked because a products file that a brand owner hands in has limits to its size, which packing evades.
fn unpacked(path: &Path, file: File) -> io::Result<Box<dyn Read + Send>> {
    let mut file = BufReader::with_capacity(64 << 10, file);
    if !is_packed(path) {
        return Ok(Box::new(file));
    }
    let start = file.fill_buf()?;
    Ok(if start.starts_with(GZIP) {
        Box::new(MultiGzDecoder::new(file))
    } else if start.starts_with(ZSTANDARD) {
        Box::new(zstd::Decoder::with_buffer(file)?)
    } else {
        Box::new(file)
    })
}

enum Fault {
    Io(io::Error),
    Content(TableError),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn fill(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(SAMPLE as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn refuse_binary(path: &Path, raw: &[u8]) -> Result<(), Fault> {
    let known: [(&[u8], &str, &str); 4] = [
        (b"PAR1", "a Parquet file", "give it the extension .parquet"),
        (
            b"PK\x03\x04",
            "a zip archive or spreadsheet",
            "unpack it, or export the sheet as CSV UTF-8",
        ),
        (GZIP, "a gzip file", PACKED_REMEDY),
        (ZSTANDARD, "a Zstandard file", PACKED_REMEDY),
    ];
    for (magic, found, remedy) in known {
        if raw.starts_with(magic) {
            return Err(Fault::Content(TableError::content(
                path,
                found,
                "a text file",
                remedy,
            )));
        }
    }
    let has_mark = matches!(raw, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let nuls = raw.iter().filter(|b| **b == 0).count();
    if !has_mark && nuls > 8 && nuls * 10 > raw.len() {
        let found = "many NUL bytes (a binary file, or UTF-16 without a byte order mark)";
        return Err(Fault::Content(TableError::content(
            path,
            found,
            "text in UTF-8",
            "save it as UTF-8",
        )));
    }
    Ok(())
}

fn refuse_other_encoding(path: &Path, sample: &[u8]) -> Result<(), Fault> {
    // The last line may be cut in the middle of a character.
    let whole = sample.len() < SAMPLE;
    let mut lines: Vec<&[u8]> = sample.split(|b| *b == b'\n' || *b == b'\r').collect();
    if !whole && lines.len() > 1 {
        lines.pop();
    }
    let valid = |line: &&[u8]| match std::str::from_utf8(line) {
        Ok(_) => true,
        Err(error) => !whole && error.error_len().is_none(),
    };
    let telling = lines.iter().filter(|line| !line.is_ascii()).count();
    let foreign: Vec<&&[u8]> = lines.iter().filter(|line| !valid(line)).collect();
    let header = lines
        .iter()
        .find(|line| !line.is_empty())
        .is_some_and(|line| !valid(line));
    match foreign.first() {
        Some(line) if header || (foreign.len() >= MANY_LINES && 2 * foreign.len() > telling) => {
            let found = format!("bytes that are not UTF-8, first in {:?}", excerpt(line));
            let remedy = "save it as UTF-8 (in spreadsheets: \"CSV UTF-8\")";
            Err(Fault::Content(TableError::content(
                path,
                found,
                "text in UTF-8 or UTF-16",
                remedy,
            )))
        }
        _ => Ok(()),
    }
}

/// UTF-16 on its way to UTF-8; halves of broken pairs become U+FFFD.
struct Transcoded<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// The part of `input` that is not decoded yet.
    pending: std::ops::Range<usize>,
    output: Cursor<Vec<u8>>,
    done: bool,
}

impl<R: Read> Transcoded<R> {
    fn new(source: R, decoder: Decoder) -> Self {
        let output = Cursor::new(Vec::new());
        Self {
            source,
            decoder,
            input: vec![0; 16 << 10],
            pending: 0..0,
            output,
            done: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            let read = self.source.read(&mut self.input)?;
            self.pending = 0..read;
        }
        let last = self.pending.is_empty();
        let mut decoded = vec![0; 32 << 10];
        let input = &self.input[self.pending.clone()];
        let (result, used, written, _) = self.decoder.decode_to_utf8(input, &mut decoded, last);
        decoded.truncate(written);
        self.pending.start += used;
        self.done = last && result == CoderResult::InputEmpty;
        self.output = Cursor::new(decoded);
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.output.read(buffer)?;
            if read > 0 || self.done || buffer.is_empty() {
                return Ok(read);
            }
            self.refill()?;
        }
    }
}
