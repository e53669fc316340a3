use jiff::civil::Date;

use super::super::ModelError;

/// Fewer fakes than this cannot be split, fitted and measured.
pub(super) const FEWEST_FAKES: usize = 50;

/// Why no model was trained.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A setting out of its range.
    #[error("training setting {what} is {found}, expected {expected}")]
    Setting {
        /// The setting.
        what: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// Nothing to tell apart.
    #[error(
        "{fakes} fakes and {honest} honest listings: training needs both; label some of the other"
    )]
    OneClass {
        /// Fakes among the rows.
        fakes: usize,
        /// The others.
        honest: usize,
    },
    /// Too little to learn from.
    #[error(
        "{found} fakes, expected at least {FEWEST_FAKES}: label more, or add a simulated marketplace"
    )]
    TooFewFakes {
        /// Fakes among the rows.
        found: usize,
    },
    /// Sellers cannot be kept apart.
    #[error(
        "fakes of {found} sellers, expected at least {needed}, so that every part of the split has its own: label listings of more sellers, or ask for fewer folds"
    )]
    TooFewSellers {
        /// Sellers with fakes.
        found: usize,
        /// The fewest that will do.
        needed: usize,
    },
    /// Brands cannot be kept apart.
    #[error(
        "fakes of {found} brand, expected at least 2, so that brands can be kept apart: label listings of more brands, or keep sellers alone apart"
    )]
    TooFewBrands {
        /// Brands with fakes.
        found: usize,
    },
    /// Days cannot be kept apart, since some rows have none.
    #[error(
        "{rows} labelled listings have no day, which is needed to hold out the newest: give the feed's column first_seen, or keep sellers alone apart"
    )]
    NoDay {
        /// Rows without a day.
        rows: usize,
    },
    /// Days cannot be kept apart, since there is only one.
    #[error(
        "the labelled listings are all of {day}, expected several days, so that the newest can be held out: label listings of more days, or keep sellers alone apart"
    )]
    OneDay {
        /// The day.
        day: Date,
    },
    /// A part of the split has only fakes or only honest listings.
    #[error(
        "with seed {seed} {part} has {fakes} fakes and {honest} honest listings, expected both: label honest listings of more sellers, or take another seed"
    )]
    OneSidedPart {
        /// The seed.
        seed: u64,
        /// The part.
        part: String,
        /// Fakes in it.
        fakes: usize,
        /// The others.
        honest: usize,
    },
    /// The cues say nothing of the truth.
    #[error(
        "on sellers left out the cues do not tell fakes from honest listings (calibration slope {slope:.3}): check that the labels belong to these listings"
    )]
    NoSignal {
        /// The slope found.
        slope: f64,
    },
    /// The result does not fit this program: a fault of it.
    #[error(transparent)]
    Model(#[from] ModelError),
}
