use image::RgbImage;

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
        let (width, height) = (pixels.width() as usize, pixels.height() as usize);
        let values: Vec<f32> = pixels
            .as_raw()
            .chunks_exact(3)
            .map(|rgb| {
                let [red, green, blue] = [rgb[0], rgb[1], rgb[2]].map(f32::from);
                (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0
            })
            .collect();
        let plane = Self {
            width,
            height,
            values,
        };
        let longest = width.max(height);
        if longest <= side as usize {
            return plane;
        }
        let scaled = |length: usize| (length * side as usize).div_ceil(longest).max(1);
        plane.area_mean(scaled(width), scaled(height))
    }

    /// The mean over the area of each new pixel; for shrinking only.
    fn area_mean(&self, width: usize, height: usize) -> Self {
        let columns = shares(self.width, width);
        let rows = shares(self.height, height);
        let mut narrow = vec![0.0; width * self.height];
        for (row, to) in self
            .values
            .chunks_exact(self.width)
            .zip(narrow.chunks_exact_mut(width))
        {
            for ((first, weights), value) in columns.iter().zip(to) {
                *value = row[*first..]
                    .iter()
                    .zip(weights)
                    .map(|(value, weight)| value * weight)
                    .sum();
            }
        }
        let mut values = vec![0.0; width * height];
        for ((first, weights), to) in rows.iter().zip(values.chunks_exact_mut(width)) {
            for (row, weight) in narrow[first * width..].chunks_exact(width).zip(weights) {
                for (to, value) in to.iter_mut().zip(row) {
                    *to += value * weight;
                }
            }
        }
        Self {
            width,
            height,
            values,
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
    pub fn blurred(&self, sigma: f32) -> Self {
        let kernel = gaussian(sigma);
        let radius = kernel.len() - 1;
        let mut across = vec![0.0; self.values.len()];
        let mut padded = vec![0.0; self.width + 2 * radius];
        for (row, to) in self
            .values
            .chunks_exact(self.width)
            .zip(across.chunks_exact_mut(self.width))
        {
            padded[..radius].fill(row[0]);
            padded[radius..radius + self.width].copy_from_slice(row);
            padded[radius + self.width..].fill(row[self.width - 1]);
            for (to, value) in to.iter_mut().zip(row) {
                *to = kernel[0] * value;
            }
            for (offset, weight) in (1..).zip(&kernel[1..]) {
                let left = &padded[radius - offset..][..self.width];
                let right = &padded[radius + offset..][..self.width];
                for ((to, left), right) in to.iter_mut().zip(left).zip(right) {
                    *to += weight * (left + right);
                }
            }
        }
        let mut values = vec![0.0; self.values.len()];
        let line = |row: usize| &across[row * self.width..][..self.width];
        for (y, to) in values.chunks_exact_mut(self.width).enumerate() {
            for (to, value) in to.iter_mut().zip(line(y)) {
                *to = kernel[0] * value;
            }
            for (offset, weight) in (1..).zip(&kernel[1..]) {
                let above = line(y.saturating_sub(offset));
                let below = line((y + offset).min(self.height - 1));
                for ((to, above), below) in to.iter_mut().zip(above).zip(below) {
                    *to += weight * (above + below);
                }
            }
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

/// The middle and one side of a Gaussian kernel that sums to one.
fn gaussian(sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil().max(1.0) as usize;
    let side = |offset: usize| (-((offset * offset) as f32) / (2.0 * sigma * sigma)).exp();
    let kernel: Vec<f32> = (0..=radius).map(side).collect();
    let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
    kernel.into_iter().map(|weight| weight / sum).collect()
}

/// For each of `to` new pixels the first of `from` old ones that it covers and how much of each, summing to one.
fn shares(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let ratio = from as f64 / to as f64;
    (0..to)
        .map(|pixel| {
            let (start, end) = (pixel as f64 * ratio, (pixel + 1) as f64 * ratio);
            let first = start.floor() as usize;
            let last = (end.ceil() as usize).min(from);
            let share = |old: usize| {
                let covered = (old as f64 + 1.0).min(end) - (old as f64).max(start);
                (covered / ratio) as f32
            };
            (first, (first..last).map(share).collect())
        })
        .collect()
}
