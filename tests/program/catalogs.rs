use crate::support::{Desk, small_catalog};

#[test]
fn a_good_catalog_is_added_once_and_listed() {
    let desk = Desk::with_small_catalog();
    let again = desk
        .run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
        .code(0);
    assert!(again.stderr().contains("unchanged"), "{}", again.stderr());
    insta::assert_snapshot!(desk.run(&["catalog", "list"]).code(0).stdout());
}

#[test]
fn a_changed_catalog_becomes_a_new_version() {
    let desk = Desk::with_small_catalog();
    let path = desk.path("luma/products.csv");
    let text = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, text.replace("129.00", "139.00")).expect("written");
    let run = desk
        .run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
        .code(0);
    assert!(run.stderr().contains("version 2"), "{}", run.stderr());
    let shown = desk.run(&["catalog", "show", "velnora"]).code(0).stdout();
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(shown["versions"].as_array().expect("a list").len(), 2);
}

/// Every problem is reported by file, row and column, with what was found and what to do.
#[test]
fn check_names_every_problem() {
    let desk = Desk::new();
    small_catalog(&desk.path("luma"));
    desk.write(
        "luma/brand.toml",
        "name = \"Velnora\"\nalias = [\"V\"]\n\n[[rights]]\ntype = \"trademark\"\nnumber = \"1\"\noffice = \"EUIPO\"\nexpiry = 2020-01-01\nnice_classes = [99]\n",
    );
    desk.write(
        "luma/products.csv",
        "id,title,price,gtin,image_link\n\
         P1,Trail Runner,129.00 EUR,4006381333932,one.png\n\
         P1,Trail Runner again,129.00 EUR,,one.png\n\
         P3,City Backpack,89.00,,one.png\n\
         P4,,89.00 EUR,,two.png\n\
         P5,Bottle,19.00 EUR,,nowhere.png\n\
         P6,Cap,19.00 EUR,,broken.png\n\
         P7,Scarf,19.00 EUR,,one.png\n",
    );
    desk.write("luma/images/broken.png", "no picture");
    let run = desk
        .run(&["catalog", "check", "luma", "--as-of", "2026-03-31"])
        .code(3);
    insta::assert_snapshot!(format!("{}\n-- summary --\n{}", run.stdout(), run.stderr()));
}

#[test]
fn a_catalog_without_a_name_is_refused_with_what_to_do() {
    let desk = Desk::new();
    small_catalog(&desk.path("luma"));
    desk.write("luma/brand.toml", "name = \"\"\n");
    let run = desk.run(&["catalog", "add", "luma"]).code(1);
    assert!(run.stderr().contains("catalog check"), "{}", run.stderr());
}

#[test]
fn a_scan_without_catalogs_says_what_to_do() {
    let desk = Desk::new();
    desk.write("feed.csv", "id,title\nL1,Mug\n");
    let run = desk.scan("feed.csv", 1);
    assert!(run.stderr().contains("catalog add"), "{}", run.stderr());
}

#[test]
fn a_name_spelt_otherwise_is_said_and_another_name_of_the_same_identifier_refused() {
    let desk = Desk::with_small_catalog();
    let path = desk.path("luma/brand.toml");
    let text = std::fs::read_to_string(&path).expect("readable");
    let add = |name: &str, code| {
        let text = text.replace("name = \"Velnora\"", &format!("name = {name:?}"));
        std::fs::write(&path, text).expect("written");
        desk.run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
            .code(code)
            .stderr()
    };
    let said = add("VELNORA®", 0);
    assert!(
        said.contains("version 2") && said.contains("kept as \"Velnora\""),
        "{said}"
    );
    let said = add("Velnora+", 1);
    assert!(
        said.contains("Velnora+") && said.contains("VELNORA®"),
        "{said}"
    );
    let list = desk.run(&["catalog", "list"]).code(0).stdout();
    assert!(!list.contains("Velnora+"), "{list}");
}

#[test]
fn a_seller_authorised_in_a_row_without_a_title_stays_authorised() {
    let desk = Desk::new();
    small_catalog(&desk.path("luma"));
    desk.write(
        "luma/products.csv",
        "id,title,price,image_link,authorised_sellers\n\
         P1,Velnora Trail Runner VX-200,129.00 EUR,one.png,\n\
         P2,,89.00 EUR,two.png,S-77\n",
    );
    desk.run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
        .code(3);
    let shown = desk.run(&["catalog", "show", "velnora"]).code(0).stdout();
    assert!(shown.contains("S-77"), "{shown}");
}

#[test]
fn a_catalog_whose_unreadable_row_may_name_a_seller_is_refused() {
    let desk = Desk::new();
    small_catalog(&desk.path("luma"));
    desk.write(
        "luma/products.csv",
        "id,title,price,image_link,authorised_sellers\n\
         P1,Velnora Trail Runner VX-200,129.00 EUR,one.png,S-1\n\
         P2,\"Broken,89.00 EUR,two.png,S-77\n",
    );
    let run = desk
        .run(&["catalog", "check", "luma", "--as-of", "2026-03-31"])
        .code(1);
    assert!(
        run.stdout().contains("sellers_in_doubt"),
        "{}",
        run.stdout()
    );
}
