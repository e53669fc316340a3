//! Where two pictures match, as shapes to be drawn over them.

/// The matrix that lays the reference over the listing's picture, both in boxes of 1000 by 1000, as SVG writes it; the
/// corners of the one are where those of the other are. `None` when they do not say.
pub(super) fn matrix(reference: &[[f64; 2]], query: &[[f64; 2]]) -> Option<String> {
    let count = reference.len().min(query.len());
    let mut widest = (1e-4, None);
    for i in 0..count {
        for j in i + 1..count {
            for k in j + 1..count {
                let area = cross(reference[i], reference[j], reference[k]);
                if area.abs() > widest.0 {
                    widest = (area.abs(), Some([i, j, k]));
                }
            }
        }
    }
    let [i, j, k] = widest.1?;
    let ([x0, y0], [x1, y1], [x2, y2]) = (reference[i], reference[j], reference[k]);
    let area = cross(reference[i], reference[j], reference[k]);
    // Cramer's rule for each coordinate of the query as a plane over the reference.
    let plane = |axis: usize| {
        let [v0, v1, v2] = [query[i][axis], query[j][axis], query[k][axis]];
        let along = ((v1 - v0) * (y2 - y0) - (v2 - v0) * (y1 - y0)) / area;
        let down = ((v2 - v0) * (x1 - x0) - (v1 - v0) * (x2 - x0)) / area;
        [along, down, v0 - along * x0 - down * y0]
    };
    let ([a, c, e], [b, d, f]) = (plane(0), plane(1));
    let numbers = [a, b, c, d, e * 1000.0, f * 1000.0];
    let numbers = numbers.map(|number| format!("{number:.5}"));
    Some(format!("matrix({})", numbers.join(" ")))
}

/// Twice the area of a triangle, with the sign of its sense.
fn cross([x0, y0]: [f64; 2], [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) -> f64 {
    (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
}

#[cfg(test)]
mod tests {
    use super::matrix;
    use crate::export::side_by_side::points;

    const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

    #[test]
    fn a_mirrored_half_is_laid_where_it_is() {
        let half = SQUARE.map(|[x, y]| [0.5 - x * 0.5, y]);
        assert_eq!(
            matrix(&SQUARE, &half).as_deref(),
            Some("matrix(-0.50000 0.00000 0.00000 1.00000 500.00000 0.00000)")
        );
        assert_eq!(points(&half[..2]), "500.0,0.0 0.0,0.0");
    }

    #[test]
    fn no_area_says_nothing() {
        assert_eq!(matrix(&[], &[]), None);
        assert_eq!(matrix(&[[0.0, 0.0]; 4], &SQUARE), None);
    }
}
