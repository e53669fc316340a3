//! Touchstone finds counterfeit listings on a marketplace and hands analysts a short, ranked,
//! explained queue of takedown candidates for a person to decide.
//!
//! A listing travels left to right; imports point the other way:
//!
//! ```text
//! catalogs ──▶ reference ─┐
//! feed ─▶ intake ─────────┴▶ READ ─▶ RELATE ─▶ JUDGE ─▶ EMIT
//!                           image    seller    features   candidates
//!                           text     image     model      export
//!                           price    product
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`record`] | the nouns: listing, product, brand, money, identifiers |
//! | [`panics`] | panics of other people's decoders, contained |
//! | [`table`] | readers, writers and group-bys; the only module that names polars |
//! | [`intake`] | rows to typed records, or a reject with what was found and expected |
//! | [`image`] | bytes to a fingerprint: decoding under limits, PDQ, DCT hash, colour |
//! | [`text`] | strings to a reading: brand mentions, lawful contexts, slang, language |
//! | [`matching`] | which product is this: candidates, named comparisons, whole tables linked |
//! | [`price`] | an asked price against a reference price, at the day's exchange rate |
//! | [`mod@reference`] | brand owners' catalogs as search structures |
//! | [`signals`] | what one listing shows, and what only the whole feed can tell |
//! | [`features`] | the cues: name, family, direction, value and sentence |
//! | [`rings`] | sellers who act as one: traces, ties, groups and the cases made of them |
//! | [`model`] | the scorecard: training, calibration, metrics, artifact |
//! | [`candidates`] | grounds, actions, the queue |
//! | [`export`] | the report and the explanation of one listing |
//! | [`store`] | SQLite: catalogs, runs, decisions, banks, users |
//! | [`workspace`] | where things are kept on disk |
//! | [`scan`] | the four steps over a whole feed, and the manifest |
//! | [`review`] | the review desk in a browser |
//! | [`simulate`] | invented brands and seeded marketplaces with ground truth |
//! | [`cli`] | the command line; the only module that prints |

pub mod candidates;
pub mod cli;
pub mod export;
pub mod features;
pub mod image;
pub mod intake;
pub mod matching;
pub mod model;
pub mod panics;
pub mod price;
pub mod record;
pub mod reference;
pub mod review;
pub mod rings;
pub mod scan;
pub mod signals;
pub mod simulate;
pub mod store;
pub mod table;
pub mod text;
pub mod workspace;
