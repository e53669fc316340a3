use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, curve_through, ellipse, polygon, polyline, rounded, smooth};
use super::colour::{BLACK, WHITE};
use crate::simulate::random::{chance, span};

/// A jacket laid out flat, the front up.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let shoulder = span(rng, 105.0, 140.0);
    let hem = span(rng, 110.0, 160.0);
    let length = span(rng, 500.0, 600.0);
    let spread = span(rng, 20.0, 120.0);
    let wrist_y = span(rng, 430.0, 540.0);
    let print = rng.random_range(0..5);
    let sleeves_differ = chance(rng, 0.5);

    for sign in [-1.0_f32, 1.0] {
        let x = |dx: f32| 320.0 + sign * dx;
        let sleeve = smooth(&[
            (x(shoulder - 24.0), 128.0),
            (x(shoulder + 30.0), 160.0),
            (x(shoulder + 52.0 + spread * 0.55), 310.0),
            (x(shoulder + 30.0 + spread), wrist_y),
            (x(shoulder - 40.0 + spread), wrist_y + 8.0),
            (x(shoulder - 12.0 + spread * 0.3), 330.0),
            (x(shoulder - 26.0), 250.0),
        ]);
        canvas.solid(
            &sleeve,
            if sleeves_differ {
                colours.second
            } else {
                colours.main
            },
        );
        if print == 0 {
            look.pattern
                .draw(canvas, &sleeve, colours.second.alpha(0.8));
        }
        canvas.inside(&sleeve, |canvas| {
            canvas.fill(
                &rounded(0.0, wrist_y - 26.0, 640.0, 60.0, 0.0),
                colours.accent.darker(0.15),
            );
        });
        canvas.gloss(&sleeve);
    }

    let hood = chance(rng, 0.5);
    if hood {
        canvas.solid(
            &smooth(&[
                (222.0, 150.0),
                (236.0, 62.0),
                (320.0, 26.0),
                (404.0, 62.0),
                (418.0, 150.0),
                (320.0, 176.0),
            ]),
            colours.main.darker(0.12),
        );
        canvas.solid(
            &ellipse(320.0, 112.0, 56.0, 54.0),
            colours.second.darker(0.25),
        );
    }
    let body = smooth(&[
        (248.0, 112.0),
        (320.0 - shoulder, 136.0),
        (320.0 - shoulder - 4.0, 280.0),
        (320.0 - hem, length),
        (320.0, length + 10.0),
        (320.0 + hem, length),
        (320.0 + shoulder + 4.0, 280.0),
        (320.0 + shoulder, 136.0),
        (392.0, 112.0),
        (320.0, 132.0),
    ]);
    canvas.solid(&body, colours.main);
    let yoke = span(rng, 220.0, 360.0);
    let slope = span(rng, -60.0, 60.0);
    canvas.inside(&body, |canvas| match print {
        0 => look.pattern.draw(canvas, &body, colours.second.alpha(0.8)),
        1 => canvas.fill(
            &polygon(&[
                (0.0, 60.0),
                (640.0, 60.0),
                (640.0, yoke + slope),
                (0.0, yoke - slope),
            ]),
            colours.second,
        ),
        2 => (0..9).for_each(|row| {
            let y = 150.0 + row as f32 * 52.0;
            canvas.fill(
                &rounded(100.0, y + 30.0, 440.0, 20.0, 10.0),
                BLACK.alpha(0.28),
            );
            canvas.fill(
                &rounded(100.0, y + 2.0, 440.0, 14.0, 7.0),
                WHITE.alpha(0.25),
            );
            canvas.stitches(
                &polyline(&[(100.0, y + 50.0), (540.0, y + 50.0)]),
                BLACK.alpha(0.6),
            );
        }),
        3 => {
            canvas.fill(&rounded(120.0, yoke, 400.0, 90.0, 0.0), colours.second);
            canvas.fill(
                &rounded(120.0, yoke + 108.0, 400.0, 20.0, 0.0),
                colours.accent,
            );
        }
        _ => canvas.fill(
            &polygon(&[(320.0, 60.0), (640.0, 60.0), (640.0, 640.0), (320.0, 640.0)]),
            colours.second,
        ),
    });
    canvas.inside(&body, |canvas| {
        canvas.fill(
            &rounded(100.0, length - 26.0, 440.0, 60.0, 0.0),
            colours.accent.darker(0.15),
        );
    });
    canvas.gloss(&body);
    front(canvas, look, rng, length, hood);
}

fn front(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng, length: f32, hood: bool) {
    let colours = look.colours;
    let zip = polyline(&[
        (320.0, if hood { 168.0 } else { 124.0 }),
        (320.0, length + 4.0),
    ]);
    canvas.line(&zip, BLACK.alpha(0.7), 13.0);
    canvas.stitches(&zip, WHITE.alpha(0.8));
    canvas.solid(&rounded(313.0, 200.0, 14.0, 34.0, 5.0), colours.accent);
    if !hood {
        canvas.solid(
            &smooth(&[
                (240.0, 128.0),
                (258.0, 78.0),
                (320.0, 70.0),
                (382.0, 78.0),
                (400.0, 128.0),
                (320.0, 150.0),
            ]),
            colours.second.mix(colours.main, 0.3),
        );
    }
    let pocket_y = span(rng, 380.0, 440.0);
    for sign in [-1.0_f32, 1.0] {
        let pocket = polyline(&[
            (320.0 + sign * 44.0, pocket_y),
            (320.0 + sign * 96.0, pocket_y + 74.0),
        ]);
        canvas.line(&pocket, BLACK.alpha(0.55), 12.0);
        canvas.line(&pocket, colours.accent, 6.0);
        canvas.stitches(
            &curve_through(&[
                (320.0 + sign * 112.0, 152.0),
                (320.0 + sign * 92.0, 200.0),
                (320.0 + sign * 98.0, 260.0),
            ]),
            BLACK.alpha(0.5),
        );
    }
    look.mark.draw(canvas, (388.0, 248.0), 30.0, colours.accent);
}
