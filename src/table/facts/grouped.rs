use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use polars::prelude::{
    DataFrame, DataType, Engine, Expr, LazyFrame, PlRefPath, PolarsResult, ScanArgsParquet, col,
    len, lit,
};

use super::super::{Spill, TableError};
use super::shards::stem;
use super::{Fact, ImageFacts, OfferFacts, ProductFacts, SellerFacts};

/// A ratio below this is counted in [`SellerFacts::below_half`].
const HALF: f64 = 0.5;

/// The sellers of one shard of the facts in `folder`.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn sellers(folder: &Path, shard: usize) -> Result<Vec<SellerFacts>, TableError> {
    let Some(facts) = Facts::open(folder, Fact::Seller, shard)? else {
        return Ok(Vec::new());
    };
    let counted = facts.scan()?.group_by([col("seller_id")]).agg([
        len().alias("listings"),
        count_of(col("disguised")),
        count_of(col("slang")),
        col("ratio").count().alias("priced"),
        count_of(col("ratio").lt(lit(HALF)).alias("below_half")),
    ]);
    let table = facts.run(counted)?;
    let counts =
        ["listings", "disguised", "slang", "priced", "below_half"].map(|name| table.counts(name));
    let [listings, disguised, slang, priced, below_half] = counts;
    let (listings, disguised, slang) = (listings?, disguised?, slang?);
    let (priced, below_half) = (priced?, below_half?);
    let mut sellers = BTreeMap::new();
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
    if let Some(facts) = Facts::open(folder, Fact::Brand, shard)? {
        let table = facts.run(distinct(facts.scan()?, "seller_id", "brand"))?;
        for (seller_id, brands) in table.counted("seller_id")? {
            if let Some(facts) = sellers.get_mut(&seller_id) {
                facts.brands = brands;
            }
        }
    }
    Ok(sellers.into_values().collect())
}

/// The images of one shard of the facts in `folder` that at least two sellers show.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn images(folder: &Path, shard: usize) -> Result<Vec<ImageFacts>, TableError> {
    let Some(facts) = Facts::open(folder, Fact::Image, shard)? else {
        return Ok(Vec::new());
    };
    let several = |plan: LazyFrame| plan.filter(col("different").gt_eq(lit(2)));
    let by_seller = several(distinct(facts.scan()?, "image_key", "seller_id"));
    let mut images: BTreeMap<String, ImageFacts> = BTreeMap::new();
    for (image_key, sellers) in facts.run(by_seller)?.counted("image_key")? {
        images.insert(
            image_key.clone(),
            ImageFacts {
                image_key,
                listings: 0,
                sellers,
            },
        );
    }
    if images.is_empty() {
        return Ok(Vec::new());
    }
    // A listing may show an image twice.
    let by_listing = several(distinct(facts.scan()?, "image_key", "listing_id"));
    for (image_key, listings) in facts.run(by_listing)?.counted("image_key")? {
        if let Some(facts) = images.get_mut(&image_key) {
            facts.listings = listings;
        }
    }
    Ok(images.into_values().collect())
}

/// The reference products of one shard of the facts in `folder`.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn products(folder: &Path, shard: usize) -> Result<Vec<ProductFacts>, TableError> {
    let Some(facts) = Facts::open(folder, Fact::Product, shard)? else {
        return Ok(Vec::new());
    };
    let counted = facts
        .scan()?
        .group_by([col("product")])
        .agg([len().alias("different")]);
    let mut products = BTreeMap::new();
    for (product, listings) in facts.run(counted)?.counted("product")? {
        let facts = ProductFacts {
            product: product.clone(),
            listings,
            sellers: 0,
        };
        products.insert(product, facts);
    }
    let by_seller = facts.run(distinct(facts.scan()?, "product", "seller_id"))?;
    for (product, sellers) in by_seller.counted("product")? {
        if let Some(facts) = products.get_mut(&product) {
            facts.sellers = sellers;
        }
    }
    Ok(products.into_values().collect())
}

