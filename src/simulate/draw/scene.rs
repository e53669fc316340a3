use image::{Rgb, RgbImage};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use tiny_skia::Pixmap;

use super::canvas::UNITS;
use super::colour::Colour;
use super::noise::clouds;
use crate::simulate::random::{chance, span};

/// Where a drawing is seen: output units (of [`UNITS`]) to drawing units.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) turn: f32,
    pub(super) zoom: f32,
    pub(super) shift: (f32, f32),
    /// Foreshortening towards the right and the bottom.
    pub(super) tilt: (f32, f32),
    pub(super) mirrored: bool,
}

impl View {
    fn source(&self, x: f32, y: f32) -> (f32, f32) {
        let middle = UNITS / 2.0;
        let (x, y) = (x - middle - self.shift.0, y - middle - self.shift.1);
        let (sin, cos) = self.turn.sin_cos();
        let (x, y) = (
            (x * cos + y * sin) / self.zoom,
            (y * cos - x * sin) / self.zoom,
        );
        let depth = 1.0 + (x * self.tilt.0 + y * self.tilt.1) / UNITS;
        let x = if self.mirrored { -x } else { x };
        (middle + x / depth, middle + y / depth)
    }
}

/// A drawing seen through a view: straight colour parts and opacity of every pixel, in 0..=1.
pub(super) fn project(drawing: &Pixmap, view: &View, side: u32) -> Vec<[f32; 4]> {
    let scale = UNITS / side as f32;
    let size = drawing.width() as f32 / UNITS;
    (0..side * side)
        .map(|index| {
            let (x, y) = ((index % side) as f32 + 0.5, (index / side) as f32 + 0.5);
            let (u, v) = view.source(x * scale, y * scale);
            sample(drawing, u * size - 0.5, v * size - 0.5)
        })
        .collect()
}

