use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A stream of random numbers of its own for the `index`-th thing called `name`.
///
/// Nothing is drawn from a shared stream, so that any row, seller or picture can be made alone and
/// in any order.
pub(super) fn stream(seed: u64, name: &str, index: u64) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(&index.to_le_bytes());
    hasher.update(name.as_bytes());
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}

/// A number for a name, the same everywhere.
pub(super) fn number(seed: u64, name: &str, index: u64) -> u64 {
    stream(seed, name, index).random()
}

/// One of `items`; the list is never empty by construction, an empty one gives the default.
pub(super) fn pick<T: Clone + Default>(rng: &mut impl Rng, items: &[T]) -> T {
    match items.len() {
        0 => T::default(),
        len => items[rng.random_range(0..len)].clone(),
    }
}

/// An index with the probability that its weight has among all.
pub(super) fn weighted(rng: &mut impl Rng, weights: &[f64]) -> usize {
    let mut left = rng.random::<f64>() * weights.iter().sum::<f64>();
    for (index, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    weights.len().saturating_sub(1)
}

/// True with probability `p`.
pub(super) fn chance(rng: &mut impl Rng, p: f64) -> bool {
    rng.random::<f64>() < p
}

/// A number between `low` and `high`.
pub(super) fn between(rng: &mut impl Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

/// The same for coordinates of drawings.
pub(super) fn span(rng: &mut impl Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * rng.random::<f32>()
}

/// A draw from the standard normal distribution (Box and Muller, doi:10.1214/aoms/1177706645).
pub(super) fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A draw whose logarithm is normal: `median` and the spread of the logarithm.
pub(super) fn log_normal(rng: &mut impl Rng, median: f64, spread: f64) -> f64 {
    median * (spread * normal(rng)).exp()
}
