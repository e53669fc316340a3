use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::canvas::{Canvas, Shape, corners, ellipse, polygon, ring};
use super::colour::Colour;
use crate::simulate::random::span;

/// A brand's logo: an abstract geometric figure, its own for every brand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    figure: u8,
    count: usize,
    turn: f32,
    thin: f32,
}

const FIGURES: u8 = 8;

impl Mark {
    pub(super) fn new(rng: &mut ChaCha8Rng) -> Self {
        Self {
            figure: rng.random_range(0..FIGURES),
            count: rng.random_range(3..=7),
            turn: span(rng, -0.5, 0.5),
            thin: span(rng, 0.45, 0.72),
        }
    }

    /// Draws the logo around a centre; `size` is half its width.
    pub(super) fn draw(&self, canvas: &mut Canvas, (x, y): (f32, f32), size: f32, colour: Colour) {
        let spin = |points: &[(f32, f32)]| -> Shape {
            let (sin, cos) = self.turn.sin_cos();
            let turned: Vec<_> = points
                .iter()
                .map(|(px, py)| {
                    (
                        x + size * (px * cos - py * sin),
                        y + size * (px * sin + py * cos),
                    )
                })
                .collect();
            polygon(&turned)
        };
        match self.figure {
            0 => {
                canvas.fill_ring(&ring(x, y, size, size, self.thin), colour);
                canvas.fill(
                    &spin(&[(-0.3, -0.3), (0.3, -0.3), (0.3, 0.3), (-0.3, 0.3)]),
                    colour,
                );
            }
            1 => {
                for bar in 0..3 {
                    let left = -0.95 + bar as f32 * 0.65;
                    let top = 0.5 - bar as f32 * 0.55;
                    canvas.fill(
                        &spin(&[
                            (left, 0.9),
                            (left + 0.45, 0.9),
                            (left + 0.6, top - 0.4),
                            (left + 0.15, top),
                        ]),
                        colour,
                    );
                }
            }
            2 => {
                canvas.fill(&spin(&[(0.0, -1.0), (0.55, 0.0), (-0.55, 0.0)]), colour);
                canvas.fill(&spin(&[(-0.5, 0.1), (0.02, 1.0), (-1.0, 1.0)]), colour);
                canvas.fill(&spin(&[(0.5, 0.1), (1.0, 1.0), (-0.02, 1.0)]), colour);
            }
            3 => {
                let outer = corners(x, y, size, size, 6, self.turn);
                canvas.line(&polygon(&outer), colour, size * 0.28);
                canvas.fill(&ellipse(x, y, size * 0.4, size * 0.4), colour);
            }
            4 => {
                let count = self.count.max(4);
                let outer = corners(x, y, size, size, count, self.turn);
                let step = std::f32::consts::PI / count as f32;
                let inner = corners(
                    x,
                    y,
                    size * (1.0 - self.thin),
                    size * (1.0 - self.thin),
                    count,
                    self.turn + step,
                );
                let star: Vec<_> = outer
                    .into_iter()
                    .zip(inner)
                    .flat_map(|(a, b)| [a, b])
                    .collect();
                canvas.fill(&polygon(&star), colour);
            }
            5 => {
                for (cx, cy) in corners(x, y, size * 0.6, size * 0.6, self.count, self.turn) {
                    canvas.fill(&ellipse(cx, cy, size * 0.33, size * 0.33), colour);
                }
            }
            6 => {
                canvas.fill(&spin(&[(-0.08, -1.0), (-0.08, 1.0), (-0.95, 0.0)]), colour);
                canvas.fill(&spin(&[(0.08, -0.6), (0.08, 0.6), (0.65, 0.0)]), colour);
            }
            _ => {
                for (step, half) in [1.0_f32, 0.66, 0.33].iter().enumerate() {
                    let lift = 0.75 - step as f32 * 0.65;
                    canvas.fill(
                        &spin(&[
                            (-half, lift),
                            (0.0, lift - 0.5),
                            (*half, lift),
                            (0.0, lift - 0.18),
                        ]),
                        colour,
                    );
                }
            }
        }
    }
}
