use super::votes::{Hit, votes};
use crate::image::{Code, Doubts, Keypoint, Keypoints, Measured};

/// Independent ways in which codes are put into buckets.
const TABLES: usize = 4;

/// Bits in which two codes of one place may differ, of 128; codes of different places differ in 64 on average.
pub(super) const NEAR: u32 = 34;

/// Bits in which a quarter of those codes may differ: hardly one that differs in 20 bits is lost, and one in twenty of
/// those that differ in 34, while five in six of the others need no closer look.
const NEAR_QUARTER: u32 = 10;

/// Buckets that hold more than this say little: corners of frames and letters, repeated patterns.
const CROWD: usize = 40;

/// Most references that are looked at closely.
const MOST_CANDIDATES: usize = 24;

/// Votes of a candidate at least.
const LEAST_VOTES: f32 = 1.5;

/// The same, in parts of the best one's.
const LEAST_SHARE: f32 = 0.06;

/// Local features of many references, by what is around them.
///
/// Bit-sampling locality-sensitive hashing: P. Indyk and R. Motwani, "Approximate nearest neighbors", STOC 1998, with
/// those neighbouring buckets looked up too where a changed view of the same place is most likely to be (Q. Lv and
/// others, "Multi-Probe LSH", VLDB 2007). The number of sampled bits follows the number of features.
#[derive(Clone, Debug, Default)]
pub struct KeypointIndex {
    codes: Vec<Code>,
    places: Vec<Place>,
    /// The features of reference `i` are `starts[i]..starts[i + 1]`.
    starts: Vec<u32>,
    sizes: Vec<(u16, u16)>,
    tables: Vec<Table>,
}

/// Where a feature is, in little memory.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// In sixteenths of a pixel.
    x: u16,
    y: u16,
    /// Sixteenths of the binary logarithm of the scale, from scale one half up.
    scale: u8,
    /// In 256ths of a turn.
    angle: u8,
}

/// The features by some bits of their codes: bucket `v` is `members[starts[v]..starts[v + 1]]`.
#[derive(Clone, Debug)]
struct Table {
    bits: Vec<u8>,
    /// The quarter of a code that members hold.
    quarter: usize,
    starts: Vec<u32>,
    members: Vec<Member>,
}

/// A feature in a bucket, with as much of its code as tells most others apart without a look at it far off in memory.
#[derive(Clone, Copy, Debug, Default)]
struct Member {
    feature: u32,
    quarter: u32,
}

/// A reference that shares features with a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The reference's position.
    pub reference: usize,
    /// Whether it is the mirrored picture that shares them.
    pub mirrored: bool,
    /// How many features agree on where it is, weighted by likeness.
    pub votes: f32,
}