/// Bilinear, premultiplied; nothing outside.
fn sample(drawing: &Pixmap, x: f32, y: f32) -> [f32; 4] {
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (x - left, y - top);
    let (width, height) = (drawing.width() as i32, drawing.height() as i32);
    let mut sum = [0.0; 4];
    for (dx, dy, weight) in [
        (0, 0, (1.0 - u) * (1.0 - v)),
        (1, 0, u * (1.0 - v)),
        (0, 1, (1.0 - u) * v),
        (1, 1, u * v),
    ] {
        let (px, py) = (left as i32 + dx, top as i32 + dy);
        if px < 0 || py < 0 || px >= width || py >= height {
            continue;
        }
        if let Some(pixel) = drawing.pixel(px as u32, py as u32) {
            for (total, part) in
                sum.iter_mut()
                    .zip([pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
            {
                *total += weight * f32::from(part) / 255.0;
            }
        }
    }
    sum
}

/// Where the object keeps the light away from what lies behind it.
#[derive(Clone, Copy)]
pub(super) struct Shadow {
    pub(super) offset: (i32, i32),
    pub(super) radius: usize,
    pub(super) strength: f32,
}

/// Lays the object over the background, with its shadow.
pub(super) fn compose(background: &mut RgbImage, object: &[[f32; 4]], shadow: Shadow) {
    let side = background.width() as i32;
    let mut dark: Vec<f32> = object.iter().map(|pixel| pixel[3]).collect();
    for _ in 0..3 {
        dark = blur_rows(&dark, side as usize, shadow.radius);
        dark = transpose(&dark, side as usize);
        dark = blur_rows(&dark, side as usize, shadow.radius);
        dark = transpose(&dark, side as usize);
    }
    for (index, pixel) in background.pixels_mut().enumerate() {
        let (x, y) = (
            index as i32 % side - shadow.offset.0,
            index as i32 / side - shadow.offset.1,
        );
        let shade = if (0..side).contains(&x) && (0..side).contains(&y) {
            dark[(y * side + x) as usize]
        } else {
            0.0
        };
        let object = object[index];
        for channel in 0..3 {
            let behind = f32::from(pixel.0[channel]) / 255.0 * (1.0 - shade * shadow.strength);
            pixel.0[channel] = byte(object[channel] + behind * (1.0 - object[3]));
        }
    }
}

fn blur_rows(values: &[f32], side: usize, radius: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks(side) {
        let mut sum: f32 = row.iter().take(radius).sum();
        for x in 0..side {
            sum += row.get(x + radius).copied().unwrap_or(0.0);
            if x > radius {
                sum -= row[x - radius - 1];
            }
            out.push(sum / (2 * radius + 1) as f32);
        }
    }
    out
}

fn transpose(values: &[f32], side: usize) -> Vec<f32> {
    (0..values.len())
        .map(|index| values[index % side * side + index / side])
        .collect()
}

/// A photographer's backdrop: paper, wall and floor, a spot of light, or two tones.
pub(super) fn backdrop(side: u32, tint: Colour, rng: &mut ChaCha8Rng) -> RgbImage {
    let kind = rng.random_range(0..5);
    let base = span(rng, 0.9, 1.02);
    let (edge, slope) = (span(rng, 0.45, 0.8), span(rng, -0.7, 0.7));
    let (light_x, light_y) = (span(rng, 0.2, 0.8), span(rng, 0.15, 0.6));
    let colour = tint.lighter(0.8);
    RgbImage::from_fn(side, side, |px, py| {
        let (x, y) = (px as f32 / side as f32, py as f32 / side as f32);
        let level = match kind {
            0 => base - 0.06 * y,
            1 if y < edge => base - 0.08 * (1.0 - y),
            1 => base - 0.15 + 0.12 * (y - edge),
            2 => base + 0.05 - 0.34 * (x - light_x).hypot(y - light_y),
            3 => {
                base - if x + slope * y < 0.5 + slope * 0.5 {
                    0.0
                } else {
                    0.16
                }
            }
            _ if ((x - 0.5) / 0.46).hypot((y - 0.84) / 0.13) < 1.0 => base + 0.02,
            _ => base - 0.16 + 0.1 * y,
        };
        Rgb([colour.r, colour.g, colour.b].map(|part| byte(part * level + 0.04)))
    })
}

/// What a private seller has at home: boards, carpet, a bed sheet, tiles or a stone top.
pub(super) fn at_home(side: u32, rng: &mut ChaCha8Rng) -> RgbImage {
    let kind = rng.random_range(0..5);
    let seed: u32 = rng.random();
    let turn = span(rng, -0.5, 0.5)
        + if chance(rng, 0.5) {
            0.0
        } else {
            std::f32::consts::FRAC_PI_2
        };
    let size = span(rng, 0.7, 1.6);
    let tone = match kind {
        0 => Colour::hsl(
            span(rng, 0.06, 0.1),
            span(rng, 0.35, 0.6),
            span(rng, 0.3, 0.55),
        ),
        1 => Colour::hsl(
            span(rng, 0.0, 1.0),
            span(rng, 0.05, 0.28),
            span(rng, 0.25, 0.6),
        ),
        2 => Colour::hsl(
            span(rng, 0.0, 1.0),
            span(rng, 0.05, 0.3),
            span(rng, 0.65, 0.9),
        ),
        3 => Colour::hsl(span(rng, 0.05, 0.15), 0.12, span(rng, 0.5, 0.8)),
        _ => Colour::hsl(span(rng, 0.0, 1.0), 0.06, span(rng, 0.3, 0.7)),
    };
    let (sin, cos) = turn.sin_cos();
    RgbImage::from_fn(side, side, |px, py| {
        let (x, y) = (
            px as f32 / side as f32 * 10.0 * size,
            py as f32 / side as f32 * 10.0 * size,
        );
        let (u, v) = (x * cos - y * sin, x * sin + y * cos);
        let level = match kind {
            0 => {
                let board = (v / 1.7).floor();
                let grain = clouds(u * 0.6 + board * 17.0, v * 9.0, 4, seed);
                let gap = if (v / 1.7).fract().abs() < 0.02 {
                    0.45
                } else {
                    1.0
                };
                (0.62 + 0.55 * grain + 0.12 * (board * 2.4).sin()) * gap
            }
            1 => {
                0.7 + 0.5 * clouds(u * 14.0, v * 14.0, 2, seed)
                    + 0.16 * (u * 5.0).sin() * (v * 5.0).sin()
            }
            2 => {
                let fold = clouds(u * 0.4, v * 0.16, 2, seed);
                0.78 + 0.28 * (fold * 9.0).sin() + 0.06 * clouds(u * 30.0, v * 30.0, 1, seed)
            }
            3 => {
                let joint = (u / 2.6).rem_euclid(1.0) < 0.03 || (v / 2.6).rem_euclid(1.0) < 0.03;
                if joint {
                    0.5
                } else {
                    0.9 + 0.2 * clouds(u * 2.0, v * 2.0, 3, seed)
                }
            }
            _ => 0.55 + 0.8 * clouds(u * 1.3, v * 1.3, 6, seed),
        };
        Rgb([tone.r, tone.g, tone.b].map(|part| byte(part * level)))
    })
}

/// A hand-held telephone's picture: uneven light, a colour cast, some blur and grain.
pub(super) fn snapshot(picture: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let side = picture.width() as f32;
    let (lamp_x, lamp_y) = (span(rng, 0.0, 1.0), span(rng, 0.0, 1.0));
    let fall = span(rng, 0.15, 0.5);
    let exposure = span(rng, 0.9, 1.2);
    let cast = [span(rng, 0.92, 1.06), 1.0, span(rng, 0.86, 1.06)];
    let grain = span(rng, 1.0, 7.0);
    let mut out = image::imageops::fast_blur(picture, span(rng, 0.5, 1.7) * side / 512.0);
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        let far = (x as f32 / side - lamp_x).hypot(y as f32 / side - lamp_y);
        let light = exposure * (1.08 - fall * far);
        let speck = (rng.random::<f32>() - 0.5) * 2.0 * grain;
        for (part, cast) in pixel.0.iter_mut().zip(cast) {
            *part = (f32::from(*part) * light * cast + speck).clamp(0.0, 255.0) as u8;
        }
    }
    out
}

fn byte(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
