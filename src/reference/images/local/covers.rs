//! What is laid over a picture: badges, strips of text, stickers.

use super::blocks::{Block, Colour, Pixel};
use super::tone::ycbcr;

/// How much of a block is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// Nothing, as far as can be told.
    None,
    /// A part of it, beside blocks that are hidden.
    Part,
    /// All of it, or so much that it shows something else.
    Whole,
}

/// What of each block is hidden.
///
/// Another colour of a product changes a colour wherever it is, so an empty block whose colour stays the same elsewhere was
/// covered. The edge of what is laid over runs through blocks beside those: a part of such a block is as it was, and a part
/// far from it.
pub(super) fn covers(blocks: &[Block]) -> Vec<Cover> {
    let mut covers: Vec<Cover> = blocks
        .iter()
        .map(|block| match block.same && !is_repainted(block, blocks) {
            true => Cover::None,
            false => Cover::Whole,
        })
        .collect();
    let hidden: Vec<[usize; 2]> = blocks
        .iter()
        .zip(&covers)
        .filter(|(_, cover)| **cover == Cover::Whole)
        .map(|(block, _)| block.place)
        .collect();
    for (block, cover) in blocks.iter().zip(&mut covers) {
        let [row, column] = block.place;
        let beside = |[y, x]: &[usize; 2]| y.abs_diff(row) + x.abs_diff(column) == 1;
        if *cover == Cover::None && hidden.iter().any(beside) && is_broken(&block.pixels) {
            *cover = Cover::Part;
        }
    }
    covers
}

/// Whether an empty block has another colour, and most others of its colour do not.
fn is_repainted(block: &Block, blocks: &[Block]) -> bool {
    /// Greatest difference of luma, and of Cb or Cr, of one colour in the reference.
    const ALIKE: [f64; 2] = [12.0, 5.0];
    /// The same of what has become of it.
    const KEPT: [f64; 2] = [30.0, 8.0];
    let near = |a: &Colour, b: &Colour, most: [f64; 2]| {
        let far = |axis: usize| (a[axis] - b[axis]).abs();
        far(0) <= most[0] && far(1) <= most[1] && far(2) <= most[1]
    };
    let Some([own, seen]) = block.colours.filter(|_| !block.filled) else {
        return false;
    };
    let colours = blocks.iter().filter_map(|block| block.colours);
    let alike = colours.filter(|[theirs, _]| near(&own, theirs, ALIKE));
    let (mut all, mut kept) = (0, 0);
    for [_, theirs] in alike {
        all += 1;
        kept += usize::from(near(&seen, &theirs, KEPT));
    }
    2 * kept < all
}

/// Whether a part of the pixels is as it was, and another far from that.
fn is_broken(pixels: &[Pixel]) -> bool {
    const LUMA: f64 = 0.3;
    /// Distances in the plane of Cb and Cr, and some of luma.
    const SAME: f64 = 6.0;
    const FAR: f64 = 12.0;
    let distance = |pixel: &Pixel| {
        let [own, seen] = [ycbcr(pixel.own), ycbcr(pixel.seen)];
        let [luma, blue, red] = [0, 1, 2].map(|axis: usize| (own[axis] - seen[axis]).abs());
        blue.hypot(red) + LUMA * luma
    };
    let (mut same, mut far) = (0, 0);
    for distance in pixels.iter().map(distance) {
        same += usize::from(distance < SAME);
        far += usize::from(distance > FAR);
    }
    same * 5 > pixels.len() && far * 10 > pixels.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOTH: Colour = [40.0, 60.0, 180.0];
    const PAINT: Colour = [250.0, 200.0, 40.0];

    /// A filled block whose pixels were all cloth; the first `painted` of sixteen are paint now.
    fn block(place: [usize; 2], painted: usize) -> Block {
        let pixel = |at| Pixel {
            own: CLOTH,
            seen: if at < painted { PAINT } else { CLOTH },
        };
        Block {
            place,
            filled: true,
            same: painted < 9,
            pixels: (0..16).map(pixel).collect(),
            ..Block::default()
        }
    }

    #[test]
    fn the_edge_of_a_badge_is_hidden_in_part_and_a_patch_of_another_colour_is_not() {
        let row = [
            block([0, 0], 16),
            block([0, 1], 5),
            block([0, 2], 0),
            block([0, 3], 5),
        ];
        assert_eq!(
            covers(&row),
            [Cover::Whole, Cover::Part, Cover::None, Cover::None]
        );
        let dyed = [
            block([0, 0], 16),
            Block {
                same: true,
                ..block([0, 1], 16)
            },
        ];
        assert_eq!(covers(&dyed), [Cover::Whole, Cover::None]);
    }

    #[test]
    fn an_empty_block_is_covered_where_its_colour_stays_elsewhere() {
        let empty = |column: usize, seen: Colour| Block {
            place: [0, column],
            same: true,
            colours: Some([[200.0, 0.0, 0.0], seen]),
            ..Block::default()
        };
        let kept = [200.0, 0.0, 0.0];
        let other = [120.0, 40.0, -30.0];
        let ground = [empty(0, kept), empty(1, kept), empty(2, other)];
        assert_eq!(covers(&ground), [Cover::None, Cover::None, Cover::Whole]);
        let dyed = [empty(0, other), empty(1, other), empty(2, other)];
        assert_eq!(covers(&dyed), [Cover::None; 3]);
    }
}
