//! What a price says beside the feed's other offers.

use crate::support::Desk;

/// Forty shops that ask about the reference price, each an account of its own.
fn shops() -> String {
    let mut feed = "id,title,price,shipping,seller_id\n".to_owned();
    for shop in 0..40 {
        let price = 110 + shop / 2;
        feed.push_str(&format!(
            "L{shop},Velnora Trail Runner VX-200,{price}.00 EUR,,S{shop}\n"
        ));
    }
    feed
}

#[test]
fn a_price_is_told_by_its_place_among_the_offers_of_the_product() {
    let desk = Desk::with_small_catalog();
    let mut feed = shops();
    feed.push_str("LOW,Velnora Trail Runner VX-200,25.80 EUR,,LOW\n");
    feed.push_str(
        "SENT,Velnora Trail Runner VX-200,25.80 EUR,\"DE::Parcel:90,00 EUR,AT:::120 EUR\",SENT\n",
    );
    desk.write("feed.csv", feed);
    desk.scan("feed.csv", 0);
    let explain = |id| desk.run(&["explain", id, "--run", "r"]).code(0).stdout();
    let low = explain("LOW");
    assert!(
        low.contains("cheaper than 97 % of 42 offers of this product"),
        "{low}"
    );
    assert!(low.contains("25.80 EUR / 129.00 EUR = 0.200"), "{low}");
    let sent = explain("SENT");
    assert!(
        sent.contains("25.80 EUR + 90.00 EUR shipping / 129.00 EUR = 0.898"),
        "{sent}"
    );
}

#[test]
fn accounts_that_share_a_picture_do_not_make_their_price_the_usual_one() {
    let desk = Desk::with_small_catalog();
    desk.write("images/ring.png", crate::support::picture(9));
    let mut feed = "id,title,price,image_link,seller_id\n".to_owned();
    for account in 0..30 {
        feed.push_str(&format!(
            "R{account},Velnora Trail Runner VX-200,38.70 EUR,ring.png,R{account}\n"
        ));
    }
    for shop in 0..8 {
        feed.push_str(&format!(
            "L{shop},Velnora Trail Runner VX-200,120.00 EUR,,S{shop}\n"
        ));
    }
    desk.write("feed.csv", feed);
    desk.scan("feed.csv", 0);
    let told = desk.run(&["explain", "R1", "--run", "r"]).code(0).stdout();
    assert!(
        told.contains("cheaper than 88 % of 9 offers of this product"),
        "{told}"
    );
    let depth = told.lines().find(|line| line.contains("price.depth"));
    let value = depth.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    assert!(value > Some(0.9), "{told}");
}
