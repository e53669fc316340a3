//! What only the whole feed can tell, as group-bys over flat facts.
//!
//! Reading a feed spills one Parquet table of each kind below, with a [`Writer`](super::Writer); the
//! questions are answered by polars' streaming engine, so that memory grows with the sellers, images
//! and products and not with the listings. Every answer is sorted by its key.

use std::collections::BTreeMap;
use std::path::Path;

use polars::prelude::{
    DataFrame, DataType, Engine, Expr, LazyFrame, PlRefPath, PolarsResult, QuantileMethod,
    ScanArgsParquet, col, len, lit,
};

use super::{Column, Kind, TableError};

/// One row a listing.
pub const LISTING_FACTS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    // Whether a brand's name is disguised, and whether there is replica slang.
    Column::new("disguised", Kind::Bool),
    Column::new("slang", Kind::Bool),
    // The matched product as `brand/product`, null when there is none.
    Column::new("product", Kind::Text),
    // Asked price to reference price, null when it cannot be compared.
    Column::new("ratio", Kind::Float),
];

/// One row for each brand that a listing mentions outside any lawful context.
pub const BRAND_FACTS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("brand", Kind::Text),
];

/// One row an image. Images that look the same share a key.
pub const IMAGE_FACTS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("image_key", Kind::Text),
    Column::new("official", Kind::Bool),
];

/// A ratio below this is counted in [`SellerFacts::below_half`].
const HALF: f64 = 0.5;

/// One seller over the whole feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SellerFacts {
    /// The seller; listings without one share the empty identifier.
    pub seller_id: String,
    /// Listings.
    pub listings: u64,
    /// Brands mentioned outside any lawful context.
    pub brands: u64,
    /// Listings with a disguised brand name.
    pub disguised: u64,
    /// Listings with replica slang.
    pub slang: u64,
    /// Listings whose price could be compared.
    pub priced: u64,
    /// Of those, the ones under half of the reference price.
    pub below_half: u64,
}

/// One image over the whole feed, shown by at least two sellers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// What images that look the same share.
    pub image_key: String,
    /// Listings that show it.
    pub listings: u64,
    /// Sellers that show it.
    pub sellers: u64,
}

/// One reference product over the whole feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProductFacts {
    /// The product, as the facts name it.
    pub product: String,
    /// Listings matched to it.
    pub listings: u64,
    /// Sellers of those.
    pub sellers: u64,
    /// 10 % quantile of price to reference price, linearly interpolated; 0 when no price compares.
    pub ratio_p10: f64,
    /// The median of the same.
    pub ratio_median: f64,
    /// The 90 % quantile of the same.
    pub ratio_p90: f64,
}

/// Every seller of the feed.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn sellers(listing_facts: &Path, brand_facts: &Path) -> Result<Vec<SellerFacts>, TableError> {
    let mut sellers = BTreeMap::new();
    let counted = scan(listing_facts)?.group_by([key("seller_id")]).agg([
        len().alias("listings"),
        count_of(col("disguised")),
        count_of(col("slang")),
        col("ratio").count().alias("priced"),
        count_of(col("ratio").lt(lit(HALF)).alias("below_half")),
    ]);
    let counted = run(listing_facts, counted)?;
    let table = Table {
        file: listing_facts,
        frame: counted,
    };
    let counts =
        ["listings", "disguised", "slang", "priced", "below_half"].map(|name| table.counts(name));
    let [listings, disguised, slang, priced, below_half] = counts;
    let (listings, disguised, slang) = (listings?, disguised?, slang?);
    let (priced, below_half) = (priced?, below_half?);
    for (at, seller_id) in table.texts("seller_id")?.into_iter().enumerate() {
        let facts = SellerFacts {
            seller_id: seller_id.clone(),
            listings: listings[at],
            brands: 0,
            disguised: disguised[at],
            slang: slang[at],
            priced: priced[at],
            below_half: below_half[at],
        };
        sellers.insert(seller_id, facts);
    }
    let brands = distinct(scan(brand_facts)?, "seller_id", "brand");
    let table = Table {
        file: brand_facts,
        frame: run(brand_facts, brands)?,
    };
    for (seller_id, brands) in table
        .texts("seller_id")?
        .iter()
        .zip(table.counts("different")?)
    {
        if let Some(facts) = sellers.get_mut(seller_id) {
            facts.brands = brands;
        }
    }
    Ok(sellers.into_values().collect())
}

/// The images that at least two sellers show.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn images(image_facts: &Path) -> Result<Vec<ImageFacts>, TableError> {
    let known = || scan(image_facts).map(|facts| facts.filter(col("image_key").is_not_null()));
    let by_seller =
        distinct(known()?, "image_key", "seller_id").filter(col("different").gt_eq(lit(2)));
    let table = Table {
        file: image_facts,
        frame: run(image_facts, by_seller)?,
    };
    let keys = table.texts("image_key")?;
    let mut images: BTreeMap<String, ImageFacts> = BTreeMap::new();
    for (image_key, sellers) in keys.into_iter().zip(table.counts("different")?) {
        images.insert(
            image_key.clone(),
            ImageFacts {
                image_key,
                listings: 0,
                sellers,
            },
        );
    }
    // A listing may show an image twice.
    let by_listing =
        distinct(known()?, "image_key", "listing_id").filter(col("different").gt_eq(lit(2)));
    let table = Table {
        file: image_facts,
        frame: run(image_facts, by_listing)?,
    };
    for (image_key, listings) in table
        .texts("image_key")?
        .iter()
        .zip(table.counts("different")?)
    {
        if let Some(facts) = images.get_mut(image_key) {
            facts.listings = listings;
        }
    }
    Ok(images.into_values().collect())
}

