/// The stages of a scan, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Rows become listings, or rejects.
    Intake,
    /// Listings and their images are read one by one.
    Read,
    /// Sellers, images and products are taken together over the feed.
    Relate,
    /// Every listing gets its score.
    Judge,
    /// The queue, the evidence and the report are written.
    Emit,
}

impl Stage {
    /// One word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Read => "read",
            Self::Relate => "relate",
            Self::Judge => "judge",
            Self::Emit => "emit",
        }
    }
}

/// Hears how a scan gets on. The library never prints; whoever calls it may.
pub trait Progress: Sync {
    /// A stage begins; `total` steps when that is known.
    fn begin(&self, stage: Stage, total: Option<u64>);
    /// Steps done since the last call.
    fn advance(&self, steps: u64);
    /// The stage is over.
    fn end(&self, stage: Stage);
    /// What READ could not take from earlier runs.
    fn read_anew(&self, _: Anew) {}
}

/// What was read in this run; all else was known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anew {
    /// Listings whose text was read.
    pub listings: u64,
    /// Pictures of listings that were decoded.
    pub pictures: u64,
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self, _: Stage) {}
}
