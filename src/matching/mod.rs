//! Which product is this? Rows of two tables of products that mean the same article.
//!
//! - [`tokens`]: titles to words that two shops would write alike; [`keys`]: words to numbers;
//! - [`search`]: candidates from an inverted index over words and letter trigrams;
//! - [`facts`]: what is compared of an article, weighted by how much each word tells;
//! - [`colour`]: names of colours in several languages; [`kind`]: kinds of goods; [`wording`]: versions and editions;
//! - `align`: which word of one title is which of the other; [`compare`]: the named comparisons;
//! - [`score`]: comparisons, then rivals, to a probability with what each adds; the shipped weights; [`reasons`]: them in words;
//! - [`mod@link`]: whole tables, one to one where asked;
//! - [`fit`]: the weights from labelled pairs.

mod align;
mod article;
mod audience;
pub mod colour;
pub mod compare;
pub mod facts;
pub mod fit;
pub mod keys;
pub mod kind;
pub mod link;
pub mod reasons;
pub mod score;
pub mod search;
mod sums;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod wording;

pub use article::Article;
pub use link::{Link, Options, judge, link, one_to_one};
pub use score::Model;
pub use search::Search;
