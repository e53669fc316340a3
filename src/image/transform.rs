use serde::{Deserialize, Serialize};

/// The eight symmetries of a square, named as the PDQ paper names them.
///
/// Turns are counter-clockwise. `FlipX` mirrors at the horizontal axis (top and bottom change places), `FlipY` at
/// the vertical one (left and right change places: the mirror image).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// As it is.
    Identity,
    /// Turned by 90 degrees counter-clockwise.
    Rotate90,
    /// Turned by 180 degrees.
    Rotate180,
    /// Turned by 270 degrees counter-clockwise.
    Rotate270,
    /// Upside down: top and bottom change places.
    FlipX,
    /// Mirrored: left and right change places.
    FlipY,
    /// Mirrored at the diagonal from the top left.
    Transpose,
    /// Mirrored at the diagonal from the top right.
    AntiTranspose,
}

impl Transform {
    /// All eight, in the order of [`super::Fingerprint::pdq`].
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Rotate90,
        Self::Rotate180,
        Self::Rotate270,
        Self::FlipX,
        Self::FlipY,
        Self::Transpose,
        Self::AntiTranspose,
    ];

    /// The transform's name in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Rotate90 => "rotate90",
            Self::Rotate180 => "rotate180",
            Self::Rotate270 => "rotate270",
            Self::FlipX => "flip_x",
            Self::FlipY => "flip_y",
            Self::Transpose => "transpose",
            Self::AntiTranspose => "anti_transpose",
        }
    }

    /// Where the transformed square of `side` cells takes its cell (`row`, `column`) from.
    pub(crate) fn source(self, side: usize, row: usize, column: usize) -> (usize, usize) {
        let last = side - 1;
        match self {
            Self::Identity => (row, column),
            Self::Rotate90 => (column, last - row),
            Self::Rotate180 => (last - row, last - column),
            Self::Rotate270 => (last - column, row),
            Self::FlipX => (last - row, column),
            Self::FlipY => (row, last - column),
            Self::Transpose => (column, row),
            Self::AntiTranspose => (last - column, last - row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Transform;

    fn apply(transform: Transform, square: [[u8; 2]; 2]) -> [[u8; 2]; 2] {
        let mut result = [[0; 2]; 2];
        for (row, cells) in result.iter_mut().enumerate() {
            for (column, cell) in cells.iter_mut().enumerate() {
                let (from_row, from_column) = transform.source(2, row, column);
                *cell = square[from_row][from_column];
            }
        }
        result
    }

    #[test]
    fn each_transform_moves_the_corners_as_its_name_says() {
        let square = [[1, 2], [3, 4]];
        assert_eq!(apply(Transform::Rotate90, square), [[2, 4], [1, 3]]);
        assert_eq!(apply(Transform::Rotate180, square), [[4, 3], [2, 1]]);
        assert_eq!(apply(Transform::Rotate270, square), [[3, 1], [4, 2]]);
        assert_eq!(apply(Transform::FlipX, square), [[3, 4], [1, 2]]);
        assert_eq!(apply(Transform::FlipY, square), [[2, 1], [4, 3]]);
        assert_eq!(apply(Transform::Transpose, square), [[1, 3], [2, 4]]);
        assert_eq!(apply(Transform::AntiTranspose, square), [[4, 2], [3, 1]]);
    }
}
