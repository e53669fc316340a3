//! Layers of optional settings in, one resolved and checked struct out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use iso_currency::Currency;
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::candidates::decision::ReviewRules;
use crate::image::Limits;
use crate::intake::ColumnNames;
use crate::model::bound::Promise;

use super::ScanError;

/// Which listings' images are searched by local features, which costs more than their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LocalFeatures {
    /// Of every listing.
    All,
    /// Of listings whose text names a brand, uses replica slang or matches a product.
    #[default]
    Suspects,
    /// Of none: edited copies are lost.
    Off,
}

impl FromStr for LocalFeatures {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            "suspects" => Ok(Self::Suspects),
            "off" => Ok(Self::Off),
            other => Err(format!("found {other:?}, expected all, suspects or off")),
        }
    }
}

/// What a layer (`touchstone.toml`, then the command line) may set; later layers win.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsLayer {
    /// How many candidates the reviewers can decide a night.
    pub capacity: Option<usize>,
    /// The least probability of a candidate, 0..=1. By default 0.7, the first tenth from which the shipped model is right
    /// about more than four of five on sellers held out in its training.
    pub threshold: Option<f64>,
    /// How many listings below the threshold are queued at random, beside the candidates, so that misses can
    /// be estimated; never more than one in ten of those that a right covers.
    pub miss_check: Option<usize>,
    /// The share of candidates that may be honest, for the bound on wrong accusations; above 0 and below 1.
    pub wrong_share: Option<f64>,
    /// The chance that the bound is wrong; above 0 and below 1.
    pub doubt: Option<f64>,
    /// How many listings a reference picture may match before the run does without it; a catalog's may match two in a
    /// hundred of all listings where that is more.
    pub flood_limit: Option<u64>,
    /// Whether sellers who act as one are grouped into cases; by default they are.
    pub cases: Option<bool>,
    /// Whether the queue is cut where the bound holds, if it holds anywhere, instead of at the threshold.
    pub cut_by_bound: Option<bool>,
    /// Listings read at a time; memory grows with it, results do not depend on it.
    pub chunk_rows: Option<usize>,
    /// The largest image file, in bytes.
    pub max_image_bytes: Option<u64>,
    /// The largest image, in pixels.
    pub max_image_pixels: Option<u64>,
    /// Candidates that the report shows with pictures.
    pub report_cards: Option<usize>,
    /// A folder of lexicon files instead of the built-in ones.
    pub lexicons: Option<PathBuf>,
    /// A file of exchange rates (ECB form) instead of the built-in one.
    pub rates: Option<PathBuf>,
    /// A model artifact instead of the built-in one.
    pub model: Option<PathBuf>,
    /// Where image paths of the feed start.
    pub images: Option<PathBuf>,
    /// The currency (ISO 4217 code) of prices for which the feed names none.
    pub currency: Option<String>,
    /// The countries that the marketplace sells to (ISO 3166-1 alpha-2 codes, or `EU`): only rights that hold in one of them
    /// are cited.
    pub market: Option<Vec<String>>,
    /// What the feed's columns are called, by the column of a listing that each stands for, where the usual names do not do.
    pub columns: Option<BTreeMap<String, String>>,
    /// The date that the run speaks of.
    pub as_of: Option<Date>,
    /// Which listings' images are searched for edited copies by local features.
    pub local_features: Option<LocalFeatures>,
    /// Worker threads; all cores when absent. Results do not depend on it.
    pub threads: Option<usize>,
    /// How reviewers work together; no scan depends on it.
    pub review: Option<ReviewRules>,
}

