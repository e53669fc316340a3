use image::RgbImage;

use crate::image::thumbnail::resize;

/// One channel of a picture, 0..=1, row by row.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Plane {
    /// The luma of ITU-R BT.601, as means over areas when the longer side is more than `side`.
    pub fn shrunk(pixels: &RgbImage, side: u32) -> Self {
        let (width, height) = pixels.dimensions();
        let longest = width.max(height);
        let scaled = |length: u32| {
            let part = u64::from(length) * u64::from(side);
            part.div_ceil(u64::from(longest)).max(1) as u32
        };
        let smaller = (longest > side).then(|| resize(pixels, scaled(width), scaled(height)));
        // What cannot be made smaller is measured as it is.
        let smaller = smaller.and_then(Result::ok);
        let pixels = smaller.as_ref().unwrap_or(pixels);
        let luma = pixels.as_raw().as_chunks::<3>().0.iter().map(|rgb| {
            let [red, green, blue] = rgb.map(f32::from);
            (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0
        });
        Self {
            width: pixels.width() as usize,
            height: pixels.height() as usize,
            values: luma.collect(),
        }
    }

    /// Every second pixel of every second row.
    pub fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let rows = self.values.chunks_exact(self.width).step_by(2);
        let values = rows
            .flat_map(|row| row.iter().step_by(2).copied())
            .collect();
        Self {
            width,
            height,
            values,
        }
    }

    /// Blurred by a Gaussian of standard deviation `sigma` pixels; the edge pixels go on beyond the edge.
    ///
    /// Goes down the picture once: only as many rows as the kernel is high are kept blurred across.
    pub fn blurred(&self, sigma: f32) -> Self {
        let kernel = gaussian(sigma);
        let radius = kernel.len() - 1;
        let high = 2 * radius + 1;
        let mut padded = vec![0.0; self.width + 2 * radius];
        let mut across = vec![vec![0.0; self.width]; high];
        let mut values = vec![0.0; self.values.len()];
        let mut blurred_across = 0;
        for (y, to) in values.chunks_exact_mut(self.width).enumerate() {
            while blurred_across <= (y + radius).min(self.height - 1) {
                let row = &self.values[blurred_across * self.width..][..self.width];
                padded[..radius].fill(row[0]);
                padded[radius..radius + self.width].copy_from_slice(row);
                padded[radius + self.width..].fill(row[self.width - 1]);
                let shifted = |offset: usize| &padded[offset..][..self.width];
                let to = &mut across[blurred_across % high];
                weighted(to, &kernel, |offset| {
                    [shifted(radius - offset), shifted(radius + offset)]
                });
                blurred_across += 1;
            }
            let row = |row: usize| across[row % high].as_slice();
            weighted(to, &kernel, |offset| {
                let below = (y + offset).min(self.height - 1);
                [row(y.saturating_sub(offset)), row(below)]
            });
        }
        Self {
            width: self.width,
            height: self.height,
            values,
        }
    }

    /// `self - other`, pixel by pixel.
    pub fn minus(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a - b);
        Self {
            width: self.width,
            height: self.height,
            values: values.collect(),
        }
    }

    pub fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }
}

/// The sum of `lines(offset)`, two equally far to either side, each by the kernel's weight.
fn weighted<'a>(to: &mut [f32], kernel: &[f32], lines: impl Fn(usize) -> [&'a [f32]; 2]) {
    /// Sums that stay in registers.
    const TOGETHER: usize = 16;
    let [middle, _] = lines(0);
    let pairs: Vec<(f32, [&[f32]; 2])> = (1..kernel.len())
        .map(|offset| (kernel[offset], lines(offset)))
        .collect();
    let (blocks, rest) = to.as_chunks_mut::<TOGETHER>();
    let block = |line: &'a [f32], number: usize| &line.as_chunks::<TOGETHER>().0[number];
    for (number, to) in blocks.iter_mut().enumerate() {
        let mut sums = block(middle, number).map(|value| kernel[0] * value);
        for (weight, [left, right]) in &pairs {
            let (left, right) = (block(left, number), block(right, number));
            for at in 0..TOGETHER {
                sums[at] += weight * (left[at] + right[at]);
            }
        }
        *to = sums;
    }
    let done = TOGETHER * blocks.len();
    for (at, to) in (done..).zip(rest) {
        *to = kernel[0] * middle[at];
        for (weight, [left, right]) in &pairs {
            *to += weight * (left[at] + right[at]);
        }
    }
}

/// The middle and one side of a Gaussian kernel that sums to one.
fn gaussian(sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil().max(1.0) as usize;
    let side = |offset: usize| (-((offset * offset) as f32) / (2.0 * sigma * sigma)).exp();
    let kernel: Vec<f32> = (0..=radius).map(side).collect();
    let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
    kernel.into_iter().map(|weight| weight / sum).collect()
}
