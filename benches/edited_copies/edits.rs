//! What sellers, marketplaces and messengers do to a photo before it is seen again.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

pub struct Edit {
    pub name: &'static str,
    /// JPEG quality after the edit.
    pub quality: u8,
    pub apply: fn(&RgbImage, &mut Scene) -> RgbImage,
}

/// What an edit may use besides the photo.
pub struct Scene<'a> {
    pub rng: ChaCha8Rng,
    /// Other people's photos, for collages and backgrounds.
    pub others: &'a [RgbImage],
}

const fn edit(name: &'static str, apply: fn(&RgbImage, &mut Scene) -> RgbImage) -> Edit {
    Edit {
        name,
        quality: 85,
        apply,
    }
}

pub const EDITS: &[Edit] = &[
    Edit {
        name: "JPEG quality 20",
        quality: 20,
        apply: |photo, _| photo.clone(),
    },
    edit("resize to a quarter", |photo, _| scaled(photo, 0.25)),
    edit("blur", |photo, _| {
        imageops::fast_blur(photo, photo.width() as f32 / 400.0)
    }),
    edit("greyscale", |photo, _| {
        each(photo, |[r, g, b]| [0.299 * r + 0.587 * g + 0.114 * b; 3])
    }),
    edit("contrast x 1.3", |photo, _| {
        each(photo, |p| p.map(|v| (v - 128.0) * 1.3 + 128.0))
    }),
    edit("brightness x 1.4", |photo, _| {
        each(photo, |p| p.map(|v| v * 1.4))
    }),
    edit("noise", noise),
    edit("mirror", |photo, _| imageops::flip_horizontal(photo)),
    edit("rotate 90", |photo, _| imageops::rotate90(photo)),
    edit("rotate 180", |photo, _| imageops::rotate180(photo)),
    edit("invert", |photo, _| each(photo, |p| p.map(|v| 255.0 - v))),
    edit("crop 5 %", |photo, scene| crop(photo, 0.05, scene)),
    edit("crop 10 %", |photo, scene| crop(photo, 0.10, scene)),
    edit("crop 20 %", |photo, scene| crop(photo, 0.20, scene)),
    edit("crop 40 %", |photo, scene| crop(photo, 0.40, scene)),
    edit("border 3 %", |photo, scene| border(photo, 0.03, scene)),
    edit("border 10 %", |photo, scene| border(photo, 0.10, scene)),
    edit("text strip 7 %", |photo, scene| strip(photo, 0.07, scene)),
    edit("text strip 17 %", |photo, scene| strip(photo, 0.17, scene)),
    edit("badge", badge),
    edit("tiled watermark", watermark),
    edit("rotate 2 degrees", |photo, _| turned(photo, 2.0)),
    edit("rotate 5 degrees", |photo, _| turned(photo, 5.0)),
    edit("rotate 15 degrees", |photo, _| turned(photo, 15.0)),
    edit("rotate 37 degrees", |photo, _| turned(photo, 37.0)),
    edit("squash to a square", |photo, _| {
        let side = photo.width().min(photo.height());
        imageops::resize(photo, side, side, FilterType::Triangle)
    }),
    edit("collage of two", collage),
    edit("on a background of twice the size", background),
    edit("pixelate", |photo, _| {
        let small = scaled(photo, 1.0 / 8.0);
        imageops::resize(&small, photo.width(), photo.height(), FilterType::Nearest)
    }),
    edit("emoji", emoji),
    edit("meme caption", caption),
    edit("skew", |photo, _| {
        let (width, height) = (photo.width() as f32, photo.height() as f32);
        warped(photo, move |[x, y]| {
            [x - 0.12 * (y - height / 2.0) / height * width, y]
        })
    }),
    edit("perspective", |photo, _| {
        let (width, height) = (photo.width() as f32, photo.height() as f32);
        warped(photo, move |[x, y]| {
            let depth = 1.0 + 0.25 * (x / width - 0.5);
            [
                width / 2.0 + (x - width / 2.0) * depth,
                height / 2.0 + (y - height / 2.0) * depth,
            ]
        })
    }),
    edit("screenshot", screenshot),
    edit("crop 20 % and mirror", |photo, scene| {
        imageops::flip_horizontal(&crop(photo, 0.20, scene))
    }),
    edit("rotate 5 degrees and badge", |photo, scene| {
        badge(&turned(photo, 5.0), scene)
    }),
    edit("squash and text strip", |photo, scene| {
        let side = photo.width().min(photo.height());
        strip(
            &imageops::resize(photo, side, side, FilterType::Triangle),
            0.17,
            scene,
        )
    }),
    edit("border and watermark", |photo, scene| {
        let marked = watermark(photo, scene);
        border(&marked, 0.10, scene)
    }),
    edit("watermark all over", |photo, scene| {
        lines(photo, 12, 0.55, Rgb([255; 3]), scene)
    }),
    edit("text all over", |photo, scene| {
        lines(photo, 9, 1.0, Rgb([200, 20, 40]), scene)
    }),
    edit("stickers", stickers),
];

