//! The sample marketplace that the demo scans.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

/// The date that the sample speaks of.
pub(super) const AS_OF: Date = jiff::civil::date(2026, 3, 31);

/// Copies the shipped sample into `target`: catalogs, feed, truth and images.
pub(super) fn lay_out(target: &Path) -> anyhow::Result<()> {
    let shipped = shipped();
    anyhow::ensure!(
        shipped.is_dir(),
        "the sample marketplace is not at {}; run the demo from a checkout of the repository",
        shipped.display()
    );
    copy(&shipped, target)
}

/// Where the repository keeps the sample.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/sample")
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let entries =
        std::fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", from.display()))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            std::fs::copy(&source, &target)
                .with_context(|| format!("cannot copy {}", source.display()))?;
        }
    }
    Ok(())
}
