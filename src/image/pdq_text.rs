//! PDQ hashes as text, one a line, as the tools of ThreatExchange write and read them.
//!
//! `pdq-photo-hasher` prints `hash,quality,file`; the index tools read `hash` or `hash,metadata`, and `hash=` before the
//! hash, as its detailed form has. Of what follows the hash, a first field that is a whole number from 0 to 100 is taken
//! for the quality. Metadata is the rest of the line with its commas. A table with a column `pdq` is read, too.

use std::fmt;

use thiserror::Error;

use super::{PdqHash, pdq_table};

/// One hash with what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdqLine {
    /// The hash.
    pub hash: PdqHash,
    /// The quality, 0..=100, where it is given.
    pub quality: Option<u8>,
    /// A file's name or any other text without line breaks; empty for none.
    pub metadata: String,
}

/// Why a line is no PDQ hash.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "line {line}: found {found:?}, expected 64 hexadecimal digits, then nothing or a comma and more: mend or remove the line"
)]
pub struct PdqLineError {
    /// The line's number, from 1.
    pub line: usize,
    /// What stands where the hash should, 80 characters at most.
    pub found: String,
}

/// The hashes in `text`, line by line. Empty lines, lines that start with `#`, and a heading `hash` in the first line
/// are left out; a byte order mark, either line ending and digits of either case are taken.
///
/// Of a comma-separated table whose first line names a column `pdq`, that column is read, with those named `quality`, `file`
/// and `frame` where they are there; rows without a hash are left out.
pub fn read_pdq_lines(text: &str) -> Box<dyn Iterator<Item = Result<PdqLine, PdqLineError>> + '_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(rows) = pdq_table::rows(text) {
        return Box::new(rows);
    }
    let lines = text.lines().enumerate().filter(|(index, line)| {
        let line = line.trim();
        let heading = *index == 0
            && line
                .split(',')
                .next()
                .is_some_and(|first| first.trim().eq_ignore_ascii_case("hash"));
        !line.is_empty() && !line.starts_with('#') && !heading
    });
    Box::new(lines.map(|(index, line)| line_of(line, index + 1)))
}

fn line_of(line: &str, number: usize) -> Result<PdqLine, PdqLineError> {
    let line = line.trim();
    let (hash, rest) = line.split_once(',').unwrap_or((line, ""));
    let hash = hash.strip_prefix("hash=").unwrap_or(hash);
    let hash = hash.trim_end().parse().map_err(|_| PdqLineError {
        line: number,
        found: hash.chars().take(80).collect(),
    })?;
    let (first, others) = rest.split_once(',').unwrap_or((rest, ""));
    let quality = first.trim().parse().ok().filter(|quality| {
        *quality <= 100 && first.trim().bytes().all(|byte| byte.is_ascii_digit())
    });
    let metadata = if quality.is_some() || first.trim().is_empty() {
        others
    } else {
        rest
    };
    Ok(PdqLine {
        hash,
        quality,
        metadata: metadata.trim().to_owned(),
    })
}

impl fmt::Display for PdqLine {
    /// `hash`, `hash,quality`, `hash,quality,metadata`, or `hash,,metadata` where there is no quality, so that metadata
    /// that looks like a quality is not taken for one. Line breaks in the metadata become spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.hash)?;
        let metadata = self.metadata.trim().replace(['\n', '\r'], " ");
        match (self.quality, metadata.as_str()) {
            (None, "") => Ok(()),
            (None, metadata) => write!(f, ",,{metadata}"),
            (Some(quality), "") => write!(f, ",{quality}"),
            (Some(quality), metadata) => write!(f, ",{quality},{metadata}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PdqLine, PdqLineError, read_pdq_lines};
    use crate::image::PdqHash;

    fn read(text: &str) -> Result<Vec<PdqLine>, PdqLineError> {
        read_pdq_lines(text).collect()
    }

    #[test]
    fn what_the_tools_write_is_read() {
        let hash = "f162eb9daab170c0567fe3632d9a5548c5612982dd5e374a7424ebbc8a835c95";
        let text = format!(
            "\u{feff}hash,quality,file\r\n{hash}\r\n\r\n# a comment\n{},100,a/b, c.jpg\n{hash},bridge\n{hash},7\nhash={hash},norm=128\n",
            hash.to_uppercase()
        );
        let lines = read(&text).expect("lines");
        let said: Vec<(Option<u8>, &str)> = lines
            .iter()
            .map(|line| (line.quality, line.metadata.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (None, ""),
                (Some(100), "a/b, c.jpg"),
                (None, "bridge"),
                (Some(7), ""),
                (None, "norm=128")
            ]
        );
        assert!(lines.iter().all(|line| line.hash.to_string() == hash));
    }

    #[test]
    fn a_bad_line_is_named_and_the_next_is_read() {
        let hash = "0".repeat(64);
        let text = format!("{hash}\nabc,100,x\n{hash},x\n");
        let lines: Vec<_> = read_pdq_lines(&text).collect();
        let error = lines[1].clone().expect_err("three digits are no hash");
        assert_eq!((error.line, error.found.as_str()), (2, "abc"));
        assert!(error.to_string().starts_with("line 2"));
        assert!(lines[2].is_ok());
    }

    #[test]
    fn a_table_with_a_column_of_hashes_is_read() {
        let hash = "f162eb9daab170c0567fe3632d9a5548c5612982dd5e374a7424ebbc8a835c95";
        let text = format!(
            "file,status,reason,pdq,quality,frame\n\"a, b.jpg\",ok,,{hash},100,0\nbad.jpg,unreadable,\"no, picture\",,,\n\
             move.gif,ok,,{hash},80,3\nodd.jpg,ok,,xyz,80,0\n"
        );
        let lines: Vec<_> = read_pdq_lines(&text).collect();
        let written = |line: &Result<PdqLine, PdqLineError>| {
            line.as_ref().map(ToString::to_string).map_err(Clone::clone)
        };
        assert_eq!(written(&lines[0]), Ok(format!("{hash},100,a, b.jpg")));
        assert_eq!(
            written(&lines[1]),
            Ok(format!("{hash},80,move.gif#frame=3"))
        );
        let error = lines[2].clone().expect_err("three letters are no hash");
        assert_eq!((error.line, error.found.as_str()), (5, "xyz"));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_line_whose_metadata_is_pdq_is_no_heading() {
        let line = PdqLine {
            hash: PdqHash([1, 2, 3, 4]),
            quality: None,
            metadata: "pdq".to_owned(),
        };
        assert_eq!(read(&line.to_string()), Ok(vec![line]));
    }

    proptest! {
        #[test]
        fn lines_are_read_as_they_were_written(
            hash: [u64; 4],
            quality in proptest::option::of(0u8..=100),
            metadata in "[^\n\r]{0,40}",
        ) {
            let metadata = metadata.trim().to_owned();
            let line = PdqLine { hash: PdqHash(hash), quality, metadata };
            prop_assert_eq!(read(&line.to_string()), Ok(vec![line]));
        }

        #[test]
        fn any_text_is_lines_or_errors(text in "\\PC{0,200}") {
            let found = read_pdq_lines(&text).filter_map(Result::err).count();
            prop_assert!(found <= text.lines().count());
        }
    }
}
