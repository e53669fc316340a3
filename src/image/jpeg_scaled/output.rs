//! Coefficients into pixels: luma exactly where PDQ samples it, and a small picture in colour.

use image::RgbImage;

use super::frame::{Component, Frame};
use super::idct::{BASES, Block};
use crate::image::pdq::Plane;
use crate::image::{ImageFormat, Picture};

/// Room that a block's row of eight may write into beyond the pixels that are kept.
const PAD: usize = 8;

/// A row of MCUs of one component at a smaller size.
struct Stripe {
    /// Pixels of a block in each direction.
    across: usize,
    down: usize,
    /// How often each is repeated to reach the size of the small picture.
    repeat_across: usize,
    repeat_down: usize,
    stride: usize,
    pixels: Vec<f32>,
}

impl Stripe {
    /// For a component that is coarser than the finest by `coarser` in each direction.
    fn new(component: &Component, size: usize, coarser: (usize, usize)) -> Self {
        let fit = |coarser: usize| {
            if component.others.is_empty() {
                (1, size * coarser)
            } else if size * coarser <= 8 {
                (size * coarser, 1)
            } else {
                (size, coarser)
            }
        };
        let (across, repeat_across) = fit(coarser.0);
        let (down, repeat_down) = fit(coarser.1);
        let stride = component.wide * across + PAD;
        Self {
            across,
            down,
            repeat_across,
            repeat_down,
            stride,
            pixels: vec![0.0; stride * down * component.down + PAD],
        }
    }

    fn row(&self, row: usize) -> &[f32] {
        let row = row / self.repeat_down;
        &self.pixels[row * self.stride..(row + 1) * self.stride]
    }
}

/// The luma at the places that PDQ samples.
struct Samples {
    /// Row and column of the picture for each sample.
    rows: Vec<usize>,
    columns: Vec<usize>,
    /// Full-size rows of one row of blocks; only those that are sampled are filled.
    stride: usize,
    pixels: Vec<f32>,
    plane: Vec<f32>,
}

impl Samples {
    fn new(frame: &Frame) -> Self {
        let (columns, rows) = Plane::size_of(frame.width as u32, frame.height as u32);
        let places = |length: usize, samples: u32| {
            (0..samples)
                .map(|at| Plane::nearest(at, length as u32, samples))
                .collect::<Vec<_>>()
        };
        let stride = frame.components[0].wide * 8;
        Self {
            plane: Vec::with_capacity(columns as usize * rows as usize),
            rows: places(frame.height, rows),
            columns: places(frame.width, columns),
            stride,
            pixels: vec![0.0; stride * 8],
        }
    }

    /// Rows of the blocks from picture row `top` on that are sampled, by position 0..8.
    fn wanted(&self, top: usize) -> Vec<usize> {
        let from = self.rows.partition_point(|&row| row < top);
        let mut wanted: Vec<usize> = self.rows[from..]
            .iter()
            .take_while(|&&row| row < top + 8)
            .map(|row| row - top)
            .collect();
        wanted.dedup();
        wanted
    }

    fn sample(&mut self, top: usize) {
        let from = self.rows.partition_point(|&row| row < top);
        for &row in self.rows[from..].iter().take_while(|&&row| row < top + 8) {
            let line = &self.pixels[(row - top) * self.stride..][..self.stride];
            self.plane.extend(
                self.columns
                    .iter()
                    .map(|&column| (line[column] + 128.0).clamp(0.0, 255.0)),
            );
        }
    }
}

