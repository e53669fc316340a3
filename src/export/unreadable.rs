//! `unreadable.csv`: pictures of listings that could not be read, and why.

use std::path::Path;

use crate::signals::{ReadListing, Signals};
use crate::table::{Column, Format, Kind, TableError, Writer};

/// The columns of `unreadable.csv`, in order.
pub const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("file", Kind::Text),
    Column::new("reason", Kind::Text),
    Column::new("expected", Kind::Text),
];

/// Writes the pictures that could not be read, of listings as they come.
pub struct UnreadableWriter(Writer);

impl UnreadableWriter {
    /// Starts the table at `path`.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(path: &Path) -> Result<Self, TableError> {
        Writer::create(path, Format::Csv, COLUMNS).map(Self)
    }

    /// Adds those of one listing, in its order.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, read: &ReadListing) -> Result<(), TableError> {
        for (file, reason) in of(&read.signals) {
            self.push_one(read.listing.id.as_str(), file, reason)?;
        }
        Ok(())
    }

    /// Adds one picture of a listing, with the code of the reason.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push_one(
        &mut self,
        listing_id: &str,
        file: &str,
        reason: &str,
    ) -> Result<(), TableError> {
        self.0.push(vec![
            listing_id.into(),
            file.into(),
            reason.into(),
            expected(reason).into(),
        ])
    }

    /// Closes the table; gives the number of rows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<u64, TableError> {
        self.0.finish()
    }
}

/// The pictures of a listing that could not be read, with the code of the reason.
pub fn of(signals: &Signals) -> impl Iterator<Item = (&str, &str)> {
    let images = signals.images.iter();
    images
        .filter(|image| image.status != "ok")
        .map(|image| (image.file.as_str(), image.status.as_str()))
}

/// What should be there, and what to do, by the reason's code.
fn expected(reason: &str) -> &'static str {
    match reason {
        "missing" => {
            "a file of that name below the folder of images, or in a tar file there; fetch it, or correct --images"
        }
        "ambiguous" => {
            "one picture for each file name; keep pictures of several addresses under host/path"
        }
        "outside_folder" => "a file in the folder of images, not a link that leads out of it",
        "empty" => "a picture; the file has no bytes: fetch it again",
        "truncated_or_corrupt" => "a whole picture; fetch it again",
        "unknown_format" => {
            "a JPEG, PNG, WebP, GIF, BMP or TIFF; often a page that says that the picture is gone"
        }
        "unsupported" => {
            "a kind of this format that is read; save the picture again as JPEG or PNG"
        }
        "too_many_bytes" => "a smaller file, or a greater max_image_bytes",
        "too_many_pixels" => "a smaller picture, or a greater max_image_pixels",
        "too_much_memory" | "too_many_frames" => "a smaller picture or a shorter animation",
        "io" => "a file that can be read; see its permissions and the disk",
        _ => "a picture that can be decoded; save it again as JPEG or PNG",
    }
}
