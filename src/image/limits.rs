use thiserror::Error;

/// How much one picture may cost. Checked on the header, before pixels are allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest file in bytes.
    pub max_bytes: u64,
    /// Most pixels, width times height.
    pub max_pixels: u64,
    /// Most bytes that the decoded picture may take while it is decoded, for one thread.
    pub max_memory: u64,
}

impl Default for Limits {
    /// 50 MB of file, 100 million pixels, 768 MiB of memory.
    fn default() -> Self {
        Self {
            max_bytes: 50_000_000,
            max_pixels: 100_000_000,
            max_memory: 768 << 20,
        }
    }
}

/// Why a picture could not be read.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// No bytes at all.
    #[error("the file is empty, expected a picture: upload it again")]
    Empty,
    /// The file is longer than [`Limits::max_bytes`].
    #[error(
        "the file has {found} bytes, at most {limit} are read: make it smaller or raise the limit"
    )]
    TooManyBytes {
        /// The file's length in bytes.
        found: u64,
        /// The longest that is read.
        limit: u64,
    },
    /// The header claims more pixels than [`Limits::max_pixels`].
    #[error(
        "the picture claims {width} x {height} pixels, at most {limit} are read: make it smaller or raise the limit"
    )]
    TooManyPixels {
        /// Width that the header claims.
        width: u32,
        /// Height that the header claims.
        height: u32,
        /// Most pixels that are read.
        limit: u64,
    },
    /// Decoding would take more memory than [`Limits::max_memory`].
    #[error(
        "decoding would take more than {limit} bytes of memory: make the picture smaller or raise the limit"
    )]
    TooMuchMemory {
        /// Most bytes that are given.
        limit: u64,
    },
    /// An animation goes on after the most frames that are looked at, or after the most pixels in all.
    #[error("the animation goes on after its first {read} frames: the rest is not looked at")]
    TooManyFrames {
        /// Frames that were decoded.
        read: u32,
    },
    /// The first bytes are of no format that is read.
    #[error(
        "the file starts with {found}, expected JPEG, PNG, WebP, GIF, BMP or TIFF: convert it to one of these"
    )]
    UnknownFormat {
        /// The first bytes in hexadecimal.
        found: String,
    },
    /// A known format in a variant that is not read.
    #[error("this kind of {format} is not read ({reason}): convert it to an ordinary JPEG or PNG")]
    Unsupported {
        /// The file's format.
        format: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// The file ends too early or its contents contradict themselves.
    #[error("the {format} is cut short or damaged ({reason}): upload it again")]
    TruncatedOrCorrupt {
        /// The file's format.
        format: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// The decoder has a bug that this file brings out.
    #[error("the {format} decoder failed inside: convert the file to another format")]
    DecoderPanicked {
        /// The file's format.
        format: &'static str,
    },
    /// There is no such file.
    #[error("there is no file {path:?}: check the path and the image folder")]
    Missing {
        /// The path as it was asked for.
        path: String,
    },
    /// The path leads out of the image folder.
    #[error("{path:?} leads out of the image folder: give a path below it")]
    OutsideFolder {
        /// The path as it was asked for.
        path: String,
    },
    /// The file is there and cannot be read.
    #[error("{path:?} cannot be read ({source}): check its permissions and the disk")]
    Io {
        /// The path as it was asked for.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Unreadable {
    /// The stable reason code, in snake case.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooManyBytes { .. } => "too_many_bytes",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooMuchMemory { .. } => "too_much_memory",
            Self::TooManyFrames { .. } => "too_many_frames",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::Unsupported { .. } => "unsupported",
            Self::TruncatedOrCorrupt { .. } => "truncated_or_corrupt",
            Self::DecoderPanicked { .. } => "decoder_panicked",
            Self::Missing { .. } => "missing",
            Self::OutsideFolder { .. } => "outside_folder",
            Self::Io { .. } => "io",
        }
    }

    /// The reason for a failed read of `path`.
    pub(super) fn from_io(path: &str, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                Self::Missing { path }
            }
            _ => Self::Io { path, source },
        }
    }
}
