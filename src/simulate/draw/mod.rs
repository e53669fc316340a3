//! Product pictures drawn by code.
//!
//! A brand has a mark and an accent, a design has a shape and a pattern, and colours change nothing
//! of either: what a person tells a product by is what its picture is made from.

mod bag;
mod bottle;
mod canvas;
mod colour;
mod headphones;
mod jacket;
mod mark;
mod noise;
mod pattern;
mod scene;
mod shoe;
mod sunglasses;
mod things;
mod watch;

use image::RgbImage;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use tiny_skia::Pixmap;

use self::canvas::Canvas;
use self::colour::{Colour, Colourway};
use self::mark::Mark;
use self::pattern::Pattern;
use self::scene::{Shadow, View};
use super::random::{chance, span, stream};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Shoe,
    Bag,
    Watch,
    Headphones,
    Bottle,
    Jacket,
    Sunglasses,
    Book,
    Carton,
    Mug,
    Strap,
}

impl Subject {
    /// What brands make; the others are what else is on a marketplace.
    pub(super) const BRANDED: [Self; 7] = [
        Self::Shoe,
        Self::Bag,
        Self::Watch,
        Self::Headphones,
        Self::Bottle,
        Self::Jacket,
        Self::Sunglasses,
    ];

    const NAMES: [(Self, &'static str); 11] = [
        (Self::Shoe, "shoe"),
        (Self::Bag, "bag"),
        (Self::Watch, "watch"),
        (Self::Headphones, "headphones"),
        (Self::Bottle, "bottle"),
        (Self::Jacket, "jacket"),
        (Self::Sunglasses, "sunglasses"),
        (Self::Book, "book"),
        (Self::Carton, "carton"),
        (Self::Mug, "mug"),
        (Self::Strap, "strap"),
    ];

    pub(super) fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(subject, _)| *subject == self)
            .map_or("", |(_, name)| name)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(subject, _)| *subject)
    }
}

/// All that a picture follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    pub(super) subject: Subject,
    /// The brand's mark and accent.
    pub(super) style: u64,
    /// Shape, pattern and pose.
    pub(super) design: u64,
    /// Which of the design's colours.
    pub(super) colour: usize,
}

/// What shapes are drawn with.
struct Look {
    colours: Colourway,
    mark: Mark,
    pattern: Pattern,
}

impl Drawing {
    /// The colour's name.
    pub(super) fn colour_name(&self) -> &'static str {
        self.colours().name
    }

    fn colours(&self) -> Colourway {
        let hue = stream(self.style, "accent", 0).random();
        let dark = stream(self.design, "lightness", 0).random();
        colour::colourway(dark, hue, self.colour)
    }

    fn object(&self, side: u32) -> Option<Pixmap> {
        let look = Look {
            colours: self.colours(),
            mark: Mark::new(&mut stream(self.style, "mark", 0)),
            pattern: Pattern::new(&mut stream(self.design, "pattern", 1)),
        };
        let mut rng = stream(self.design, "shape", 0);
        let mut canvas = Canvas::new(side)?;
        let draw = match self.subject {
            Subject::Shoe => shoe::draw,
            Subject::Bag => bag::draw,
            Subject::Watch => watch::draw,
            Subject::Headphones => headphones::draw,
            Subject::Bottle => bottle::draw,
            Subject::Jacket => jacket::draw,
            Subject::Sunglasses => sunglasses::draw,
            Subject::Book => things::book,
            Subject::Carton => things::carton,
            Subject::Mug => things::mug,
            Subject::Strap => things::strap,
        };
        draw(&mut canvas, &look, &mut rng);
        Some(canvas.into_pixmap())
    }

    /// The brand's own photo, `side` pixels each way.
    pub(super) fn studio(&self, side: u32) -> RgbImage {
        let mut rng = stream(self.design, "studio", 0);
        let tint = Colour::hsl(stream(self.style, "accent", 0).random(), 0.3, 0.6);
        let mut picture = scene::backdrop(side, tint, &mut rng);
        let view = View {
            turn: span(&mut rng, -0.2, 0.2),
            zoom: span(&mut rng, 0.86, 1.0),
            shift: (span(&mut rng, -22.0, 22.0), span(&mut rng, -18.0, 18.0)),
            tilt: (span(&mut rng, -0.18, 0.18), span(&mut rng, -0.15, 0.15)),
            mirrored: chance(&mut rng, 0.5),
        };
        let depth = (side / 30) as i32;
        let shadow = Shadow {
            offset: (depth / 3, depth),
            radius: (side / 36) as usize,
            strength: 0.42,
        };
        self.place(&mut picture, &view, shadow);
        picture
    }

    /// As a private seller photographs it; another `shot`, another picture.
    pub(super) fn private(&self, shot: u64, side: u32) -> RgbImage {
        let mut rng = stream(shot, "private", self.design);
        let mut picture = scene::at_home(side, &mut rng);
        let view = private_view(&mut rng);
        let view = View {
            mirrored: chance(&mut stream(self.design, "side", 0), 0.5),
            ..view
        };
        let depth = (side / 60) as i32;
        let shadow = Shadow {
            offset: (depth, depth),
            radius: (side / 50) as usize,
            strength: 0.6,
        };
        self.place(&mut picture, &view, shadow);
        scene::snapshot(&picture, &mut rng)
    }

    fn place(&self, picture: &mut RgbImage, view: &View, shadow: Shadow) {
        let side = picture.width();
        if let Some(object) = self.object(side) {
            scene::compose(picture, &scene::project(&object, view, side), shadow);
        }
    }
}

