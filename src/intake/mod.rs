//! Rows into records: a feed's listings, a catalog's products, a truth file's labels.
//!
//! Whatever the columns are called ([`columns`]: Google and Meta feeds, Shopify exports, Amazon flat
//! files, schema.org JSON), every row becomes a record, is folded into one, or is a [`Reject`] that
//! names file, row, column, what was found and what was expected.

mod batch;
mod column_names;
pub mod columns;
mod error;
mod feed_files;
mod fields;
mod html;
mod image_links;
mod labels;
mod listings;
mod prices;
mod products;
mod record_row;
mod records;
mod shared_names;
mod shopify;
mod stream;
#[cfg(test)]
mod tests;
mod values;

pub use batch::{Batch, Reject};
pub use column_names::{ColumnNames, ColumnNamesError};
pub use error::IntakeError;
pub use feed_files::feed_files;
pub use html::text_of_html;
pub use image_links::{MAX_IMAGES, UnsafeLink, image_paths, image_place, safe_image_path};
pub use labels::{Label, Labels};
pub use listings::Listings;
pub use products::{BrandColumns, Products};
pub use records::SeenIds;
pub use shared_names::SharedNames;
pub use stream::{FILE_COLUMN, ROW_COLUMN, StreamIntake, StreamRow, repeated};
