use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, Shape, corners, ellipse, polygon, polyline, ring, rounded, smooth};
use super::colour::{BLACK, Colour, WHITE};
use crate::simulate::random::{chance, span};

const STEEL: Colour = Colour::rgb(0.76, 0.78, 0.8);
const GOLD: Colour = Colour::rgb(0.86, 0.7, 0.38);

/// A wrist watch from the front, the strap upright.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let radius = span(rng, 132.0, 196.0);
    let metal = if chance(rng, 0.35) { GOLD } else { STEEL };
    let centre = (320.0, 320.0);
    strap(canvas, look, rng, radius, metal);
    crown(canvas, rng, radius, metal);

    let shape = rng.random_range(0..4);
    let case = outline(shape, radius);
    canvas.solid(&case, metal);
    let bezel = outline(shape, radius * 0.9);
    let bold = chance(rng, 0.45);
    canvas.solid(
        &bezel,
        if bold {
            look.colours.second
        } else {
            metal.lighter(0.2)
        },
    );
    if bold {
        for (index, (x, y)) in corners(320.0, 320.0, radius * 0.8, radius * 0.8, 24, 0.0)
            .into_iter()
            .enumerate()
        {
            let size = if index % 6 == 0 { 8.0 } else { 4.0 };
            canvas.fill(&ellipse(x, y, size, size), metal);
        }
    }
    let face = outline(shape, radius * 0.72);
    canvas.solid(
        &face,
        if chance(rng, 0.5) {
            look.colours.main
        } else {
            look.colours.second
        },
    );
    let dial = radius * 0.7;
    let printed = rng.random_range(0..3);
    if printed == 0 {
        look.pattern
            .draw(canvas, &face, look.colours.accent.alpha(0.5));
    }
    subdials(canvas, look, rng, dial);
    indices(canvas, look, rng, dial, metal);
    look.mark.draw(
        canvas,
        (centre.0, centre.1 - dial * 0.42),
        dial * 0.14,
        look.colours.accent,
    );
    hands(canvas, rng, dial, metal);
    canvas.fill(
        &polygon(&[
            (320.0 - radius * 0.5, 320.0 - radius * 0.6),
            (320.0 - radius * 0.25, 320.0 - radius * 0.7),
            (320.0 + radius * 0.3, 320.0 + radius * 0.6),
            (320.0 + radius * 0.05, 320.0 + radius * 0.7),
        ]),
        WHITE.alpha(0.07),
    );
}

fn outline(shape: i32, radius: f32) -> Shape {
    let (x, y) = (320.0, 320.0);
    match shape {
        0 => ellipse(x, y, radius, radius),
        1 => rounded(
            x - radius * 0.86,
            y - radius * 0.98,
            radius * 1.72,
            radius * 1.96,
            radius * 0.3,
        ),
        2 => polygon(&corners(
            x,
            y,
            radius * 1.06,
            radius * 1.06,
            8,
            std::f32::consts::PI / 8.0,
        )),
        _ => smooth(&corners(
            x,
            y,
            radius * 1.08,
            radius * 1.08,
            4,
            std::f32::consts::FRAC_PI_4,
        )),
    }
}

