use super::*;
use crate::record::{Gtin, Product};
use crate::text::{BrandNames, Lexicons, Reader};

fn product(id: &str, title: &str) -> Product {
    let brand = if id.starts_with('L') {
        "luma"
    } else {
        "kestrel"
    };
    Product {
        id: id.into(),
        brand: brand.into(),
        title: title.to_owned(),
        ..Product::default()
    }
}

fn products() -> Vec<Product> {
    let mut products = vec![
        product("L1", "Chaz Kangeroo Hoodie-XS-Black"),
        product("L2", "Chaz Kangeroo Hoodie-XS-Gray"),
        product("L3", "Radiant Tee-M-Blue"),
        product("L4", "Breathe-Easy Tank-S-White"),
        product("L5", "Joust Duffle Bag"),
        product("L6", "Fusion Backpack"),
        product("K1", "Kestrel KX-200 field watch steel"),
        product("K2", "Kestrel KX-300 field watch steel"),
    ];
    products[4].gtin = Gtin::from_body(400638133393);
    products[6].mpn = "KX-200.1".to_owned();
    products
}

struct World {
    reader: Reader,
    index: ProductIndex,
}

fn world() -> World {
    let names = [("luma", "Luma"), ("kestrel", "Kestrel")];
    let brand = |(id, name): (&str, &str)| Brand {
        id: id.into(),
        name: name.to_owned(),
        complete: id == "luma",
        ..Brand::default()
    };
    let brands = names.map(brand);
    let spelt = names.map(|(id, name)| BrandNames {
        id: id.into(),
        name: name.to_owned(),
        aliases: Vec::new(),
    });
    let lexicons = Lexicons::embedded().expect("shipped lexicons are sound");
    World {
        reader: Reader::new(lexicons, &spelt).expect("two names"),
        index: ProductIndex::new(products(), &brands),
    }
}

impl World {
    fn hits(&self, listing: &Listing) -> Vec<ProductHit> {
        self.index.hits(listing, &self.reader.read(listing))
    }

    fn best(&self, title: &str) -> (String, f64) {
        let hits = self.hits(&titled(title));
        hits.first().map_or((String::new(), 0.0), |hit| {
            (hit.product_id.to_string(), hit.probability)
        })
    }

    fn nonexistent(&self, title: &str) -> Option<String> {
        let listing = titled(title);
        let reading = self.reader.read(&listing);
        self.index
            .nonexistent(&listing, &reading, &self.index.hits(&listing, &reading))
            .map(|model| model.claimed)
    }
}

fn titled(title: &str) -> Listing {
    Listing {
        title: title.to_owned(),
        ..Listing::default()
    }
}

#[test]
fn titles_find_their_product() {
    let world = world();
    let table = [
        ("Luma Chaz Kangeroo Hoodie black XS new with tags", "L1"),
        ("chaz kangeroo hoodie grey", "L2"),
        ("LUMA Joust duffle bag gym travel", "L5"),
        ("Kestrel KX300 watch", "K2"),
        ("Kestrel field watch KX-200 steel", "K1"),
    ];
    for (title, id) in table {
        let (found, probability) = world.best(title);
        assert_eq!(found, id, "{title}");
        assert!(probability >= 0.5, "{title}: {probability}");
    }
}

#[test]
fn what_is_another_product_is_improbable() {
    let world = world();
    for title in [
        "Luma hoodie",
        "red garden chair",
        "Case for Kestrel KX-200 field watch steel",
        "Luma field jacket",
        "",
    ] {
        let (found, probability) = world.best(title);
        assert!(probability < 0.5, "{title}: {found} {probability}");
    }
}

#[test]
fn numbers_beat_titles() {
    let world = world();
    let gtin = Listing {
        gtin: Gtin::from_body(400638133393),
        ..titled("sports bag")
    };
    let hits = world.hits(&gtin);
    assert_eq!(hits[0].product_id.as_str(), "L5");
    assert!(
        hits[0].probability > 0.9 && hits[0].why.starts_with("same GTIN"),
        "{:?}",
        hits[0]
    );
    let mpn = Listing {
        mpn: "kx2001".to_owned(),
        brand: "Kestrel".to_owned(),
        ..titled("mens watch")
    };
    let hits = world.hits(&mpn);
    assert_eq!(hits[0].product_id.as_str(), "K1");
    assert!(
        hits[0].probability > 0.8 && hits[0].why.starts_with("same part number"),
        "{:?}",
        hits[0]
    );
    // The same part number under another brand means nothing.
    let other = Listing {
        mpn: "kx2001".to_owned(),
        brand: "Luma".to_owned(),
        ..titled("bag")
    };
    assert!(
        world
            .hits(&other)
            .iter()
            .all(|hit| !hit.why.contains("same part number"))
    );
}

