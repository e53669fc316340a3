//! The modules under test, taken from the main crate by path: through the crate itself, polars would be built too,
//! which takes longer than most fuzzing runs.

#[path = "../../src/image/mod.rs"]
pub mod image;
#[path = "../../src/panics.rs"]
pub mod panics;
#[path = "../../src/record/mod.rs"]
pub mod record;
