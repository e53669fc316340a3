//! Names of brands, plain and disguised.

use super::*;

#[test]
fn names_and_disguises() {
    let reader = reader();
    let table: &[(&str, &[&str])] = &[
        ("Nike Air Max 90", &["nike:Nike:plain"]),
        (
            "NIKE® shoes by nike",
            &["nike:NIKE:plain", "nike:nike:plain"],
        ),
        (
            "RayBan and Ray Ban",
            &["ray-ban:RayBan:plain", "ray-ban:Ray Ban:plain"],
        ),
        (
            "hermes scarf, Hermès box",
            &["hermès:hermes:plain", "hermès:Hermès:plain"],
        ),
        ("耐克鞋 露玛", &["nike:耐克:plain", "luma:露玛:plain"]),
        ("ＮＩＫＥ２０２４", &["nike:ＮＩＫＥ:plain"]),
        ("Luma Active tee", &["luma:Luma Active:plain"]),
        // Letters of other scripts, drawn letters, invisible ones.
        ("Νіkе shoes", &["nike:Νіkе:lookalike"]),
        ("ɢᴜᴄᴄɪ belt", &["gucci:ɢᴜᴄᴄɪ:lookalike"]),
        ("𝓖𝓾𝓬𝓬𝓲 belt", &["gucci:𝓖𝓾𝓬𝓬𝓲:lookalike"]),
        ("G̶u̶c̶c̶i̶ belt", &["gucci:G̶u̶c̶c̶i̶:lookalike"]),
        ("Gu\u{200b}cci belt", &["gucci:Gu\u{200b}cci:invisible"]),
        ("Адидас кроссовки", &["adidas:Адидас:transliterated"]),
        // Masks.
        ("N*ke shoes", &["nike:N*ke:masked"]),
        ("Herme* Birkin", &["hermès:Herme*:masked"]),
        ("COA** bag", &["coach:COA**:masked"]),
        ("Gu*ci/family 20 years", &["gucci:Gu*ci:masked"]),
        ("L*uis Vuitt*n bag", &["louis-vuitton:L*uis Vuitt*n:masked"]),
        ("High-end The*Row slippers", &["the-row:The*Row:masked"]),
        ("G*u*cci*22 knit", &["gucci:G*u*cci*:masked"]),
        // Set apart.
        ("N I K E shoes", &["nike:N I K E:spaced"]),
        ("n.i.k.e shoes", &["nike:n.i.k.e:spaced"]),
        ("gu.cci belt", &["gucci:gu.cci:spaced"]),
        ("Adi das shoes", &["adidas:Adi das:spaced"]),
        // Digits and signs.
        ("N1ke shoes", &["nike:N1ke:leetspeak"]),
        (
            "@didas Gucc! $upreme",
            &[
                "adidas:@didas:leetspeak",
                "gucci:Gucc!:leetspeak",
                "supreme:$upreme:leetspeak",
            ],
        ),
        ("L0uis Vu1tton", &["louis-vuitton:L0uis Vu1tton:leetspeak"]),
        ("NlKE shoes", &["nike:NlKE:leetspeak"]),
        ("Arrnani suit", &["armani:Arrnani:lookalike"]),
        // One letter wrong.
        ("Guccii belt", &["gucci:Guccii:misspelt"]),
        ("Addias shoes", &["adidas:Addias:misspelt"]),
        ("Louis Vuiton bag", &["louis-vuitton:Louis Vuiton:misspelt"]),
        ("Guccciii belt", &["gucci:Guccciii:misspelt"]),
        ("Adeedas shoes", &["adidas:Adeedas:misspelt"]),
        // From behind, also upside down or turned by a sign.
        ("iccuG belt", &["gucci:iccuG:reversed"]),
        (
            "siuoL nottiuV bag",
            &["louis-vuitton:siuoL nottiuV:reversed"],
        ),
        ("ǝʞᴉu shoes", &["nike:ǝʞᴉu:reversed"]),
        ("*ucci belt", &["gucci:*ucci:masked"]),
        // Set apart by a translator, or before another script.
        ("Ni * e Air Max", &["nike:Ni * e:masked"]),
        ("[NI * KE] shoes", &["nike:NI * KE:masked"]),
        ("Gucc*古驰 belt", &["gucci:Gucc*:masked"]),
        ("4d1d45 shoes", &["adidas:4d1d45:leetspeak"]),
        // Run together.
        ("newnikerunningshoes", &["nike:nike:joined"]),
        ("nikeair shoes", &["nike:nike:joined"]),
        ("GucciBelt", &["gucci:Gucci:joined"]),
        ("mens airnike", &["nike:nike:joined"]),
    ];
    let wrong: Vec<_> = table
        .iter()
        .map(|(title, expected)| (*title, mentions(&reader.read(&titled(title))), *expected))
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_name_begun_in_the_title_and_ended_in_the_description() {
    let reader = reader();
    let read = |title: &str, description: &str| {
        mentions(&reader.read(&Listing {
            description: description.to_owned(),
            ..titled(title)
        }))
    };
    assert_eq!(
        read("leather belt Gu", "cci with box"),
        ["gucci:Gu:split", "gucci:cci:split"]
    );
    assert_eq!(
        read("fresh coa", "ch with driver"),
        ["coach:coa:split", "coach:ch:split"]
    );
    assert_eq!(read("For the", "row of houses"), Vec::<String>::new());
}

#[test]
fn what_is_no_name() {
    let reader = reader();
    let titles = [
        "hunike shoes",
        "black couch, brown poach",
        "a cannon and a casino",
        "coaching sessions",
        "applesauce in a jar",
        "pineapple",
        "size S M L XL",
        "f**k this",
        "Guest room key",
        "snike 4 you",
        "10*8cm 3*2 pieces",
        "lululemon",
        "canoe",
        "helpers",
        // Words of the dictionary, codes and neighbours of short names.
        "DNIK 400",
        "Nice shoes, nine pairs",
        "poach, gusset and admiral",
        "live evil",
        "size 33 * 25, 120g * 3",
        // Names of people and places, and what only sounds like a name.
        "Nikki and Addie in Boise",
        "Koss headphones",
        // An article's number.
        "4D1D45.052.01 charger",
    ];
    for title in titles {
        assert_eq!(
            mentions(&reader.read(&titled(title))),
            Vec::<String>::new(),
            "{title}"
        );
    }
}

#[test]
fn an_abbreviation_is_sure_as_registered_or_with_a_digit() {
    let brand = |name: &str, alias: &str| BrandNames {
        id: BrandId::from_name(name),
        name: name.to_owned(),
        aliases: vec![alias.to_owned()],
    };
    let brands = [
        brand("Off-White", "OFF"),
        brand("Air Jordan", "AJ4"),
        brand("Louis Vuitton", "LV"),
        brand("Victoria's Secret", "VS"),
    ];
    let lexicons = Lexicons::embedded().expect("shipped lexicons");
    let reader = Reader::new(lexicons, &brands).expect("built");
    let sure = |title: &str| {
        let reading = reader.read(&titled(title));
        reading
            .mentions
            .iter()
            .any(|mention| mention.confidence >= 0.5)
    };
    for title in [
        "new OFF hoodie for men",
        "retro aj4 black",
        "AJ4 black",
        "LV wallet",
    ] {
        assert!(sure(title), "{title}");
    }
    let reading = reader.read(&titled("Victorias Secret bag"));
    assert_eq!(
        mentions(&reading),
        ["victoria-s-secret:Victorias Secret:plain"]
    );
    for title in [
        "Off shoulder top",
        "30 % off today",
        "OFF SHOULDER TOP",
        "a lv wallet",
    ] {
        assert!(!sure(title), "{title}");
    }
}
