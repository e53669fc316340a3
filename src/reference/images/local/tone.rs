//! Light, contrast, a tone curve and saturation: what may be done to all colours of a picture at once.

use super::blocks::{Colour, Pixel};

/// Powers of the tone curves that are tried.
pub(super) const GAMMAS: [f64; 5] = [0.45, 0.67, 1.0, 1.5, 2.2];

/// Channels of the picture beyond these are cut off, or nearly: they tell nothing of the change.
const WHOLE: std::ops::RangeInclusive<f64> = 5.0..=250.0;

/// Fewer values fix nothing.
const FEW: usize = 24;

/// A change of a whole picture's colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tone {
    gamma: f64,
    gain: f64,
    offset: f64,
    saturation: f64,
}

impl Tone {
    /// The changes that may have made the picture of the reference: for each curve the likeliest light, with and without the
    /// likeliest saturation.
    pub(super) fn likely(pixels: &[Pixel]) -> Vec<Self> {
        let of_curve = |gamma| {
            let mut curved = pixels.to_vec();
            for pixel in &mut curved {
                pixel.own = pixel.own.map(|value| curve(value, gamma));
            }
            let [gain, offset] = light(&curved);
            let lit = Self {
                gamma,
                gain,
                offset,
                saturation: 1.0,
            };
            [lit, lit.saturated(&curved)]
        };
        GAMMAS.into_iter().flat_map(of_curve).collect()
    }

    /// What becomes of a colour, red, green and blue, 0..=255; what is brighter or darker than a picture can show is cut off.
    pub(super) fn apply(&self, colour: Colour) -> Colour {
        let lit = self.lit(colour.map(|value| curve(value, self.gamma)));
        let grey = luma(lit);
        lit.map(|value| (grey + self.saturation * (value - grey)).clamp(0.0, 255.0))
    }

    fn lit(&self, curved: Colour) -> Colour {
        curved.map(|value| self.gain * value + self.offset)
    }

    /// The same with the saturation that fits best, going by what is not cut off.
    fn saturated(self, curved: &[Pixel]) -> Self {
        const SATURATIONS: [f64; 2] = [0.5, 1.6];
        let whole = |pixel: &&Pixel| pixel.seen.iter().all(|value| WHOLE.contains(value));
        let (mut product, mut square, mut count) = (0.0, 0.0, 0usize);
        for pixel in curved.iter().filter(whole) {
            let [_, blue, red] = ycbcr(self.lit(pixel.own));
            let [_, seen_blue, seen_red] = ycbcr(pixel.seen);
            product += blue * seen_blue + red * seen_red;
            square += blue * blue + red * red;
            count += 1;
        }
        if count < FEW || square <= 0.0 {
            return self;
        }
        let saturation = (product / square).clamp(SATURATIONS[0], SATURATIONS[1]);
        Self { saturation, ..self }
    }
}

/// Gain and offset of the channels, the same for all three, that most of what is not cut off agrees on.
///
/// Least squares, ever again without what fits worst: most of a picture keeps its colours when a product changes its own.
fn light(curved: &[Pixel]) -> [f64; 2] {
    /// Shares of the values that the next line goes by.
    const KEPT: [f64; 4] = [0.8, 0.8, 0.67, 0.67];
    let all = || {
        curved.iter().flat_map(|pixel| {
            [0, 1, 2].map(|channel: usize| [pixel.own[channel], pixel.seen[channel]])
        })
    };
    let mut points: Vec<[f64; 2]> = all().filter(|[_, seen]| WHOLE.contains(seen)).collect();
    if points.len() < FEW {
        points = all().collect();
    }
    let mut found = line(&points);
    for share in KEPT {
        let kept = (points.len() as f64 * share) as usize;
        let [gain, offset] = found;
        let error = |[own, seen]: &[f64; 2]| (gain * own + offset - seen).abs();
        if kept < points.len() {
            points.select_nth_unstable_by(kept, |a, b| error(a).total_cmp(&error(b)));
        }
        found = line(&points[..kept]);
    }
    found
}

