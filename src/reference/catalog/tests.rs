use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ::image::{ImageFormat, Rgb, RgbImage};
use jiff::civil::{Date, date};
use tempfile::TempDir;

use super::super::finding::Code;
use super::*;
use crate::record::BrandId;

const TODAY: Date = date(2026, 3, 2);

const BRAND: &str = r#"
name = "Luma"
aliases = ["Luma Active"]
authorised_sellers = ["S-1"]
contact = "ip@luma.example"
[[rights]]
type = "trademark"
number = "018123456"
office = "EUIPO"
expiry = 2031-05-01
"#;

/// A catalog folder in the making.
struct Folder(TempDir);

impl Folder {
    fn new(brand: &str, products: &str) -> Self {
        let folder = Self(tempfile::tempdir().expect("temporary folder"));
        fs::create_dir(folder.path().join("images")).expect("made");
        folder.put("brand.toml", brand);
        folder.put("products.csv", products);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), content).expect("written");
    }

    fn picture(&self, name: &str, seed: u32) {
        self.put(&format!("images/{name}"), picture(seed));
    }

    fn load(&self) -> (Option<Catalog>, CatalogReport) {
        load(self.path(), &Limits::default(), TODAY).expect("a folder")
    }
}

/// Blocks of shades from a small generator: enough to see for a good quality, other for each seed.
fn picture(seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let shades: Vec<u8> = (0..64)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 8) as u8
        })
        .collect();
    png(&RgbImage::from_fn(128, 128, |x, y| {
        let shade = shades[(y / 16 * 8 + x / 16) as usize];
        Rgb([shade, shade, shade])
    }))
}

fn png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encoded");
    bytes.into_inner()
}

fn lines(report: &CatalogReport) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

fn codes(report: &CatalogReport) -> BTreeSet<Code> {
    report.findings.iter().map(|finding| finding.code).collect()
}

#[track_caller]
fn assert_finds(report: &CatalogReport, start: &str, part: &str) {
    let lines = lines(report);
    let hit = lines
        .iter()
        .any(|line| line.starts_with(start) && line.contains(part));
    assert!(hit, "{start}…{part} is not in {lines:#?}");
}

#[test]
fn a_good_catalog_has_no_findings() {
    let folder = Folder::new(
        BRAND,
        "id,title,gtin,price,image_link\nB1,Canvas bag,4006381333931,59.00 EUR,bag.png\nH1,Felt hat,,39.00 EUR,hat.png\n",
    );
    folder.picture("bag.png", 1);
    folder.picture("hat.png", 2);
    let (catalog, report) = folder.load();
    assert_eq!(lines(&report), Vec::<String>::new());
    let catalog = catalog.expect("usable");
    assert_eq!(catalog.brand.id, BrandId::from("luma"));
    let shown: Vec<_> = catalog
        .images
        .iter()
        .map(|image| {
            (
                image.file.as_str(),
                image.product.as_ref().map_or("", |id| id.as_str()),
            )
        })
        .collect();
    assert_eq!(shown, [("bag.png", "B1"), ("hat.png", "H1")]);
    assert_eq!(
        (
            report.products,
            report.found_by_image,
            report.found_by_price
        ),
        (2, 2, 2)
    );
    assert!(
        report.summary().contains("Nothing was found wrong"),
        "{}",
        report.summary()
    );
}