#[test]
fn order_of_the_catalog_does_not_matter() {
    let mut reversed = products();
    reversed.reverse();
    let world = world();
    let index = ProductIndex::new(reversed, &[]);
    let listing = titled("Chaz Kangeroo Hoodie");
    let reading = world.reader.read(&listing);
    assert_eq!(
        index.hits(&listing, &reading),
        ProductIndex::new(products(), &[]).hits(&listing, &reading)
    );
}

#[test]
fn models_that_the_brand_never_made() {
    let world = world();
    assert_eq!(
        world.nonexistent("Luma Zephyrion running vest").as_deref(),
        Some("Luma Zephyrion")
    );
    assert_eq!(
        world.nonexistent("Luma ZX-900 smart shoe").as_deref(),
        Some("Luma ZX-900")
    );
    let honest = [
        "Luma Chaz Kangeroo Hoodie",
        "Luma running vest",
        "Luma Summer Sale vest",
        "LUMA RUNNING VEST",
        "Strap for Luma Zephyrion",
        "Used Luma Zephyrion vest",
        "Luma vest 50ml 2nd",
        "Luma Tank Radiant",
        "Kestrel Zephyrion watch",
        "Zephyrion vest",
    ];
    for title in honest {
        assert_eq!(world.nonexistent(title), None, "{title}");
    }
}

/// A new seller of a model that the owner did not list is no counterfeiter.
#[test]
fn a_catalog_that_is_not_said_to_be_complete_tells_no_model_to_be_invented() {
    let brand = Brand {
        id: "luma".into(),
        name: "Luma".to_owned(),
        ..Brand::default()
    };
    let world = World {
        index: ProductIndex::new(products(), &[brand]),
        ..world()
    };
    assert_eq!(world.nonexistent("Luma ZX-900 smart shoe"), None);
}

#[test]
fn what_a_copy_claims_to_be_is_no_model() {
    assert_eq!(world().nonexistent("Luma 1:1 vest"), None);
}

#[test]
fn an_alias_that_is_a_line_of_products_still_tells_them_apart() {
    let product = |id: &str, title: &str| Product {
        id: id.into(),
        brand: "apex".into(),
        title: title.to_owned(),
        ..Product::default()
    };
    let products = vec![
        product("1", "Apex SoundPods"),
        product("2", "Apex 20W USB-C power adapter"),
        product("3", "Apex Watch strap"),
    ];
    let brand = Brand {
        id: "apex".into(),
        name: "Apex".to_owned(),
        aliases: vec!["SoundPods".to_owned()],
        ..Brand::default()
    };
    let spelt = BrandNames {
        id: "apex".into(),
        name: "Apex".to_owned(),
        aliases: brand.aliases.clone(),
    };
    let lexicons = Lexicons::embedded().expect("shipped lexicons are sound");
    let world = World {
        reader: Reader::new(lexicons, &[spelt]).expect("names"),
        index: ProductIndex::new(products, &[brand]),
    };
    let (id, probability) = world.best("Apex SoundPods");
    assert_eq!(id, "1");
    assert!(probability > 0.8, "{probability}");
}

#[test]
fn the_nearest_real_models_are_named() {
    let world = world();
    let listing = titled("Luma Radianze smart vest");
    let reading = world.reader.read(&listing);
    let hits = world.index.hits(&listing, &reading);
    let model = world.index.nonexistent(&listing, &reading, &hits);
    let model = model.expect("Luma makes no Radianze");
    assert_eq!(model.claimed, "Luma Radianze");
    assert_eq!(model.nearest[0], "Radiant Tee-M-Blue");
    assert!(model.nearest.len() <= 3);
}

#[test]
fn the_brands_name_is_no_part_of_the_title() {
    let world = world();
    for title in [
        "Luma Joust Duffle Bag",
        "L*ma Joust Duffle Bag",
        "Joust Duffle Bag LUMA",
    ] {
        let hits = world.hits(&titled(title));
        assert_eq!(hits[0].title, "Joust Duffle Bag", "{title}");
        assert!(hits[0].title_likeness > 0.99, "{title}: {:?}", hits[0]);
        assert!(
            hits[0].why.starts_with("same title"),
            "{title}: {}",
            hits[0].why
        );
    }
}

#[test]
fn a_listing_that_names_no_brand_is_held_against_all() {
    let world = world();
    let (found, probability) = world.best("Joust duffle bag");
    assert_eq!(found, "L5");
    assert!(probability >= 0.5, "{probability}");
    // Without its brand a part number may be anybody's.
    let number = Listing {
        mpn: "KX-200.1".to_owned(),
        ..titled("mens watch")
    };
    let hits = world.hits(&number);
    assert!(hits.iter().all(|hit| hit.probability < 0.5), "{hits:?}");
}

#[test]
fn another_number_is_another_product() {
    let world = world();
    let (found, probability) = world.best("Kestrel KX-400 field watch steel");
    assert!(probability < 0.5, "{found} {probability}");
}
