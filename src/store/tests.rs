use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::*;
use crate::record::{Brand, BrandId, Product};
use crate::reference::Catalog;

const MONDAY: Date = date(2026, 3, 2);
const TUESDAY: Date = date(2026, 3, 3);

fn catalog(name: &str, titles: &[&str]) -> Catalog {
    let brand = Brand {
        id: BrandId::from_name(name),
        name: name.to_owned(),
        ..Brand::default()
    };
    let products = titles
        .iter()
        .map(|title| Product {
            id: (*title).into(),
            brand: brand.id.clone(),
            title: (*title).to_owned(),
            ..Product::default()
        })
        .collect();
    Catalog::new(brand, products, Vec::new()).expect("plain content")
}

#[test]
fn catalogs_come_back_as_they_were_with_all_their_versions() {
    let mut store = Store::open_in_memory().expect("opened");
    let (first, second) = (catalog("Luma", &["Bag"]), catalog("Luma", &["Bag", "Hat"]));
    let other = catalog("Arcus", &["Lamp"]);
    assert_eq!(
        store.add_catalog(&first, MONDAY).expect("added"),
        Added::New
    );
    assert_eq!(
        store.add_catalog(&second, TUESDAY).expect("added"),
        Added::NewVersion(2)
    );
    assert_eq!(
        store.add_catalog(&other, TUESDAY).expect("added"),
        Added::New
    );

    assert_eq!(store.catalogs().expect("read"), [other, second.clone()]);
    let luma = BrandId::from("luma");
    assert_eq!(store.catalog(&luma, 1).expect("read"), Some(first));
    assert_eq!(store.catalog(&luma, 3).expect("read"), None);
    let versions = store.catalog_versions(&luma).expect("read");
    let days: Vec<_> = versions
        .iter()
        .map(|entry| (entry.version, entry.added_on))
        .collect();
    assert_eq!(days, [(1, MONDAY), (2, TUESDAY)]);
    let list = store.catalog_list().expect("read");
    let latest: Vec<_> = list
        .iter()
        .map(|entry| (entry.name.as_str(), entry.version, entry.products))
        .collect();
    assert_eq!(latest, [("Arcus", 1, 1), ("Luma", 2, 2)]);
    assert_eq!(list[1].content, second.version);
}

#[test]
fn an_unchanged_catalog_adds_no_version_and_an_older_content_does() {
    let mut store = Store::open_in_memory().expect("opened");
    let (first, second) = (catalog("Luma", &["Bag"]), catalog("Luma", &["Hat"]));
    store.add_catalog(&first, MONDAY).expect("added");
    assert_eq!(
        store.add_catalog(&first, TUESDAY).expect("again"),
        Added::Unchanged
    );
    assert_eq!(
        store.catalog_versions(&first.brand.id).expect("read").len(),
        1
    );
    store.add_catalog(&second, TUESDAY).expect("added");
    assert_eq!(
        store.add_catalog(&first, TUESDAY).expect("back"),
        Added::NewVersion(3)
    );
}

#[test]
fn runs_are_listed_by_day_and_then_as_they_were_made() {
    let mut store = Store::open_in_memory().expect("opened");
    for (id, day) in [("b-2", TUESDAY), ("b-10", TUESDAY), ("c", MONDAY)] {
        store
            .add_run(id, day, Timestamp::UNIX_EPOCH, "{}")
            .expect("added");
    }
    store
        .add_run("b-2", TUESDAY, Timestamp::UNIX_EPOCH, "{\"rows\":2}")
        .expect("replaced");
    let runs: Vec<_> = store.runs().expect("read");
    let order: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(order, ["c", "b-2", "b-10"]);
    assert_eq!(runs[1].manifest, "{\"rows\":2}");
}

#[test]
fn a_file_is_made_with_its_folder_and_opened_again() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("state/touchstone.sqlite");
    let kept = catalog("Luma", &["Bag"]);
    Store::open(&path)
        .expect("made")
        .add_catalog(&kept, MONDAY)
        .expect("added");
    let store = Store::open(&path).expect("opened again");
    assert_eq!(store.catalogs().expect("read"), [kept]);
    let mode: String = store
        .connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .expect("asked");
    assert_eq!(mode, "wal");
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("touchstone.sqlite");
    let store = Store::open(&path).expect("made");
    let later = "INSERT INTO migrations (position, name) VALUES (1000, 'mind_reading')";
    store.connection.execute(later, []).expect("inserted");
    drop(store);
    let error = Store::open(&path).expect_err("newer");
    assert!(matches!(&error, StoreError::Newer { found, .. } if found == "mind_reading"));
    assert!(error.to_string().ends_with("update touchstone"), "{error}");
}

#[test]
fn another_programs_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("touchstone.sqlite");
    let other = Connection::open(&path).expect("made");
    other
        .execute_batch("CREATE TABLE theirs (x)")
        .expect("made");
    drop(other);
    let before = std::fs::read(&path).expect("read");
    assert!(matches!(
        Store::open(&path),
        Err(StoreError::Foreign { .. })
    ));
    assert_eq!(std::fs::read(&path).expect("read"), before);

    std::fs::write(
        &path,
        "a plain text file, long enough to have no valid header at all",
    )
    .expect("written");
    let error = Store::open(&path).expect_err("no database");
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
}

#[test]
fn a_spoilt_catalog_is_named() {
    let mut store = Store::open_in_memory().expect("opened");
    store
        .add_catalog(&catalog("Luma", &["Bag"]), MONDAY)
        .expect("added");
    store
        .connection
        .execute("UPDATE catalog_versions SET payload = '{'", [])
        .expect("spoilt");
    let error = store.catalogs().expect_err("spoilt").to_string();
    assert!(
        error.contains("version 1 of the catalog of luma"),
        "{error}"
    );
    assert!(error.contains("catalog add"), "{error}");
}

#[test]
fn processes_that_start_together_share_one_new_database() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("touchstone.sqlite");
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let path = &path;
            scope.spawn(move || {
                for round in 0..5 {
                    let mut store = Store::open(path).expect("opened");
                    let title = format!("{worker}-{round}");
                    store
                        .add_catalog(&catalog("Luma", &[&title]), MONDAY)
                        .expect("added");
                }
            });
        }
    });
    let versions = Store::open(&path)
        .expect("opened")
        .catalog_versions(&BrandId::from("luma"))
        .expect("read");
    let numbers: Vec<u32> = versions.iter().map(|entry| entry.version).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
}
