//! A picture and a reference beside each other, block by block.

use super::super::geometry::Affine;
use super::overview::Overview;
use crate::image::{Proxy, chroma_of, luma_of, rgb_of};

/// Side of a block in pixels of the reference's proxy.
const BLOCK: usize = 8;

/// One block of both pictures.
#[derive(Default)]
pub(super) struct Block {
    /// Row and column among all blocks of the reference.
    pub place: [usize; 2],
    /// Whether there is something in the reference's.
    pub filled: bool,
    /// Whether both show the same but for colour and light.
    pub same: bool,
    /// Mean Y, Cb and Cr of both, the latter two 0 for grey; `None` where the picture is overexposed.
    pub colours: Option<[Colour; 2]>,
    /// What both show, pixel by pixel of the proxy, every second of each direction; empty unless that is the same.
    pub pixels: Vec<Pixel>,
}

/// Three channels.
pub(super) type Colour = [f64; 3];

/// Red, green and blue, 0..=255, of one place of both pictures.
#[derive(Clone, Copy)]
pub(super) struct Pixel {
    /// The reference's.
    pub own: Colour,
    /// The picture's.
    pub seen: Colour,
}

/// What of a picture is seen of the reference under `movement`, which takes parts of the reference's width and height to
/// parts of the picture's.
pub(super) fn blocks(reference: &Proxy, query: &Overview, movement: &Affine) -> Vec<Block> {
    let (width, height) = (usize::from(reference.width), usize::from(reference.height));
    let sides = [width, height].map(|side| side as f64);
    // A quarter of a proxy pixel, in pixels of the picture.
    let size = movement.stretch()[0] / sides[0] / 2.0;
    let seen: Vec<Option<[f32; 3]>> = (0..height)
        .flat_map(|y| (0..width).map(move |x| [x, y].map(|at| at as f64)))
        .map(|place| mean(query, movement, place, sides, size))
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
            let block = Block {
                place: [top / BLOCK, left / BLOCK],
                filled,
                ..Block::default()
            };
            Some(match same {
                Some(shift) => Block {
                    same: true,
                    colours: area.colours(reference, &seen, shift),
                    pixels: area.seen(reference, &seen, shift),
                    ..block
                },
                None => block,
            })
        })
        .collect()
}

/// The picture's mean colour over the proxy pixel at `place`, from its four quarters of `size`.
fn mean(
    query: &Overview,
    movement: &Affine,
    place: [f64; 2],
    sides: [f64; 2],
    size: f64,
) -> Option<[f32; 3]> {
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

    /// Whether there is something in the reference's block, and the shift in pixels under which both show the same best,
    /// if they do; `None` when less than two thirds of it is visible.
    fn compare(
        &self,
        reference: &Proxy,
        seen: &[Option<f32>],
    ) -> Option<(bool, Option<[isize; 2]>)> {
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
            return Some((false, (statistics.other < EMPTY).then_some([0, 0])));
        }
        // A fitted movement is off by up to a proxy pixel.
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| [dx, dy]));
        let correlations = around.filter_map(|shift| {
            let pairs = self.pairs(reference, seen, shift);
            (pairs.len() * 2 >= size).then(|| (shift, Statistics::of(&pairs).correlation))
        });
        let best = correlations.max_by(|(_, a), (_, b)| a.total_cmp(b));
        let same = best.filter(|(_, correlation)| *correlation >= SAME);
        Some((true, same.map(|(shift, _)| shift)))
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

    /// The block's pixels that are visible in the picture.
    fn seen(&self, reference: &Proxy, seen: &[Option<[f32; 3]>], shift: [isize; 2]) -> Vec<Pixel> {
        let width = usize::from(reference.width);
        self.pixels()
            .filter(|(x, y)| x % 2 == 0 && y % 2 == 0)
            .filter_map(|(x, y)| {
                let colour = seen[y * width + x]?;
                let (luma, chroma) = own(reference, [x, y], shift)?;
                Some(Pixel {
                    own: rgb_of(luma, chroma).map(f64::from),
                    seen: colour.map(f64::from),
                })
            })
            .collect()
    }

    /// The mean colours of the reference's block and of the picture's.
    fn colours(
        &self,
        reference: &Proxy,
        seen: &[Option<[f32; 3]>],
        shift: [isize; 2],
    ) -> Option<[Colour; 2]> {
        let width = usize::from(reference.width);
        let mut sums = [[0.0; 3]; 2];
        let (mut count, mut size) = (0u32, 0u32);
        for (x, y) in self.pixels() {
            size += 1;
            let Some(colour) = seen[y * width + x] else {
                continue;
            };
            let Some(own) = own(reference, [x, y], shift) else {
                continue;
            };
            // Where light or dark was cut off, what is left has another colour.
            let mut channels = colour.iter().zip(rgb_of(own.0, own.1));
            if channels.any(|(seen, own)| is_cut_off(*seen, own)) {
                continue;
            }
            let rounded = colour.map(|value| value.round() as u8);
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

/// Luma, and Cb and Cr, of the reference's proxy beside a pixel of it; `None` beyond its edges.
fn own(reference: &Proxy, [x, y]: [usize; 2], [across, down]: [isize; 2]) -> Option<(u8, [u8; 2])> {
    let (width, height) = (usize::from(reference.width), usize::from(reference.height));
    let (x, y) = (x.checked_add_signed(across)?, y.checked_add_signed(down)?);
    if x >= width || y >= height {
        return None;
    }
    let chroma = reference.chroma[y / 2 * width.div_ceil(2) + x / 2];
    Some((reference.luma[y * width + x], chroma))
}

/// Whether light or contrast has cut off a channel that was whole in the reference. What was at that end before is as it was,
/// and no light takes a channel from the other end there: that is another colour.
fn is_cut_off(seen: f32, own: f32) -> bool {
    const DARK: f32 = 3.0;
    const BRIGHT: f32 = 252.0;
    /// Of the reference: at the dark end, between, at the bright end.
    const ENDS: [f32; 3] = [8.0, 110.0, 247.0];
    seen < DARK && (ENDS[0]..ENDS[1]).contains(&own)
        || seen >= BRIGHT && (ENDS[1]..ENDS[2]).contains(&own)
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
