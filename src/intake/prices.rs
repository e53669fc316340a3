//! A row's amounts of money.

use iso_currency::Currency;

use super::columns::Canonical;
use super::record_row::RecordRow;
use super::values;
use crate::record::{Beside, Money, MoneyError};

impl RecordRow<'_> {
    /// An amount in the currency of the row's column, which it must not contradict. Without that
    /// column an amount that names no currency is in `beside` or the feed's.
    pub(super) fn money(&mut self, column: Canonical, beside: Option<Currency>) -> Option<Money> {
        self.amount(column, None, beside.or(self.default_currency))
    }

    fn amount(
        &mut self,
        column: Canonical,
        must_be: Option<Currency>,
        default: Option<Currency>,
    ) -> Option<Money> {
        let cell = self.fields.get(column);
        let text = values::single(cell);
        if text.is_empty() {
            return None;
        }
        let stated = values::single(self.fields.get(Canonical::Currency));
        let currency = match must_be {
            Some(currency) => Some(currency.code()),
            None => Some(stated.as_str()),
        };
        let beside = Beside {
            currency,
            default,
            number: self.fields.is_number(column) || values::single_is_number(cell),
        };
        match Money::read(&text, beside) {
            Ok(money) => Some(money),
            Err(error) => {
                if matches!(error, MoneyError::NoCurrency(_)) && column == Canonical::Price {
                    self.without_currency = true;
                }
                self.note(
                    column,
                    &text,
                    format!(
                        "an amount with its currency, as 129.99 USD: {error}; the value was dropped"
                    ),
                );
                None
            }
        }
    }

    /// Price and reduced price; a compare-at price above the price makes the price a reduced one.
    pub(super) fn prices(&mut self) -> (Option<Money>, Option<Money>) {
        let price = self.money(Canonical::Price, None);
        let same = price.map(Money::currency);
        let sale = self.amount(Canonical::SalePrice, same, self.default_currency);
        let sale = self.reduced(price, sale);
        let before = self.amount(Canonical::CompareAtPrice, same, self.default_currency);
        match (price, sale, before) {
            (Some(now), None, Some(before)) if before.minor() > now.minor() => {
                (Some(before), Some(now))
            }
            _ => (price, sale),
        }
    }

    /// What sending costs: an amount, or as in Google's feeds `US:CA:Overnight:16.00 USD, US::Standard:5.99 USD`, of
    /// which the least counts, since a buyer near by pays that.
    pub(super) fn shipping(&mut self) -> Option<Money> {
        let cell = self.fields.get(Canonical::Shipping);
        let stated = values::single(self.fields.get(Canonical::Currency));
        let beside = Beside {
            currency: Some(stated.as_str()),
            default: self.default_currency,
            number: self.fields.is_number(Canonical::Shipping) || values::single_is_number(cell),
        };
        let ways = values::json_list(cell).unwrap_or_else(|| ways_of_shipping(cell));
        let mut least: Option<Money> = None;
        for way in &ways {
            let amount = amount_of_way(way);
            if amount.is_empty() || amount.to_lowercase().starts_with("free") {
                return None;
            }
            match Money::read(amount, beside) {
                Ok(money) => {
                    let comparable = |first: &Money| first.currency() == money.currency();
                    if least.is_none_or(|first| comparable(&first) && money.minor() < first.minor())
                    {
                        least = Some(money);
                    }
                }
                Err(error) => {
                    self.note(
                        Canonical::Shipping,
                        way,
                        format!(
                            "an amount with its currency, as 5.99 USD or US::Standard:5.99 USD: {error}; the value was dropped"
                        ),
                    );
                    return None;
                }
            }
        }
        least
    }

    /// The sale price where it is one: exporters write 0.00, or the price again, for no sale.
    fn reduced(&mut self, price: Option<Money>, sale: Option<Money>) -> Option<Money> {
        let sale = sale?;
        if sale.minor() > 0 && price.is_none_or(|price| sale.minor() < price.minor()) {
            return Some(sale);
        }
        let text = values::single(self.fields.get(Canonical::SalePrice));
        self.note(
            Canonical::SalePrice,
            &text,
            "an amount above 0 and below the price; the value was dropped",
        );
        None
    }
}

/// The ways of a cell, each `country:region:service:price`: parted by the commas that a country follows, since an amount
/// may have one of its own.
fn ways_of_shipping(cell: &str) -> Vec<String> {
    let starts_way = |rest: &str| {
        let rest = rest.trim_start().as_bytes();
        matches!(rest, [a, b, b':', ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
    };
    let mut ways = vec![String::new()];
    for (at, letter) in cell.trim().char_indices() {
        if matches!(letter, ',' | ';') && starts_way(&cell.trim()[at + 1..]) {
            ways.push(String::new());
        } else if let Some(way) = ways.last_mut() {
            way.push(letter);
        }
    }
    ways
}

/// The amount in one way: its fourth part, the last of fewer; the whole where it has no parts.
fn amount_of_way(way: &str) -> &str {
    let mut parts = way.splitn(5, ':');
    match parts.nth(3) {
        Some(amount) => amount.trim(),
        None => way.rsplit(':').next().unwrap_or(way).trim(),
    }
}