/// The reference products that listings were matched to.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn products(listing_facts: &Path) -> Result<Vec<ProductFacts>, TableError> {
    let matched = || scan(listing_facts).map(|facts| facts.filter(col("product").is_not_null()));
    let quantile = |share: f64, name: &str| {
        col("ratio")
            .quantile(lit(share), QuantileMethod::Linear)
            .alias(name)
    };
    let spread = matched()?.group_by([col("product")]).agg([
        len().alias("listings"),
        quantile(0.1, "p10"),
        quantile(0.5, "median"),
        quantile(0.9, "p90"),
    ]);
    let table = Table {
        file: listing_facts,
        frame: run(listing_facts, spread)?,
    };
    let listings = table.counts("listings")?;
    let (p10, median, p90) = (
        table.numbers("p10")?,
        table.numbers("median")?,
        table.numbers("p90")?,
    );
    let mut products = BTreeMap::new();
    for (at, product) in table.texts("product")?.into_iter().enumerate() {
        let facts = ProductFacts {
            product: product.clone(),
            listings: listings[at],
            sellers: 0,
            ratio_p10: p10[at],
            ratio_median: median[at],
            ratio_p90: p90[at],
        };
        products.insert(product, facts);
    }
    let by_seller = distinct(matched()?, "product", "seller_id");
    let table = Table {
        file: listing_facts,
        frame: run(listing_facts, by_seller)?,
    };
    for (product, sellers) in table
        .texts("product")?
        .iter()
        .zip(table.counts("different")?)
    {
        if let Some(facts) = products.get_mut(product) {
            facts.sellers = sellers;
        }
    }
    Ok(products.into_values().collect())
}

/// A text column as a key: without a value it is the empty text.
fn key(name: &str) -> Expr {
    col(name).fill_null(lit(""))
}

/// How often a truth value holds.
fn count_of(truth: Expr) -> Expr {
    truth.cast(DataType::UInt32).sum()
}

/// How many different values of `value` stand with each `by`, as `different`. Two group-bys that the
/// streaming engine has, in place of a set for each group.
fn distinct(facts: LazyFrame, by: &str, value: &str) -> LazyFrame {
    let pairs = facts
        .group_by([key(by), key(value)])
        .agg([len().alias("rows")]);
    pairs.group_by([col(by)]).agg([len().alias("different")])
}

fn scan(file: &Path) -> Result<LazyFrame, TableError> {
    let name = file
        .to_str()
        .ok_or_else(|| refuse(file, "a path that is not UTF-8"))?;
    let args = ScanArgsParquet {
        glob: false,
        ..ScanArgsParquet::default()
    };
    LazyFrame::scan_parquet(PlRefPath::new(name), args).map_err(|error| refuse(file, error))
}

fn run(file: &Path, plan: LazyFrame) -> Result<DataFrame, TableError> {
    let result = plan
        .collect_with_engine(Engine::Streaming)
        .map_err(|error| refuse(file, error))?;
    // Only plans with several sinks have several results.
    Ok(result.unwrap_single())
}

fn refuse(file: &Path, found: impl ToString) -> TableError {
    let found = found.to_string();
    TableError::content(file, found, "a table of facts", "run the scan again")
}

struct Table<'a> {
    file: &'a Path,
    frame: DataFrame,
}

impl Table<'_> {
    fn texts(&self, name: &str) -> Result<Vec<String>, TableError> {
        let read = || -> PolarsResult<Vec<String>> {
            let column = self.frame.column(name)?.str()?;
            Ok(column
                .iter()
                .map(|text| text.unwrap_or("").to_owned())
                .collect())
        };
        read().map_err(|error| refuse(self.file, error))
    }

    fn counts(&self, name: &str) -> Result<Vec<u64>, TableError> {
        let read = || -> PolarsResult<Vec<u64>> {
            let column = self.frame.column(name)?.cast(&DataType::UInt64)?;
            Ok(column
                .u64()?
                .iter()
                .map(|count| count.unwrap_or(0))
                .collect())
        };
        read().map_err(|error| refuse(self.file, error))
    }

    fn numbers(&self, name: &str) -> Result<Vec<f64>, TableError> {
        let read = || -> PolarsResult<Vec<f64>> {
            let column = self.frame.column(name)?.f64()?;
            Ok(column.iter().map(|number| number.unwrap_or(0.0)).collect())
        };
        read().map_err(|error| refuse(self.file, error))
    }
}
