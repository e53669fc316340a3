//! Who must not be accused, and who must not be let go.

use crate::support::Desk;

/// Sixty replicas at 15 % of the reference price and one honest offer, without sellers and pictures.
fn replicas_and_one_honest() -> String {
    let mut feed = "id,title,price\n".to_owned();
    for number in 1..=60 {
        feed.push_str(&format!(
            "F{number},Velnora Trail Runner VX-200 1:1 mirror quality replica,19.35 EUR\n"
        ));
    }
    feed + "H1,Velnora Trail Runner VX-200,125.00 EUR\n"
}

#[test]
fn without_sellers_an_honest_listing_is_not_judged_by_the_company_it_keeps() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", replicas_and_one_honest());
    desk.scan("feed.csv", 0);
    let queue = desk.output("candidates.csv");
    assert!(!queue.contains("H1,"), "{queue}");
    let told = desk.run(&["explain", "H1", "--run", "r"]).code(0).stdout();
    assert!(told.contains("No candidate"), "{told}");
    for cue in ["seller.evasive_share", "seller.below_half_share"] {
        let line = told.lines().find(|line| line.contains(cue));
        assert!(line.is_some_and(|line| line.contains("missing")), "{told}");
    }
}

#[test]
fn words_and_a_price_far_too_low_are_two_families_without_any_picture() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", replicas_and_one_honest());
    desk.scan("feed.csv", 0);
    let sums = &desk.manifest()["candidates"];
    assert_eq!(sums["eligible"], 60, "{sums}");
    let queue = desk.output("candidates.csv");
    assert!(queue.contains("text;price"), "{queue}");
}

#[test]
fn a_new_shop_that_nobody_has_rated_and_that_has_much_in_stock_is_not_accused() {
    let desk = Desk::with_small_catalog();
    desk.write("images/own.png", crate::support::picture(9));
    let mut feed =
        "id,title,price,image_link,seller_id,seller_created_at,seller_rating,seller_sales,quantity\n"
            .to_owned();
    for number in 1..=20 {
        feed.push_str(&format!(
            "N{number},Velnora Trail Runner VX-200,119.00 EUR,own.png,S1,2026-03-29,0,0,900\n"
        ));
    }
    desk.write("feed.csv", feed);
    desk.scan("feed.csv", 0);
    let sums = &desk.manifest()["candidates"];
    assert_eq!(sums["eligible"], 0, "{sums}");
    let told = desk.run(&["explain", "N1", "--run", "r"]).code(0).stdout();
    let rating = told.lines().find(|line| line.contains("seller.low_rating"));
    assert!(
        rating.is_some_and(|line| line.contains("missing")),
        "{told}"
    );
}

#[test]
fn explain_tells_a_run_as_it_was_made_whatever_changed_since() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", replicas_and_one_honest());
    desk.scan("feed.csv", 0);
    let explain = |code| desk.run(&["explain", "F1", "--run", "r"]).code(code);
    let before = explain(0).stdout();
    desk.write("w/touchstone.toml", "threshold = 1.0\n");
    desk.write(
        "luma/products.csv",
        "id,title,price,image_link\nP1,Velnora Trail Runner VX-200 Mark Two,9.00 EUR,one.png\n",
    );
    let brand = std::fs::read_to_string(desk.path("luma/brand.toml")).expect("readable");
    desk.write("luma/brand.toml", brand.replace("trademark", "design"));
    desk.run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
        .code(0);
    assert_eq!(explain(0).stdout(), before);

    let manifest = desk.output("manifest.json");
    let model = desk.manifest()["model"]
        .as_str()
        .expect("a hash")
        .to_owned();
    let other = model.chars().rev().collect::<String>();
    desk.write("w/runs/r/manifest.json", manifest.replace(&model, &other));
    let refused = explain(1).stderr();
    assert!(
        refused.contains(&other) && refused.contains("--model"),
        "{refused}"
    );
}

#[test]
fn a_second_scan_in_a_workspace_says_who_holds_it_and_leaves_it_alone() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", replicas_and_one_honest());
    desk.write("w/runs/2026-03-31.partial/half.txt", "half");
    desk.write("w/state/scan.lock", "process 7 since noon");
    let held = std::fs::File::open(desk.path("w/state/scan.lock")).expect("there");
    held.try_lock().expect("free");
    let scan = ["scan", "feed.csv", "--as-of", "2026-03-31"];
    let refused = desk.run(&scan).code(1).stderr();
    assert!(refused.contains("process 7 since noon"), "{refused}");
    assert!(desk.path("w/runs/2026-03-31.partial/half.txt").is_file());
    drop(held);
    desk.run(&scan).code(0);
}