#[test]
fn every_problem_of_a_row_is_named() {
    let folder = Folder::new(
        BRAND,
        "id,title,brand,gtin,price,price_floor,image_link\n\
         A,Bag,Luma,4006381333932,59,,a.png\n\
         A,Bag again,Luma,,59 EUR,,a.png\n\
         B,,Luma,,59 EUR,,a.png\n\
         C,Cap,Other,,20 EUR,30 EUR,../../etc/passwd\n\
         D,Dress,LUMA  ACTIVE,,0 EUR,,A.PNG\n\
         E,Extra,Luma,4006381333931,1 EUR,,\n\
         F,Frame,Luma,4006381333931,1 EUR,,cut.png\n",
    );
    folder.picture("a.png", 1);
    folder.picture("unused.png", 2);
    folder.put("images/cut.png", &picture(3)[..90]);
    let (catalog, report) = folder.load();
    for (start, part) in [
        ("products.csv:1: error: gtin: ", "[bad_gtin]"),
        ("products.csv:1: error: price: ", "[price_without_currency]"),
        (
            "products.csv:1: warning: price: ",
            "[product_without_price]",
        ),
        ("products.csv:2: error: id: ", "[duplicate_id]"),
        ("products.csv:3: error: title: ", "[product_without_title]"),
        ("products.csv:4: warning: brand: ", "\"Other\" in 1 row"),
        (
            "products.csv:4: warning: price_floor: ",
            "a floor of 30.00 EUR above the price of 20.00 EUR",
        ),
        (
            "products.csv:4: error: image_link: ",
            "[image_outside_folder]",
        ),
        (
            "products.csv:4: warning: image_link: ",
            "[product_without_images]",
        ),
        (
            "products.csv:5: error: image_link: ",
            "there is images/a.png: write it alike",
        ),
        ("products.csv:5: warning: price: ", "at 0.00 EUR"),
        (
            "products.csv:6: warning: image_link: ",
            "product E without images",
        ),
        ("products.csv:7: warning: gtin: ", "2 products: E, F"),
        ("products.csv:7: error: image_link: ", "[image_unreadable]"),
        ("images/unused.png: warning: ", "[image_unused]"),
    ] {
        assert_finds(&report, start, part);
    }
    assert_eq!(report.findings.len(), 15, "{:#?}", lines(&report));
    let catalog = catalog.expect("usable");
    let ids: Vec<_> = catalog
        .products
        .iter()
        .map(|product| product.id.as_str())
        .collect();
    assert_eq!(ids, ["A", "C", "D", "E", "F"]);
    assert!(
        catalog.products[2].images.is_empty(),
        "a missing image is left out"
    );
    assert_eq!(
        (report.rows, report.products, report.found_by_image),
        (7, 5, 1)
    );
    assert_eq!((report.images_named, report.images), (3, 1));
}

#[test]
fn a_right_that_ended_is_no_ground() {
    let folder = Folder::new(&BRAND.replace("2031", "2021"), "id,title\nA,Bag\n");
    let (catalog, report) = folder.load();
    assert_finds(
        &report,
        "brand.toml:10: warning: expiry: ",
        "018123456 ended on 2021-05-01",
    );
    assert_finds(
        &report,
        "brand.toml: warning: rights: ",
        "1 right, not in force",
    );
    assert_eq!(catalog.expect("usable").brand.rights.len(), 1);
    assert_eq!((report.rights, report.rights_in_force), (1, 0));
}

#[test]
fn an_image_of_many_is_one_finding() {
    let mut products = "id,title,image_link\n".to_owned();
    for size in ["XS", "S", "M", "L", "XL", "XXL"] {
        products.push_str(&format!("T-{size},Chaz tank top {size},tank.png\n"));
    }
    products.push_str("P,Poster,both.png\nQ,Umbrella,both.png\n");
    let folder = Folder::new(BRAND, &products);
    folder.picture("tank.png", 1);
    folder.picture("both.png", 2);
    let (catalog, report) = folder.load();
    assert_finds(
        &report,
        "images/tank.png: info: ",
        "6 products: T-XS, T-S, T-M, T-L, T-XL, ...",
    );
    assert_finds(&report, "images/both.png: warning: ", "2 products: P, Q");
    let images = catalog.expect("usable").images;
    assert_eq!(images[0].product, None, "of two models it shows neither");
    assert_eq!(
        images[1].product,
        Some("T-XS".into()),
        "of variants it shows the first"
    );
    let of_images = report
        .findings
        .iter()
        .filter(|finding| finding.file.starts_with("images/"));
    assert_eq!(of_images.count(), 2);
}

#[test]
fn groups_named_by_the_file_are_variants_whatever_their_titles() {
    let folder = Folder::new(
        BRAND,
        "id,title,item_group_id,image_link\nA,Runner,g,x.png\nB,Walker,g,x.png\n",
    );
    folder.picture("x.png", 1);
    let (_, report) = folder.load();
    assert!(
        codes(&report).contains(&Code::ImageSharedByVariants),
        "{:#?}",
        lines(&report)
    );
}

