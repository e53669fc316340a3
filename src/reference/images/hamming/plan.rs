use super::row::Row;

/// Bits of a hash.
const BITS: u32 = 256;

/// The radius that parts are fitted to: the greatest PDQ distance of a copy, as its authors recommend.
const FITTED_RADIUS: u32 = 31;

/// Up to this many hashes, comparing with all of them is as fast as looking up their parts.
const FLAT_SIZE: usize = 4_000;

/// Members of a bucket: a cache line holds 16.
const BUCKET_MEMBERS: f64 = 8.0;

/// Tags are looked up in a set of 64.
const MOST_TAG_BITS: u32 = 6;

/// A run of bits of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) first_bit: u32,
    /// Upper bits, that name a bucket.
    pub(super) bucket_bits: u32,
    /// Lower bits, kept with each member.
    pub(super) tag_bits: u32,
}

impl Part {
    /// The part's bits of `row`.
    pub(super) fn value(&self, row: &Row) -> u32 {
        row.bits(self.first_bit, self.bucket_bits + self.tag_bits)
    }

    /// The number of buckets that differ from a given one in at most `radius` bits.
    pub(super) fn buckets_within(&self, radius: u32) -> f64 {
        ways(self.bucket_bits, radius)
    }
}

/// The number of values of `bits` bits that differ from a given one in at most `radius`.
fn ways(bits: u32, radius: u32) -> f64 {
    let mut exactly = 1.0;
    let mut sum = 1.0;
    for flips in 1..=radius.min(bits) {
        exactly *= f64::from(bits - flips + 1) / f64::from(flips);
        sum += exactly;
    }
    sum
}

/// How far to look in each of `parts` parts so that no hash within `radius` is missed; `None` is not at all.
///
/// Were all parts further than their radius, the sum of `1 + radius` over the parts would be at most the distance: it
/// has to be greater than `radius`. The first parts get the greater share.
pub(super) fn radii(radius: u32, parts: usize) -> Vec<Option<u32>> {
    let units = radius.min(BITS) + 1;
    let parts = parts as u32;
    (0..parts)
        .map(|part| (units / parts + u32::from(part < units % parts)).checked_sub(1))
        .collect()
}

/// The parts with which a look-up costs least, for `size` evenly spread hashes; none where a scan does.
pub(super) fn plan(size: usize) -> Vec<Part> {
    if size <= FLAT_SIZE {
        return Vec::new();
    }
    (11..=16)
        .map(|parts| cut(size, parts))
        .min_by(|a, b| cost(size, a).total_cmp(&cost(size, b)))
        .unwrap_or_default()
}

/// The hash in `count` parts, fitted to `size` hashes.
pub(super) fn cut(size: usize, count: u32) -> Vec<Part> {
    // One flip more makes about 2^3 as many values near: three bits more make up for it.
    let wide = (FITTED_RADIUS + 1) % count;
    let narrow_bits = (BITS - 3 * wide) / count;
    let mut left = BITS - 3 * wide - narrow_bits * count;
    let fitted = (size as f64 / BUCKET_MEMBERS).log2().max(1.0) as u32;
    let position_bits = usize::BITS - size.saturating_sub(1).leading_zeros();
    let spare = 32u32.saturating_sub(position_bits).min(MOST_TAG_BITS);
    let mut first_bit = 0;
    (0..count)
        .map(|part| {
            let extra = u32::from(left > 0);
            left -= extra;
            let bits = narrow_bits + if part < wide { 3 } else { 0 } + extra;
            let tag_bits = bits.saturating_sub(fitted).min(spare);
            let part = Part {
                first_bit,
                bucket_bits: bits - tag_bits,
                tag_bits,
            };
            first_bit += bits;
            part
        })
        .collect()
}

/// Nanoseconds of a look-up at the fitted radius, about: buckets, their members, and candidates.
fn cost(size: usize, parts: &[Part]) -> f64 {
    let size = size as f64;
    let radii = radii(FITTED_RADIUS, parts.len());
    let one = |(part, radius): (&Part, Option<u32>)| {
        let radius = radius.unwrap_or(0);
        let bits = part.bucket_bits + part.tag_bits;
        let members = size / f64::from(part.bucket_bits).exp2();
        let candidates = size * ways(bits, radius) / f64::from(bits).exp2();
        part.buckets_within(radius) * (12.0 + members) + candidates * 12.0
    };
    parts.iter().zip(radii).map(one).sum()
}
