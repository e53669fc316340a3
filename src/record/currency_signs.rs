//! The words and signs that name a currency: `EUR`, `€`, `US $`, `kr`.

use iso_currency::Currency;

/// A sign in capitals without spaces and full stops; the currency that it means when nothing beside
/// it says otherwise, if there is one; the others that it may mean.
const SIGNS: &[(&str, &str, &str)] = &[
    (
        "$",
        "",
        "USD AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD XCD ARS UYU",
    ),
    ("US$", "USD", ""),
    ("U$S", "USD", ""),
    ("C$", "", "CAD NIO"),
    ("CA$", "CAD", ""),
    ("CDN$", "CAD", ""),
    ("A$", "AUD", ""),
    ("AU$", "AUD", ""),
    ("NZ$", "NZD", ""),
    ("S$", "SGD", ""),
    ("SG$", "SGD", ""),
    ("HK$", "HKD", ""),
    ("NT$", "TWD", ""),
    ("R$", "BRL", ""),
    ("MX$", "MXN", ""),
    ("MEX$", "MXN", ""),
    ("AR$", "ARS", ""),
    ("CLP$", "CLP", ""),
    ("COL$", "COP", ""),
    ("€", "EUR", ""),
    ("EURO", "EUR", ""),
    ("EUROS", "EUR", ""),
    ("£", "GBP", "EGP FKP GIP LBP SDG SHP SSP SYP"),
    ("¥", "", "JPY CNY"),
    ("￥", "", "JPY CNY"),
    ("JP¥", "JPY", ""),
    ("円", "JPY", ""),
    ("CN¥", "CNY", ""),
    ("RMB", "CNY", ""),
    ("元", "", "CNY TWD HKD"),
    ("₩", "KRW", "KPW"),
    ("원", "KRW", ""),
    ("₹", "INR", ""),
    ("₨", "", "INR PKR LKR NPR MUR SCR"),
    ("RS", "", "INR PKR LKR NPR MUR SCR"),
    ("KR", "", "SEK NOK DKK ISK"),
    ("ZŁ", "PLN", ""),
    ("KČ", "CZK", ""),
    ("FT", "HUF", ""),
    ("LEI", "", "RON MDL"),
    ("ЛВ", "BGN", ""),
    ("FR", "", "CHF XAF XOF XPF"),
    ("SFR", "CHF", ""),
    ("DIN", "RSD", ""),
    ("₽", "RUB", ""),
    ("РУБ", "", "RUB BYN"),
    ("Р", "", "RUB BYN"),
    ("₴", "UAH", ""),
    ("ГРН", "UAH", ""),
    ("₺", "TRY", ""),
    ("TL", "TRY", ""),
    ("₫", "VND", ""),
    ("Đ", "VND", ""),
    ("₪", "ILS", ""),
    ("NIS", "ILS", ""),
    ("฿", "THB", ""),
    ("₱", "PHP", ""),
    ("RM", "MYR", ""),
    ("RP", "IDR", ""),
    ("S/", "PEN", ""),
    ("R", "ZAR", ""),
    ("₦", "NGN", ""),
    ("₵", "GHS", ""),
    ("KSH", "KES", ""),
    ("DH", "", "AED MAD"),
    ("DHS", "", "AED MAD"),
    ("SR", "SAR", ""),
    ("₸", "KZT", ""),
    ("₾", "GEL", ""),
    ("₼", "AZN", ""),
    ("₡", "CRC", ""),
    ("₲", "PYG", ""),
    ("₮", "MNT", ""),
];

/// The currencies that a word or sign may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The one that it means unless something beside it says otherwise.
    pub sure: Option<Currency>,
    /// All of them.
    pub any: Vec<Currency>,
}

impl Meaning {
    fn one(currency: Currency) -> Self {
        Self {
            sure: Some(currency),
            any: vec![currency],
        }
    }

    /// What both may mean; `None` when they contradict each other.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let any: Vec<Currency> = self
            .any
            .iter()
            .copied()
            .filter(|currency| other.any.contains(currency))
            .collect();
        let sure = match any[..] {
            [] => return None,
            [only] => Some(only),
            _ => self.sure.or(other.sure).filter(|sure| any.contains(sure)),
        };
        Some(Self { sure, any })
    }
}

/// Whether a character that is no letter can be part of a sign.
pub(super) fn is_sign(character: char) -> bool {
    let signs = SIGNS.iter().flat_map(|(sign, ..)| sign.chars());
    !character.is_alphanumeric() && signs.into_iter().any(|sign| sign == character)
}

/// What a word, a sign or both together (`EUR`, `US $`, `USD $`) mean; `Err` with the part that is
/// unknown, or that contradicts the rest.
pub(super) fn meaning(text: &str) -> Result<Meaning, String> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '.')
        .flat_map(char::to_uppercase)
        .collect();
    if let Some(found) = known(&plain) {
        return Ok(found);
    }
    let (letters, signs): (String, String) = plain.chars().partition(|c| c.is_alphabetic());
    let unknown = || text.trim().to_owned();
    if letters.is_empty() || signs.is_empty() {
        return Err(unknown());
    }
    let (letters, signs) = (known(&letters), known(&signs));
    letters
        .zip(signs)
        .and_then(|(letters, signs)| letters.and(&signs))
        .ok_or_else(unknown)
}

fn known(plain: &str) -> Option<Meaning> {
    if let Some(currency) = Currency::from_code(plain) {
        return Some(Meaning::one(currency));
    }
    let (_, sure, others) = SIGNS.iter().find(|(sign, ..)| *sign == plain)?;
    let sure = Currency::from_code(sure);
    let others = others.split_whitespace().filter_map(Currency::from_code);
    let any: Vec<Currency> = sure.into_iter().chain(others).collect();
    Some(Meaning { sure, any })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_sign_stands_once_and_names_currencies_of_iso_4217() {
        let mut seen = BTreeSet::new();
        for (sign, sure, others) in SIGNS {
            assert!(seen.insert(sign), "{sign} stands twice");
            let codes: Vec<&str> = [*sure].into_iter().chain(others.split(' ')).collect();
            for code in codes.into_iter().filter(|code| !code.is_empty()) {
                assert!(Currency::from_code(code).is_some(), "{sign}: {code}");
            }
            let plain = sign.to_uppercase();
            assert_eq!(*sign, plain, "signs stand in capitals");
        }
    }

    #[test]
    fn words_and_signs_together_must_agree() {
        let sure = |text: &str| meaning(text).ok().and_then(|found| found.sure);
        assert_eq!(sure("US $"), Some(Currency::USD));
        assert_eq!(sure("usd $"), Some(Currency::USD));
        assert_eq!(sure("zł"), Some(Currency::PLN));
        assert_eq!(sure("kr."), None);
        assert_eq!(meaning("EUR $"), Err("EUR $".to_owned()));
        assert_eq!(meaning("from"), Err("from".to_owned()));
    }
}
