use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, Ink, Shape, curve_through, ellipse, polygon, smooth};
use super::colour::{BLACK, WHITE};
use crate::simulate::random::{chance, span};

/// Sunglasses from the front on their case, the temples open behind them.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let (half_w, half_h) = (span(rng, 98.0, 128.0), span(rng, 66.0, 116.0));
    let gap = span(rng, 122.0, 142.0);
    let shape = rng.random_range(0..5);
    let frame = span(rng, 12.0, 32.0);
    let y = 250.0;

    case(canvas, look, rng);
    for sign in [-1.0_f32, 1.0] {
        let hinge = 320.0 + sign * (gap + half_w * 0.92);
        let temple = curve_through(&[
            (hinge, y - half_h * 0.5),
            (hinge + sign * 34.0, y + 20.0),
            (hinge + sign * 10.0, y + 150.0),
            (hinge - sign * 30.0, y + 205.0),
        ]);
        canvas.line(&temple, BLACK.alpha(0.5), frame + 6.0);
        canvas.line(&temple, colours.main, frame + 2.0);
        canvas.line(&temple, colours.accent.alpha(0.8), 4.0);
    }
    let bridge = curve_through(&[
        (320.0 - gap + half_w * 0.8, y - half_h * 0.3),
        (320.0, y - half_h * 0.52),
        (320.0 + gap - half_w * 0.8, y - half_h * 0.3),
    ]);
    canvas.line(&bridge, BLACK.alpha(0.55), frame + 4.0);
    canvas.line(&bridge, colours.main, frame);
    let mirrored = chance(rng, 0.45);
    let printed = chance(rng, 0.5);
    for sign in [-1.0_f32, 1.0] {
        let x = 320.0 + sign * gap;
        let rim = lens(shape, x, y, half_w, half_h, sign);
        canvas.solid(&rim, colours.main);
        if printed {
            look.pattern.draw(canvas, &rim, colours.second.alpha(0.8));
            canvas.gloss(&rim);
        }
        let glass = lens(shape, x, y, half_w - frame, half_h - frame, sign);
        let tint = if mirrored {
            [colours.accent.lighter(0.45), colours.accent.darker(0.5)]
        } else {
            [
                BLACK.mix(colours.main, 0.12),
                colours.second.mix(BLACK, 0.35),
            ]
        };
        canvas.fill(
            &glass,
            Ink::Linear([(x, y - half_h), (x, y + half_h)], tint),
        );
        canvas.inside(&glass, |canvas| {
            let streak = polygon(&[
                (x - half_w * 0.5, y - half_h),
                (x - half_w * 0.1, y - half_h),
                (x - half_w * 0.55, y + half_h),
                (x - half_w * 0.95, y + half_h),
            ]);
            canvas.fill(&streak, WHITE.alpha(0.3));
        });
        canvas.line(&glass, BLACK.alpha(0.6), 2.0);
    }
    look.mark.draw(
        canvas,
        (320.0 - gap - half_w * 0.74, y - half_h * 0.72),
        15.0,
        colours.accent,
    );
}

fn lens(shape: i32, x: f32, y: f32, width: f32, height: f32, sign: f32) -> Shape {
    let at = |dx: f32, dy: f32| (x + sign * dx * width, y + dy * height);
    match shape {
        0 => ellipse(x, y, width * 0.92, height * 1.05),
        1 => smooth(&[
            at(-0.8, -0.8),
            at(0.8, -0.9),
            at(1.0, -0.3),
            at(0.62, 0.85),
            at(0.0, 1.05),
            at(-0.8, 0.5),
        ]),
        2 => smooth(&[
            at(-0.9, -0.85),
            at(0.0, -1.0),
            at(0.95, -0.9),
            at(0.85, 0.7),
            at(0.0, 0.95),
            at(-0.75, 0.75),
        ]),
        3 => smooth(&[
            at(-0.85, -0.45),
            at(0.2, -0.75),
            at(1.1, -1.15),
            at(0.85, 0.35),
            at(0.0, 0.9),
            at(-0.8, 0.55),
        ]),
        _ => polygon(&[
            at(-0.95, -0.8),
            at(0.95, -0.8),
            at(1.0, -0.2),
            at(0.7, 0.9),
            at(-0.6, 0.9),
            at(-0.98, 0.1),
        ]),
    }
}

fn case(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let (top, tilt) = (span(rng, 400.0, 440.0), span(rng, -24.0, 24.0));
    let body = smooth(&[
        (70.0, top + 60.0 + tilt),
        (120.0, top + tilt),
        (320.0, top - 12.0),
        (520.0, top - tilt),
        (574.0, top + 60.0 - tilt),
        (520.0, top + 150.0 - tilt),
        (320.0, top + 164.0),
        (120.0, top + 150.0 + tilt),
    ]);
    canvas.solid(&body, look.colours.second);
    if chance(rng, 0.6) {
        look.pattern
            .draw(canvas, &body, look.colours.main.alpha(0.8));
        canvas.gloss(&body);
    }
    canvas.stitches(
        &curve_through(&[
            (76.0, top + 66.0 + tilt),
            (320.0, top + 44.0),
            (568.0, top + 66.0 - tilt),
        ]),
        WHITE.alpha(0.8),
    );
    canvas.solid(&ellipse(320.0, top + 104.0, 42.0, 42.0), look.colours.main);
    look.mark
        .draw(canvas, (320.0, top + 104.0), 24.0, look.colours.accent);
}
