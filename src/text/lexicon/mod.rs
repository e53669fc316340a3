//! The word lists that an analyst edits. Their format is described in `docs/lexicons.md`.

mod entries;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use serde::de::DeserializeOwned;

pub use entries::{
    Channel, Claim, CommonWords, Contacts, Contexts, Entry, Governor, Invitation, Negation, Noun,
    NounKind, Scope, Side, SlangWord, SlangWords,
};

use super::views::folded;
use crate::record::ContentHash;

/// All word lists, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Lexicons {
    /// `contexts.toml`: what makes naming a brand lawful.
    pub contexts: Contexts,
    /// `slang.toml`: words of replica trade, and what negates them.
    pub slang: SlangWords,
    /// `contacts.toml`: ways to deal outside the marketplace.
    pub contacts: Contacts,
    /// `claims.toml`: what sellers claim.
    pub claims: Vec<Claim>,
    /// `common_words.toml`: ordinary words.
    pub common_words: CommonWords,
    /// `dictionary.txt`: words in which no name is recognised that is not there letter by letter.
    pub dictionary: Vec<String>,
    /// `proper_names.txt`: names of people, places and makers, which are no misspelt brands.
    pub proper_names: Vec<String>,
    version: ContentHash,
}

/// Why a lexicon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// Not readable.
    #[error(
        "lexicon {file}: {source}; the folder must hold contexts, slang, contacts, claims and common_words.toml, dictionary.txt and proper_names.txt"
    )]
    Io {
        /// The path.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Not TOML, or with keys or values that the format does not know.
    #[error("lexicon {file}: {source}see docs/lexicons.md for the format")]
    Toml {
        /// The file.
        file: String,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// An entry that says something impossible.
    #[error("lexicon {file}, {list} entry {number} ({text:?}): found {found}, expected {expected}")]
    Entry {
        /// The file.
        file: String,
        /// The list in the file.
        list: &'static str,
        /// 1-based place in the list.
        number: usize,
        /// The entry's text.
        text: String,
        /// What is wrong.
        found: String,
        /// What would be right.
        expected: &'static str,
    },
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimsFile {
    claims: Vec<Claim>,
}

impl Lexicons {
    /// The lexicons shipped with the program, `datasets/lexicon/`.
    ///
    /// # Errors
    /// [`LexiconError`] when a shipped file is damaged.
    pub fn embedded() -> Result<Self, LexiconError> {
        Self::from_texts(&embedded_text)
    }

    /// The lexicons of a folder, which holds files of the same names as the shipped ones.
    ///
    /// # Errors
    /// [`LexiconError`] names the file and the entry.
    pub fn from_dir(dir: &Path) -> Result<Self, LexiconError> {
        Self::from_texts(&|file| {
            let path = dir.join(file);
            std::fs::read_to_string(&path).map_err(|source| LexiconError::Io {
                file: path.display().to_string(),
                source,
            })
        })
    }

    /// What all files hold, as one hash.
    pub fn version(&self) -> &ContentHash {
        &self.version
    }

    /// The names of the files that make them up.
    pub const FILES: [&'static str; 7] = [
        "contexts.toml",
        "slang.toml",
        "contacts.toml",
        "claims.toml",
        "common_words.toml",
        "dictionary.txt",
        "proper_names.txt",
    ];

    /// The lexicons of files at hand: names, as in [`Lexicons::FILES`], and texts.
    ///
    /// # Errors
    /// As [`Lexicons::from_dir`].
    pub fn from_files(files: &[(String, String)]) -> Result<Self, LexiconError> {
        Self::from_texts(&|file| {
            let found = files.iter().find(|(name, _)| name == file);
            found.map(|(_, text)| text.clone()).ok_or_else(|| {
                let (file, source) = (file.to_owned(), std::io::ErrorKind::NotFound.into());
                LexiconError::Io { file, source }
            })
        })
    }

    fn from_texts(
        text: &dyn Fn(&'static str) -> Result<String, LexiconError>,
    ) -> Result<Self, LexiconError> {
        let content = RefCell::new(String::new());
        let text = &|file: &'static str| {
            let text = text(file)?;
            let mut content = content.borrow_mut();
            content.push_str(&format!("{file} {}\n", ContentHash::of(text.as_bytes())));
            Ok(text)
        };
        let lexicons = Self {
            contexts: parse(text, "contexts.toml")?,
            slang: parse(text, "slang.toml")?,
            contacts: parse(text, "contacts.toml")?,
            claims: parse::<ClaimsFile>(text, "claims.toml")?.claims,
            common_words: parse(text, "common_words.toml")?,
            dictionary: word_list(&text("dictionary.txt")?),
            proper_names: word_list(&text("proper_names.txt")?),
            version: ContentHash::of(content.borrow().as_bytes()),
        };
        lexicons.check()?;
        Ok(lexicons)
    }

    fn check(&self) -> Result<(), LexiconError> {
        let contexts = &self.contexts;
        check_list("contexts.toml", "contexts", &contexts.contexts)?;
        check_list("contexts.toml", "nouns", &contexts.nouns)?;
        check_list("slang.toml", "slang", &self.slang.slang)?;
        check_list("slang.toml", "negations", &self.slang.negations)?;
        check_list("contacts.toml", "channels", &self.contacts.channels)?;
        check_list("contacts.toml", "invitations", &self.contacts.invitations)?;
        check_list("claims.toml", "claims", &self.claims)?;
        for (index, entry) in self.slang.slang.iter().enumerate() {
            if !(entry.weight > 0.0 && entry.weight <= 1.0) {
                return Err(LexiconError::Entry {
                    file: "slang.toml".to_owned(),
                    list: "slang",
                    number: index + 1,
                    text: entry.text.clone(),
                    found: format!("weight {}", entry.weight),
                    expected: "more than 0 and at most 1",
                });
            }
        }
        Ok(())
    }
}

impl CommonWords {
    /// The shipped list of ordinary words.
    ///
    /// # Errors
    /// [`LexiconError`] when the shipped file is damaged.
    pub fn embedded() -> Result<Self, LexiconError> {
        parse(&embedded_text, "common_words.toml")
    }
}

fn embedded_text(file: &'static str) -> Result<String, LexiconError> {
    let text = match file {
        "contexts.toml" => include_str!("../../../datasets/lexicon/contexts.toml"),
        "slang.toml" => include_str!("../../../datasets/lexicon/slang.toml"),
        "contacts.toml" => include_str!("../../../datasets/lexicon/contacts.toml"),
        "claims.toml" => include_str!("../../../datasets/lexicon/claims.toml"),
        "dictionary.txt" => include_str!("../../../datasets/lexicon/dictionary.txt"),
        "proper_names.txt" => include_str!("../../../datasets/lexicon/proper_names.txt"),
        _ => include_str!("../../../datasets/lexicon/common_words.toml"),
    };
    Ok(text.to_owned())
}

/// The words, one a line; lines that begin with `#` are comments.
fn word_list(text: &str) -> Vec<String> {
    let words = text.lines().map(str::trim);
    let words = words.filter(|word| !word.is_empty() && !word.starts_with('#'));
    words.map(str::to_owned).collect()
}

fn parse<T: DeserializeOwned>(
    text: &dyn Fn(&'static str) -> Result<String, LexiconError>,
    file: &'static str,
) -> Result<T, LexiconError> {
    toml::from_str(&text(file)?).map_err(|source| LexiconError::Toml {
        file: file.to_owned(),
        source: Box::new(source),
    })
}

fn check_list<T: Entry>(file: &str, list: &'static str, entries: &[T]) -> Result<(), LexiconError> {
    let mut seen = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let error = |found: String, expected| LexiconError::Entry {
            file: file.to_owned(),
            list,
            number: index + 1,
            text: entry.text().to_owned(),
            found,
            expected,
        };
        let words = folded(entry.text());
        if words.is_empty() {
            return Err(error("no letter or digit".to_owned(), "at least one"));
        }
        if !is_language(entry.language()) {
            return Err(error(
                format!("language {:?}", entry.language()),
                "two lower-case letters (ISO 639-1)",
            ));
        }
        // Several languages share words; within one a second entry would count twice.
        if !seen.insert((words, entry.language().to_owned())) {
            return Err(error(
                "a second entry of this text".to_owned(),
                "one entry a text and language",
            ));
        }
    }
    Ok(())
}

fn is_language(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(changed: &'static str, text: &str) -> Result<Lexicons, LexiconError> {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/lexicon");
        Lexicons::from_texts(&|file| {
            if file == changed {
                return Ok(text.to_owned());
            }
            let path = Path::new(dir).join(file);
            std::fs::read_to_string(&path).map_err(|source| LexiconError::Io {
                file: path.display().to_string(),
                source,
            })
        })
    }

    #[test]
    fn shipped_files_and_a_folder_read_the_same() {
        let embedded = Lexicons::embedded().expect("shipped files are sound");
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/lexicon");
        assert_eq!(
            embedded,
            Lexicons::from_dir(Path::new(dir)).expect("the same files")
        );
    }

    #[test]
    fn errors_name_file_and_entry() {
        let message = |file, text| with(file, text).expect_err("damaged").to_string();
        assert_eq!(
            message(
                "claims.toml",
                "claims = [{ text = \"!!\", language = \"en\", claim = \"x\" }]"
            ),
            "lexicon claims.toml, claims entry 1 (\"!!\"): found no letter or digit, expected at least one"
        );
        assert_eq!(
            message(
                "claims.toml",
                "claims = [{ text = \"real\", language = \"English\", claim = \"x\" }]"
            ),
            "lexicon claims.toml, claims entry 1 (\"real\"): found language \"English\", expected two lower-case letters (ISO 639-1)"
        );
        let heavy = "negations = []\nslang = [{ text = \"mirror\", language = \"en\", meaning = \"m\", weight = 2.0 }]";
        assert_eq!(
            message("slang.toml", heavy),
            "lexicon slang.toml, slang entry 1 (\"mirror\"): found weight 2, expected more than 0 and at most 1"
        );
        assert!(message("claims.toml", "claims = [{ txt = \"real\" }]").contains("txt"));
        let missing = Lexicons::from_dir(Path::new("/nonexistent"))
            .expect_err("no such folder")
            .to_string();
        assert!(missing.contains("/nonexistent/contexts.toml"), "{missing}");
    }
}