/// The settings of one run, resolved and checked; written into its manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// See [`SettingsLayer::capacity`].
    pub capacity: usize,
    /// See [`SettingsLayer::threshold`].
    pub threshold: f64,
    /// See [`SettingsLayer::miss_check`].
    #[serde(default)]
    pub miss_check: usize,
    /// See [`SettingsLayer::wrong_share`] and [`SettingsLayer::doubt`].
    #[serde(default = "promise")]
    pub promise: Promise,
    /// See [`SettingsLayer::cut_by_bound`].
    #[serde(default)]
    pub cut_by_bound: bool,
    /// See [`SettingsLayer::flood_limit`].
    #[serde(default = "flood_limit")]
    pub flood_limit: u64,
    /// See [`SettingsLayer::cases`].
    #[serde(default)]
    pub cases: bool,
    /// See [`SettingsLayer::max_image_bytes`].
    pub max_image_bytes: u64,
    /// See [`SettingsLayer::max_image_pixels`].
    pub max_image_pixels: u64,
    /// See [`SettingsLayer::report_cards`].
    pub report_cards: usize,
    /// See [`SettingsLayer::as_of`].
    pub as_of: Date,
    /// See [`SettingsLayer::lexicons`].
    pub lexicons: Option<PathBuf>,
    /// See [`SettingsLayer::rates`].
    pub rates: Option<PathBuf>,
    /// See [`SettingsLayer::model`].
    pub model: Option<PathBuf>,
    /// See [`SettingsLayer::images`].
    pub images: Option<PathBuf>,
    /// See [`SettingsLayer::local_features`].
    pub local_features: LocalFeatures,
    /// See [`SettingsLayer::currency`].
    #[serde(serialize_with = "code", deserialize_with = "of_code", default)]
    pub currency: Option<Currency>,
    /// See [`SettingsLayer::market`]; empty when nobody says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub market: Vec<String>,
    /// See [`SettingsLayer::columns`].
    #[serde(default, skip_serializing_if = "ColumnNames::is_empty")]
    pub columns: ColumnNames,
    /// See [`SettingsLayer::chunk_rows`]; not part of what a run's outputs depend on.
    #[serde(skip, default = "chunk_rows")]
    pub chunk_rows: usize,
}

/// What is promised where nobody says.
fn promise() -> Promise {
    Promise {
        wrong_share: 0.05,
        doubt: 0.05,
    }
}

/// Listings that a reference picture may match where nobody says.
fn flood_limit() -> u64 {
    1000
}

/// Listings read at a time where nobody says.
fn chunk_rows() -> usize {
    4096
}

impl SettingsLayer {
    /// Reads `touchstone.toml`.
    ///
    /// # Errors
    /// [`ScanError::Settings`] names the file, the place and what was expected there.
    pub fn read(path: &Path) -> Result<Self, ScanError> {
        let text = std::fs::read_to_string(path).map_err(|source| ScanError::Io {
            path: path.to_owned(),
            source,
        })?;
        let mut layer: Self = toml::from_str(&text).map_err(|error| ScanError::Settings {
            origin: path.display().to_string(),
            problem: error.to_string(),
        })?;
        // Paths in the file mean paths beside the file, wherever the program is started.
        let base = path.parent().unwrap_or(Path::new("."));
        for slot in [
            &mut layer.lexicons,
            &mut layer.rates,
            &mut layer.model,
            &mut layer.images,
        ] {
            if let Some(relative) = slot {
                *slot = Some(base.join(&*relative));
            }
        }
        Ok(layer)
    }

    /// This layer over `below`.
    pub fn over(self, below: Self) -> Self {
        Self {
            capacity: self.capacity.or(below.capacity),
            threshold: self.threshold.or(below.threshold),
            miss_check: self.miss_check.or(below.miss_check),
            wrong_share: self.wrong_share.or(below.wrong_share),
            doubt: self.doubt.or(below.doubt),
            cut_by_bound: self.cut_by_bound.or(below.cut_by_bound),
            flood_limit: self.flood_limit.or(below.flood_limit),
            cases: self.cases.or(below.cases),
            chunk_rows: self.chunk_rows.or(below.chunk_rows),
            max_image_bytes: self.max_image_bytes.or(below.max_image_bytes),
            max_image_pixels: self.max_image_pixels.or(below.max_image_pixels),
            report_cards: self.report_cards.or(below.report_cards),
            lexicons: self.lexicons.or(below.lexicons),
            rates: self.rates.or(below.rates),
            model: self.model.or(below.model),
            images: self.images.or(below.images),
            currency: self.currency.or(below.currency),
            market: self.market.or(below.market),
            columns: both(self.columns, below.columns),
            as_of: self.as_of.or(below.as_of),
            local_features: self.local_features.or(below.local_features),
            threads: self.threads.or(below.threads),
            review: self.review.or(below.review),
        }
    }

