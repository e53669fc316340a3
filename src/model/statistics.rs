//! Exact tails of the binomial and hypergeometric distributions, and what rests on them.

/// The natural logarithm of the gamma function for `x` > 0, by Lanczos' approximation (g = 7, 9 terms; relative
/// error below 1e-13; Godfrey's coefficients).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let rest = TERMS[1..].iter().zip(1u32..);
    let sum = rest.fold(TERMS[0], |sum, (term, at)| sum + term / (x + f64::from(at)));
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The regularised incomplete beta function I_x(a, b) for `a`, `b` > 0 and `x` in 0..=1, by Lentz's continued
/// fraction (DLMF 8.17.22).
pub fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges quickly on this side only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let tiny = 1e-300;
    let apart = |value: f64| if value.abs() < tiny { tiny } else { value };
    let (mut c, mut d) = (1.0, 1.0 / apart(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for term in [even, odd] {
            d = 1.0 / apart(1.0 + term * d);
            c = apart(1.0 + term / c);
            fraction *= c * d;
        }
        if (fraction / before - 1.0).abs() < 1e-15 {
            break;
        }
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    front.exp() * fraction / a
}

/// The probability of at most `found` of `of` when each is so with probability `share`. Counts need not be
/// whole: survey samples have effective ones.
pub fn binomial_at_most(found: f64, of: f64, share: f64) -> f64 {
    if found >= of {
        return 1.0;
    }
    incomplete_beta(1.0 - share, of - found, found + 1.0)
}

/// The greatest share that `found` of `of` does not rule out at the level `doubt` (Clopper and Pearson 1934,
/// doi:10.1093/biomet/26.4.404; one-sided).
pub fn clopper_pearson_upper(found: f64, of: f64, doubt: f64) -> f64 {
    if found >= of {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if binomial_at_most(found, of, middle) > doubt {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// Fisher's exact test, two-sided: how probable a table of 2 by 2 at most as probable as this one is, when
/// being flagged does not hang on the group (Fisher 1922, doi:10.2307/2340521).
pub fn fisher_exact(flagged: [u64; 2], of: [u64; 2]) -> f64 {
    let ln_choose = |n: u64, k: u64| {
        let (n, k) = (n as f64, k as f64);
        ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
    };
    let all = flagged[0] + flagged[1];
    let ln_probability = |first: u64| {
        ln_choose(of[0], first) + ln_choose(of[1], all - first) - ln_choose(of[0] + of[1], all)
    };
    let here = ln_probability(flagged[0]);
    let tables = all.saturating_sub(of[1])..=all.min(of[0]);
    let sum: f64 = tables
        .map(ln_probability)
        // Equal tables differ by rounding.
        .filter(|probability| *probability <= here + 1e-9)
        .map(f64::exp)
        .sum();
    sum.min(1.0)
}

/// The value that a chi-squared variable with `freedom` degrees exceeds with the probability of a normal one
/// exceeding `z` (Wilson and Hilferty 1931, doi:10.1073/pnas.17.12.684).
pub fn chi_squared_beyond(freedom: f64, z: f64) -> f64 {
    let ninth = 2.0 / (9.0 * freedom);
    freedom * (1.0 - ninth + z * ninth.sqrt()).max(0.0).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-9,
            "{found}, expected {expected}"
        );
    }

    #[test]
    fn known_values() {
        near(ln_gamma(5.0), 24f64.ln());
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        // Of a fair coin: at most 2 heads of 5 in half of all cases.
        near(binomial_at_most(2.0, 5.0, 0.5), 0.5);
        near(binomial_at_most(0.0, 59.0, 0.05), 0.95f64.powi(59));
        // The rule of three, exactly: 1 - 0.05^(1/n).
        near(
            clopper_pearson_upper(0.0, 100.0, 0.05),
            1.0 - 0.05f64.powf(0.01),
        );
        near(clopper_pearson_upper(3.0, 3.0, 0.05), 1.0);
        // The lady tasting tea: all four right.
        near(fisher_exact([4, 0], [4, 4]), 2.0 / 70.0);
        near(fisher_exact([0, 0], [10, 20]), 1.0);
        // 99th percentile with 10 degrees of freedom is 23.209.
        assert!((chi_squared_beyond(10.0, 2.326_348) - 23.209).abs() < 0.05);
    }

    #[test]
    fn the_tail_is_the_sum_of_its_terms() {
        let (of, share) = (40u32, 0.13f64);
        let mut sum = 0.0;
        for found in 0..10u32 {
            let ln = ln_gamma(f64::from(of) + 1.0)
                - ln_gamma(f64::from(found) + 1.0)
                - ln_gamma(f64::from(of - found) + 1.0);
            sum +=
                (ln + f64::from(found) * share.ln() + f64::from(of - found) * (1.0 - share).ln())
                    .exp();
            near(
                binomial_at_most(f64::from(found), f64::from(of), share),
                sum,
            );
        }
    }
}
