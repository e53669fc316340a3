use super::seller::Pool;

/// What an offer of the simulated marketplace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Genuine goods, resold as new.
    Reseller,
    /// Genuine goods from a seller whom the brand names.
    Authorised,
    /// Used genuine goods.
    SecondHand,
    /// Genuine goods at a reduced price.
    Sale,
    /// Goods of another maker that fit the brand's.
    Accessory,
    /// Genuine goods, broken or in parts.
    Parts,
    /// The genuine box without its content.
    EmptyBox,
    /// A book, poster or manual about the brand.
    Book,
    /// A miniature.
    ScaleModel,
    /// Genuine goods together with an accessory.
    Bundle,
    /// Goods of no registered brand.
    Unrelated,
    /// Genuine goods from an honest seller who has just begun.
    NewSeller,
    /// Genuine goods whose seller cannot spell the name.
    HonestMisspelling,
    /// Genuine goods whose seller says that they are no replica.
    NotAReplica,
    /// A fake behind an edited copy of the brand's photo.
    EditedPhoto,
    /// A fake whose brand name is masked, spaced or written in look-alike letters.
    MaskedName,
    /// A fake whose brand name is misspelt on purpose.
    MisspeltName,
    /// A fake in the trade's slang.
    Slang,
    /// The look of the goods without the name.
    LookAlike,
    /// A fake at a price that no genuine one is sold for.
    TooCheap,
    /// A fake with clean text near the retail price.
    Convincing,
    /// A model that the brand never made.
    Nonexistent,
    /// The same fakes under several sellers.
    Ring,
    /// A fake that says much about being genuine.
    FalseClaim,
}

impl Kind {
    /// Every kind, the honest ones first.
    pub const ALL: [Self; 24] = [
        Self::Reseller,
        Self::Authorised,
        Self::SecondHand,
        Self::Sale,
        Self::Accessory,
        Self::Parts,
        Self::EmptyBox,
        Self::Book,
        Self::ScaleModel,
        Self::Bundle,
        Self::Unrelated,
        Self::NewSeller,
        Self::HonestMisspelling,
        Self::NotAReplica,
        Self::EditedPhoto,
        Self::MaskedName,
        Self::MisspeltName,
        Self::Slang,
        Self::LookAlike,
        Self::TooCheap,
        Self::Convincing,
        Self::Nonexistent,
        Self::Ring,
        Self::FalseClaim,
    ];

    /// Whether the goods are counterfeit.
    pub fn is_fake(self) -> bool {
        self >= Self::EditedPhoto
    }

    /// `fake` or `genuine`, as in `truth.csv`.
    pub fn label(self) -> &'static str {
        if self.is_fake() { "fake" } else { "genuine" }
    }

    /// The word in `truth.csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reseller => "reseller",
            Self::Authorised => "authorised",
            Self::SecondHand => "second_hand",
            Self::Sale => "sale",
            Self::Accessory => "accessory",
            Self::Parts => "parts",
            Self::EmptyBox => "empty_box",
            Self::Book => "book",
            Self::ScaleModel => "scale_model",
            Self::Bundle => "bundle",
            Self::Unrelated => "unrelated",
            Self::NewSeller => "new_seller",
            Self::HonestMisspelling => "honest_misspelling",
            Self::NotAReplica => "not_a_replica",
            Self::EditedPhoto => "edited_photo",
            Self::MaskedName => "masked_name",
            Self::MisspeltName => "misspelt_name",
            Self::Slang => "slang",
            Self::LookAlike => "look_alike",
            Self::TooCheap => "too_cheap",
            Self::Convincing => "convincing",
            Self::Nonexistent => "nonexistent",
            Self::Ring => "ring",
            Self::FalseClaim => "false_claim",
        }
    }

    /// Parts in a hundred among the honest, or among the fakes.
    ///
    /// Disguised names and slang together are about one fake in seven: sellers of replicas rarely
    /// say so.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Reseller => 29.0,
            Self::Authorised => 8.0,
            Self::SecondHand => 13.0,
            Self::Sale => 10.0,
            Self::Accessory => 9.0,
            Self::Parts => 2.0,
            Self::EmptyBox => 1.0,
            Self::Book => 2.0,
            Self::ScaleModel => 1.5,
            Self::Bundle => 2.0,
            Self::Unrelated => 12.0,
            Self::NewSeller => 8.0,
            Self::HonestMisspelling => 1.0,
            Self::NotAReplica => 1.5,
            Self::EditedPhoto => 18.0,
            Self::MaskedName => 3.0,
            Self::MisspeltName => 5.0,
            Self::Slang => 6.0,
            Self::LookAlike => 14.0,
            Self::TooCheap => 14.0,
            Self::Convincing => 19.0,
            Self::Nonexistent => 8.0,
            Self::Ring => 9.0,
            Self::FalseClaim => 4.0,
        }
    }

    /// Who offers such goods, by weight. Sellers of fakes offer honest goods too, and now and then
    /// an honest account is hijacked or does not know what it sells.
    pub(super) fn sellers(self) -> &'static [(Pool, f64)] {
        use Pool::{Authorised, Counterfeiter, Private, Ring, Shop, Small, Trader};
        match self {
            Self::Reseller | Self::Bundle => &[
                (Shop, 0.81),
                (Small, 0.07),
                (Private, 0.05),
                (Counterfeiter, 0.05),
                (Trader, 0.01),
                (Ring, 0.01),
            ],
            Self::Authorised => &[(Authorised, 1.0)],
            Self::SecondHand => &[
                (Private, 0.86),
                (Shop, 0.08),
                (Small, 0.04),
                (Counterfeiter, 0.02),
            ],
            Self::Sale => &[(Shop, 0.9), (Trader, 0.06), (Counterfeiter, 0.04)],
            Self::Accessory => &[(Trader, 0.83), (Small, 0.12), (Counterfeiter, 0.05)],
            Self::Parts | Self::EmptyBox => {
                &[(Private, 0.6), (Trader, 0.35), (Counterfeiter, 0.05)]
            }
            Self::Book | Self::ScaleModel => &[(Trader, 0.6), (Shop, 0.25), (Private, 0.15)],
            Self::Unrelated => &[
                (Trader, 0.5),
                (Shop, 0.2),
                (Private, 0.2),
                (Counterfeiter, 0.08),
                (Ring, 0.02),
            ],
            Self::NewSeller => &[(Small, 1.0)],
            Self::HonestMisspelling => &[(Private, 0.6), (Small, 0.3), (Shop, 0.1)],
            Self::NotAReplica => &[(Private, 0.7), (Small, 0.3)],
            Self::Ring => &[(Ring, 1.0)],
            Self::Convincing => &[
                (Counterfeiter, 0.76),
                (Shop, 0.12),
                (Small, 0.06),
                (Private, 0.06),
            ],
            _ => &[
                (Counterfeiter, 0.8),
                (Shop, 0.07),
                (Private, 0.08),
                (Small, 0.05),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_holds_every_kind_once_in_order() {
        assert!(Kind::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Kind::ALL.iter().filter(|kind| kind.is_fake()).count(), 10);
    }

    #[test]
    fn weights_are_parts_in_a_hundred() {
        for fake in [false, true] {
            let sum: f64 = Kind::ALL
                .iter()
                .filter(|kind| kind.is_fake() == fake)
                .map(|kind| kind.weight())
                .sum();
            assert!((sum - 100.0).abs() < 1e-9, "{sum}");
        }
    }
}
