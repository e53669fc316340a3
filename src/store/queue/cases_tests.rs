use super::super::fixture::{candidate, hour, index};
use super::*;
use crate::store::{Status, plan};

fn of_brands(brands: &[&str]) -> Filter {
    Filter {
        run: "r".to_owned(),
        status: Some(Status::Open),
        brands: brands.iter().map(|brand| (*brand).into()).collect(),
        ..Filter::default()
    }
}

#[test]
fn pages_of_several_brands_are_those_of_one_list() {
    let mut store = Store::open_in_memory().expect("opened");
    let brands = ["arcus", "luma", "luma", "orbis"];
    let all = (0..40).map(|number| candidate(&format!("L{number:02}"), brands[number % 4]));
    index(&mut store, "r", hour(0), all.collect());
    let listed = |filter: &Filter, page| -> Vec<String> {
        let page = store.queue_page(filter, page, 7).expect("read");
        let cases = page.cases.iter();
        cases.map(|case| case.listing_id.to_string()).collect()
    };
    let two = of_brands(&["luma", "arcus"]);
    let merged: Vec<String> = (0..6).flat_map(|page| listed(&two, page)).collect();
    let wanted: Vec<String> = (0..40)
        .filter(|number| number % 4 != 3)
        .map(|number| format!("L{number:02}"))
        .collect();
    assert_eq!(merged, wanted);
    assert_eq!(store.queue_page(&two, 0, 7).expect("read").count, 30);
}

#[test]
fn the_first_of_a_brand_are_read_in_the_order_of_an_index() {
    let store = Store::open_in_memory().expect("opened");
    for status in [None, Some(Status::Open)] {
        let filter = Filter {
            status,
            ..of_brands(&["luma"])
        };
        let (from, _) = filter.sql();
        let order = filter.order();
        let plan = plan(
            &store,
            &format!("SELECT value, queue.id FROM {from} ORDER BY {order} LIMIT 50"),
        );
        let plan = plan.join("\n");
        assert!(plan.contains("COVERING INDEX"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[test]
fn the_cases_of_a_seller_are_found_by_the_seller() {
    let store = Store::open_in_memory().expect("opened");
    let filter = Filter {
        run: "r".to_owned(),
        seller: "S1".to_owned(),
        ..Filter::default()
    };
    let (from, _) = filter.sql();
    let order = filter.order();
    let sql = format!("SELECT queue.id FROM {from} ORDER BY {order} LIMIT 50");
    let plan = plan(&store, &sql).join("\n");
    assert!(plan.contains("queue_of_seller"), "{plan}");
}
