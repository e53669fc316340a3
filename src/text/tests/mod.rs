//! Tables of texts and what a person reads in them.

mod names;

use proptest::prelude::*;

use super::*;
use crate::record::{BrandId, Listing};

fn brands() -> Vec<BrandNames> {
    let table: [(&str, &[&str]); 14] = [
        ("Nike", &["Swoosh", "耐克"]),
        ("Adidas", &[]),
        ("Gucci", &[]),
        ("Hermès", &["Hermes"]),
        ("Coach", &[]),
        ("Supreme", &[]),
        ("Louis Vuitton", &["LV"]),
        ("Ray-Ban", &[]),
        ("Luma", &["Luma Active", "露玛"]),
        ("Apple", &["iPhone"]),
        ("HP", &[]),
        ("Canon", &[]),
        ("Armani", &[]),
        ("The Row", &[]),
    ];
    let brand = |(name, aliases): (&str, &[&str])| BrandNames {
        id: BrandId::from_name(name),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
    };
    table.into_iter().map(brand).collect()
}

fn reader() -> Reader {
    Reader::new(
        Lexicons::embedded().expect("shipped lexicons are sound"),
        &brands(),
    )
    .expect("few names")
}

fn titled(title: &str) -> Listing {
    Listing {
        title: title.to_owned(),
        ..Listing::default()
    }
}

/// `brand:text:disguise` of each mention, ` lawful` after those that are.
fn mentions(reading: &Reading) -> Vec<String> {
    let one = |mention: &Mention| {
        let disguise = mention.disguise.map_or("plain", Disguise::as_str);
        format!(
            "{}:{}:{disguise}{}",
            mention.brand,
            mention.text,
            if mention.lawful { " lawful" } else { "" }
        )
    };
    reading.mentions.iter().map(one).collect()
}

/// `kind:text` of each context.
fn contexts(reading: &Reading) -> Vec<String> {
    reading
        .contexts
        .iter()
        .map(|context| format!("{}:{}", context.kind.as_str(), context.text))
        .collect()
}

