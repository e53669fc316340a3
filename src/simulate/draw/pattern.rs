use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::canvas::{Canvas, Shape, UNITS, ellipse, polygon, polyline, smooth};
use super::colour::Colour;
use crate::simulate::random::span;

/// What a surface is printed, woven or quilted with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    kind: u8,
    size: f32,
    angle: f32,
    seed: u64,
}

const KINDS: u8 = 9;

impl Pattern {
    pub(super) fn new(rng: &mut ChaCha8Rng) -> Self {
        Self {
            kind: rng.random_range(0..KINDS),
            size: span(rng, 34.0, 74.0),
            angle: span(rng, -1.3, 1.3),
            seed: rng.random(),
        }
    }

    /// Covers `shape` with the pattern.
    pub(super) fn draw(&self, canvas: &mut Canvas, shape: &Shape, colour: Colour) {
        canvas.inside(shape, |canvas| self.cover(canvas, colour));
    }

    /// A point of the pattern's own slanted grid on the canvas.
    fn place(&self, u: f32, v: f32) -> (f32, f32) {
        let (sin, cos) = self.angle.sin_cos();
        let middle = UNITS / 2.0;
        (middle + u * cos - v * sin, middle + u * sin + v * cos)
    }

    fn bar(&self, from: (f32, f32), to: (f32, f32)) -> Shape {
        polygon(&[
            self.place(from.0, from.1),
            self.place(to.0, from.1),
            self.place(to.0, to.1),
            self.place(from.0, to.1),
        ])
    }

    fn cover(&self, canvas: &mut Canvas, colour: Colour) {
        let size = self.size;
        let reach = 480.0;
        let steps = (2.0 * reach / size) as i32;
        let at = |index: i32| -reach + index as f32 * size;
        let mut rng = crate::simulate::random::stream(self.seed, "pattern", 0);
        match self.kind {
            0 => (0..steps).step_by(2).for_each(|i| {
                canvas.fill(
                    &self.bar((-reach, at(i)), (reach, at(i) + size * 0.9)),
                    colour,
                )
            }),
            1 => (0..steps).for_each(|i| {
                let zigzag: Vec<_> = (0..=steps * 2)
                    .map(|j| {
                        self.place(
                            -reach + j as f32 * size / 2.0,
                            at(i) + if j % 2 == 0 { 0.0 } else { size * 0.5 },
                        )
                    })
                    .collect();
                canvas.line(&polyline(&zigzag), colour, size * 0.28);
            }),
            2 => (0..steps)
                .flat_map(|i| (0..steps).map(move |j| (i, j)))
                .for_each(|(i, j)| {
                    let shift = if i % 2 == 0 { 0.0 } else { size / 2.0 };
                    let (x, y) = self.place(at(j) + shift, at(i));
                    canvas.fill(&ellipse(x, y, size * 0.27, size * 0.27), colour);
                }),
            3 => (0..steps)
                .flat_map(|i| (0..steps).map(move |j| (i, j)))
                .filter(|(i, j)| (i + j) % 2 == 0)
                .for_each(|(i, j)| {
                    canvas.fill(
                        &self.bar((at(j), at(i)), (at(j) + size, at(i) + size)),
                        colour.alpha(0.85),
                    )
                }),
            4 => {
                // Two or three broad fields, as of a colour-blocked garment.
                let edge = span(&mut rng, -120.0, 60.0);
                canvas.fill(
                    &self.bar((-reach, edge), (reach, edge + size * 2.4)),
                    colour,
                );
                canvas.fill(
                    &self.bar((-reach, edge + size * 3.0), (reach, edge + size * 3.4)),
                    colour,
                );
            }
            5 => (0..34).for_each(|_| {
                let (x, y) = (span(&mut rng, 30.0, 610.0), span(&mut rng, 30.0, 610.0));
                let points: Vec<_> = (0..7)
                    .map(|k| {
                        let angle = k as f32 * 0.9;
                        let radius = size * span(&mut rng, 0.45, 1.1);
                        (x + radius * angle.cos(), y + radius * 0.7 * angle.sin())
                    })
                    .collect();
                canvas.fill(&smooth(&points), colour.alpha(0.8));
            }),
            6 => {
                for i in 0..steps {
                    canvas.line(
                        &polyline(&[self.place(-reach, at(i)), self.place(reach, at(i))]),
                        colour,
                        size * 0.12,
                    );
                    canvas.line(
                        &polyline(&[self.place(at(i), -reach), self.place(at(i), reach)]),
                        colour,
                        size * 0.12,
                    );
                }
            }
            7 => (1..9).for_each(|i| {
                let radius = i as f32 * size;
                let (x, y) = self.place(-160.0, 120.0);
                canvas.line(&ellipse(x, y, radius, radius), colour, size * 0.36);
            }),
            _ => (0..steps)
                .flat_map(|i| (0..steps).map(move |j| (i, j)))
                .for_each(|(i, j)| {
                    let flip = if (i + j) % 2 == 0 {
                        size * 0.85
                    } else {
                        -size * 0.05
                    };
                    let (u, v) = (at(j), at(i));
                    let triangle = [
                        self.place(u, v + size * 0.4),
                        self.place(u + size * 0.8, v + size * 0.4),
                        self.place(u + size * 0.4, v + flip),
                    ];
                    canvas.fill(&polygon(&triangle), colour.alpha(0.9));
                }),
        }
    }
}
