use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, curve_through, ellipse, polygon, polyline, rounded, smooth};
use super::colour::{BLACK, WHITE};
use crate::simulate::random::span;

/// A shoe from its side, the toe to the left: from a low runner to a high boot.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let collar = span(rng, 0.0, 1.0);
    let rise = 150.0 * collar * collar + 10.0;
    let thick = span(rng, 26.0, 66.0);
    let bulge = span(rng, 20.0, 75.0);
    let sole_kind = rng.random_range(0..4);
    let side_kind = rng.random_range(0..4);
    let floor = 500.0;
    let deck = floor - thick;
    let colours = look.colours;

    // The inside of the collar, seen behind its edge.
    let mouth = ellipse(485.0, 345.0 - rise, 74.0, 22.0);
    canvas.solid(&mouth, colours.main.darker(0.55));

    let upper = smooth(&[
        (570.0, deck + 8.0),
        (588.0, deck - 60.0),
        (562.0, 352.0 - rise),
        (545.0, 330.0 - rise),
        (485.0, 352.0 - rise),
        (412.0, 318.0 - rise),
        (372.0, 330.0 - rise * 0.75),
        (300.0, 378.0 - rise * 0.25),
        (200.0, 420.0 - bulge * 0.6),
        (115.0, 440.0 - bulge * 0.5),
        (62.0, deck - 14.0),
        (75.0, deck + 8.0),
        (320.0, deck + 10.0),
    ]);
    canvas.solid(&upper, colours.main);
    let quarter = smooth(&[
        (250.0, deck + 10.0),
        (330.0, 372.0 - rise * 0.2),
        (430.0, 360.0 - rise * 0.6),
        (520.0, deck + 6.0),
    ]);
    canvas.inside(&upper, |canvas| {
        match side_kind {
            0 => look.pattern.draw(canvas, &quarter, colours.second),
            1 => {
                for bar in 0..3 {
                    let x = 300.0 + bar as f32 * 62.0;
                    let stripe = polygon(&[
                        (x, deck + 12.0),
                        (x + 34.0, deck + 12.0),
                        (x + 92.0, 300.0),
                        (x + 58.0, 300.0),
                    ]);
                    canvas.fill(&stripe, colours.second);
                }
            }
            2 => {
                look.pattern
                    .draw(canvas, &upper, colours.second.alpha(0.55));
            }
            _ => canvas.fill(
                &polygon(&[
                    (60.0, deck - 40.0),
                    (600.0, deck - 110.0),
                    (600.0, deck + 14.0),
                    (60.0, deck + 14.0),
                ]),
                colours.second,
            ),
        }
        let cap = smooth(&[
            (40.0, deck + 14.0),
            (60.0, 380.0),
            (150.0, 395.0 - bulge * 0.4),
            (198.0, deck + 12.0),
        ]);
        canvas.solid(
            &cap,
            if side_kind == 1 {
                colours.main.darker(0.2)
            } else {
                colours.second.mix(colours.main, 0.25)
            },
        );
        let counter = smooth(&[
            (610.0, deck + 14.0),
            (520.0, deck + 10.0),
            (532.0, deck - 70.0),
            (600.0, deck - 92.0),
        ]);
        canvas.solid(&counter, colours.accent);
    });
    canvas.gloss(&upper);
    canvas.stitches(
        &curve_through(&[
            (210.0, deck + 2.0),
            (160.0, 404.0 - bulge * 0.3),
            (90.0, deck - 60.0),
        ]),
        WHITE.alpha(0.7),
    );
    canvas.stitches(
        &curve_through(&[(512.0, deck), (524.0, deck - 76.0), (590.0, deck - 100.0)]),
        WHITE.alpha(0.7),
    );

    laces(canvas, look, rise);
    look.mark.draw(
        canvas,
        (462.0, deck - 62.0 - rise * 0.3),
        30.0,
        if side_kind == 0 {
            colours.accent
        } else {
            colours.second
        },
    );

    let sole = smooth(&[
        (52.0, deck - 4.0),
        (60.0, floor - 6.0),
        (130.0, floor),
        (330.0, floor - span(rng, 0.0, 8.0)),
        (560.0, floor),
        (600.0, floor - 12.0),
        (602.0, deck - span(rng, 0.0, 16.0)),
        (330.0, deck + 6.0),
    ]);
    let rubber = if sole_kind == 3 {
        colours.second.darker(0.5)
    } else {
        WHITE.darker(0.05)
    };
    canvas.solid(&sole, rubber);
    canvas.inside(&sole, |canvas| match sole_kind {
        0 => (0..18).for_each(|i| {
            let x = 50.0 + i as f32 * 32.0;
            canvas.fill(
                &rounded(x, floor - 14.0, 20.0, 20.0, 4.0),
                BLACK.alpha(0.75),
            );
        }),
        1 => canvas.fill(
            &polygon(&[
                (40.0, floor + 5.0),
                (620.0, floor + 5.0),
                (620.0, deck + 6.0),
                (40.0, floor - 12.0),
            ]),
            colours.accent.alpha(0.9),
        ),
        2 => (0..7).for_each(|i| {
            let x = 330.0 + i as f32 * 40.0;
            canvas.fill(
                &ellipse(x, deck + thick * 0.5, 15.0, thick * 0.28),
                colours.accent.darker(0.3),
            );
        }),
        _ => canvas.line(
            &polyline(&[(40.0, deck + thick * 0.5), (620.0, deck + thick * 0.45)]),
            colours.accent,
            7.0,
        ),
    });
    canvas.gloss(&sole);
}

fn laces(canvas: &mut Canvas, look: &Look, rise: f32) {
    for step in 0..6 {
        let along = step as f32 / 5.0;
        let (x, y) = (
            268.0 + along * 122.0,
            392.0 - rise * (0.15 + along * 0.62) - along * 62.0,
        );
        let lace = curve_through(&[(x - 26.0, y - 12.0), (x, y - 4.0), (x + 26.0, y + 20.0)]);
        canvas.line(&lace, BLACK.alpha(0.35), 11.0);
        canvas.line(&lace, look.colours.second.lighter(0.3), 8.0);
        canvas.fill(&ellipse(x + 28.0, y + 22.0, 5.0, 5.0), BLACK.alpha(0.6));
    }
}
