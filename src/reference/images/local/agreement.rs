use super::super::geometry::Affine;
use super::overview::Overview;
use crate::image::{Proxy, chroma_of, luma_of};

/// Side of a block in pixels of the reference's proxy.
const BLOCK: usize = 8;

/// How well a picture agrees with a reference where a movement lays one over the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Of the reference's visible blocks with something in them, those that look the same, 0..=1; 1 when there are none.
    pub structure: f64,
    /// Visible blocks with something in them.
    pub blocks: u32,
    /// How far colours differ where the pictures agree, beyond what edits of the whole picture do: the distance in the
    /// plane of Cb and Cr that the most different tenth of the blocks reaches, 0..=360.
    pub recolouring: f64,
}

/// One block of both pictures.
struct Block {
    /// Whether there is something in the reference's.
    filled: bool,
    /// Whether both show the same but for colour and light.
    same: bool,
    /// Mean Y, Cb and Cr of both; `None` where the picture is overexposed.
    colours: Option<[Colour; 2]>,
}

/// Y, Cb and Cr of ITU-R BT.601, the latter two 0 for grey.
type Colour = [f64; 3];

/// Compares a picture with a reference under `movement`, which takes parts of the reference's width and height to parts
/// of the picture's.
pub fn agreement(reference: &Proxy, query: &Overview, movement: &Affine) -> Agreement {
    let blocks = blocks(reference, query, movement);
    let filled = blocks.iter().filter(|block| block.filled);
    let same = filled.clone().filter(|block| block.same).count();
    let filled = filled.count();
    Agreement {
        structure: if filled == 0 {
            1.0
        } else {
            same as f64 / filled as f64
        },
        blocks: filled as u32,
        recolouring: if query.is_grey() {
            0.0
        } else {
            recolouring(&blocks)
        },
    }
}

fn blocks(reference: &Proxy, query: &Overview, movement: &Affine) -> Vec<Block> {
    let (width, height) = (usize::from(reference.width), usize::from(reference.height));
    let seen: Vec<Option<[f32; 3]>> = (0..height)
        .flat_map(|y| (0..width).map(move |x| [x, y]))
        .map(|[x, y]| {
            mean(
                query,
                movement,
                [x, y].map(|at| at as f64),
                [width, height].map(|side| side as f64),
            )
        })
        .collect();
    let luma: Vec<Option<f32>> = seen
        .iter()
        .map(|colour| colour.map(|[red, green, blue]| 0.299 * red + 0.587 * green + 0.114 * blue))
        .collect();
    let tops = (0..height).step_by(BLOCK);
    tops.flat_map(|top| (0..width).step_by(BLOCK).map(move |left| [left, top]))
        .filter_map(|[left, top]| {
            let area = Area {
                left,
                top,
                right: (left + BLOCK).min(width),
                bottom: (top + BLOCK).min(height),
            };
            let (filled, same) = area.compare(reference, &luma)?;
            Some(Block {
                filled,
                same,
                colours: area.colours(reference, &seen),
            })
        })
        .collect()
}

/// The picture's mean colour over the proxy pixel at `place`, from its four quarters.
fn mean(query: &Overview, movement: &Affine, place: [f64; 2], sides: [f64; 2]) -> Option<[f32; 3]> {
    let size = movement.stretch()[0] / sides[0] / 2.0;
    let mut sum = [0.0; 3];
    for quarter in [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] {
        let part = [0, 1].map(|axis: usize| (place[axis] + quarter[axis]) / sides[axis]);
        let colour = query.at(movement.apply(part), size)?;
        for (sum, value) in sum.iter_mut().zip(colour) {
            *sum += value / 4.0;
        }
    }
    Some(sum)
}

/// Where a block is, in pixels of the proxy.
struct Area {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Area {
    fn pixels(&self) -> impl Iterator<Item = (usize, usize)> {
        let columns = self.left..self.right;
        (self.top..self.bottom).flat_map(move |y| columns.clone().map(move |x| (x, y)))
    }

    /// Whether there is something in the reference's block, and whether both show the same; `None` when less than two
    /// thirds of it is visible.
    fn compare(&self, reference: &Proxy, seen: &[Option<f32>]) -> Option<(bool, bool)> {
        /// Standard deviations of luma: of a block with something in it at least, of an empty one at most.
        const FILLED: f32 = 5.0;
        const EMPTY: f32 = 14.0;
        /// Least correlation of blocks that show the same.
        const SAME: f32 = 0.7;
        let size = self.pixels().count();
        let here = self.pairs(reference, seen, [0, 0]);
        if here.len() * 3 < size * 2 {
            return None;
        }
        let statistics = Statistics::of(&here);
        if statistics.own < FILLED {
            return Some((false, statistics.other < EMPTY));
        }
        // A fitted movement is off by up to a proxy pixel.
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| [dx, dy]));
        let same = around.into_iter().any(|shift| {
            let pairs = self.pairs(reference, seen, shift);
            pairs.len() * 2 >= size && Statistics::of(&pairs).correlation >= SAME
        });
        Some((true, same))
    }

    fn pairs(&self, reference: &Proxy, seen: &[Option<f32>], shift: [isize; 2]) -> Vec<(f32, f32)> {
        let (width, height) = (usize::from(reference.width), usize::from(reference.height));
        self.pixels()
            .filter_map(|(x, y)| {
                let value = seen[y * width + x]?;
                let (x, y) = (
                    x.checked_add_signed(shift[0])?,
                    y.checked_add_signed(shift[1])?,
                );
                (x < width && y < height).then(|| (f32::from(reference.luma[y * width + x]), value))
            })
            .collect()
    }

    /// The mean colours of the reference's block and of the picture's.
    fn colours(&self, reference: &Proxy, seen: &[Option<[f32; 3]>]) -> Option<[Colour; 2]> {
        /// From here on a channel is taken for cut off.
        const CUT_OFF: f32 = 253.0;
        const WHITE: u8 = 248;
        let width = usize::from(reference.width);
        let chroma_width = width.div_ceil(2);
        let mut sums = [[0.0; 3]; 2];
        let (mut count, mut size) = (0u32, 0u32);
        for (x, y) in self.pixels() {
            size += 1;
            let Some(colour) = seen[y * width + x] else {
                continue;
            };
            let luma = reference.luma[y * width + x];
            // Where light was cut off, what is left has another colour; what was white before stays as it is.
            if luma < WHITE && colour.iter().any(|&value| value >= CUT_OFF) {
                continue;
            }
            let rounded = colour.map(|value| value.round() as u8);
            let own = (luma, reference.chroma[y / 2 * chroma_width + x / 2]);
            for (sum, (luma, [blue, red])) in sums
                .iter_mut()
                .zip([own, (luma_of(rounded), chroma_of(rounded))])
            {
                sum[0] += f64::from(luma);
                sum[1] += f64::from(blue) - 128.0;
                sum[2] += f64::from(red) - 128.0;
            }
            count += 1;
        }
        (count * 3 >= size).then(|| sums.map(|sum| sum.map(|value| value / f64::from(count))))
    }
}