fn each(photo: &RgbImage, change: impl Fn([f32; 3]) -> [f32; 3]) -> RgbImage {
    let mut changed = photo.clone();
    for pixel in changed.pixels_mut() {
        pixel.0 = change(pixel.0.map(f32::from)).map(|value| value.round().clamp(0.0, 255.0) as u8);
    }
    changed
}

pub fn scaled(photo: &RgbImage, by: f32) -> RgbImage {
    let side = |length: u32| ((length as f32 * by).round() as u32).max(1);
    imageops::resize(
        photo,
        side(photo.width()),
        side(photo.height()),
        FilterType::Triangle,
    )
}

fn noise(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let mut noisy = photo.clone();
    for pixel in noisy.pixels_mut() {
        for value in &mut pixel.0 {
            let sum: i32 = (0..4).map(|_| scene.rng.random_range(-12..=12)).sum();
            *value = (i32::from(*value) + sum).clamp(0, 255) as u8;
        }
    }
    noisy
}

/// Cuts `share` of the width and of the height away, at either side as it comes.
fn crop(photo: &RgbImage, share: f32, scene: &mut Scene) -> RgbImage {
    let mut part = |length: u32| {
        let kept = (length as f32 * (1.0 - share)) as u32;
        (scene.rng.random_range(0..=length - kept), kept)
    };
    let (x, width) = part(photo.width());
    let (y, height) = part(photo.height());
    imageops::crop_imm(photo, x, y, width, height).to_image()
}

fn colour(scene: &mut Scene) -> Rgb<u8> {
    Rgb(std::array::from_fn(|_| scene.rng.random()))
}

fn border(photo: &RgbImage, share: f32, scene: &mut Scene) -> RgbImage {
    let wide = (photo.width().max(photo.height()) as f32 * share) as u32;
    let paint = colour(scene);
    let mut framed =
        RgbImage::from_pixel(photo.width() + 2 * wide, photo.height() + 2 * wide, paint);
    imageops::replace(&mut framed, photo, wide.into(), wide.into());
    framed
}

fn rectangle(
    photo: &mut RgbImage,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    paint: Rgb<u8>,
    cover: f32,
) {
    for row in y..(y + height).min(photo.height()) {
        for column in x..(x + width).min(photo.width()) {
            let pixel = photo.get_pixel_mut(column, row);
            for (value, paint) in pixel.0.iter_mut().zip(paint.0) {
                *value = (f32::from(*value) * (1.0 - cover) + f32::from(paint) * cover) as u8;
            }
        }
    }
}

