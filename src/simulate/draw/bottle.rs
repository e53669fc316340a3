use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, curve_through, polygon, polyline, rounded, smooth};
use super::colour::{BLACK, Colour, WHITE};
use crate::simulate::random::span;

/// A drinking bottle, upright.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let half = span(rng, 84.0, 150.0);
    let neck = half * span(rng, 0.42, 0.9);
    let top = span(rng, 120.0, 200.0);
    let shoulder = top + span(rng, 30.0, 120.0);
    let waist = half * span(rng, 0.78, 1.05);
    let cap_kind = rng.random_range(0..4);
    let bottom = 606.0;

    cap(canvas, look, cap_kind, neck, top);
    let side = |sign: f32| {
        [
            (320.0 + sign * neck, top),
            (320.0 + sign * half, shoulder),
            (320.0 + sign * waist, (shoulder + bottom) / 2.0),
            (320.0 + sign * half, bottom - 24.0),
            (320.0 + sign * half * 0.86, bottom),
        ]
    };
    let outline: Vec<_> = side(1.0)
        .into_iter()
        .chain(side(-1.0).into_iter().rev())
        .collect();
    let body = smooth(&outline);
    canvas.solid(&body, colours.main);
    let height = bottom - shoulder;
    canvas.inside(&body, |canvas| match rng.random_range(0..4) {
        0 => look.pattern.draw(canvas, &body, colours.second.alpha(0.85)),
        1 => {
            canvas.fill(
                &rounded(100.0, shoulder + height * 0.3, 440.0, height * 0.42, 0.0),
                colours.second,
            );
            canvas.fill(
                &rounded(100.0, shoulder + height * 0.76, 440.0, 14.0, 0.0),
                colours.accent,
            );
        }
        2 => {
            canvas.fill(
                &polygon(&[
                    (100.0, bottom + 10.0),
                    (540.0, bottom + 10.0),
                    (540.0, shoulder + height * 0.2),
                    (100.0, shoulder + height * 0.75),
                ]),
                colours.second,
            );
        }
        _ => {
            let sleeve = rounded(100.0, shoulder + height * 0.52, 440.0, height, 0.0);
            canvas.fill(&sleeve, colours.second.darker(0.1));
            look.pattern.draw(canvas, &sleeve, colours.accent);
        }
    });
    // Light from both sides of the cylinder.
    canvas.inside(&body, |canvas| {
        canvas.fill(
            &rounded(320.0 - half * 0.72, top, half * 0.22, 520.0, 10.0),
            WHITE.alpha(0.3),
        );
        canvas.fill(
            &rounded(320.0 + half * 0.5, top, half * 0.6, 520.0, 10.0),
            BLACK.alpha(0.16),
        );
        for step in 0..5 {
            let y = shoulder + 30.0 + step as f32 * height * 0.16;
            canvas.line(
                &polyline(&[(320.0 + half * 0.62, y), (320.0 + half * 0.86, y)]),
                WHITE.alpha(0.65),
                3.0,
            );
        }
    });
    canvas.gloss(&body);
    look.mark.draw(
        canvas,
        (320.0 - half * 0.1, shoulder + height * 0.4),
        half * 0.36,
        colours.accent,
    );
}

fn cap(canvas: &mut Canvas, look: &Look, kind: i32, neck: f32, top: f32) {
    let colours = look.colours;
    let steel = Colour::rgb(0.74, 0.76, 0.78);
    match kind {
        0 => {
            let loop_ = curve_through(&[
                (320.0 - neck, top - 30.0),
                (320.0 - neck * 0.9, top - 96.0),
                (320.0 + neck * 0.9, top - 96.0),
                (320.0 + neck, top - 30.0),
            ]);
            canvas.line(&loop_, BLACK.alpha(0.5), 24.0);
            canvas.line(&loop_, colours.second, 20.0);
            canvas.solid(
                &rounded(
                    320.0 - neck - 8.0,
                    top - 48.0,
                    neck * 2.0 + 16.0,
                    62.0,
                    10.0,
                ),
                colours.second,
            );
        }
        1 => {
            canvas.solid(
                &smooth(&[
                    (320.0 - neck, top + 12.0),
                    (320.0 - neck, top - 60.0),
                    (320.0, top - 108.0),
                    (320.0 + neck, top - 60.0),
                    (320.0 + neck, top + 12.0),
                ]),
                colours.accent,
            );
        }
        2 => {
            canvas.solid(
                &rounded(306.0, top - 116.0, 26.0, 90.0, 8.0),
                colours.accent,
            );
            canvas.solid(
                &rounded(
                    320.0 - neck - 6.0,
                    top - 44.0,
                    neck * 2.0 + 12.0,
                    58.0,
                    16.0,
                ),
                colours.main.darker(0.35),
            );
            canvas.line(
                &curve_through(&[
                    (320.0 + neck, top - 20.0),
                    (320.0 + neck + 70.0, top + 20.0),
                    (320.0 + neck + 40.0, top + 110.0),
                ]),
                colours.second,
                14.0,
            );
        }
        _ => {
            canvas.solid(
                &rounded(320.0 - neck * 0.9, top - 90.0, neck * 1.8, 104.0, 14.0),
                steel,
            );
            for ridge in 0..7 {
                let x = 320.0 - neck * 0.72 + ridge as f32 * neck * 0.24;
                canvas.line(
                    &polyline(&[(x, top - 80.0), (x, top)]),
                    BLACK.alpha(0.35),
                    4.0,
                );
            }
        }
    }
}
