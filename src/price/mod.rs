//! Money to a comparable price: currency at a date, placeholders, the reference price.

mod compare;
mod rates;

pub use compare::{Comparable, compare, is_placeholder};
pub use rates::{MAX_AGE_DAYS, MAX_TAIL_DAYS, NoRate, Rates, RatesError};