/// Of pairs of luma values.
struct Statistics {
    own: f32,
    other: f32,
    correlation: f32,
}

impl Statistics {
    fn of(pairs: &[(f32, f32)]) -> Self {
        let count = pairs.len().max(1) as f32;
        let sum = pairs
            .iter()
            .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        let mean = (sum.0 / count, sum.1 / count);
        let (mut own, mut other, mut both) = (0.0, 0.0, 0.0);
        for pair in pairs {
            let (a, b) = (pair.0 - mean.0, pair.1 - mean.1);
            own += a * a;
            other += b * b;
            both += a * b;
        }
        Self {
            own: (own / count).sqrt(),
            other: (other / count).sqrt(),
            correlation: both / (own * other).sqrt().max(1e-3),
        }
    }
}

/// The distance that the most different tenth of the matching blocks' colours reaches, after one change of light,
/// saturation and white balance for all of them.
fn recolouring(blocks: &[Block]) -> f64 {
    /// A change of all colours alike that is still white balance; beyond it the picture was dyed.
    const LARGEST_SHIFT: f64 = 10.0;
    const SATURATIONS: [f64; 2] = [0.5, 1.6];
    /// Light varies over a picture more than colour does.
    const WEIGHT_OF_LUMA: f64 = 0.12;
    let matching: Vec<[Colour; 2]> = blocks
        .iter()
        .filter(|block| block.same)
        .filter_map(|block| block.colours)
        .collect();
    if matching.is_empty() {
        return 0.0;
    }
    // The median: most of a picture keeps its colours when a product changes its own.
    let shift = [1, 2].map(|axis: usize| {
        let mut differences: Vec<f64> = matching
            .iter()
            .map(|[own, other]| other[axis] - own[axis])
            .collect();
        differences.sort_by(f64::total_cmp);
        differences[differences.len() / 2].clamp(-LARGEST_SHIFT, LARGEST_SHIFT)
    });
    let (mut product, mut square) = (0.0, 0.0);
    for [own, other] in &matching {
        for (axis, shift) in (1..).zip(shift) {
            product += own[axis] * (other[axis] - shift);
            square += own[axis] * own[axis];
        }
    }
    let saturation = if square > 0.0 {
        (product / square).clamp(SATURATIONS[0], SATURATIONS[1])
    } else {
        1.0
    };
    let light = light(&matching);
    let mut distances: Vec<f64> = matching
        .iter()
        .map(|[own, other]| {
            let blue = saturation * own[1] + shift[0] - other[1];
            let red = saturation * own[2] + shift[1] - other[2];
            let luma = WEIGHT_OF_LUMA * (light[0] * own[0] + light[1] - other[0]);
            (blue * blue + red * red + luma * luma).sqrt()
        })
        .collect();
    distances.sort_by(|a, b| b.total_cmp(a));
    distances[distances.len() / 10]
}

/// Gain and offset of the luma that most blocks agree on: least squares, then without the third that fits worst.
fn light(pairs: &[[Colour; 2]]) -> [f64; 2] {
    const GAINS: [f64; 2] = [0.5, 2.0];
    let fit = |pairs: &[[f64; 2]]| {
        let count = pairs.len().max(1) as f64;
        let mean =
            [0, 1].map(|side: usize| pairs.iter().map(|pair| pair[side]).sum::<f64>() / count);
        let (mut product, mut square) = (0.0, 0.0);
        for [own, other] in pairs {
            product += (own - mean[0]) * (other - mean[1]);
            square += (own - mean[0]).powi(2);
        }
        let gain = if square > 0.0 {
            (product / square).clamp(GAINS[0], GAINS[1])
        } else {
            1.0
        };
        [gain, mean[1] - gain * mean[0]]
    };
    let mut lumas: Vec<[f64; 2]> = pairs
        .iter()
        .map(|[own, other]| [own[0], other[0]])
        .collect();
    for _ in 0..2 {
        let [gain, offset] = fit(&lumas);
        let error = |pair: &[f64; 2]| (gain * pair[0] + offset - pair[1]).abs();
        lumas.sort_by(|a, b| error(a).total_cmp(&error(b)));
        lumas.truncate((pairs.len() * 2).div_ceil(3));
    }
    fit(&lumas)
}
