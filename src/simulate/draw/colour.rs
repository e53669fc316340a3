/// A colour with opacity, each part in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Colour {
    pub(super) r: f32,
    pub(super) g: f32,
    pub(super) b: f32,
    pub(super) a: f32,
}

pub(super) const WHITE: Colour = Colour::rgb(1.0, 1.0, 1.0);
pub(super) const BLACK: Colour = Colour::rgb(0.0, 0.0, 0.0);

impl Colour {
    pub(super) const fn rgb(r: f32, g: f32, b: f32) -> Self {
        Self { r, g, b, a: 1.0 }
    }

    /// From hue in turns, saturation and lightness.
    pub(super) fn hsl(hue: f32, saturation: f32, lightness: f32) -> Self {
        let strength = saturation * lightness.min(1.0 - lightness);
        let part = |n: f32| {
            let k = (n + hue.rem_euclid(1.0) * 12.0) % 12.0;
            lightness - strength * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
        };
        Self::rgb(part(0.0), part(8.0), part(4.0))
    }

    pub(super) fn alpha(self, a: f32) -> Self {
        Self { a, ..self }
    }

    /// `t` of the way to `other`, with this opacity.
    pub(super) fn mix(self, other: Self, t: f32) -> Self {
        let part = |from: f32, to: f32| from + (to - from) * t;
        Self {
            r: part(self.r, other.r),
            g: part(self.g, other.g),
            b: part(self.b, other.b),
            a: self.a,
        }
    }

    pub(super) fn lighter(self, t: f32) -> Self {
        self.mix(WHITE, t)
    }

    pub(super) fn darker(self, t: f32) -> Self {
        self.mix(BLACK, t)
    }

    /// Perceived brightness by the weights of ITU-R BT.601.
    #[cfg(test)]
    pub(super) fn luminance(self) -> f32 {
        0.299 * self.r + 0.587 * self.g + 0.114 * self.b
    }
}

/// The colours that one product comes in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colourway {
    /// What shops call it.
    pub(crate) name: &'static str,
    /// The body.
    pub(super) main: Colour,
    /// The contrasting parts.
    pub(super) second: Colour,
    /// Logo and trim.
    pub(super) accent: Colour,
}

const DARK: [(&str, u32); 8] = [
    ("Black", 0x23_2528),
    ("Navy", 0x1c_2f52),
    ("Forest Green", 0x1f_4434),
    ("Burgundy", 0x5e_1f2d),
    ("Espresso", 0x45_2f24),
    ("Slate", 0x3f_4a55),
    ("Plum", 0x48_2a52),
    ("Petrol", 0x14_4650),
];

const LIGHT: [(&str, u32); 8] = [
    ("Ivory", 0xed_e6d6),
    ("Sky Blue", 0xa9_cfe8),
    ("Sand", 0xdb_c29a),
    ("Mint", 0xac_dcc4),
    ("Blush", 0xf0_bfba),
    ("Silver", 0xc9_ced4),
    ("Lemon", 0xef_dc82),
    ("Lilac", 0xcd_bde6),
];

/// The `index`-th colourway of a design.
///
/// All colourways of one design are equally light or dark, so that they differ in hue only, as
/// those of real goods mostly do.
pub(crate) fn colourway(dark: bool, accent_hue: f32, index: usize) -> Colourway {
    let palette = if dark { DARK } else { LIGHT };
    let (name, hex) = palette[index % palette.len()];
    let part = |shift: u32| (hex >> shift & 0xff) as f32 / 255.0;
    let main = Colour::rgb(part(16), part(8), part(0));
    let opposite = accent_hue + 0.45;
    let second = if dark {
        Colour::hsl(opposite, 0.4, 0.86)
    } else {
        Colour::hsl(opposite, 0.4, 0.2)
    };
    let accent = Colour::hsl(accent_hue, 0.75, if dark { 0.58 } else { 0.42 });
    Colourway {
        name,
        main,
        second: second.mix(main, 0.08),
        accent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colourways_of_one_design_are_equally_light() {
        for (dark, low, high) in [(true, 0.0, 0.35), (false, 0.65, 1.0)] {
            for index in 0..8 {
                let ways = colourway(dark, 0.3, index);
                let luminance = ways.main.luminance();
                assert!(
                    (low..high).contains(&luminance),
                    "{} {luminance}",
                    ways.name
                );
                assert!(
                    (ways.second.luminance() - luminance).abs() > 0.3,
                    "{}",
                    ways.name
                );
            }
        }
    }
}