/// A photo of a flat picture of the thing, for products whose shape is not known.
///
/// What is white in `photo` takes on the seller's background, and the rest is bent and lit anew.
pub(super) fn rephotograph(photo: &RgbImage, shot: u64, side: u32) -> RgbImage {
    let mut rng = stream(shot, "rephotograph", 0);
    let mut picture = scene::at_home(side, &mut rng);
    let view = private_view(&mut rng);
    let (width, height) = photo.dimensions();
    let longer = width.max(height);
    let (pad_x, pad_y) = ((longer - width) / 2, (longer - height) / 2);
    let (wave, reach) = (span(&mut rng, 60.0, 140.0), span(&mut rng, 4.0, 12.0));
    let Some(mut sheet) = Pixmap::new(longer, longer) else {
        return picture;
    };
    let scale = longer as f32 / canvas::UNITS;
    for (index, out) in sheet.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (
            (index as u32 % longer) as f32,
            (index as u32 / longer) as f32,
        );
        let x = x + scale * reach * (y / scale / wave).sin();
        let y = y + scale * reach * (x / scale / wave * 0.8).cos();
        let (x, y) = (x as i64 - i64::from(pad_x), y as i64 - i64::from(pad_y));
        if (0..i64::from(width)).contains(&x) && (0..i64::from(height)).contains(&y) {
            let [r, g, b] = photo.get_pixel(x as u32, y as u32).0;
            // White paper lets the background through, so that no sheet of paper is seen.
            let paper = r.min(g).min(b);
            let alpha = 255 - paper.saturating_sub(215).saturating_mul(6);
            out.clone_from(&tiny_skia::ColorU8::from_rgba(r, g, b, alpha).premultiply());
        }
    }
    let shadow = Shadow {
        offset: (4, 5),
        radius: 8,
        strength: 0.4,
    };
    scene::compose(&mut picture, &scene::project(&sheet, &view, side), shadow);
    scene::snapshot(&picture, &mut rng)
}

fn private_view(rng: &mut ChaCha8Rng) -> View {
    View {
        turn: span(rng, -0.45, 0.45),
        zoom: span(rng, 0.62, 1.02),
        shift: (span(rng, -60.0, 60.0), span(rng, -60.0, 60.0)),
        tilt: (span(rng, -0.35, 0.35), span(rng, -0.35, 0.35)),
        mirrored: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Fingerprint, Limits, fingerprint};

    fn seen(drawing: &Drawing) -> Fingerprint {
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 88)
            .encode_image(&drawing.studio(192))
            .expect("encoded");
        fingerprint(&bytes, &Limits::default()).expect("readable")
    }

    fn drawing(subject: Subject, design: u64, colour: usize) -> Drawing {
        Drawing {
            subject,
            style: 9,
            design,
            colour,
        }
    }

    #[test]
    fn designs_differ_clearly_and_colourways_hardly() {
        for subject in Subject::BRANDED {
            let designs: Vec<_> = (0..6)
                .map(|design| seen(&drawing(subject, design, 0)))
                .collect();
            for (index, one) in designs.iter().enumerate() {
                assert!(
                    one.quality >= 80,
                    "{subject:?} {index}: quality {}",
                    one.quality
                );
                for (other_index, other) in designs.iter().enumerate().skip(index + 1) {
                    let distance = one.pdq[0].distance(&other.pdq[0]);
                    assert!(
                        distance > 45,
                        "{subject:?} {index} {other_index}: {distance}"
                    );
                }
                let colourway = seen(&drawing(subject, index as u64, 3));
                let distance = one.pdq[0].distance(&colourway.pdq[0]);
                assert!(
                    distance <= 31,
                    "{subject:?} {index} in another colour: {distance}"
                );
            }
        }
    }

    #[test]
    fn a_private_photo_is_no_copy_of_the_studio_photo() {
        let studio = drawing(Subject::Bag, 4, 0).studio(192);
        let private = drawing(Subject::Bag, 4, 0).private(7, 192);
        assert_ne!(studio, private);
        assert_eq!(private, drawing(Subject::Bag, 4, 0).private(7, 192));
        assert_ne!(private, drawing(Subject::Bag, 4, 0).private(8, 192));
    }

    #[test]
    fn names_of_subjects_read_back() {
        for (subject, name) in Subject::NAMES {
            assert_eq!(Subject::parse(subject.as_str()), Some(subject), "{name}");
        }
    }
}