impl KeypointIndex {
    /// An index over references, named by position.
    pub fn build<'a>(references: impl IntoIterator<Item = &'a Keypoints>) -> Self {
        let mut index = Self {
            starts: vec![0],
            ..Self::default()
        };
        for reference in references {
            index
                .codes
                .extend(reference.points.iter().map(|point| point.code));
            index.places.extend(reference.points.iter().map(Place::of));
            index.starts.push(index.codes.len() as u32);
            index
                .sizes
                .push((reference.width as u16, reference.height as u16));
        }
        let bits = (index.codes.len().max(16) as f64 / 4.0)
            .log2()
            .round()
            .clamp(8.0, 26.0) as usize;
        index.tables = (0..TABLES)
            .map(|table| Table::new(&index.codes, sampled(table, bits), table % 4))
            .collect();
        index
    }

    /// Whether it holds no feature.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Bytes that the index takes in memory.
    pub fn bytes(&self) -> usize {
        let tables = self
            .tables
            .iter()
            .map(|table| 4 * table.starts.len() + size_of::<Member>() * table.members.len());
        self.codes.len() * (size_of::<Code>() + size_of::<Place>())
            + 4 * self.starts.len()
            + 4 * self.sizes.len()
            + tables.sum::<usize>()
    }

    /// The features of a reference, as far as they are kept.
    pub fn keypoints(&self, reference: usize) -> Keypoints {
        let range = self.starts[reference] as usize..self.starts[reference + 1] as usize;
        let (width, height) = self.sizes[reference];
        let points = self.codes[range.clone()].iter().zip(&self.places[range]);
        Keypoints {
            width: width.into(),
            height: height.into(),
            points: points.map(|(code, place)| place.keypoint(*code)).collect(),
        }
    }

    /// The references that most of the picture's features speak for, best first.
    pub fn candidates(&self, picture: &Measured) -> Vec<Candidate> {
        let mut hits = self.hits(picture);
        // One place of the picture speaks once for a reference, and for one place of it: textures repeat themselves.
        let group = |hit: &Hit| (hit.reference, hit.mirrored);
        hits.sort_unstable_by_key(|hit| (group(hit), hit.query, hit.distance, hit.feature));
        hits.dedup_by_key(|hit| (group(hit), hit.query));
        hits.sort_unstable_by_key(|hit| (group(hit), hit.feature, hit.distance, hit.query));
        hits.dedup_by_key(|hit| (group(hit), hit.feature));
        let mut candidates: Vec<Candidate> = hits
            .chunk_by(|a, b| group(a) == group(b))
            .filter_map(|group| {
                let [
                    Hit {
                        reference,
                        mirrored,
                        ..
                    },
                    ..,
                ] = group
                else {
                    return None;
                };
                let (width, height) = self.sizes[*reference as usize];
                let votes = votes(group, [width, height].map(f32::from));
                (votes >= LEAST_VOTES).then_some(Candidate {
                    reference: *reference as usize,
                    mirrored: *mirrored,
                    votes,
                })
            })
            .collect();
        candidates.sort_by(|a, b| {
            let more = b.votes.total_cmp(&a.votes);
            more.then(a.reference.cmp(&b.reference))
                .then(a.mirrored.cmp(&b.mirrored))
        });
        candidates.truncate(MOST_CANDIDATES);
        let least = candidates
            .first()
            .map_or(0.0, |best| LEAST_SHARE * best.votes);
        candidates.retain(|candidate| candidate.votes >= least);
        candidates
    }

    fn hits(&self, picture: &Measured) -> Vec<Hit> {
        let query = &picture.keypoints;
        let mut hits = Vec::new();
        let mut near: Vec<u32> = Vec::new();
        for ((position, point), doubts) in (0..).zip(&query.points).zip(&picture.doubts) {
            for mirrored in [false, true] {
                let code = if mirrored { point.mirrored } else { point.code };
                near.clear();
                for table in &self.tables {
                    table.gather(&code, &doubts[usize::from(mirrored)], &mut near);
                }
                near.sort_unstable();
                near.dedup();
                let place = Place::of(point);
                for &feature in &near {
                    let distance = self.codes[feature as usize].distance(&code);
                    if distance > NEAR {
                        continue;
                    }
                    let own = self.places[feature as usize];
                    let after = self.starts.partition_point(|&start| start <= feature);
                    let mut hit = Hit {
                        reference: after as u32 - 1,
                        mirrored,
                        query: position,
                        feature,
                        distance,
                        turn: place.angle.wrapping_sub(own.angle),
                        growth: i16::from(place.scale) - i16::from(own.scale),
                        from: own.pixels(),
                        to: [point.x, point.y],
                    };
                    if mirrored {
                        // Directions of the mirrored picture are half a turn less the picture's own.
                        hit.turn = 128u8.wrapping_sub(place.angle).wrapping_sub(own.angle);
                        hit.to[0] = query.width as f32 - point.x;
                    }
                    hits.push(hit);
                }
            }
        }
        hits
    }
}

impl Place {
    fn of(point: &Keypoint) -> Self {
        let sixteenths = |value: f32| (value * 16.0).round().clamp(0.0, 65535.0) as u16;
        Self {
            x: sixteenths(point.x),
            y: sixteenths(point.y),
            scale: (point.scale.max(0.5).log2() * 16.0 + 16.0)
                .round()
                .clamp(0.0, 255.0) as u8,
            angle: (point.angle / std::f32::consts::TAU * 256.0).round() as i32 as u8,
        }
    }

    fn pixels(self) -> [f32; 2] {
        [self.x, self.y].map(|at| f32::from(at) / 16.0)
    }

    fn keypoint(self, code: Code) -> Keypoint {
        let [x, y] = self.pixels();
        Keypoint {
            x,
            y,
            scale: ((f32::from(self.scale) - 16.0) / 16.0).exp2(),
            angle: f32::from(self.angle as i8) / 256.0 * std::f32::consts::TAU,
            code,
            mirrored: Code::default(),
        }
    }
}