/// The picture in `size` / 8 of its size; `steps` holds each component's quantisation steps.
pub(super) fn render(frame: &Frame, steps: &[[f32; 64]], size: usize) -> Picture {
    let luma = &frame.components[0];
    let mut samples = Samples::new(frame);
    let mut stripes: Vec<Stripe> = frame
        .components
        .iter()
        .map(|one| {
            let coarser = (luma.across / one.across, luma.down / one.down);
            Stripe::new(one, size, coarser)
        })
        .collect();
    let scaled = |length: usize| (length * size).div_ceil(8);
    let (width, height) = (scaled(frame.width), scaled(frame.height));
    let mut small = vec![0u8; width * height * 3];
    let stripe_rows = luma.down * size;
    let mut spread = [vec![0.0; width], vec![0.0; width]];
    for (mcu_row, rgb) in small.chunks_mut(stripe_rows * width * 3).enumerate() {
        for down in 0..luma.down {
            let row = mcu_row * luma.down + down;
            let wanted = samples.wanted(row * 8);
            block_row(
                (luma, row, down),
                &steps[0],
                &mut stripes[0],
                Some((&mut samples, &wanted)),
            );
            samples.sample(row * 8);
        }
        for index in 1..frame.components.len() {
            let one = &frame.components[index];
            block_row((one, mcu_row, 0), &steps[index], &mut stripes[index], None);
        }
        for (row, rgb) in rgb.chunks_exact_mut(width * 3).enumerate() {
            let luma = stripes[0].row(row);
            let [_, blue, red] = stripes.as_slice() else {
                for (pixel, luma) in rgb.chunks_exact_mut(3).zip(luma) {
                    pixel.fill(byte(luma + 128.0));
                }
                continue;
            };
            let [spread_blue, spread_red] = &mut spread;
            let chroma = [(blue, spread_blue), (red, spread_red)].map(|(stripe, spread)| {
                let line = stripe.row(row);
                if stripe.repeat_across == 1 {
                    line
                } else {
                    for (pair, &value) in spread.chunks_mut(stripe.repeat_across).zip(line) {
                        pair.fill(value);
                    }
                    spread.as_slice()
                }
            });
            to_rgb(luma, chroma, rgb);
        }
    }
    Picture {
        format: ImageFormat::Jpeg,
        turned: false,
        width: frame.width as u32,
        height: frame.height as u32,
        grey: frame.components.len() == 1,
        luma: Plane {
            luma: samples.plane,
            rows: samples.rows.len(),
            columns: samples.columns.len(),
        },
        pixels: RgbImage::from_raw(width as u32, height as u32, small).unwrap_or_default(),
    }
}

/// One row of blocks: `row` of the component, the `down`-th of its MCU.
fn block_row(
    (component, row, down): (&Component, usize, usize),
    steps: &[f32; 64],
    stripe: &mut Stripe,
    mut exact: Option<(&mut Samples, &[usize])>,
) {
    let (vertical, horizontal) = (
        &BASES[stripe.down - 1].positions,
        &BASES[stripe.across - 1].frequencies,
    );
    let whole = &BASES[7];
    let blocks = row * component.wide..(row + 1) * component.wide;
    let top = down * stripe.down * stripe.stride;
    for (column, block) in blocks.enumerate() {
        let at = top + column * stripe.across;
        let constant = component.constants[block];
        let nonzero = component.nonzero.get(block).copied().unwrap_or(0);
        if nonzero == 0 {
            let flat = [f32::from(constant) * steps[0] / 8.0; 8];
            for y in 0..stripe.down {
                stripe.pixels[at + y * stripe.stride..][..8].copy_from_slice(&flat);
            }
            if let Some((samples, wanted)) = &mut exact {
                for &y in *wanted {
                    samples.pixels[y * samples.stride + column * 8..][..8].copy_from_slice(&flat);
                }
            }
            continue;
        }
        let block = Block::new(constant, &component.others[block], steps, nonzero);
        for (y, vertical) in vertical.iter().take(stripe.down).enumerate() {
            stripe.pixels[at + y * stripe.stride..][..8]
                .copy_from_slice(&block.row(vertical, horizontal));
        }
        if let Some((samples, wanted)) = &mut exact {
            for &y in *wanted {
                samples.pixels[y * samples.stride + column * 8..][..8]
                    .copy_from_slice(&block.row(&whole.positions[y], &whole.frequencies));
            }
        }
    }
}

/// ITU-T T.871: full-range YCbCr, here about 0, to RGB.
fn to_rgb(luma: &[f32], [blue, red]: [&[f32]; 2], rgb: &mut [u8]) {
    let pixels = rgb.chunks_exact_mut(3).zip(luma);
    for (((rgb, &y), &cb), &cr) in pixels.zip(blue).zip(red) {
        let y = y + 128.0;
        rgb[0] = byte(y + 1.402 * cr);
        rgb[1] = byte(y - 0.344_136 * cb - 0.714_136 * cr);
        rgb[2] = byte(y + 1.772 * cb);
    }
}

/// The nearest whole number in 0..=255. After adding 2^23 it stands in the lowest bits, which costs less than a
/// saturating conversion.
#[inline]
fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 255.0) + 8_388_608.0).to_bits() as u8
}