fn strap(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng, radius: f32, metal: Colour) {
    let (near, far) = (
        radius * span(rng, 0.55, 0.74),
        radius * span(rng, 0.4, 0.56),
    );
    let kind = rng.random_range(0..4);
    let band = polygon(&[
        (320.0 - far, 8.0),
        (320.0 + far, 8.0),
        (320.0 + near, 320.0 - radius * 0.6),
        (320.0 + near, 320.0 + radius * 0.6),
        (320.0 + far, 632.0),
        (320.0 - far, 632.0),
        (320.0 - near, 320.0 + radius * 0.6),
        (320.0 - near, 320.0 - radius * 0.6),
    ]);
    canvas.solid(&band, if kind == 0 { metal } else { look.colours.main });
    canvas.inside(&band, |canvas| match kind {
        0 => (0..26).for_each(|row| {
            let y = 4.0 + row as f32 * 25.0;
            canvas.solid(
                &rounded(320.0 - near * 0.42, y, near * 0.84, 22.0, 5.0),
                metal.darker(0.22),
            );
            canvas.line(
                &polyline(&[(320.0 - near, y), (320.0 + near, y)]),
                BLACK.alpha(0.5),
                2.5,
            );
        }),
        1 => {
            for side in [-1.0, 1.0] {
                let seam = polyline(&[
                    (320.0 + side * (far - 12.0), 8.0),
                    (320.0 + side * (near - 12.0), 190.0),
                    (320.0 + side * (near - 12.0), 450.0),
                    (320.0 + side * (far - 12.0), 632.0),
                ]);
                canvas.stitches(&seam, look.colours.second);
            }
        }
        2 => look
            .pattern
            .draw(canvas, &band, look.colours.second.alpha(0.85)),
        _ => [40.0, 76.0, 112.0, 148.0, 492.0, 528.0, 564.0, 600.0]
            .into_iter()
            .for_each(|y| {
                canvas.fill(&ellipse(320.0, y, 11.0, 11.0), BLACK.alpha(0.7));
            }),
    });
    if kind == 3 {
        canvas.fill(
            &polygon(&[(300.0, 0.0), (340.0, 0.0), (340.0, 640.0), (300.0, 640.0)]),
            look.colours.accent.alpha(0.22),
        );
    }
    canvas.gloss(&band);
}

fn crown(canvas: &mut Canvas, rng: &mut ChaCha8Rng, radius: f32, metal: Colour) {
    canvas.solid(
        &rounded(320.0 + radius - 4.0, 303.0, 26.0, 34.0, 6.0),
        metal,
    );
    if chance(rng, 0.4) {
        for y in [222.0, 384.0] {
            canvas.solid(
                &rounded(320.0 + radius * 0.84, y, 30.0, 30.0, 8.0),
                metal.darker(0.15),
            );
        }
    }
}

fn subdials(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng, dial: f32) {
    let count = rng.random_range(0..4);
    let size = dial * span(rng, 0.2, 0.27);
    let ink = if chance(rng, 0.5) { BLACK } else { WHITE };
    for (x, y) in corners(320.0, 320.0, dial * 0.46, dial * 0.46, count.max(1), 0.0)
        .into_iter()
        .take(count)
    {
        canvas.solid(&ellipse(x, y, size, size), ink.mix(look.colours.main, 0.2));
        canvas.fill_ring(&ring(x, y, size, size, 0.88), look.colours.accent);
        canvas.line(
            &polyline(&[(x, y), (x + size * 0.5, y - size * 0.5)]),
            look.colours.accent,
            3.0,
        );
    }
}

fn indices(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng, dial: f32, metal: Colour) {
    let style = rng.random_range(0..3);
    let colour = if chance(rng, 0.5) {
        metal.lighter(0.5)
    } else {
        look.colours.accent
    };
    let outer = corners(320.0, 320.0, dial * 0.88, dial * 0.88, 12, 0.0);
    let inner = corners(320.0, 320.0, dial * 0.72, dial * 0.72, 12, 0.0);
    for (index, (from, to)) in outer.into_iter().zip(inner).enumerate() {
        let main = index % 3 == 0;
        match style {
            0 => canvas.line(
                &polyline(&[from, to]),
                colour,
                if main { 10.0 } else { 5.0 },
            ),
            1 => {
                let size = if main { 11.0 } else { 7.0 };
                canvas.fill(&ellipse(from.0, from.1, size, size), colour);
            }
            _ if main => canvas.line(&polyline(&[from, to]), colour, 13.0),
            _ => {}
        }
    }
}

fn hands(canvas: &mut Canvas, rng: &mut ChaCha8Rng, dial: f32, metal: Colour) {
    let width = span(rng, 6.0, 14.0);
    for (angle, length, width) in [
        (-2.55_f32, 0.5, width),
        (-0.55, 0.76, width * 0.75),
        (1.2, 0.82, 3.0),
    ] {
        let tip = (
            320.0 + angle.cos() * dial * length,
            320.0 + angle.sin() * dial * length,
        );
        canvas.line(
            &polyline(&[(320.0, 320.0), tip]),
            BLACK.alpha(0.55),
            width + 3.0,
        );
        canvas.line(
            &polyline(&[(320.0, 320.0), tip]),
            metal.lighter(0.55),
            width,
        );
    }
    canvas.fill(&ellipse(320.0, 320.0, 10.0, 10.0), metal.darker(0.3));
}