    /// Fills what no layer set and checks the ranges; `today` is the date when none is given.
    ///
    /// # Errors
    /// [`ScanError::Settings`] names the setting, what was found and what is allowed.
    pub fn resolve(self, today: Date) -> Result<Settings, ScanError> {
        let limits = Limits::default();
        let wrong = |problem: String| ScanError::Settings {
            origin: "the settings".to_owned(),
            problem,
        };
        let currency = self.currency.as_deref().map(|text| {
            Currency::from_code(&text.trim().to_ascii_uppercase()).ok_or_else(|| {
                wrong(format!(
                    "currency is {text:?}, expected an ISO 4217 code such as EUR"
                ))
            })
        });
        let columns = ColumnNames::new(self.columns.unwrap_or_default());
        let settings = Settings {
            columns: columns.map_err(|error| wrong(format!("columns: {error}")))?,
            capacity: self.capacity.unwrap_or(500),
            threshold: self.threshold.unwrap_or(0.7),
            miss_check: self.miss_check.unwrap_or(10),
            promise: Promise {
                wrong_share: self.wrong_share.unwrap_or(promise().wrong_share),
                doubt: self.doubt.unwrap_or(promise().doubt),
            },
            cut_by_bound: self.cut_by_bound.unwrap_or(false),
            flood_limit: self.flood_limit.unwrap_or_else(flood_limit),
            cases: self.cases.unwrap_or(true),
            max_image_bytes: self.max_image_bytes.unwrap_or(limits.max_bytes),
            max_image_pixels: self.max_image_pixels.unwrap_or(limits.max_pixels),
            report_cards: self.report_cards.unwrap_or(200),
            as_of: self.as_of.unwrap_or(today),
            lexicons: self.lexicons,
            rates: self.rates,
            model: self.model,
            images: self.images,
            local_features: self.local_features.unwrap_or_default(),
            currency: currency.transpose()?,
            market: market(self.market.unwrap_or_default()).map_err(wrong)?,
            chunk_rows: self.chunk_rows.unwrap_or_else(chunk_rows),
        };
        if !(0.0..=1.0).contains(&settings.threshold) {
            return Err(wrong(format!(
                "threshold is {}, expected a probability from 0 to 1",
                settings.threshold
            )));
        }
        let Promise { wrong_share, doubt } = settings.promise;
        for (name, share) in [("wrong_share", wrong_share), ("doubt", doubt)] {
            if !(share > 0.0 && share < 1.0) {
                return Err(wrong(format!(
                    "{name} is {share}, expected a share above 0 and below 1"
                )));
            }
        }
        if settings.capacity == 0 || settings.chunk_rows == 0 {
            return Err(wrong(
                "capacity and chunk_rows must be at least 1".to_owned(),
            ));
        }
        Ok(settings)
    }
}

/// The codes in capitals, each once, in their order.
fn market(codes: Vec<String>) -> Result<Vec<String>, String> {
    let mut market = Vec::new();
    for code in codes {
        let upper = code.trim().to_ascii_uppercase();
        let shape = upper.len() == 2 && upper.bytes().all(|byte| byte.is_ascii_uppercase());
        if !shape || upper == "UK" {
            return Err(format!(
                "market has {code:?}, expected ISO 3166-1 codes such as DE or GB, or EU"
            ));
        }
        market.push(upper);
    }
    market.sort();
    market.dedup();
    Ok(market)
}

