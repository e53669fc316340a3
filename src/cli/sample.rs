//! The sample marketplace that the demo scans: inside the program, so that the demo needs no checkout.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use jiff::civil::Date;
use rust_embed::Embed;

/// The date that the sample speaks of.
pub(super) const AS_OF: Date = jiff::civil::date(2026, 3, 31);

#[derive(Embed)]
#[folder = "datasets/sample"]
struct Sample;

/// Writes the shipped sample below `target`: catalogs, feed, truth and images.
pub(super) fn lay_out(target: &Path) -> anyhow::Result<()> {
    for name in Sample::iter() {
        let path = target.join(name.as_ref());
        let folder = path.parent().unwrap_or(target);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let file = Sample::get(&name).context("the sample lists a file that it lacks")?;
        fs::write(&path, file.data).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