/// A line of made-up letters of `height` pixels: random strokes on a grid of five by seven.
fn letters(
    photo: &mut RgbImage,
    [x, y]: [u32; 2],
    [width, height]: [u32; 2],
    paint: Rgb<u8>,
    cover: f32,
    scene: &mut Scene,
) {
    let dot = (height / 7).max(1);
    let mut at = x;
    while at + 5 * dot <= x + width {
        for row in 0..7 {
            for column in 0..5 {
                if scene.rng.random_bool(0.45) {
                    rectangle(
                        photo,
                        at + column * dot,
                        y + row * dot,
                        dot,
                        dot,
                        paint,
                        cover,
                    );
                }
            }
        }
        at += 7 * dot;
    }
}

fn strip(photo: &RgbImage, share: f32, scene: &mut Scene) -> RgbImage {
    let mut photo = photo.clone();
    let height = (photo.height() as f32 * share) as u32;
    let (width, y) = (photo.width(), photo.height() - height);
    let paint = colour(scene);
    rectangle(&mut photo, 0, y, width, height, paint, 1.0);
    let ink = Rgb(paint.0.map(|value| value.wrapping_add(128)));
    letters(
        &mut photo,
        [width / 20, y + height / 4],
        [width * 9 / 10, height / 2],
        ink,
        1.0,
        scene,
    );
    photo
}

fn disc(photo: &mut RgbImage, middle: [f32; 2], radius: f32, paint: Rgb<u8>) {
    for (x, y, pixel) in photo.enumerate_pixels_mut() {
        if (x as f32 - middle[0]).hypot(y as f32 - middle[1]) < radius {
            *pixel = paint;
        }
    }
}

/// A disc with letters in a corner, a quarter of the width across.
fn badge(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let mut photo = photo.clone();
    let radius = photo.width() as f32 / 8.0;
    let right = scene.rng.random_bool(0.5);
    let x = if right {
        photo.width() as f32 - 1.2 * radius
    } else {
        1.2 * radius
    };
    let paint = colour(scene);
    disc(&mut photo, [x, 1.2 * radius], radius, paint);
    let ink = Rgb(paint.0.map(|value| value.wrapping_add(128)));
    let (left, top) = ((x - 0.7 * radius) as u32, radius as u32);
    letters(
        &mut photo,
        [left, top],
        [(1.4 * radius) as u32, (0.4 * radius) as u32],
        ink,
        1.0,
        scene,
    );
    photo
}

fn watermark(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let mut photo = photo.clone();
    let (width, height) = photo.dimensions();
    let size = height / 24;
    for row in 0..6 {
        for column in 0..3 {
            let shift = if row % 2 == 0 { 0 } else { width / 6 };
            let (x, y) = (column * width / 3 + shift, row * height / 6 + size);
            letters(
                &mut photo,
                [x, y],
                [width / 5, size],
                Rgb([255; 3]),
                0.35,
                scene,
            );
        }
    }
    photo
}

/// Takes each pixel from where `from` says; white beyond the photo.
fn warped(photo: &RgbImage, from: impl Fn([f32; 2]) -> [f32; 2]) -> RgbImage {
    RgbImage::from_fn(photo.width(), photo.height(), |x, y| {
        let [x, y] = from([x as f32, y as f32]);
        if x < 0.0 || y < 0.0 {
            return Rgb([255; 3]);
        }
        imageops::interpolate_bilinear(photo, x, y).unwrap_or(Rgb([255; 3]))
    })
}

fn turned(photo: &RgbImage, degrees: f32) -> RgbImage {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (cx, cy) = (photo.width() as f32 / 2.0, photo.height() as f32 / 2.0);
    warped(photo, move |[x, y]| {
        let (x, y) = (x - cx, y - cy);
        [cosine * x + sine * y + cx, cosine * y - sine * x + cy]
    })
}

fn other<'a>(scene: &mut Scene<'a>) -> &'a RgbImage {
    let number = scene.rng.random_range(0..scene.others.len());
    &scene.others[number]
}

fn collage(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let (width, height) = photo.dimensions();
    let beside = imageops::resize(other(scene), width, height, FilterType::Triangle);
    let mut both = RgbImage::new(2 * width, height);
    let left = scene.rng.random_bool(0.5);
    imageops::replace(&mut both, photo, if left { 0 } else { width.into() }, 0);
    imageops::replace(&mut both, &beside, if left { width.into() } else { 0 }, 0);
    both
}