/// Names of both layers; the upper one's win.
fn both(
    upper: Option<BTreeMap<String, String>>,
    below: Option<BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    match (upper, below) {
        (Some(upper), Some(mut all)) => {
            all.extend(upper);
            Some(all)
        }
        (upper, below) => upper.or(below),
    }
}

/// Currencies stand in outputs by their code.
fn code<S: Serializer>(currency: &Option<Currency>, serializer: S) -> Result<S::Ok, S::Error> {
    currency
        .map(|currency| currency.code())
        .serialize(serializer)
}

/// The currency of a code that [`code`] wrote.
fn of_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Currency>, D::Error> {
    let code: Option<String> = Option::deserialize(deserializer)?;
    let unknown = |code: &str| D::Error::custom(format!("{code:?} is not an ISO 4217 currency"));
    code.map(|code| Currency::from_code(&code).ok_or_else(|| unknown(&code)))
        .transpose()
}

impl Settings {
    /// The limits for decoding one image.
    pub fn limits(&self) -> Limits {
        Limits {
            max_bytes: self.max_image_bytes,
            max_pixels: self.max_image_pixels,
            ..Limits::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_layers_win_and_gaps_are_filled() {
        let file = SettingsLayer {
            capacity: Some(10),
            threshold: Some(0.7),
            ..SettingsLayer::default()
        };
        let flags = SettingsLayer {
            capacity: Some(20),
            ..SettingsLayer::default()
        };
        let settings = flags
            .over(file)
            .resolve(jiff::civil::date(2026, 1, 2))
            .expect("valid");
        assert_eq!(
            (settings.capacity, settings.threshold, settings.report_cards),
            (20, 0.7, 200)
        );
        assert_eq!(settings.as_of.to_string(), "2026-01-02");
    }

    #[test]
    fn a_promise_is_of_shares() {
        let layer = SettingsLayer {
            doubt: Some(0.0),
            ..SettingsLayer::default()
        };
        let error = layer
            .resolve(jiff::civil::date(2026, 1, 2))
            .expect_err("no promise is certain");
        assert!(
            error
                .to_string()
                .contains("doubt is 0, expected a share above 0"),
            "{error}"
        );
    }

    #[test]
    fn a_threshold_that_is_no_probability_is_refused() {
        let layer = SettingsLayer {
            threshold: Some(50.0),
            ..SettingsLayer::default()
        };
        let error = layer
            .resolve(jiff::civil::date(2026, 1, 2))
            .expect_err("50 is no probability");
        assert!(error.to_string().contains("threshold is 50"), "{error}");
    }

    #[test]
    fn a_currency_is_an_iso_code_in_the_manifest_and_nothing_else() {
        let of = |text: &str| {
            let layer = SettingsLayer {
                currency: Some(text.to_owned()),
                ..SettingsLayer::default()
            };
            layer.resolve(jiff::civil::date(2026, 1, 2))
        };
        let settings = of("eur").expect("a currency");
        let json = serde_json::to_value(&settings).expect("JSON");
        assert_eq!(json["currency"], "EUR");
        let error = of("euros").expect_err("no code").to_string();
        assert!(error.contains("currency is \"euros\""), "{error}");
    }

    #[test]
    fn a_market_is_a_list_of_country_codes() {
        let of = |codes: &[&str]| {
            let layer = SettingsLayer {
                market: Some(codes.iter().map(|code| (*code).to_owned()).collect()),
                ..SettingsLayer::default()
            };
            layer.resolve(jiff::civil::date(2026, 1, 2))
        };
        assert_eq!(of(&["us", "EU", "US"]).expect("codes").market, ["EU", "US"]);
        let error = of(&["UK"]).expect_err("no ISO code").to_string();
        assert!(error.contains("market has \"UK\""), "{error}");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("touchstone.toml");
        std::fs::write(&path, "capacty = 5\n").expect("written");
        let error = SettingsLayer::read(&path)
            .expect_err("unknown key")
            .to_string();
        assert!(
            error.contains("touchstone.toml") && error.contains("capacty"),
            "{error}"
        );
    }
}
