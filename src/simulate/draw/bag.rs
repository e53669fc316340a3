use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, Shape, curve_through, ellipse, polygon, polyline, rounded, smooth};
use super::colour::{BLACK, Colour, WHITE};
use crate::simulate::random::{chance, span};

const BRASS: Colour = Colour::rgb(0.83, 0.68, 0.36);

/// A tote, a backpack, a duffel or a cross-body bag from the front.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let kind = rng.random_range(0..4);
    let width = span(rng, 330.0, 470.0);
    let height = match kind {
        1 => span(rng, 380.0, 450.0),
        2 => span(rng, 200.0, 270.0),
        _ => span(rng, 250.0, 380.0),
    };
    let taper = span(rng, -46.0, 46.0);
    let (left, bottom) = (320.0 - width / 2.0, 570.0);
    let top = bottom - height;
    let right = left + width;

    handles(canvas, look, rng, kind, (left, right, top));
    let body = if kind == 1 {
        smooth(&[
            (320.0, top - 26.0),
            (right - 40.0, top + 8.0),
            (right, top + height * 0.45),
            (right - 6.0, bottom - 20.0),
            (320.0, bottom + 6.0),
            (left + 6.0, bottom - 20.0),
            (left, top + height * 0.45),
            (left + 40.0, top + 8.0),
        ])
    } else {
        body(left, right, top, bottom, taper)
    };
    canvas.solid(&body, colours.main);
    let plain = chance(rng, 0.3);
    if !plain {
        look.pattern.draw(canvas, &body, colours.second.alpha(0.82));
    }
    let flap_depth = span(rng, 0.3, 0.62) * height;
    let flap = chance(rng, 0.5) && kind != 1;
    canvas.inside(&body, |canvas| {
        if flap {
            let edge = smooth(&[
                (left - 30.0, top - 30.0),
                (right + 30.0, top - 30.0),
                (right + 8.0, top + flap_depth * 0.8),
                (320.0, top + flap_depth * 1.1),
                (left - 8.0, top + flap_depth * 0.8),
            ]);
            canvas.solid(
                &edge,
                if plain {
                    colours.second
                } else {
                    colours.main.darker(0.15)
                },
            );
            canvas.stitches(&edge, WHITE.alpha(0.6));
        } else {
            let pocket_top = bottom - height * span(rng, 0.38, 0.6);
            let pocket = rounded(
                left + 34.0,
                pocket_top,
                width - 68.0,
                bottom - pocket_top - 26.0,
                26.0,
            );
            canvas.solid(&pocket, if plain { colours.second } else { colours.main });
            canvas.line(
                &polyline(&[
                    (left + 52.0, pocket_top + 16.0),
                    (right - 52.0, pocket_top + 16.0),
                ]),
                BRASS,
                5.0,
            );
            canvas.stitches(&pocket, WHITE.alpha(0.6));
        }
        let base = rounded(left - 20.0, bottom - 30.0, width + 40.0, 60.0, 4.0);
        canvas.fill(&base, colours.second.darker(0.35).alpha(0.85));
    });
    canvas.gloss(&body);
    let centre = if flap {
        (320.0, top + flap_depth * 0.62)
    } else {
        (320.0, bottom - height * 0.27)
    };
    plate(canvas, look, centre, rng.random_range(0..3));
}

fn body(left: f32, right: f32, top: f32, bottom: f32, taper: f32) -> Shape {
    smooth(&[
        (left + taper.max(0.0), top),
        (320.0, top - 4.0),
        (right - taper.max(0.0), top),
        (right + 4.0, (top + bottom) / 2.0),
        (right + taper.min(0.0), bottom),
        (320.0, bottom + 8.0),
        (left - taper.min(0.0), bottom),
        (left - 4.0, (top + bottom) / 2.0),
    ])
}

fn handles(
    canvas: &mut Canvas,
    look: &Look,
    rng: &mut ChaCha8Rng,
    kind: i32,
    (left, right, top): (f32, f32, f32),
) {
    let lift = span(rng, 90.0, 190.0).min(top - 20.0);
    let inset = span(rng, 60.0, 130.0);
    let colour = if chance(rng, 0.5) {
        look.colours.accent
    } else {
        look.colours.second
    };
    let mut strap = |from: f32, to: f32, lift: f32, width: f32| {
        let arc = curve_through(&[
            (from, top + 20.0),
            (from + (to - from) * 0.12, top - lift * 0.75),
            ((from + to) / 2.0, top - lift),
            (to - (to - from) * 0.12, top - lift * 0.75),
            (to, top + 20.0),
        ]);
        canvas.line(&arc, BLACK.alpha(0.5), width + 4.0);
        canvas.line(&arc, colour, width);
        canvas.stitches(&arc, WHITE.alpha(0.5));
    };
    match kind {
        1 => strap(280.0, 360.0, 60.0, 18.0),
        3 => strap(left + 14.0, right - 14.0, lift + 60.0, 12.0),
        _ => {
            strap(left + inset + 16.0, right - inset - 16.0, lift * 0.86, 18.0);
            strap(left + inset, right - inset, lift, 20.0);
        }
    }
}

fn plate(canvas: &mut Canvas, look: &Look, (x, y): (f32, f32), kind: i32) {
    match kind {
        0 => look.mark.draw(canvas, (x, y), 52.0, look.colours.accent),
        1 => {
            let buckle = rounded(x - 44.0, y - 34.0, 88.0, 68.0, 12.0);
            canvas.solid(&buckle, BRASS);
            look.mark.draw(canvas, (x, y), 22.0, BLACK.alpha(0.75));
        }
        _ => {
            canvas.solid(&ellipse(x, y, 46.0, 46.0), look.colours.second);
            look.mark.draw(canvas, (x, y), 27.0, look.colours.accent);
            canvas.fill(
                &polygon(&[
                    (x - 6.0, y + 46.0),
                    (x + 6.0, y + 46.0),
                    (x + 14.0, y + 118.0),
                    (x - 14.0, y + 118.0),
                ]),
                look.colours.accent.darker(0.2),
            );
        }
    }
}
