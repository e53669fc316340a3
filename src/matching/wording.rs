//! Versions and editions of one article.

use super::tokens::is_number;

/// What a title says of the version and edition, each list sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wording {
    /// Systems that software is for.
    pub platforms: Vec<&'static str>,
    /// Editions: `pro`, `deluxe`, ...
    pub editions: Vec<&'static str>,
    /// Whole numbers of versions: 3 of `cs3` and of `v3.1`, and years.
    pub versions: Vec<String>,
    /// Whether it is for those who have an earlier version.
    pub upgrade: bool,
    /// Whether it is for schools and students.
    pub academic: bool,
}

impl Wording {
    /// Reads the words of a title.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut said = Self::default();
        for word in words {
            said.platforms.extend(platform(word));
            said.editions.extend(edition(word));
            said.versions.extend(version(word).map(str::to_owned));
            said.upgrade |= matches!(word, "upgrade" | "upg" | "upgrd" | "upsell");
            said.academic |= matches!(
                word,
                "academic" | "acad" | "edu" | "education" | "educational" | "student" | "teacher"
            );
        }
        for list in [&mut said.platforms, &mut said.editions] {
            list.sort_unstable();
            list.dedup();
        }
        said.versions.sort_unstable();
        said.versions.dedup();
        said
    }
}

fn platform(word: &str) -> Option<&'static str> {
    Some(match word {
        "mac" | "macintosh" | "macosx" | "osx" | "macos" => "mac",
        "win" | "window" | "pc" => "windows",
        _ => return None,
    })
}

/// The one name of an edition that has several.
fn edition(word: &str) -> Option<&'static str> {
    const SAME: &[(&str, &str)] = &[
        ("professional", "pro"),
        ("std", "standard"),
        ("le", "lite"),
        ("element", "elements"),
    ];
    const EDITIONS: &[&str] = &[
        "basic",
        "business",
        "client",
        "collection",
        "collector",
        "deluxe",
        "design",
        "elements",
        "enterprise",
        "express",
        "extended",
        "family",
        "gold",
        "home",
        "lite",
        "master",
        "platinum",
        "plus",
        "premier",
        "premium",
        "pro",
        "production",
        "server",
        "standard",
        "studio",
        "suite",
        "ultimate",
        "web",
    ];
    let same = SAME.iter().find(|(other, _)| *other == word);
    let name = same.map_or(word, |(_, name)| name);
    EDITIONS.iter().copied().find(|edition| *edition == name)
}

/// The whole number of a version: at most four digits, after at most three letters.
fn version(word: &str) -> Option<&str> {
    let number = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    let short = word.len() - number.len() <= 3 && number.len() <= 4;
    (short && is_number(number)).then(|| number.split('.').next().unwrap_or(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_for_what_shops_call_differently() {
        let one = Wording::new("photoshop cs3 professional upg mac".split(' '));
        let other = Wording::new("photoshop 3.1 pro upgrade macosx".split(' '));
        assert_eq!(one, other);
        assert_eq!(one.versions, ["3"]);
        assert!(one.upgrade && !one.academic);
        assert_eq!(
            Wording::new(["dlink12345", "16gb"].into_iter()),
            Wording::default()
        );
    }
}
