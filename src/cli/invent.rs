use std::path::PathBuf;

use crate::simulate::{InventSettings, invent};

use super::context::Context;
use super::progress::bar;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder for the catalog folders
    out: PathBuf,
    /// Brands to invent
    #[arg(long, value_name = "N", default_value_t = InventSettings::default().brands)]
    brands: usize,
    /// Products of each brand
    #[arg(long, value_name = "N", default_value_t = InventSettings::default().products_per_brand)]
    products: usize,
    /// The side of a picture, in pixels
    #[arg(long, value_name = "N", default_value_t = InventSettings::default().picture_side)]
    picture_side: u32,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let settings = InventSettings {
        seed: args.seed,
        brands: args.brands,
        products_per_brand: args.products,
        picture_side: args.picture_side,
    };
    let progress = bar("invent", None);
    let brands = invent(&args.out, &settings, &|steps| progress.inc(steps))?;
    progress.finish_and_clear();
    for brand in brands {
        output::print(&format!(
            "{}: {} products in {}\n",
            brand.brand.name,
            brand.products.len(),
            brand.folder.display()
        ))?;
    }
    Ok(Outcome::Done)
}
