use super::detect::Extremum;

/// Cells in each direction over which features are spread.
const GRID: usize = 6;

/// The `most` strongest extrema, spread over the picture: a strong one in a crowded cell stands behind a weaker one
/// that is alone, so that a crop that cuts the busiest part off still leaves some.
pub(super) fn spread(
    mut extrema: Vec<Extremum>,
    width: u32,
    height: u32,
    most: usize,
) -> Vec<Extremum> {
    extrema.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    let cell = |extremum: &Extremum| {
        let (x, y, _) = extremum.in_picture();
        let part = |at: f32, length: u32| {
            ((at / length as f32 * GRID as f32).max(0.0) as usize).min(GRID - 1)
        };
        part(y, height) * GRID + part(x, width)
    };
    let mut taken = [0usize; GRID * GRID];
    let mut ranked: Vec<(usize, Extremum)> = extrema
        .into_iter()
        .map(|extremum| {
            let rank = &mut taken[cell(&extremum)];
            *rank += 1;
            (*rank, extremum)
        })
        .collect();
    // A cell may hold up to four times its even share before others, however weak, come first.
    let share = (4 * most).div_ceil(GRID * GRID);
    ranked.sort_by_key(|(rank, _)| rank / share.max(1));
    ranked.truncate(most);
    ranked.into_iter().map(|(_, extremum)| extremum).collect()
}
