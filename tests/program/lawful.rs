//! Lawful listings in ten languages: none becomes a candidate from its text and price alone.

use crate::support::Desk;

/// Titles that name the brand of the small catalog as honest people do: a case for it, used, for parts, a book about it, an
/// empty box, a plain clearance, and the assurance that it is no replica.
const TITLES: [&str; 70] = [
    // English
    "Phone pocket compatible with Velnora City Backpack CB-15",
    "Used Velnora Trail Runner VX-200, worn twice",
    "Velnora Trail Runner VX-200 for parts",
    "Book: the history of Velnora",
    "Empty box Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 new, clearance",
    "Velnora Trail Runner VX-200, not a replica",
    // German
    "Schnürsenkel passend für Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 gebraucht",
    "Velnora City Backpack CB-15 defekt für Bastler",
    "Buch über Velnora",
    "Velnora Trail Runner VX-200 leere Schachtel",
    "Velnora Trail Runner VX-200 neu, Räumungsverkauf",
    "Velnora Trail Runner VX-200, keine Replik",
    // French
    "Lacets compatibles avec Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 d'occasion",
    "Velnora City Backpack CB-15 pour pièces",
    "Livre sur Velnora",
    "Boîte vide Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 neuf, déstockage",
    "Velnora Trail Runner VX-200, pas une réplique",
    // Spanish
    "Cordones compatibles con Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 de segunda mano",
    "Velnora City Backpack CB-15 para piezas",
    "Libro sobre Velnora",
    "Caja vacía Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 nuevo, liquidación",
    "Velnora Trail Runner VX-200, no es una réplica",
    // Portuguese
    "Cadarço compatível com Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 seminovo",
    "Velnora City Backpack CB-15 para peças",
    "Livro sobre Velnora",
    "Caixa vazia Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 novo, queima de estoque",
    "Velnora Trail Runner VX-200, não é réplica",
    // Italian
    "Lacci compatibili con Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 usato",
    "Velnora City Backpack CB-15 per ricambi",
    "Libro su Velnora",
    "Scatola vuota Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 nuovo, svendita",
    "Velnora Trail Runner VX-200, non è una replica",
    // Russian
    "Шнурки для Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 б/у",
    "Velnora City Backpack CB-15 на запчасти",
    "Книга о Velnora",
    "Пустая коробка Velnora Trail Runner VX-200",
    "Velnora Trail Runner VX-200 новые, распродажа",
    "Velnora Trail Runner VX-200, не реплика",
    // Turkish
    "Velnora Trail Runner VX-200 ile uyumlu bağcık",
    "Velnora Trail Runner VX-200 ikinci el",
    "Velnora City Backpack CB-15 yedek parça",
    "Velnora kitap",
    "Velnora Trail Runner VX-200 boş kutu",
    "Velnora Trail Runner VX-200 sıfır, indirim",
    "Velnora Trail Runner VX-200, taklit değil",
    // Chinese
    "适用于 Velnora Trail Runner VX-200 鞋带",
    "二手 Velnora Trail Runner VX-200",
    "Velnora City Backpack CB-15 配件 拆机",
    "Velnora 书",
    "Velnora Trail Runner VX-200 空盒",
    "Velnora Trail Runner VX-200 全新 清仓",
    "Velnora Trail Runner VX-200 不是高仿",
    // Japanese
    "Velnora Trail Runner VX-200 対応 靴ひも",
    "中古 Velnora Trail Runner VX-200",
    "Velnora City Backpack CB-15 ジャンク 部品取り",
    "Velnora 本",
    "Velnora Trail Runner VX-200 空箱",
    "Velnora Trail Runner VX-200 新品 在庫処分",
    "Velnora Trail Runner VX-200 コピー品ではありません",
];

/// A feed of all titles at an eighth of the price, each by a seller of its own who vouches for the goods, as honest ones do.
fn feed(seller: impl Fn(usize) -> String) -> String {
    let mut feed =
        "id,title,description,price,seller_id,seller_created_at,seller_rating,seller_sales\n"
            .to_owned();
    for (nth, title) in TITLES.iter().enumerate() {
        feed.push_str(&format!(
            "L{nth},\"{title}\",100 % genuine with receipt,15.00 EUR,{}\n",
            seller(nth)
        ));
    }
    feed
}

#[test]
fn no_lawful_listing_is_a_candidate_by_text_and_price_alone_whatever_the_threshold() {
    let desk = Desk::with_small_catalog();
    // No weight of a model keeps them out of the queue, only the rules.
    desk.write("w/touchstone.toml", "threshold = 0.0\n");
    let sellers: [&dyn Fn(usize) -> String; 2] =
        [&|nth| format!("S{nth},2019-01-01,4.8,900"), &|_| {
            ",,,".to_owned()
        }];
    for (run, seller) in ["known", "unknown"].into_iter().zip(sellers) {
        desk.write("feed.csv", feed(seller));
        desk.run(&["scan", "feed.csv", "--as-of", "2026-03-31", "--run", run])
            .code(0);
        let manifest = std::fs::read_to_string(desk.path(&format!("w/runs/{run}/manifest.json")))
            .expect("the run has a manifest");
        let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
        let sums = &manifest["candidates"];
        let queue = std::fs::read_to_string(desk.path(&format!("w/runs/{run}/candidates.csv")))
            .expect("the run has a queue");
        assert_eq!(sums["eligible"], 0, "{run}: {queue}");
        assert_eq!(manifest["listings"]["scored"], TITLES.len(), "{run}");
        let lawful = &sums["not_candidates"]["lawful_context"];
        assert!(
            lawful.as_u64() > Some(TITLES.len() as u64 / 2),
            "{run}: {sums}"
        );
    }
}
