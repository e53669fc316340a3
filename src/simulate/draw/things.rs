use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, curve_through, ellipse, polygon, polyline, ring, rounded, smooth};
use super::colour::{BLACK, WHITE};
use crate::simulate::random::{chance, span};

/// A book standing upright, a slanted spine at its left.
pub(super) fn book(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let (width, height) = (span(rng, 300.0, 400.0), span(rng, 430.0, 520.0));
    let (left, top) = (330.0 - width / 2.0, 330.0 - height / 2.0);
    let spine = span(rng, 26.0, 60.0);
    canvas.solid(
        &polygon(&[
            (left - spine, top + 18.0),
            (left, top),
            (left, top + height),
            (left - spine, top + height - 18.0),
        ]),
        colours.main.darker(0.3),
    );
    let cover = rounded(left, top, width, height, 6.0);
    canvas.solid(&cover, colours.main);
    let picture = rounded(
        left + 30.0,
        top + height * span(rng, 0.28, 0.42),
        width - 60.0,
        height * 0.46,
        4.0,
    );
    canvas.solid(&picture, colours.second);
    look.pattern.draw(canvas, &picture, colours.accent);
    for row in 0..2 {
        let line = rounded(
            left + 36.0,
            top + 40.0 + row as f32 * 44.0,
            (width - 72.0) * span(rng, 0.5, 1.0),
            24.0,
            4.0,
        );
        canvas.fill(&line, colours.second);
    }
    canvas.fill(
        &rounded(left + 36.0, top + height - 48.0, width * 0.4, 14.0, 3.0),
        colours.second.alpha(0.8),
    );
    canvas.gloss(&cover);
}

/// A carton with its lid.
pub(super) fn carton(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let depth = span(rng, 60.0, 130.0);
    let (left, right) = (span(rng, 70.0, 130.0), span(rng, 500.0, 560.0));
    let (top, bottom) = (span(rng, 210.0, 290.0), span(rng, 470.0, 560.0));
    let lid = polygon(&[
        (left + depth, top - depth),
        (right + 20.0, top - depth),
        (right, top),
        (left, top),
    ]);
    canvas.solid(&lid, colours.main.lighter(0.15));
    let front = polygon(&[
        (left, top),
        (right, top),
        (right - 8.0, bottom),
        (left + 8.0, bottom),
    ]);
    canvas.solid(&front, colours.main);
    if chance(rng, 0.5) {
        look.pattern.draw(canvas, &front, colours.second.alpha(0.7));
        canvas.gloss(&front);
    }
    canvas.fill(
        &polygon(&[
            (left, top),
            (right, top),
            (right - 2.0, top + 44.0),
            (left + 2.0, top + 44.0),
        ]),
        colours.second,
    );
    look.mark.draw(
        canvas,
        ((left + right) / 2.0, (top + bottom) / 2.0 + 16.0),
        58.0,
        colours.accent,
    );
}

/// A mug with its handle.
pub(super) fn mug(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let half = span(rng, 110.0, 170.0);
    let (top, bottom) = (span(rng, 150.0, 220.0), span(rng, 500.0, 560.0));
    let middle = (top + bottom) / 2.0;
    let handle = ring(
        290.0 + half,
        middle,
        span(rng, 70.0, 100.0),
        span(rng, 90.0, 130.0),
        0.68,
    );
    canvas.fill_ring(&handle, colours.second);
    let body = smooth(&[
        (290.0 - half, top),
        (290.0, top + 14.0),
        (290.0 + half, top),
        (290.0 + half * 0.94, bottom - 20.0),
        (290.0, bottom + 14.0),
        (290.0 - half * 0.94, bottom - 20.0),
    ]);
    canvas.solid(&body, colours.main);
    look.pattern.draw(canvas, &body, colours.second.alpha(0.8));
    canvas.gloss(&body);
    canvas.solid(
        &ellipse(290.0, top + 4.0, half * 0.97, 26.0),
        colours.main.darker(0.4),
    );
}

/// A strap, coiled: what fits a watch, a bag or a camera.
pub(super) fn strap(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let width = span(rng, 40.0, 90.0);
    let sway = span(rng, 60.0, 190.0);
    let band = [
        (70.0, 520.0),
        (190.0, 320.0 - sway * 0.5),
        (330.0, 330.0 + sway),
        (450.0, 320.0 - sway),
        (580.0, 140.0),
    ];
    canvas.line(&curve_through(&band), BLACK.alpha(0.5), width + 6.0);
    canvas.line(&curve_through(&band), colours.main, width);
    canvas.line(
        &curve_through(&band),
        colours.second.alpha(0.75),
        width * 0.3,
    );
    canvas.stitches(&curve_through(&band), WHITE.alpha(0.8));
    canvas.line(
        &rounded(536.0, 84.0, 90.0, 90.0, 14.0),
        colours.accent.darker(0.3),
        14.0,
    );
    canvas.line(
        &polyline(&[(580.0, 84.0), (580.0, 174.0)]),
        colours.accent.darker(0.4),
        10.0,
    );
    for hole in 0..rng.random_range(3..7) {
        canvas.fill(
            &ellipse(
                84.0 + hole as f32 * 16.0,
                500.0 - hole as f32 * 34.0,
                7.0,
                7.0,
            ),
            BLACK.alpha(0.75),
        );
    }
}
