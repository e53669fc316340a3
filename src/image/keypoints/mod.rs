//! Local features: points of a picture that are found again when it is cropped, covered in part, turned by any angle
//! or set into another picture, each with a code of what is around it.
//!
//! Detector and descriptor are SIFT's: D. G. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints",
//! IJCV 60 (2004), doi:10.1023/B:VISI.0000029664.99615.94, with the square roots of R. Arandjelović and A. Zisserman,
//! "Three things everyone should know to improve object retrieval", CVPR 2012 (RootSIFT). The descriptor is then
//! reduced to the signs of 128 projections, so that a picture takes some kilobytes and comparing is counting bits.

mod code;
mod describe;
mod detect;
mod plane;
mod pyramid;
mod select;

use image::RgbImage;
use serde::{Deserialize, Serialize};

pub use code::{Code, Doubts};
use describe::describe;
use detect::Extremum;
use plane::Plane;
use pyramid::Pyramid;

/// A local feature of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keypoint {
    /// Column in pixels of the measured picture, from its left edge.
    pub x: f32,
    /// Row in pixels of the measured picture, from its top edge.
    pub y: f32,
    /// Standard deviation in pixels of the blur at which it stands out: its size.
    pub scale: f32,
    /// Direction of the strongest gradients around it in radians, -pi..=pi, from the x axis towards the y axis.
    pub angle: f32,
    /// What is around it.
    pub code: Code,
    /// What would be around it in the mirrored picture.
    pub mirrored: Code,
}

/// The local features of a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Keypoints {
    /// Width in pixels of the picture that was measured, which is smaller than the file's.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The features, most telling first.
    pub points: Vec<Keypoint>,
}

/// How much of a picture is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The longer side in pixels that a picture is shrunk to; smaller ones stay as they are.
    pub side: u32,
    /// Most features that are kept.
    pub most: usize,
}

impl Detail {
    /// For pictures that are kept to be found.
    pub const REFERENCE: Self = Self {
        side: 512,
        most: 250,
    };
    /// For pictures that are looked up: in more detail, since they may hold the reference as a small part.
    pub const QUERY: Self = Self {
        side: 640,
        most: 500,
    };
}

/// A picture that was searched for local features, kept to look closer at places of it.
pub struct Measured {
    /// Its features.
    pub keypoints: Keypoints,
    /// Of each feature the doubtful bits of its code, and of its mirrored one.
    pub doubts: Vec<[Doubts; 2]>,
    pyramid: Pyramid,
}

impl Measured {
    /// Searches `pixels`.
    pub fn new(pixels: &RgbImage, detail: Detail) -> Self {
        let plane = Plane::shrunk(pixels, detail.side);
        let (width, height) = (plane.width as u32, plane.height as u32);
        let pyramid = Pyramid::new(plane);
        let found = select::spread(detect::extrema(&pyramid), width, height, detail.most);
        let (points, doubts) = found
            .iter()
            .flat_map(|extremum| describe(&pyramid, extremum))
            .take(detail.most)
            .unzip();
        let keypoints = Keypoints {
            width,
            height,
            points,
        };
        Self {
            keypoints,
            doubts,
            pyramid,
        }
    }

    /// What is around a place, whether or not it stands out; `None` where that is beyond the picture's edge or finer
    /// than its pixels.
    ///
    /// Place and scale are in pixels of the measured picture, the angle in radians, as in [`Keypoint`].
    pub fn code_at(
        &self,
        [x, y]: [f32; 2],
        scale: f32,
        angle: f32,
        mirrored: bool,
    ) -> Option<Code> {
        let extremum = Extremum::at(&self.pyramid, x, y, scale)?;
        Some(describe::code(&self.pyramid, &extremum, angle, mirrored))
    }
}

/// The local features of `pixels`.
pub fn keypoints(pixels: &RgbImage, detail: Detail) -> Keypoints {
    Measured::new(pixels, detail).keypoints
}