fn background(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let (width, height) = photo.dimensions();
    let mut ground = imageops::resize(other(scene), 2 * width, 2 * height, FilterType::Triangle);
    let (x, y) = (
        scene.rng.random_range(0..=width),
        scene.rng.random_range(0..=height),
    );
    imageops::replace(&mut ground, photo, x.into(), y.into());
    ground
}

/// A shop's page on a phone with the photo on 35 % of it.
fn screenshot(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let (width, height) = (photo.width(), photo.width() * 2);
    let mut page = RgbImage::from_pixel(width, height, Rgb([250, 250, 252]));
    let area = 0.35 * (width * height) as f32 / (photo.width() * photo.height()) as f32;
    let small = scaled(photo, area.sqrt().min(1.0));
    let grey = Rgb([70, 70, 76]);
    rectangle(&mut page, 0, 0, width, height / 14, Rgb([30, 60, 120]), 1.0);
    letters(
        &mut page,
        [width / 20, height / 50],
        [width / 2, height / 40],
        Rgb([255; 3]),
        1.0,
        scene,
    );
    imageops::replace(
        &mut page,
        &small,
        ((width - small.width()) / 2).into(),
        (height / 10).into(),
    );
    let mut y = height / 10 + small.height() + height / 40;
    while y + height / 30 < height {
        let line = scene.rng.random_range(width / 3..width * 9 / 10);
        letters(
            &mut page,
            [width / 20, y],
            [line, height / 60],
            grey,
            1.0,
            scene,
        );
        y += height / 30;
    }
    page
}

fn emoji(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let mut photo = photo.clone();
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let radius = width / 6.0;
    let middle = [
        scene.rng.random_range(0.25..0.75) * width,
        scene.rng.random_range(0.25..0.75) * height,
    ];
    disc(&mut photo, middle, radius, Rgb([255, 204, 50]));
    for side in [-0.4, 0.4] {
        disc(
            &mut photo,
            [middle[0] + side * radius, middle[1] - 0.25 * radius],
            radius / 8.0,
            Rgb([90, 60, 20]),
        );
    }
    disc(
        &mut photo,
        [middle[0], middle[1] + 0.4 * radius],
        radius / 4.0,
        Rgb([90, 60, 20]),
    );
    photo
}

fn caption(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let (width, height) = photo.dimensions();
    let above = height / 5;
    let mut meme = RgbImage::from_pixel(width, height + above, Rgb([255; 3]));
    imageops::replace(&mut meme, photo, 0, above.into());
    for line in 0..2 {
        let y = above / 6 + line * above * 2 / 5;
        letters(
            &mut meme,
            [width / 20, y],
            [width * 9 / 10, above / 4],
            Rgb([0; 3]),
            1.0,
            scene,
        );
    }
    meme
}

/// Lines of letters over the whole photo, so that three fifths of it are within a line.
fn lines(photo: &RgbImage, count: u32, cover: f32, paint: Rgb<u8>, scene: &mut Scene) -> RgbImage {
    let mut photo = photo.clone();
    let (width, height) = photo.dimensions();
    for line in 0..count {
        let place = [0, line * height / count];
        letters(
            &mut photo,
            place,
            [width, height * 3 / 5 / count],
            paint,
            cover,
            scene,
        );
    }
    photo
}

/// Eight discs of paint, which hide some two fifths of the photo.
fn stickers(photo: &RgbImage, scene: &mut Scene) -> RgbImage {
    let mut photo = photo.clone();
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    for _ in 0..8 {
        let middle = [
            scene.rng.random_range(0.05..0.95) * width,
            scene.rng.random_range(0.05..0.95) * height,
        ];
        let paint = Rgb(std::array::from_fn(|_| scene.rng.random_range(30..230)));
        disc(&mut photo, middle, width.min(height) / 6.5, paint);
    }
    photo
}
