use super::plane::Plane;

/// Blurs of the first plane of an octave and of the picture as it comes, in pixels.
pub(super) const FIRST_SIGMA: f32 = 1.6;
const PICTURE_SIGMA: f32 = 0.5;

/// Scales an octave, over which the blur doubles.
pub(super) const SCALES: usize = 3;

/// Planes of shorter sides show no features.
const SHORTEST_SIDE: usize = 24;

/// A picture at ever greater blur, every octave at half the size of the one before.
pub(super) struct Pyramid {
    pub octaves: Vec<Octave>,
}

/// The planes of an octave: `blurred[i]` has a blur of `FIRST_SIGMA * 2^(i / SCALES)` of its own pixels.
pub(super) struct Octave {
    pub blurred: Vec<Plane>,
    /// `blurred[i + 1] - blurred[i]`, close to a scale-normalised Laplacian.
    pub differences: Vec<Plane>,
}

impl Pyramid {
    pub fn new(picture: Plane) -> Self {
        let mut octaves = Vec::new();
        let mut base = picture.blurred(added(PICTURE_SIGMA, FIRST_SIGMA));
        while base.width.min(base.height) >= SHORTEST_SIDE {
            let octave = Octave::new(base);
            base = octave.blurred[SCALES].halved();
            octaves.push(octave);
        }
        Self { octaves }
    }
}

impl Octave {
    fn new(base: Plane) -> Self {
        let mut blurred = vec![base];
        for scale in 1..SCALES + 3 {
            let next = blurred[scale - 1].blurred(added(sigma(scale - 1), sigma(scale)));
            blurred.push(next);
        }
        let differences = blurred
            .windows(2)
            .map(|pair| pair[1].minus(&pair[0]))
            .collect();
        Self {
            blurred,
            differences,
        }
    }
}

/// The blur of plane `scale` of an octave in its pixels.
fn sigma(scale: usize) -> f32 {
    FIRST_SIGMA * (scale as f32 / SCALES as f32).exp2()
}

/// The blur that takes a blur of `from` to one of `to`.
fn added(from: f32, to: f32) -> f32 {
    (to * to - from * from).sqrt()
}