#[test]
fn images_that_a_scan_would_confuse_are_named() {
    let folder = Folder::new(
        BRAND,
        "id,title,image_link\nA,Bag,a.png\nB,Hat,b.png\nC,Sock,c.png\nF,Flat,flat.png\n",
    );
    folder.picture("a.png", 1);
    // The same to the eye, another file.
    let mut image = ::image::load_from_memory(&picture(1))
        .expect("decoded")
        .to_rgb8();
    image.put_pixel(0, 0, Rgb([7, 7, 7]));
    folder.put("images/b.png", png(&image));
    folder.picture("c.png", 2);
    folder.put(
        "images/flat.png",
        png(&RgbImage::from_pixel(128, 128, Rgb([200, 200, 200]))),
    );
    let (_, report) = folder.load();
    assert_finds(
        &report,
        "images/a.png: warning: ",
        "looks like images/b.png, of 2 products: A, B",
    );
    assert_finds(&report, "images/flat.png: warning: ", "[image_low_quality]");
    assert_eq!((report.images, report.found_by_image), (4, 3));
}

#[test]
fn a_fake_with_the_owners_picture_counts_as_official() {
    let folder = Folder::new(
        BRAND,
        "id,title,image_link,known_fake_image\nA,Bag,a.png,a.png\nB,Hat,b.png,copy.png\nC,Sock,c.png,fake.png\n",
    );
    for (name, seed) in [
        ("a.png", 1),
        ("b.png", 2),
        ("copy.png", 2),
        ("c.png", 3),
        ("fake.png", 4),
    ] {
        folder.picture(name, seed);
    }
    let (catalog, report) = folder.load();
    assert_finds(
        &report,
        "images/a.png: error: ",
        "also a known fake of 1 product: A",
    );
    assert_finds(
        &report,
        "images/copy.png: error: ",
        "same content as the official images/b.png",
    );
    let catalog = catalog.expect("usable");
    let fakes: Vec<_> = catalog
        .images
        .iter()
        .filter(|image| image.role == ImageRole::KnownFake)
        .map(|image| image.file.as_str())
        .collect();
    assert_eq!(fakes, ["fake.png"]);
    assert!(catalog.products[1].known_fake_images.is_empty());
}

#[test]
fn a_logo_is_the_brands_mark_and_no_photo_of_goods() {
    let brand = BRAND.replace("contact", "logo_image = \"logo.png\"\ncontact");
    let folder = Folder::new(&brand, "id,title,image_link\nA,Bag,a.png\n");
    folder.picture("a.png", 1);
    folder.picture("logo.png", 2);
    let (catalog, _) = folder.load();
    let roles: Vec<_> = catalog
        .expect("usable")
        .images
        .into_iter()
        .map(|image| (image.file, image.role))
        .collect();
    let expected = [
        ("a.png", ImageRole::Official),
        ("logo.png", ImageRole::Mark),
    ];
    assert_eq!(roles, expected.map(|(file, role)| (file.to_owned(), role)));
}

#[test]
fn without_a_usable_file_there_is_no_catalog_but_all_else_is_checked() {
    let folder = Folder::new("nam = \"Luma\"", "id,title,gtin\nA,Bag,1\n");
    let (catalog, report) = folder.load();
    assert!(catalog.is_none() && !report.usable);
    assert_finds(&report, "brand.toml:1: error: nam: ", "did you mean name?");
    assert_finds(&report, "products.csv:1: error: gtin: ", "[bad_gtin]");
    assert!(
        report.summary().contains("cannot be used until"),
        "{}",
        report.summary()
    );

    let folder = Folder::new(BRAND, "id,title\nA,Bag\n");
    folder.put("products.ndjson", "{\"id\":\"A\",\"title\":\"Bag\"}\n");
    let (catalog, report) = folder.load();
    assert!(catalog.is_none());
    assert_finds(
        &report,
        ": error: ",
        "products.csv and products.ndjson; one products file",
    );

    fs::remove_file(folder.path().join("products.csv")).expect("removed");
    assert!(folder.load().0.is_some(), "NDJSON alone is fine");
    fs::rename(
        folder.path().join("products.ndjson"),
        folder.path().join("Products.xlsx"),
    )
    .expect("renamed");
    assert_finds(&folder.load().1, ": error: ", "only Products.xlsx");

    let folder = Folder::new(BRAND, "sku_of_ours,what\n1,2\n");
    assert!(codes(&folder.load().1).contains(&Code::ProductsUnreadable));
    let folder = Folder::new(BRAND, "id,title\n,\n");
    assert!(codes(&folder.load().1).contains(&Code::NoProducts));

    let error = load(Path::new("/no/such/folder"), &Limits::default(), TODAY).expect_err("none");
    assert!(error.to_string().contains("brand.toml"), "{error}");
}

