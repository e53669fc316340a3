//! The scorecard: a calibrated logistic model whose contributions add up to its score.
//!
//! | file | holds |
//! |---|---|
//! | `score` | what a score is: a probability, and the contributions behind it |
//! | `artifact` | what a trained model is on disk, and when it is refused |
//! | `scorecard` | [`Model`]: features in, score out |
//! | `train` | labelled rows to a model |
//! | [`metrics`] | figures of how good predictions are |
//! | `card` | the model card, written from the artifact |

mod artifact;
mod card;
pub mod metrics;
mod score;
mod scorecard;
mod train;

#[cfg(test)]
pub(crate) mod fixture;

pub use artifact::{
    AlphaLoss, Artifact, BrandFigures, CueWeight, DataSource, FORMAT, Figures, Fit, KindFigures,
    ModelError, TrainingFacts,
};
pub use card::card;
pub use score::{Contribution, Score, Scored};
pub use scorecard::Model;
pub use train::{HeldOut, LabelledRow, TrainError, TrainSettings, Trained, train};