/// Gain and offset by least squares, within what is done to pictures.
fn line(points: &[[f64; 2]]) -> [f64; 2] {
    const GAINS: [f64; 2] = [0.5, 2.0];
    const OFFSETS: [f64; 2] = [-100.0, 80.0];
    let count = points.len().max(1) as f64;
    let mean =
        [0, 1].map(|axis: usize| points.iter().map(|point| point[axis]).sum::<f64>() / count);
    let (mut product, mut square) = (0.0, 0.0);
    for [own, seen] in points {
        product += (own - mean[0]) * (seen - mean[1]);
        square += (own - mean[0]).powi(2);
    }
    let gain = if square > 0.0 {
        (product / square).clamp(GAINS[0], GAINS[1])
    } else {
        1.0
    };
    let offset = (mean[1] - gain * mean[0]).clamp(OFFSETS[0], OFFSETS[1]);
    [gain, offset]
}

/// A channel, 0..=255, on the curve of a power.
pub(super) fn curve(channel: f64, gamma: f64) -> f64 {
    let channel = channel.clamp(0.0, 255.0);
    if gamma == 1.0 {
        return channel;
    }
    255.0 * (channel / 255.0).powf(gamma)
}

fn luma([red, green, blue]: Colour) -> f64 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// Y, Cb and Cr of ITU-R BT.601, the latter two 0 for grey.
pub(super) fn ycbcr(colour: Colour) -> Colour {
    let [red, green, blue] = colour;
    [
        luma(colour),
        -0.168_736 * red - 0.331_264 * green + 0.5 * blue,
        0.5 * red - 0.418_688 * green - 0.081_312 * blue,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shades of cloth, skin, ground and shadow, and what `change` makes of them.
    fn pixels(change: impl Fn(Colour) -> Colour) -> Vec<Pixel> {
        const COLOURS: [Colour; 4] = [
            [220.0, 120.0, 40.0],
            [190.0, 150.0, 130.0],
            [250.0, 250.0, 250.0],
            [60.0, 70.0, 90.0],
        ];
        let shades = (0..20).map(|step| 0.6 + 0.02 * f64::from(step));
        shades
            .flat_map(|shade| COLOURS.map(|colour| colour.map(|value| value * shade)))
            .map(|own| Pixel {
                own,
                seen: change(own).map(|value| value.clamp(0.0, 255.0)),
            })
            .collect()
    }

    /// How far the best of the likely changes leaves any channel apart.
    fn left(pixels: &[Pixel]) -> f64 {
        let far = |tone: &Tone, pixel: &Pixel| {
            let after = tone.apply(pixel.own);
            let apart = |channel: usize| (after[channel] - pixel.seen[channel]).abs();
            (0..3).map(apart).fold(0.0, f64::max)
        };
        let worst = |tone: &Tone| {
            pixels
                .iter()
                .map(|pixel| far(tone, pixel))
                .fold(0.0, f64::max)
        };
        let worst: Vec<f64> = Tone::likely(pixels).iter().map(worst).collect();
        worst.into_iter().fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn light_is_known_also_where_it_cuts_colours_off() {
        let changed = |change: fn(f64) -> f64| left(&pixels(|own| own.map(change)));
        assert!(changed(|value| value) < 0.5);
        assert!(changed(|value| 1.4 * value) < 1.0);
        assert!(changed(|value| 1.3 * (value - 128.0) + 128.0) < 1.0);
        assert!(changed(|value| 0.7 * value) < 1.0);
        assert!(changed(|value| curve(value, 1.5)) < 1.0);
        let paler = pixels(|own| own.map(|value| luma(own) + 0.6 * (value - luma(own))));
        // Light, which is read first, takes a part of it for its own.
        assert!(left(&paler) < 4.0);
    }

    #[test]
    fn another_colour_of_one_thing_is_no_change_of_light() {
        let dyed = pixels(|own| match own {
            [red, green, blue] if red > 3.0 * blue => [blue, green, red],
            other => other,
        });
        assert!(left(&dyed) > 50.0);
    }

    #[test]
    fn nothing_to_see_is_no_change() {
        let likely = Tone::likely(&[]);
        assert_eq!(likely.len(), 2 * GAMMAS.len());
        assert!(
            likely
                .iter()
                .all(|tone| tone.apply([9.0; 3])[0].is_finite())
        );
    }
}