/// The bits that table `table` looks at: from a fixed shuffle of all 128, tables after each other, then anew.
fn sampled(table: usize, bits: usize) -> Vec<u8> {
    // Steps that share no divisor with 128 visit every bit once.
    let step = [37usize, 45, 59, 83][table % 4];
    (0..bits)
        .map(|at| ((table * 31 + at * step) % 128) as u8)
        .collect()
}

impl Table {
    fn new(codes: &[Code], bits: Vec<u8>, quarter: usize) -> Self {
        let mut starts = vec![0u32; (1 << bits.len()) + 1];
        for code in codes {
            starts[value(code, &bits) + 1] += 1;
        }
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![Member::default(); codes.len()];
        for (feature, code) in (0..).zip(codes) {
            let slot = &mut next[value(code, &bits)];
            members[*slot as usize] = Member {
                feature,
                quarter: code.quarter(quarter),
            };
            *slot += 1;
        }
        Self {
            bits,
            quarter,
            starts,
            members,
        }
    }

    /// The likely ones of the code's bucket, of those that differ from it in one doubtful bit, and in two very doubtful ones.
    fn gather(&self, code: &Code, doubts: &Doubts, near: &mut Vec<u32>) {
        let own = value(code, &self.bits);
        let quarter = code.quarter(self.quarter);
        let some = flips(value(&doubts.some, &self.bits));
        let strong = flips(value(&doubts.strong, &self.bits));
        let later = |at: usize| strong.clone().skip(at + 1);
        let pairs = strong
            .clone()
            .enumerate()
            .flat_map(|(at, a)| later(at).map(move |b| a ^ b));
        for bucket in std::iter::once(0)
            .chain(some)
            .chain(pairs)
            .map(|flip| own ^ flip)
        {
            let members = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
            if members.len() <= CROWD {
                let likely = self.members[members]
                    .iter()
                    .filter(|member| (member.quarter ^ quarter).count_ones() <= NEAR_QUARTER);
                near.extend(likely.map(|member| member.feature));
            }
        }
    }
}

/// The bits of a number, one at a time.
fn flips(mut bits: usize) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        let lowest = bits & bits.wrapping_neg();
        bits ^= lowest;
        (lowest != 0).then_some(lowest)
    })
}

fn value(code: &Code, bits: &[u8]) -> usize {
    bits.iter().enumerate().fold(0, |value, (at, bit)| {
        let set = code.0[usize::from(bit / 64)] >> (bit % 64) & 1;
        value | (set as usize) << at
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits that no sample of the test asks for make up the other quarters.
    const BITS: [u8; 8] = [32, 33, 34, 35, 36, 37, 38, 39];

    fn code(set: &[u8]) -> Code {
        let mut code = Code::default();
        for bit in set {
            code.0[usize::from(bit / 64)] |= 1 << (bit % 64);
        }
        code
    }

    #[test]
    fn features_are_found_that_differ_where_a_code_is_doubtful() {
        let features = [
            code(&[]),
            code(&[32]),
            code(&[33]),
            code(&[34]),
            code(&[33, 34]),
            code(&[32, 33]),
            code(&[33, 34, 35]),
            // Too far in the quarter that members hold.
            code(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ];
        let table = Table::new(&features, BITS.to_vec(), 0);
        let near = |doubts: &Doubts| {
            let mut near = Vec::new();
            table.gather(&code(&[]), doubts, &mut near);
            near.sort_unstable();
            near
        };
        assert_eq!(near(&Doubts::default()), [0]);
        let doubts = Doubts {
            some: code(&[32, 33, 34]),
            strong: code(&[33, 34]),
        };
        assert_eq!(near(&doubts), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn crowded_buckets_say_nothing() {
        let crowd = |features: usize| {
            let features = vec![code(&[]); features];
            let table = Table::new(&features, BITS.to_vec(), 0);
            let mut near = Vec::new();
            table.gather(&code(&[]), &Doubts::default(), &mut near);
            near.len()
        };
        assert_eq!(crowd(CROWD), CROWD);
        assert_eq!(crowd(CROWD + 1), 0);
    }
}
