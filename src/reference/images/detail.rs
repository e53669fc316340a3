use serde::{Deserialize, Serialize};

use crate::image::{Detail, Fingerprint, Keypoints, Look, PdqHash, Proxy, Unreadable, keypoints};

/// What is kept of a reference picture besides its fingerprint, to find it again within others and to compare it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferenceDetail {
    /// Its local features.
    pub keypoints: Keypoints,
    /// The picture at a few dozen pixels a side.
    pub proxy: Proxy,
    /// Its content within uniform borders, where there are any and it tells something.
    pub content: Option<ReferenceContent>,
}

/// What a reference picture shows within uniform borders.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferenceContent {
    /// Left, top, right and bottom in parts of the picture's width and height.
    pub place: [f64; 4],
    /// Its PDQ hash.
    pub hash: PdqHash,
    /// Its PDQ quality, 0..=100.
    pub quality: u8,
}

impl ReferenceDetail {
    /// Of a picture.
    ///
    /// # Errors
    /// As [`Proxy::of`].
    pub fn of(look: &Look) -> Result<Self, Unreadable> {
        let telling = look
            .content()
            .filter(|content| content.quality >= Fingerprint::TELLING_QUALITY);
        Ok(Self {
            keypoints: keypoints(&look.picture, Detail::REFERENCE),
            proxy: Proxy::of(&look.picture)?,
            content: telling.map(|content| ReferenceContent {
                place: content.place,
                hash: content.pdq[0],
                quality: content.quality,
            }),
        })
    }
}
