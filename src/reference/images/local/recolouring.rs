//! Whether a picture shows the reference in other colours.

use super::super::geometry::Affine;
use super::blocks::{Block, Colour, Pixel, blocks};
use super::covers::{Cover, covers};
use super::overview::Overview;
use super::tone::{GAMMAS, Tone, curve, ycbcr};
use crate::image::Proxy;

/// How far colours differ where a picture agrees with a reference, beyond what edits of the whole picture do; 0 for one
/// without colour. `movement` takes parts of the reference's width and height to parts of the picture's.
///
/// Two readings of what was done to the picture, of which the milder counts: a tone curve with light, saturation and white
/// balance between the blocks' means (`beyond_balance`); and one that follows every pixel into where it is cut off
/// (`beyond_tone`), with or without the blocks that something laid over the picture hides in part.
pub fn recolouring(reference: &Proxy, query: &Overview, movement: &Affine) -> f64 {
    /// What the second reading leaves is so much less than the first one's where nothing but light was changed.
    const CLOSER: f64 = 2.0;
    /// To leave out blocks takes evidence with it.
    const LEFT_OUT: f64 = 3.0;
    if query.is_grey() {
        return 0.0;
    }
    let blocks = blocks(reference, query, movement);
    let covers = covers(&blocks);
    let up_to = |most: Cover| -> Vec<&Block> {
        let covered = blocks.iter().zip(&covers);
        let left = covered.filter(|(_, cover)| **cover == Cover::None || **cover == most);
        left.map(|(block, _)| block).collect()
    };
    let (left, clear) = (up_to(Cover::Part), up_to(Cover::None));
    let mut least = beyond_balance(&left).min((beyond_tone(&left) - CLOSER).max(0.0));
    // What hides most of a picture leaves too little to tell.
    if clear.len() < left.len() && clear.len() * 3 >= left.len() {
        least = least.min((beyond_tone(&clear) + LEFT_OUT - CLOSER).max(0.0));
    }
    least
}

/// By how much the distance in the plane of Cb and Cr of the most different blocks, a tenth of those with something in them,
/// is above the median of all, 0..=360, after one tone curve (a power), and one change of light, saturation and white balance.
fn beyond_balance(blocks: &[&Block]) -> f64 {
    let lit = blocks.iter().filter(|block| block.colours.is_some());
    let tenth = lit.filter(|block| block.filled).count() / 10;
    let colours: Vec<[Colour; 2]> = blocks.iter().filter_map(|block| block.colours).collect();
    if colours.is_empty() {
        return 0.0;
    }
    let curved = GAMMAS.map(|gamma| recolouring_of(&toned(&colours, gamma), tenth));
    curved.into_iter().fold(f64::INFINITY, f64::min)
}

/// The same beyond one [`Tone`], pixel by pixel. The median that is forgiven is small: a change that fits nowhere is none.
fn beyond_tone(blocks: &[&Block]) -> f64 {
    const FORGIVEN: f64 = 1.0;
    let seen: Vec<&[Pixel]> = blocks
        .iter()
        .map(|block| &*block.pixels)
        .filter(|pixels| !pixels.is_empty())
        .collect();
    let tenth = blocks.iter().filter(|block| block.filled).count() / 10;
    if seen.is_empty() {
        return 0.0;
    }
    let left = |tone: &Tone, pixels: &[Pixel]| {
        let mut sums = [0.0; 3];
        for pixel in pixels {
            let [after, seen] = [ycbcr(tone.apply(pixel.own)), ycbcr(pixel.seen)];
            for (sum, (after, seen)) in sums.iter_mut().zip(after.into_iter().zip(seen)) {
                *sum += after - seen;
            }
        }
        let [luma, blue, red] = sums.map(|sum| sum / pixels.len() as f64);
        (blue * blue + red * red + (WEIGHT_OF_LUMA * luma).powi(2)).sqrt()
    };
    let beyond = |tone: &Tone| {
        let mut distances: Vec<f64> = seen.iter().map(|pixels| left(tone, pixels)).collect();
        distances.sort_by(|a, b| b.total_cmp(a));
        let farthest = distances[tenth.min(distances.len() - 1)];
        (farthest - distances[distances.len() / 2].min(FORGIVEN)).max(0.0)
    };
    let tones = Tone::likely(&seen.concat());
    tones.iter().map(beyond).fold(f64::INFINITY, f64::min)
}

/// Light varies over a picture more than colour does.
const WEIGHT_OF_LUMA: f64 = 0.12;

/// The pairs of colours with the reference's red, green and blue raised to a power.
fn toned(matching: &[[Colour; 2]], gamma: f64) -> Vec<[Colour; 2]> {
    if gamma == 1.0 {
        return matching.to_vec();
    }
    let toned = |[luma, blue, red]: Colour| {
        let rgb = [
            luma + 1.402 * red,
            luma - 0.344_136 * blue - 0.714_136 * red,
            luma + 1.772 * blue,
        ];
        ycbcr(rgb.map(|channel| curve(channel, gamma)))
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
