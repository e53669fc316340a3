use image::{Rgb, RgbImage};

/// A picture at several sizes, to look at any part of it in little detail.
pub struct Overview {
    /// Each at half the size of the one before.
    levels: Vec<RgbImage>,
    grey: bool,
}

impl Overview {
    /// Of a picture that is not needed in more detail than it has.
    pub fn new(picture: &RgbImage) -> Self {
        /// JPEG leaves a trace of colour where there was none.
        const TRACE: u8 = 2;
        let grey = picture.pixels().all(|Rgb([red, green, blue])| {
            red.abs_diff(*green) <= TRACE && green.abs_diff(*blue) <= TRACE
        });
        let mut levels = vec![halved(picture)];
        while let Some(last) = levels
            .last()
            .filter(|last| last.width().min(last.height()) >= 8)
        {
            levels.push(halved(last));
        }
        Self { levels, grey }
    }

    /// Whether it has no colour at all.
    pub fn is_grey(&self) -> bool {
        self.grey
    }

    /// The colour at a place given in parts of width and height, as a mean over about `size` parts of the width; `None`
    /// beyond the edges.
    pub fn at(&self, [x, y]: [f64; 2], size: f64) -> Option<[f32; 3]> {
        if !(0.0..1.0).contains(&x) || !(0.0..1.0).contains(&y) {
            return None;
        }
        let pixels = size * f64::from(self.levels[0].width());
        let level = pixels.max(1.0).log2().round() as usize;
        let picture = &self.levels[level.min(self.levels.len() - 1)];
        let (left, right, across) = neighbours(x, picture.width());
        let (top, bottom, down) = neighbours(y, picture.height());
        let get = |x: u32, y: u32| picture.get_pixel(x, y).0.map(f32::from);
        let mix = |a: [f32; 3], b: [f32; 3], share: f32| {
            [0, 1, 2].map(|channel: usize| a[channel] + (b[channel] - a[channel]) * share)
        };
        let above = mix(get(left, top), get(right, top), across);
        let below = mix(get(left, bottom), get(right, bottom), across);
        Some(mix(above, below, down))
    }
}

/// The two pixels between whose middles a place lies, and its share of the second.
fn neighbours(part: f64, length: u32) -> (u32, u32, f32) {
    let last = length.saturating_sub(1);
    let at = (part * f64::from(length) - 0.5).clamp(0.0, last.into());
    let first = at as u32;
    (first, (first + 1).min(last), (at - f64::from(first)) as f32)
}

/// At half the size, rounded up, as means of four pixels.
fn halved(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    RgbImage::from_fn(width.div_ceil(2), height.div_ceil(2), |x, y| {
        let columns = [2 * x, (2 * x + 1).min(width - 1)];
        let rows = [2 * y, (2 * y + 1).min(height - 1)];
        let mut sum = [2u32; 3];
        for (x, y) in rows.into_iter().flat_map(|y| columns.map(|x| (x, y))) {
            for (sum, value) in sum.iter_mut().zip(picture.get_pixel(x, y).0) {
                *sum += u32::from(value);
            }
        }
        Rgb(sum.map(|sum| (sum / 4) as u8))
    })
}
