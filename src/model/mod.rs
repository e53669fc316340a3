//! The scorecard: a calibrated logistic model whose contributions add up to its score.
//!
//! | file | holds |
//! |---|---|
//! | `score` | what a score is: a probability, and the contributions behind it |
//! | `artifact` | what a trained model is on disk, and when it is refused |
//! | `shape` | what a cue adds by its value |
//! | `split` | what was held out of the training, as the artifact says it |
//! | [`bound`] | a bound on how often candidates are wrong |
//! | `scorecard` | [`Model`]: features in, score out |
//! | `rows` | labelled rows kept in a file |
//! | `train` | labelled rows to a model |
//! | [`assess`] | a finished run held against labels |
//! | [`metrics`] | figures of how good predictions are |
//! | `card` | the model card, written from the artifact |

mod artifact;
pub mod assess;
pub mod bound;
mod card;
pub mod drift;
pub mod metrics;
mod rows;
mod score;
mod scorecard;
mod shape;
mod split;
pub mod statistics;
mod train;

#[cfg(test)]
pub(crate) mod fixture;

pub use artifact::{
    Artifact, BrandFigures, Calibrated, CueWeight, DataSource, FORMAT, Figures, Fit, KindFigures,
    ModelError, Rehearsal, TrainingFacts, Tried,
};
pub use card::card;
pub use rows::{RowsError, read_rows, write_held_out, write_rows};
pub use score::{Contribution, Score, Scored};
pub use scorecard::Model;
pub use shape::{Point, Shape};
pub use split::{SplitFacts, SplitRule};
pub use train::{
    Comparison, HeldOut, LabelledRow, Paired, TrainError, TrainSettings, Trained, Verdict, train,
    train_for,
};
