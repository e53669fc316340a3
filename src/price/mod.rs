//! Money to a comparable price: currency at a date, placeholders, packs, the reference price, and where it
//! lies among other offers.

mod compare;
mod pack;
mod rates;
mod spread;

pub use compare::{Asked, Comparable, compare, is_placeholder};
pub use pack::{pieces, pieces_per_reference};
pub use rates::{MAX_AGE_DAYS, MAX_TAIL_DAYS, NoRate, Rates, RatesError};
pub use spread::{Among, Kind, Offers, Place, Spread, Spreads};