#[test]
fn lawful_titles() {
    let reader = reader();
    let table = [
        ("Leather case for iPhone 14", "accessory:case for"),
        ("Strap for Apple Watch 44mm", "accessory:Strap for"),
        (
            "Rechargeable battery for Nike+ Sensor",
            "accessory:battery for",
        ),
        (
            "Ink cartridges compatible with HP 301, Canon 540",
            "accessory:cartridges compatible with",
        ),
        ("Organizer bag for Louis Vuitton tote", "accessory:bag for"),
        (
            "For Apple iPhone 15: clear cover",
            "accessory:For Apple iPhone 15: clear cover",
        ),
        (
            "Sensor compatible with Nike",
            "compatible_with:compatible with",
        ),
        ("Laces that fit Adidas", "accessory:Laces that fit"),
        ("Dust cover fits your Canon printer", "accessory:cover fits"),
        (
            "Schutzhülle passend für Apple",
            "compatible_with:passend für",
        ),
        ("Hülle für iPhone 13", "accessory:Hülle für"),
        ("Coque pour iPhone 12", "accessory:Coque pour"),
        ("Funda para iPhone 12", "accessory:Funda para"),
        ("Custodia per iPhone 12", "accessory:Custodia per"),
        (
            "Capa compatível com iPhone",
            "accessory:Capa compatível com",
        ),
        ("Чехол для iPhone 12", "accessory:Чехол для"),
        ("iPhone 12 için kılıf", "accessory:için kılıf"),
        ("适用于耐克 鞋带", "accessory:适用于耐克 鞋带"),
        ("iPhone15用 ケース", "accessory:用 ケース"),
        ("Used Nike Air Max", "used:Used"),
        ("Vintage Gucci scarf", "used:Vintage"),
        ("Pre-owned Coach bag", "used:Pre-owned"),
        ("[WTS] Hermès watch", "used:WTS"),
        ("Louis Vuitton empty box", "packaging:empty box"),
        ("Nike shoe box only", "packaging:box only"),
        ("Canon printer spare parts", "parts:spare parts"),
        ("HP laptop for parts or repair", "parts:for parts"),
        ("iPhone screen repair kit", "repair:repair kit"),
        ("Gucci: a book of pictures", "book:book"),
        ("Nike Jordan poster A2", "book:poster"),
        ("Canon AE-1 user manual", "book:user manual"),
        ("Adidas bus 1:18", "scale_model:1:18"),
        ("Canon camera broken, spares only", "parts:spares only"),
        ("HP printer for spares or repair", "parts:for spares"),
        ("Apple Watch en panne", "repair:en panne"),
        ("Canon Kamera kaputt", "repair:kaputt"),
        ("Apple iPhone averiado", "repair:averiado"),
        ("iPhone com defeito", "repair:com defeito"),
        ("Canon fotocamera guasta", "repair:guasta"),
        ("Canon сломан", "repair:сломан"),
        ("iPhone arızalı", "repair:arızalı"),
        ("Apple iPhone 故障机", "repair:故障机"),
        ("Canon カメラ 故障品", "repair:故障品"),
        ("Spare link from Gucci", "parts:Spare link from"),
        ("Empty Gucci box, no product", "packaging:no product"),
        ("Gucci nur Verpackung", "packaging:nur Verpackung"),
        ("Boîte vide Louis Vuitton", "packaging:Boîte vide"),
        ("Gucci solo la caja", "packaging:solo la caja"),
        ("Gucci flacone vuoto", "packaging:flacone vuoto"),
        (
            "Nike shoe key ring miniature",
            "scale_model:key ring miniature",
        ),
        ("Adidas Bus Modellbausatz", "scale_model:Modellbausatz"),
        ("Adidas bus 1/72", "scale_model:1/72"),
    ];
    let mut wrong = Vec::new();
    for (title, context) in table {
        let reading = reader.read(&titled(title));
        let lawful =
            !reading.mentions.is_empty() && reading.mentions.iter().all(|mention| mention.lawful);
        if !lawful || !contexts(&reading).contains(&context.to_owned()) || !reading.slang.is_empty()
        {
            wrong.push((title, context, reading));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn for_must_govern_the_brand() {
    let reader = reader();
    let titles = [
        "Nike shoes for men",
        "Shoes for men Nike Air",
        "Gucci bag for women",
        "Gift for him. Gucci belt",
        "shoes for Nike",
        "Nike fit for running",
        "Sneakers for women, Adidas Gazelle",
        "Nike Herren Schuhe für den Sommer",
        "ナイキ 男性用 Nike 靴",
        "Outlet sale Gucci belt",
        "Nike shoes, retro vintage washed print",
        "Nike Air, one used for running",
        "Mechanical Gucci manual winding watch",
        "Nike boots, broken in",
        "Nike Air Jordan, broken code clearance",
        "Not empty Gucci",
        "Nike Air 1:1 mirror, no box",
    ];
    let mut wrong = Vec::new();
    for title in titles {
        let reading = reader.read(&titled(title));
        if reading.mentions.is_empty() || reading.mentions.iter().any(|mention| mention.lawful) {
            wrong.push((title, reading));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_case_whose_brand_field_names_the_brand_claims_to_be_genuine() {
    let listing = Listing {
        brand: "Nike".to_owned(),
        ..titled("case for Nike shoes")
    };
    assert_eq!(
        mentions(&reader().read(&listing)),
        ["nike:Nike:plain", "nike:Nike:plain lawful"]
    );
}

#[test]
fn later_mentions_of_a_brand_named_lawfully_are_lawful() {
    let listing = Listing {
        description: "The iPhone fits well. Apple is a mark.".to_owned(),
        ..titled("Case for iPhone 14")
    };
    assert!(
        reader()
            .read(&listing)
            .mentions
            .iter()
            .all(|mention| mention.lawful)
    );
}

#[test]
fn slang_and_what_is_not() {
    let reader = reader();
    let slang = |title: &str| -> Vec<String> {
        reader
            .read(&titled(title))
            .slang
            .into_iter()
            .map(|slang| slang.text)
            .collect()
    };
    let cues: &[(&str, &[&str])] = &[
        ("1:1 Gucci belt", &["1:1"]),
        (
            "Rolex super clone, mirror quality",
            &["super clone", "mirror quality"],
        ),
        ("耐克高仿莆田鞋", &["高仿", "莆田"]),
        ("Réplica exacta", &["Réplica exacta"]),
        ("Réplique Gucci", &["Réplique"]),
        ("точная копия", &["точная копия"]),
        ("taklit çanta", &["taklit"]),
        ("AAA quality bag", &["AAA quality"]),
        ("no.1 replica", &["replica"]),
    ];
    for (title, expected) in cues {
        assert_eq!(slang(title), *expected, "{title}");
    }
    let honest = [
        "Original Nike Air Max",
        "custom Nike Air Force 1",
        "Ferrari 1:18 model",
        "AAA batteries, pack of 8",
        "Duracell AAA 1.5V",
        "Macro lens 1:1 magnification",
        "fake fur coat",
        "Real Madrid replica jersey",
        "not a replica",
        "No replica! Genuine Gucci",
        "100% authentic, no fakes or replicas",
        "kein Replik",
        "taklit değil",
        "不是高仿",
        "beware of replicas",
    ];
    for title in honest {
        assert_eq!(slang(title), Vec::<String>::new(), "{title}");
    }
    let denied = reader.read(&titled("Gucci belt, not a cheap replica"));
    assert_eq!(contexts(&denied), ["not_replica:not a cheap replica"]);
    assert!(!denied.mentions[0].lawful);
}

#[test]
fn contacts_need_an_account_or_an_invitation() {
    let reader = reader();
    let table: &[(&str, &[&str])] = &[
        (
            "WhatsApp: +86 138 0013 8000 for price",
            &["WhatsApp: +86 138 0013 8000"],
        ),
        ("wechat id shoes_king88", &["wechat id shoes_king88"]),
        ("Telegram @bestbags", &["Telegram @bestbags"]),
        ("add me on whatsapp", &["whatsapp"]),
        ("加微信", &["加微", "微信"]),
        (
            "smart watch, shows WhatsApp, WeChat and Telegram messages",
            &[],
        ),
        ("signal cable 2m", &[]),
        ("Signal 2020 edition", &[]),
    ];
    for (text, expected) in table {
        let found = reader
            .read(&Listing {
                description: (*text).to_owned(),
                ..Listing::default()
            })
            .contacts;
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn claims_and_language() {
    let reader = reader();
    let reading = reader.read(&titled(
        "100% genuine Gucci belt from an authorised dealer, with receipt",
    ));
    assert_eq!(reading.claims, ["genuine", "authorised dealer", "receipt"]);
    assert_eq!(
        reader.read(&titled("genuine leather belt")).claims,
        Vec::<String>::new()
    );
    assert_eq!(
        reader.read(&titled("not an authorised dealer")).claims,
        Vec::<String>::new()
    );
    let german =
        titled("Gebrauchte Schuhe in sehr gutem Zustand, wurden nur einmal im Sommer getragen");
    assert_eq!(reader.read(&german).language.as_deref(), Some("deu"));
    assert_eq!(reader.read(&titled("Nike")).language, None);
}

#[test]
fn ordinary_names_are_less_sure() {
    let reader = reader();
    let sure = |listing: &Listing| {
        reader
            .read(listing)
            .mentions
            .last()
            .map_or(0.0, |mention| mention.confidence)
    };
    let field = Listing {
        brand: "Supreme".to_owned(),
        ..Listing::default()
    };
    let described = Listing {
        description: "Leather of supreme softness".to_owned(),
        ..Listing::default()
    };
    let other = Listing {
        brand: "Zanella".to_owned(),
        ..titled("soft supreme leather")
    };
    let told = Listing {
        brand: "Supreme".to_owned(),
        ..titled("soft supreme leather")
    };
    let order = [
        sure(&other),
        sure(&titled("soft supreme leather")),
        sure(&titled("Box logo of Supreme in red")),
        sure(&titled("Supreme box logo")),
        sure(&told),
        sure(&field),
    ];
    assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");
    assert!(sure(&described) < 0.5);
    assert!(sure(&titled("Nike shoes")) > 0.9);
    assert!(sure(&titled("for him and her, hp sauce")) < 0.5);
}

#[test]
fn two_readers_read_the_same() {
    let text = "N*ke Gucci Addias nikeair @didas Νіkе, case for iPhone 12 and Canon; 1:1, whatsapp +4915112345678";
    let listing = Listing {
        description: text.to_owned(),
        ..titled(text)
    };
    assert_eq!(reader().read(&listing), reader().read(&listing));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn spans_are_slices_of_the_original(
        noise in "[\\PC\u{0}-\u{1f}]{0,20}|[\\u{0}-\\u{10ffff}]{0,12}",
        name in prop::sample::select(vec!["Nike", "N*ke", "G u c c i", "Adi\u{200b}das", "耐克", "Гуччи", "case for HP, ", "whatsapp +12345678", "not 1:1", ""]),
        more in "[a-zA-Z0-9 *.$@!\u{338}éІ高仿]{0,24}",
    ) {
        let text = format!("{noise}{name}{more}");
        let reader = READER.with(std::rc::Rc::clone);
        let listing = Listing { brand: more.clone(), description: format!("{more}\n{text}"), ..titled(&text) };
        let reading = reader.read(&listing);
        for mention in &reading.mentions {
            let field = match mention.field {
                Field::Brand => &listing.brand,
                Field::Title => &listing.title,
                Field::Description => &listing.description,
            };
            prop_assert_eq!(field.get(mention.start..mention.end), Some(mention.text.as_str()));
            prop_assert!((0.0..=1.0).contains(&mention.confidence));
        }
    }
}

thread_local! {
    static READER: std::rc::Rc<Reader> = std::rc::Rc::new(reader());
}
