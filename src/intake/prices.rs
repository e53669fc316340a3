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
