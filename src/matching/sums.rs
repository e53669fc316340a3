//! The best of many sums of which few are above zero.

/// A sum for each row, zero for most, with marks where others are.
#[derive(Debug, Default)]
pub(super) struct Sums {
    sums: Vec<i32>,
    /// Whether any of `BLOCK` neighbouring sums was added to.
    touched: Vec<bool>,
    best: Vec<(i32, u32)>,
}

/// Sums that are looked at together: a cache line of them.
const BLOCK: usize = 16;

impl Sums {
    /// Makes room for this many rows.
    pub fn cover(&mut self, rows: usize) {
        let blocks = rows.div_ceil(BLOCK);
        if blocks > self.touched.len() {
            self.touched.resize(blocks, false);
            self.sums.resize(blocks * BLOCK, 0);
        }
    }

    /// Adds to the sums of rows that are covered.
    pub fn add(&mut self, entries: impl Iterator<Item = (u32, i32)>) {
        let (sums, touched) = (&mut self.sums[..], &mut self.touched[..]);
        for (row, part) in entries {
            sums[row as usize] += part;
            touched[row as usize / BLOCK] = true;
        }
    }

    /// The rows with the `most` greatest sums above zero, the greatest first and equal ones by row. All
    /// sums are zero again.
    pub fn take_best(&mut self, most: usize) -> impl Iterator<Item = u32> {
        let by_sum = |a: &(i32, u32), b: &(i32, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        let enough = 4 * most.max(8);
        self.best.clear();
        // What is not above the last of the best so far need not be kept: later rows lose ties.
        let mut floor = 0;
        let blocks = self.sums.chunks_exact_mut(BLOCK).zip(&mut self.touched);
        for (block, (sums, touched)) in blocks.enumerate() {
            if !std::mem::take(touched) {
                continue;
            }
            // Without branches, so that whole blocks are passed over quickly.
            let above: i32 = sums.iter().map(|sum| i32::from(*sum > floor)).sum();
            if above > 0 {
                let ranked = sums.iter().copied().zip((block * BLOCK) as u32..);
                self.best.extend(ranked.filter(|(sum, _)| *sum > floor));
            }
            sums.fill(0);
            if self.best.len() >= enough {
                self.best.select_nth_unstable_by(most, by_sum);
                self.best.truncate(most);
                floor = self.best.iter().map(|entry| entry.0).min().unwrap_or(0);
            }
        }
        if self.best.len() > most {
            self.best.select_nth_unstable_by(most, by_sum);
            self.best.truncate(most);
        }
        self.best.sort_unstable_by(by_sum);
        self.best.iter().map(|entry| entry.1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_a_full_sort(
            entries in prop::collection::vec((0u32..400, 1i32..9), 0..300),
            most in 0usize..12,
        ) {
            let mut sums = Sums::default();
            // The second time shows that nothing is left of the first.
            for _ in 0..2 {
                sums.cover(400);
                sums.add(entries.iter().copied());
                let mut plain = vec![0; 400];
                for (row, part) in &entries {
                    plain[*row as usize] += part;
                }
                let mut rows: Vec<u32> = (0..400).filter(|row| plain[*row as usize] > 0).collect();
                rows.sort_by_key(|row| (std::cmp::Reverse(plain[*row as usize]), *row));
                rows.truncate(most);
                prop_assert_eq!(sums.take_best(most).collect::<Vec<_>>(), rows);
            }
        }
    }
}
