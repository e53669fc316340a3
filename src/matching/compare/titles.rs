use crate::matching::facts::{Facts, Word};

/// One title against the other.
pub(super) struct Side<'a> {
    pub words: &'a [Word],
    /// How much of each word the other title holds.
    pub held: Vec<f64>,
    /// The same of all that the other article tells.
    pub told: Vec<f64>,
}

impl<'a> Side<'a> {
    pub fn new(of: &'a Facts, held: Vec<f64>, other: &Facts) -> Self {
        let told = of.words.iter().zip(&held).map(|(word, held)| {
            if other.names(word.key) {
                1.0
            } else if other.describes(word.key) {
                held.max(0.8)
            } else {
                *held
            }
        });
        Self {
            words: &of.words,
            told: told.collect(),
            held,
        }
    }

    pub fn share(&self, of: &[f64]) -> f64 {
        let all: f64 = self.words.iter().map(|word| word.weight).sum();
        let part: f64 = self
            .words
            .iter()
            .zip(of)
            .map(|(word, held)| word.weight * held)
            .sum();
        if all > 0.0 { part / all } else { 0.0 }
    }

    fn untold(&self) -> f64 {
        let weights = self
            .words
            .iter()
            .zip(&self.told)
            .map(|(word, told)| word.weight * (1.0 - told));
        weights.fold(0.0, f64::max)
    }

    fn squares(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.words
            .iter()
            .enumerate()
            .map(|(at, word)| word.weight.powi(2) * of(at))
            .sum()
    }

    /// The share that is held by the squares of the words' weights.
    pub fn held_of_squares(&self) -> f64 {
        let all = self.squares(|_| 1.0);
        if all > 0.0 {
            self.squares(|at| self.held[at]) / all
        } else {
            0.0
        }
    }
}

pub(super) fn compared(one: &Side<'_>, other: &Side<'_>, letters: f64) -> [f64; 9] {
    let norms = (one.squares(|_| 1.0) * other.squares(|_| 1.0)).sqrt();
    let dot = (one.squares(|at| one.held[at]) + other.squares(|at| other.held[at])) / 2.0;
    let held = (one.share(&one.held), other.share(&other.held));
    let told = (one.share(&one.told), other.share(&other.told));
    let untold = (one.untold(), other.untold());
    [
        if norms > 0.0 {
            (dot / norms).min(1.0)
        } else {
            0.0
        },
        held.0.min(held.1),
        held.0.max(held.1),
        told.0.min(told.1),
        told.0.max(told.1),
        untold.0.max(untold.1),
        untold.0.min(untold.1),
        letters,
        longest_run(one.words, other.words),
    ]
}

/// The weight of the longest run of words that both titles have in the same order, of the lighter title's.
fn longest_run(left: &[Word], right: &[Word]) -> f64 {
    let weight = |words: &[Word]| words.iter().map(|word| word.weight).sum::<f64>();
    let mut longest = 0.0f64;
    for at in 0..left.len() {
        for other in 0..right.len() {
            let pairs = left[at..].iter().zip(&right[other..]);
            let run = pairs.take_while(|(a, b)| a.key == b.key).count();
            if run > 0 {
                longest = longest.max(weight(&left[at..at + run]));
            }
        }
    }
    let all = weight(left).min(weight(right));
    if all > 0.0 {
        (longest / all).min(1.0)
    } else {
        0.0
    }
}
