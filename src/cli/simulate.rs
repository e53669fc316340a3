use std::path::PathBuf;

use jiff::civil::Date;

use crate::image::Limits;
use crate::simulate::{MarketSettings, SourceCatalog, simulate};

use super::context::{Context, today};
use super::progress::bar;
use super::read::load;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Catalog folders to make offers about
    #[arg(required = true)]
    catalog: Vec<PathBuf>,
    /// The folder for feed.csv, truth.csv and images/
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Listings to make
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    listings: u64,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The share of fakes, 0 to 1
    #[arg(long, value_name = "P", default_value_t = MarketSettings::default().fake_share)]
    fake_share: f64,
    /// Rings of 3 to 50 accounts to add, with their listings
    #[arg(long, value_name = "N", default_value_t = 0)]
    rings: u32,
    /// The day that the feed is of [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// Make no pictures
    #[arg(long)]
    no_images: bool,
    /// Leave out of the feed who offers a listing
    #[arg(long)]
    no_sellers: bool,
    /// A folder of photos that private sellers took
    #[arg(long, value_name = "DIR")]
    own_photos: Option<PathBuf>,
    /// The longer side of a picture, in pixels
    #[arg(long, value_name = "N", default_value_t = MarketSettings::default().image_side)]
    image_side: u32,
    /// Picture files made of one catalog photo
    #[arg(long, value_name = "N", default_value_t = MarketSettings::default().max_images_per_photo)]
    max_images_per_photo: u32,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let catalogs: Vec<SourceCatalog> = args
        .catalog
        .iter()
        .map(|folder| {
            let catalog = load(folder, &Limits::default(), as_of)?;
            Ok(SourceCatalog {
                brand: catalog.brand,
                products: catalog.products,
                images_dir: folder.join("images"),
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let settings = MarketSettings {
        seed: args.seed,
        listings: args.listings,
        images: !args.no_images,
        sellers: !args.no_sellers,
        own_photos: args.own_photos,
        fake_share: args.fake_share,
        rings: args.rings,
        as_of,
        image_side: args.image_side,
        max_images_per_photo: args.max_images_per_photo,
    };
    let progress = bar("simulate", Some(args.listings));
    let market = simulate(&catalogs, &args.out, &settings, &|rows| progress.inc(rows))?;
    progress.finish_and_clear();
    output::print(&format!(
        "{} listings, {} fakes, {} pictures\nfeed   {}\ntruth  {}\n",
        market.listings,
        market.fakes,
        market.pictures,
        market.feed.display(),
        market.truth.display()
    ))?;
    Ok(Outcome::Done)
}
