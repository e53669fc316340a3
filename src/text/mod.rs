//! Strings to a [`Reading`]: brand names however disguised, lawful contexts, replica slang,
//! off-platform contacts, claims, language.
//!
//! - [`views`]: a text with case, accents, separators and look-alikes undone, each byte mapped back
//!   to the original;
//! - `names`: all brand names by hash; `letters`: a text's letters, any run of which is hashed at once;
//!   `as_written`: names as they are; `disguise/`: one file a way to hide one; `mentions`: all of
//!   them, without overlaps; `confidence`: how sure a mention is;
//! - [`lexicon`]: the word lists of `datasets/lexicon/`; `phrases`: all of them in one automaton;
//!   `contexts`, `slang`, `contacts`: what is made of the phrases found;
//! - `word_sets`: which words are ordinary; `language`: which language it is;
//! - [`similarity`]: how alike two titles are.

mod as_written;
mod confidence;
mod contacts;
mod contexts;
mod disguise;
mod language;
mod letters;
pub mod lexicon;
mod mentions;
mod names;
mod phrases;
mod reader;
mod reading;
pub mod similarity;
mod slang;
#[cfg(test)]
mod tests;
pub mod views;
mod word_sets;

pub use lexicon::{LexiconError, Lexicons};
pub use names::BrandNames;
pub use reader::{Reader, ReaderError};
pub use reading::{Context, ContextKind, Disguise, Field, Mention, Reading, Slang};
