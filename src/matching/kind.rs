//! Kinds of goods.

/// The kind of goods that a word names, as wide as two sellers would agree on.
pub fn kind(word: &str) -> Option<&'static str> {
    Some(match word {
        "shoe" | "sneaker" | "trainer" | "boot" | "sandal" | "slipper" | "slide" | "loafer"
        | "clog" | "footwear" => "footwear",
        "hoodie" | "sweatshirt" | "sweater" | "pullover" | "cardigan" | "jumper" => "sweater",
        "jacket" | "coat" | "parka" | "windbreaker" | "anorak" | "blazer" => "jacket",
        "shirt" | "tee" | "tshirt" | "t-shirt" | "polo" | "blouse" | "tank" | "bra" | "top" => {
            "top"
        }
        "pant" | "trouser" | "jean" | "short" | "legging" | "capri" | "sweatpant" | "skirt" => {
            "bottoms"
        }
        "dress" | "gown" => "dress",
        "bag" | "handbag" | "backpack" | "tote" | "duffle" | "duffel" | "satchel" | "clutch"
        | "purse" => "bag",
        "wallet" | "cardholder" => "wallet",
        "watch" | "wristwatch" | "chronograph" => "watch",
        "sunglass" | "sunglasse" | "sunglasses" | "eyeglass" | "eyewear" => "eyewear",
        "hat" | "cap" | "beanie" => "headwear",
        "belt" => "belt",
        "ball" | "football" | "basketball" => "ball",
        "phone" | "smartphone" => "phone",
        "headphone" | "earphone" | "earbud" | "headset" => "headphones",
        "perfume" | "fragrance" | "cologne" | "parfum" => "perfume",
        "necklace" | "bracelet" | "earring" | "ring" | "pendant" => "jewellery",
        "book" | "paperback" | "hardcover" => "book",
        "poster" => "poster",
        "case" | "cover" | "strap" | "charger" | "battery" | "cable" => "accessory",
        _ => return None,
    })
}