/// The offers of one shard of the facts in `folder`, by product. A seller counts once for a product, with the median of
/// what is asked; sellers who show the same picture, when it is nobody's official one, count once together:
/// accounts are cheap, and a ring has many. Listings that name no seller do not count.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn offers(folder: &Path, shard: usize) -> Result<Vec<OfferFacts>, TableError> {
    let Some(facts) = Facts::open(folder, Fact::Product, shard)? else {
        return Ok(Vec::new());
    };
    let goods = || [col("product"), col("second_hand")];
    let once = |plan: LazyFrame, who: &str| plan.group_by([&goods()[..], &[col(who)]].concat());
    let priced = facts.scan()?.filter(
        col("ratio")
            .is_not_null()
            .and(col("seller_id").is_not_null()),
    );
    let by_seller = once(priced, "seller_id")
        .agg([col("ratio").median(), col("picture").min()])
        .with_column(col("picture").fill_null(col("seller_id")));
    let plan = once(by_seller, "picture").agg([col("ratio").median()]);
    let table = facts.run(plan)?;
    let goods = table
        .texts("product")?
        .into_iter()
        .zip(table.truths("second_hand")?);
    let mut offers: Vec<OfferFacts> = goods
        .zip(table.numbers("ratio")?)
        .map(|((product, second_hand), ratio)| OfferFacts {
            product,
            second_hand,
            ratio,
        })
        .collect();
    offers.sort_by(|a, b| {
        (&a.product, a.second_hand)
            .cmp(&(&b.product, b.second_hand))
            .then(a.ratio.total_cmp(&b.ratio))
    });
    Ok(offers)
}

/// How often a truth value holds.
fn count_of(truth: Expr) -> Expr {
    truth.cast(DataType::UInt32).sum()
}

/// How many different values of `value` stand with each `by`, as `different`; a missing one is none.
/// Two group-bys that the streaming engine has, in place of a set for each group.
fn distinct(facts: LazyFrame, by: &str, value: &str) -> LazyFrame {
    let pairs = facts
        .filter(col(value).is_not_null())
        .group_by([col(by), col(value)])
        .agg([len().alias("rows")]);
    pairs.group_by([col(by)]).agg([len().alias("different")])
}

/// The files of one shard.
pub(super) struct Facts(Vec<PathBuf>);

impl Facts {
    /// `None` when nothing fell into the shard.
    pub fn open(folder: &Path, fact: Fact, shard: usize) -> Result<Option<Self>, TableError> {
        if !folder.is_dir() {
            return Err(refuse(folder, "no folder of facts"));
        }
        let files = Spill::files(&stem(folder, fact, shard));
        Ok((!files.is_empty()).then_some(Self(files)))
    }

    pub fn scan(&self) -> Result<LazyFrame, TableError> {
        let names = self.0.iter().map(|path| {
            let name = path.to_str();
            let name = name.ok_or_else(|| refuse(path, "a path that is not UTF-8"))?;
            Ok(PlRefPath::new(name))
        });
        let names = names.collect::<Result<Vec<_>, TableError>>()?;
        let args = ScanArgsParquet {
            glob: false,
            ..ScanArgsParquet::default()
        };
        LazyFrame::scan_parquet_files(names.into(), args).map_err(|error| refuse(&self.0[0], error))
    }

    pub fn run(&self, plan: LazyFrame) -> Result<Table<'_>, TableError> {
        let result = plan
            .collect_with_engine(Engine::Streaming)
            .map_err(|error| refuse(&self.0[0], error))?;
        Ok(Table {
            file: &self.0[0],
            // Only plans with several sinks have several results.
            frame: result.unwrap_single(),
        })
    }
}

fn refuse(file: &Path, found: impl ToString) -> TableError {
    let found = found.to_string();
    TableError::content(file, found, "a table of facts", "run the scan again")
}

pub(super) struct Table<'a> {
    file: &'a Path,
    frame: DataFrame,
}

impl Table<'_> {
    /// The key column `name` with the column `different`.
    fn counted(&self, name: &str) -> Result<impl Iterator<Item = (String, u32)>, TableError> {
        Ok(self.texts(name)?.into_iter().zip(self.counts("different")?))
    }

    pub fn texts(&self, name: &str) -> Result<Vec<String>, TableError> {
        let read = || -> PolarsResult<Vec<String>> {
            let column = self.frame.column(name)?.str()?;
            Ok(column
                .iter()
                .map(|text| text.unwrap_or("").to_owned())
                .collect())
        };
        read().map_err(|error| refuse(self.file, error))
    }

    pub fn counts(&self, name: &str) -> Result<Vec<u32>, TableError> {
        let read = || -> PolarsResult<Vec<u32>> {
            let column = self.frame.column(name)?.cast(&DataType::UInt32)?;
            Ok(column
                .u32()?
                .iter()
                .map(|count| count.unwrap_or(0))
                .collect())
        };
        read().map_err(|error| refuse(self.file, error))
    }

    pub fn whole(&self, name: &str) -> Result<Vec<Option<i64>>, TableError> {
        let read = || -> PolarsResult<Vec<Option<i64>>> {
            Ok(self.frame.column(name)?.i64()?.iter().collect())
        };
        read().map_err(|error| refuse(self.file, error))
    }

    fn truths(&self, name: &str) -> Result<Vec<bool>, TableError> {
        let read = || -> PolarsResult<Vec<bool>> {
            let column = self.frame.column(name)?.bool()?;
            Ok(column.iter().map(|truth| truth.unwrap_or(false)).collect())
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