#[test]
fn a_missing_image_folder_is_one_finding() {
    let folder = Folder::new(BRAND, "id,title,image_link\nA,Bag,a.png\nB,Hat,b.png\n");
    fs::remove_dir(folder.path().join("images")).expect("removed");
    let (catalog, report) = folder.load();
    assert_finds(&report, "images: error: ", "[images_folder]");
    assert!(!codes(&report).contains(&Code::ImageMissing));
    assert!(
        catalog
            .expect("usable")
            .products
            .iter()
            .all(|product| product.images.is_empty())
    );
}

#[test]
fn rows_speak_for_the_brand_and_doubt_never_accuses() {
    let folder = Folder::new(
        "name = \"Luma\"\ncontact = \"x\"\n",
        "id,title,ip_type,ip_registration_number,ip_office,ip_expiry,authorised_sellers,image_rights\n\
         A,Bag,design,D-1,EUIPO,2030-01-01,\"S-1;S-2\",yes\n\
         B,Hat,design,D-2,EUIPO,some day,S-2,no\n",
    );
    let (catalog, report) = folder.load();
    let brand = catalog.expect("usable").brand;
    let numbers: Vec<_> = brand
        .rights
        .iter()
        .map(|right| right.number.as_str())
        .collect();
    assert_eq!(
        numbers,
        ["D-1"],
        "a right whose last day is unreadable is left out"
    );
    assert_eq!(brand.authorised_sellers, ["S-1".into(), "S-2".into()]);
    assert!(!brand.image_rights);
    assert_finds(
        &report,
        "products.csv:2: warning: image_rights: ",
        "photos are not the owner's",
    );
    assert_finds(&report, "products.csv:2: error: ip_expiry: ", "[bad_cell]");
}

#[test]
fn the_version_follows_the_content_and_nothing_else() {
    let products = "id,title,image_link\nA,Bag,a.png\nB,Hat,b.png\n";
    let version = |folder: &Folder| folder.load().0.expect("usable").version;
    let (one, two) = (Folder::new(BRAND, products), Folder::new(BRAND, products));
    for folder in [&one, &two] {
        folder.picture("a.png", 1);
        folder.picture("b.png", 2);
    }
    assert_eq!(version(&one), version(&two));
    two.put("brand.toml", format!("# A remark.\n{BRAND}"));
    assert_eq!(version(&one), version(&two), "a remark is no content");
    two.picture("b.png", 3);
    assert_ne!(version(&one), version(&two), "another picture is");
    let before = version(&one);
    one.put("brand.toml", BRAND.replace("S-1", "S-2"));
    assert_ne!(version(&one), before, "another seller is");
}

#[test]
fn one_thread_or_many_give_the_same() {
    let mut products = "id,title,image_link\n".to_owned();
    for number in 0..12 {
        products.push_str(&format!("P{number},Thing number {number},{number}.png\n"));
    }
    let folder = Folder::new(BRAND, &products);
    for number in 0..12 {
        folder.picture(&format!("{number}.png"), number);
    }
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| folder.load())
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn every_code_is_explained_to_brand_owners() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/catalogs.md"))
        .expect("docs/catalogs.md");
    for code in Code::ALL {
        let row = format!("| `{code}` | {} |", code.severity());
        assert!(page.contains(&row), "docs/catalogs.md lacks the line {row}");
    }
}
