//! Whether a picture shows the reference in other colours.

use super::super::geometry::Affine;
use super::blocks::{Block, Colour, blocks};
use super::overview::Overview;
use crate::image::Proxy;

/// How far colours differ where a picture agrees with a reference, beyond what edits of the whole picture do; 0 for one
/// without colour. `movement` takes parts of the reference's width and height to parts of the picture's.
///
/// By how much the distance in the plane of Cb and Cr of the most different blocks, a tenth of those with something in them,
/// is above the median of all, 0..=360, after one tone curve (a power), and one change of light, saturation and white balance.
pub fn recolouring(reference: &Proxy, query: &Overview, movement: &Affine) -> f64 {
    if query.is_grey() {
        return 0.0;
    }
    let blocks = blocks(reference, query, movement);
    let matching = matching(&blocks);
    // A small product is a small part of a picture on an empty ground.
    let filled = blocks
        .iter()
        .filter(|block| block.filled && block.same && block.colours.is_some());
    let tenth = filled.count() / 10;
    if matching.is_empty() {
        return 0.0;
    }
    let curved = GAMMAS.map(|gamma| recolouring_of(&toned(&matching, gamma), tenth));
    curved.into_iter().fold(f64::INFINITY, f64::min)
}

/// Powers of the tone curves that may have been put on a whole picture.
const GAMMAS: [f64; 5] = [0.45, 0.67, 1.0, 1.5, 2.2];

/// The pairs of colours with the reference's red, green and blue raised to a power.
fn toned(matching: &[[Colour; 2]], gamma: f64) -> Vec<[Colour; 2]> {
    if gamma == 1.0 {
        return matching.to_vec();
    }
    let curve = |channel: f64| 255.0 * (channel.clamp(0.0, 255.0) / 255.0).powf(gamma);
    let toned = |[luma, blue, red]: Colour| {
        let rgb = [
            luma + 1.402 * red,
            luma - 0.344_136 * blue - 0.714_136 * red,
            luma + 1.772 * blue,
        ];
        let [red, green, blue] = rgb.map(curve);
        [
            0.299 * red + 0.587 * green + 0.114 * blue,
            -0.168_736 * red - 0.331_264 * green + 0.5 * blue,
            0.5 * red - 0.418_688 * green - 0.081_312 * blue,
        ]
    };
    matching
        .iter()
        .map(|[own, other]| [toned(*own), *other])
        .collect()
}

/// How far the colours of pairs differ beyond one change of light, saturation and white balance.
fn recolouring_of(matching: &[[Colour; 2]], tenth: usize) -> f64 {
    /// A change of all colours alike that is still white balance; beyond it the picture was dyed.
    const LARGEST_SHIFT: f64 = 10.0;
    // The median: most of a picture keeps its colours when a product changes its own.
    let shift = [1, 2].map(|axis: usize| {
        let mut differences: Vec<f64> = matching
            .iter()
            .map(|[own, other]| other[axis] - own[axis])
            .collect();
        differences.sort_by(f64::total_cmp);
        differences[differences.len() / 2].clamp(-LARGEST_SHIFT, LARGEST_SHIFT)
    });
    // Where most blocks are of one colour, a change of saturation looks like a shift, too.
    let light = light(matching);
    let spread = |shift| spread(matching, tenth, shift, light);
    spread(shift).min(spread([0.0; 2]))
}

/// The same for one white balance, the shift of Cb and Cr, with the block that `most` others differ more than; `light` is
/// gain and offset of the luma.
fn spread(matching: &[[Colour; 2]], most: usize, shift: [f64; 2], light: [f64; 2]) -> f64 {
    const SATURATIONS: [f64; 2] = [0.5, 1.6];
    /// Light varies over a picture more than colour does.
    const WEIGHT_OF_LUMA: f64 = 0.12;
    let (mut product, mut square) = (0.0, 0.0);
    for [own, other] in matching {
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
    let farthest = distances[most.min(distances.len() - 1)];
    (farthest - distances[distances.len() / 2]).max(0.0)
}

/// The colours of blocks that show the same in both pictures.
///
/// Another colour of a product changes a colour wherever it is. An empty block whose colour stays the same elsewhere was
/// covered, by a strip or a badge, and is left out.
fn matching(blocks: &[Block]) -> Vec<[Colour; 2]> {
    /// Greatest difference of luma, and of Cb or Cr, of one colour in the reference.
    const ALIKE: [f64; 2] = [12.0, 5.0];
    /// The same of what has become of it.
    const KEPT: [f64; 2] = [30.0, 8.0];
    let near = |a: &Colour, b: &Colour, most: [f64; 2]| {
        let far = |axis: usize| (a[axis] - b[axis]).abs();
        far(0) <= most[0] && far(1) <= most[1] && far(2) <= most[1]
    };
    let same = blocks.iter().filter(|block| block.same);
    let colours: Vec<(bool, [Colour; 2])> = same
        .filter_map(|block| Some((block.filled, block.colours?)))
        .collect();
    let is_covered = |[own, other]: &[Colour; 2]| {
        let alike = colours
            .iter()
            .filter(|(_, [theirs, _])| near(own, theirs, ALIKE));
        let (mut all, mut kept) = (0, 0);
        for (_, [_, theirs]) in alike {
            all += 1;
            kept += usize::from(near(other, theirs, KEPT));
        }
        2 * kept < all
    };
    let whole = colours
        .iter()
        .filter(|(filled, colours)| *filled || !is_covered(colours));
    whole.map(|(_, colours)| *colours).collect()
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
