use std::collections::HashMap;

/// Words to the products whose titles hold them.
pub(super) struct Index {
    postings: HashMap<String, Vec<u32>>,
    products: usize,
}

/// Most entries of word lists that one query reads, the rarest words first. Words so common that
/// they come after this tell products apart no more.
const MOST_READ: usize = 20_000;

impl Index {
    /// `titles` in order of the products' places, each with sorted distinct words.
    pub fn new<'a>(titles: impl Iterator<Item = &'a [String]>) -> Self {
        let (mut postings, mut products) = (HashMap::<String, Vec<u32>>::new(), 0);
        for (place, words) in (0u32..).zip(titles) {
            products += 1;
            for word in words {
                postings.entry(word.clone()).or_default().push(place);
            }
        }
        Self { postings, products }
    }

    /// How much a word tells, from its rarity: ln(1 + N / n), and for a word that no title holds as
    /// if one did.
    pub fn weight(&self, word: &str) -> f64 {
        let holding = self.postings.get(word).map_or(1, Vec::len);
        (1.0 + self.products as f64 / holding as f64).ln()
    }

    /// The places of the `most` products that share the weightiest words with `words`, of those that
    /// are `wanted`; equal ones by place.
    pub fn candidates(
        &self,
        words: &[String],
        most: usize,
        wanted: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut lists: Vec<(&String, &Vec<u32>)> = words
            .iter()
            .filter_map(|word| self.postings.get(word).map(|list| (word, list)))
            .collect();
        lists.sort_by_key(|(word, list)| (list.len(), word.as_str()));
        let mut shared: HashMap<u32, f64> = HashMap::new();
        let mut read = 0;
        for (word, list) in lists {
            if read > 0 && read + list.len() > MOST_READ {
                break;
            }
            read += list.len();
            let weight = self.weight(word);
            for &place in list.iter().take(MOST_READ) {
                if wanted(place) {
                    *shared.entry(place).or_default() += weight;
                }
            }
        }
        let mut ranked: Vec<(u32, f64)> = shared.into_iter().collect();
        let by_weight = |a: &(u32, f64), b: &(u32, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if ranked.len() > most {
            ranked.select_nth_unstable_by(most, by_weight);
            ranked.truncate(most);
        }
        ranked.into_iter().map(|(place, _)| place).collect()
    }
}
