use std::fmt;

use serde::{Serialize, Serializer};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something that was submitted cannot be used and is left out: a row, a cell, an image, a right.
    Error,
    /// It is used, but finds less or proves less than it could.
    Warning,
    /// Worth knowing; nothing to do unless it is a surprise.
    Info,
}

impl Severity {
    /// The word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One problem of a catalog, or something worth knowing about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is; follows from the code.
    pub severity: Severity,
    /// What kind of problem it is.
    pub code: Code,
    /// The file, relative to the catalog's folder.
    pub file: String,
    /// The data row of a table (1-based, the header not counted), or the line of `brand.toml`.
    pub row: Option<u64>,
    /// The column, or the key in `brand.toml`; empty when it is about the whole file.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What should stand there, and what to do.
    pub expected: String,
}

impl Finding {
    pub(super) fn new(code: Code, file: &str) -> Self {
        Self {
            severity: code.severity(),
            code,
            file: file.to_owned(),
            row: None,
            column: String::new(),
            found: String::new(),
            expected: String::new(),
        }
    }

    pub(super) fn at(mut self, row: impl Into<Option<u64>>, column: &str) -> Self {
        self.row = row.into();
        column.clone_into(&mut self.column);
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = shortened(found.into());
        self
    }

    /// What stands there in the words of an error, which are not cut: they end in what to do.
    pub(super) fn told(mut self, error: &impl fmt::Display) -> Self {
        self.found = error.to_string();
        self
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }
}

/// `file:row: severity: column: found ...; expected (code)`, on one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        write!(f, ": {}: ", self.severity)?;
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        write!(f, "{}; {} [{}]", self.found, self.expected, self.code)
    }
}

/// Long cells are cut: a finding is to be read on a line.
fn shortened(text: String) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)*) => {
        /// The kinds of findings. `docs/catalogs.md` says for each what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in outputs.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// How bad a finding of this kind is.
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    /// `brand.toml` is not there or cannot be read.
    BrandFileUnreadable = "brand_file_unreadable", Error;
    /// `brand.toml` is not TOML.
    BrandFileSyntax = "brand_file_syntax", Error;
    /// A key that means nothing here.
    UnknownKey = "unknown_key", Error;
    /// A value of another type, or out of its range.
    BadValue = "bad_value", Error;
    /// The brand has no name.
    BrandNameEmpty = "brand_name_empty", Error;
    /// An alias shorter than three letters.
    AliasTooShort = "alias_too_short", Warning;
    /// The list of authorised sellers cannot be told; the catalog is refused.
    SellersInDoubt = "sellers_in_doubt", Error;
    /// The brand's name is also an everyday word.
    NameCommonWord = "name_common_word", Info;
    /// An alias that is also an everyday word.
    AliasCommonWord = "alias_common_word", Warning;
    /// The same alias twice, or the name again.
    AliasRepeated = "alias_repeated", Info;
    /// No right in force: at most copied photos can be a ground.
    NoRights = "no_rights", Warning;
    /// A right without a registration number.
    RightWithoutNumber = "right_without_number", Warning;
    /// A right without its office.
    RightWithoutOffice = "right_without_office", Warning;
    /// A right of which neither its territories nor its office tell where it holds.
    RightWithoutTerritory = "right_without_territory", Warning;
    /// A right that is no longer in force.
    RightExpired = "right_expired", Warning;
    /// No contact.
    NoContact = "no_contact", Info;
    /// None, or several, of `products.csv`, `products.ndjson`, `products.parquet`.
    ProductsFile = "products_file", Error;
    /// The products file cannot be read (on).
    ProductsUnreadable = "products_unreadable", Error;
    /// The products file holds no usable product.
    NoProducts = "no_products", Error;
    /// A row that makes no product.
    ProductRejected = "product_rejected", Error;
    /// An id that an earlier row has.
    DuplicateId = "duplicate_id", Error;
    /// A GTIN of the wrong length or check digit.
    BadGtin = "bad_gtin", Error;
    /// A price without a currency, or with one that ISO 4217 does not know.
    PriceWithoutCurrency = "price_without_currency", Error;
    /// A price that cannot be read.
    BadPrice = "bad_price", Error;
    /// Another cell that cannot be read; the product is kept without it.
    BadCell = "bad_cell", Error;
    /// A row that ends before the last column.
    ShortRow = "short_row", Warning;
    /// A column that means nothing here and is nearly one that does.
    UnknownColumn = "unknown_column", Warning;
    /// Columns that mean nothing here.
    ColumnsIgnored = "columns_ignored", Info;
    /// A link that names no file below the folder of images.
    ImageOutsideFolder = "image_outside_folder", Error;
    /// The same GTIN on several products.
    SharedGtin = "shared_gtin", Warning;
    /// A product without a title.
    ProductWithoutTitle = "product_without_title", Error;
    /// A product without a usable price.
    ProductWithoutPrice = "product_without_price", Warning;
    /// A price floor above the price.
    FloorAbovePrice = "floor_above_price", Warning;
    /// A product that names no image.
    ProductWithoutImages = "product_without_images", Warning;
    /// A product of another brand.
    OtherBrand = "other_brand", Warning;
    /// A row says that the owner has no right to its photos.
    ImageRightsByRow = "image_rights_by_row", Warning;
    /// `images/` is not there, or not all of it can be read.
    ImagesFolder = "images_folder", Error;
    /// An image that is named but not there.
    ImageMissing = "image_missing", Error;
    /// An image that cannot be decoded.
    ImageUnreadable = "image_unreadable", Error;
    /// An image too flat to be told from others by its hash.
    ImageLowQuality = "image_low_quality", Warning;
    /// One image for several products that are not variants of one.
    ImageShared = "image_shared", Warning;
    /// One image for several variants of one product.
    ImageSharedByVariants = "image_shared_by_variants", Info;
    /// An image that is both official and a known fake.
    ImageOfficialAndFake = "image_official_and_fake", Error;
    /// Images of different products that a hash cannot tell apart.
    ImagesAlike = "images_alike", Warning;
    /// The same for variants of one product.
    ImagesAlikeOfVariants = "images_alike_of_variants", Info;
    /// A file below `images/` that nothing names.
    ImageUnused = "image_unused", Warning;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
