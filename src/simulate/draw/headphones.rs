use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Look;
use super::canvas::{Canvas, Shape, curve_through, ellipse, polygon, polyline, rounded, smooth};
use super::colour::{BLACK, Colour, WHITE};
use crate::simulate::random::{chance, span};

/// Headphones from the front: the band above, a cup at each side.
pub(super) fn draw(canvas: &mut Canvas, look: &Look, rng: &mut ChaCha8Rng) {
    let colours = look.colours;
    let half = span(rng, 165.0, 220.0);
    let crest = span(rng, 50.0, 130.0);
    let (cup_w, cup_h) = (span(rng, 62.0, 104.0), span(rng, 92.0, 140.0));
    let y = span(rng, 410.0, 450.0);
    let shape = rng.random_range(0..3);
    let thick = span(rng, 26.0, 58.0);

    let band = [
        (320.0 - half, y - 60.0),
        (320.0 - half * 0.93, (y + crest) / 2.0 - 40.0),
        (320.0, crest),
        (320.0 + half * 0.93, (y + crest) / 2.0 - 40.0),
        (320.0 + half, y - 60.0),
    ];
    canvas.line(&curve_through(&band), BLACK.alpha(0.6), thick + 5.0);
    canvas.line(&curve_through(&band), colours.main, thick);
    if chance(rng, 0.6) {
        canvas.line(&curve_through(&band[1..4]), colours.second, thick * 0.55);
        canvas.stitches(&curve_through(&band[1..4]), colours.accent);
    } else {
        let lifted: Vec<_> = band
            .iter()
            .map(|(x, y)| (320.0 + (x - 320.0) * 0.86, y + thick * 0.75))
            .collect();
        canvas.line(
            &curve_through(&lifted[1..4]),
            colours.second.darker(0.2),
            thick * 0.8,
        );
    }
    canvas.line(&curve_through(&band), WHITE.alpha(0.14), thick * 0.25);

    let printed = rng.random_range(0..4);
    let cable = chance(rng, 0.35);
    for side in [-1.0_f32, 1.0] {
        let x = 320.0 + side * half;
        let slider = rounded(x - 9.0, y - 150.0, 18.0, 120.0, 8.0);
        canvas.solid(&slider, Colour::rgb(0.7, 0.72, 0.75));
        let pad = cup(
            shape,
            x - side * cup_w * 0.55,
            y,
            cup_w * 0.62,
            cup_h * 0.96,
        );
        canvas.solid(
            &pad,
            colours.second.darker(if printed == 1 { 0.0 } else { 0.4 }),
        );
        let shell = cup(shape, x + side * 6.0, y, cup_w, cup_h);
        canvas.solid(&shell, colours.main);
        match printed {
            0 => look
                .pattern
                .draw(canvas, &shell, colours.second.alpha(0.85)),
            1 => {
                let plate = cup(shape, x + side * 6.0, y, cup_w * 0.7, cup_h * 0.7);
                canvas.solid(&plate, colours.second);
            }
            2 => canvas.inside(&shell, |canvas| {
                (0..12).for_each(|row| {
                    let top = y - cup_h + row as f32 * cup_h / 6.0;
                    canvas.line(
                        &polyline(&[(x - cup_w * 1.3, top), (x + cup_w * 1.3, top)]),
                        colours.second,
                        cup_h / 14.0,
                    );
                });
            }),
            _ => canvas.inside(&shell, |canvas| {
                let half_moon = polygon(&[
                    (x - 150.0, y),
                    (x + 150.0, y - 40.0),
                    (x + 150.0, y + 200.0),
                    (x - 150.0, y + 200.0),
                ]);
                canvas.fill(&half_moon, colours.accent);
            }),
        }
        canvas.gloss(&shell);
        let badge = ellipse(x + side * 6.0, y, 40.0, 40.0);
        canvas.solid(&badge, colours.second);
        look.mark
            .draw(canvas, (x + side * 6.0, y), 24.0, colours.accent);
        if cable && side < 0.0 {
            let cord = curve_through(&[
                (x, y + cup_h - 6.0),
                (x + 10.0, 590.0),
                (x + 120.0, 606.0),
                (x + 190.0, 570.0),
                (x + 250.0, 612.0),
            ]);
            canvas.line(&cord, colours.second.darker(0.3), 8.0);
        }
    }
}

fn cup(shape: i32, x: f32, y: f32, width: f32, height: f32) -> Shape {
    match shape {
        0 => ellipse(x, y, width, height),
        1 => rounded(
            x - width,
            y - height,
            width * 2.0,
            height * 2.0,
            width * 0.5,
        ),
        _ => smooth(&[
            (x, y - height),
            (x + width, y - height * 0.3),
            (x + width * 0.7, y + height * 0.9),
            (x - width * 0.7, y + height * 0.9),
            (x - width, y - height * 0.3),
        ]),
    }
}
