use super::{Plane, SIDE, Shrunk};

/// Blurs with two passes of a box filter in each direction (a tent, after Jarosz) and takes 64 x 64 samples.
///
/// All four passes run down the columns of a row-major matrix, so that they vectorise; the matrix is transposed
/// between them. The last two are only asked for the rows that are sampled.
pub(super) fn shrink(plane: &Plane) -> Box<Shrunk> {
    let Plane {
        ref luma,
        rows,
        columns,
    } = *plane;
    let mut shrunk = Box::new([[0.0; SIDE]; SIDE]);
    if rows == SIDE && columns == SIDE {
        shrunk.as_flattened_mut().copy_from_slice(luma);
        return shrunk;
    }
    let across = transpose(luma, rows, columns);
    let across = box_down(&across, columns, rows, window(columns), &every(columns));
    let down = transpose(&across, columns, rows);
    let down = box_down(&down, rows, columns, window(rows), &every(rows));
    let across = transpose(&down, rows, columns);
    let across = box_down(&across, columns, rows, window(columns), &centres(columns));
    let down = transpose(&across, SIDE, rows);
    let down = box_down(&down, rows, SIDE, window(rows), &centres(rows));
    shrunk.as_flattened_mut().copy_from_slice(&down);
    shrunk
}

/// The paper's window: half of a sampled cell, rounded up, since there are two passes.
fn window(length: usize) -> usize {
    length.div_ceil(2 * SIDE)
}

fn every(length: usize) -> Vec<usize> {
    (0..length).collect()
}

/// The pixel in the middle of each of the 64 cells.
fn centres(length: usize) -> Vec<usize> {
    (0..SIDE)
        .map(|cell| (2 * cell + 1) * length / (2 * SIDE))
        .collect()
}

/// Running means down the columns of a matrix of `rows` x `columns`; the rows of the result are those of `keep`,
/// which is in ascending order.
///
/// The window is clipped at both ends. Each column's sum first takes the new value, then drops the old one.
fn box_down(
    matrix: &[f32],
    rows: usize,
    columns: usize,
    window: usize,
    keep: &[usize],
) -> Vec<f32> {
    let line = |row: usize| &matrix[row * columns..(row + 1) * columns];
    let ahead = window / 2;
    let behind = window - ahead;
    let mut sum = vec![0.0f32; columns];
    let mut count = 0u32;
    let add = |sum: &mut [f32], row: usize| {
        sum.iter_mut()
            .zip(line(row))
            .for_each(|(sum, value)| *sum += value)
    };
    for row in 0..ahead.min(rows) {
        add(&mut sum, row);
        count += 1;
    }
    let mut result = Vec::with_capacity(keep.len() * columns);
    let mut wanted = keep.iter().peekable();
    for row in 0..rows {
        let entering = (row + ahead < rows).then_some(row + ahead);
        let leaving = row.checked_sub(behind);
        match (entering, leaving) {
            (Some(new), Some(old)) => {
                for ((sum, new), old) in sum.iter_mut().zip(line(new)).zip(line(old)) {
                    *sum = *sum + new - old;
                }
            }
            (Some(new), None) => {
                add(&mut sum, new);
                count += 1;
            }
            (None, Some(old)) => {
                sum.iter_mut()
                    .zip(line(old))
                    .for_each(|(sum, value)| *sum -= value);
                count -= 1;
            }
            (None, None) => {}
        }
        while wanted.next_if(|&&kept| kept == row).is_some() {
            result.extend(sum.iter().map(|sum| sum / count as f32));
        }
    }
    result
}

/// The transposed matrix, copied in tiles that stay in the cache.
fn transpose(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    const TILE: usize = 16;
    let mut result = vec![0.0; matrix.len()];
    for top in (0..rows).step_by(TILE) {
        for left in (0..columns).step_by(TILE) {
            for column in left..(left + TILE).min(columns) {
                for row in top..(top + TILE).min(rows) {
                    result[column * rows + row] = matrix[row * columns + column];
                }
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{box_down, centres, every, shrink, transpose, window};
    use crate::image::pdq::Plane;

    #[test]
    fn windows_are_half_a_cell_rounded_up() {
        assert_eq!([5, 128, 129, 512].map(window), [1, 1, 2, 4]);
    }

    #[test]
    fn means_are_clipped_at_both_ends() {
        let column = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        // A window of 4 reaches one back and two ahead.
        let means = box_down(&column, 6, 1, 4, &every(6));
        assert_eq!(means, [2.0, 2.5, 3.5, 4.5, 5.0, 5.5]);
        assert_eq!(box_down(&column, 6, 1, 4, &[0, 0, 5]), [2.0, 2.0, 5.5]);
        assert_eq!(
            box_down(&column, 6, 1, 3, &every(6)),
            [1.5, 2.0, 3.0, 4.0, 5.0, 5.5]
        );
    }

    #[test]
    fn centres_of_a_short_side_repeat() {
        let centres = centres(5);
        assert_eq!((centres[0], centres[63]), (0, 4));
        assert!(centres.is_sorted());
    }

    #[test]
    fn transposing_swaps_the_axes() {
        assert_eq!(
            transpose(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3),
            [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
        );
    }

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat(rows in 5usize..200, columns in 5usize..200, level in 0u8..=255) {
            let luma = vec![f32::from(level); rows * columns];
            let shrunk = shrink(&Plane { luma, rows, columns });
            prop_assert!(shrunk.as_flattened().iter().all(|&value| value == f32::from(level)));
        }
    }
}
