//! What a brand's owner does at the desk.

use std::io::Write;

use super::*;
use crate::record::BrandId;
use crate::store::SubmissionState;

const BRAND_TOML: &str = "name = \"Luma\"\ncontact = \"ip@luma.example\"\nauthorised_sellers = [\"S9\"]\n\
    [[rights]]\ntype = \"trademark\"\nnumber = \"018123456\"\noffice = \"EUIPO\"\nterritories = [\"EU\"]\n";
const PRODUCTS: &str =
    "id,title,price,image_link\nP1,Luma Bag,59.00 EUR,one.png\nP2,Luma <b>Hat</b>,nine,two.png\n";

/// A picture with something to see.
fn picture() -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(200, 160, |x, y| {
        let ring = ((x * x + y * y) / 900) as u8;
        image::Rgb([
            ring.wrapping_mul(37),
            (x / 20 * 25) as u8,
            (y / 16 * 20) as u8,
        ])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("encoded");
    bytes.into_inner()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// A form of files as browsers send it.
fn upload(
    world: &World,
    session: &Session,
    brand: &str,
    csrf: &str,
    files: &[(&str, &[u8])],
) -> Page {
    let mut body = Vec::new();
    let mut part = |head: &str, bytes: &[u8]| {
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"csrf\"", csrf.as_bytes());
    for (name, bytes) in files {
        part(&format!("name=\"files\"; filename=\"{name}\""), bytes);
    }
    body.extend_from_slice(b"--edge--\r\n");
    let request = Request::post(format!("/brand/{brand}/catalog"))
        .header(header::COOKIE, &session.cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    world.send(request.body(Body::from(body)).expect("a request"))
}

/// Luma's catalog, with one price that cannot be read, handed in by its owner.
pub(super) fn handed_in(world: &World, lux: &Session) -> String {
    let zip = zipped(&[
        ("luma/brand.toml", BRAND_TOML.as_bytes()),
        ("luma/products.csv", PRODUCTS.as_bytes()),
        ("luma/images/one.png", &picture()),
    ]);
    let page = upload(world, lux, "luma", &lux.csrf, &[("luma.zip", &zip)]);
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    wait_for_checks(world);
    page.place().to_owned()
}

/// Waits until nothing is being checked: that is done beside the requests.
fn wait_for_checks(world: &World) {
    let store = world.store();
    for _ in 0..1200 {
        if store.unchecked_submissions().expect("read").is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("a check has not ended after a minute");
}

pub(super) fn brand() -> BrandId {
    BrandId::from("luma")
}

#[test]
fn a_catalog_is_handed_in_looked_at_and_submitted() {
    let world = World::new();
    let lux = world.log_in("lux");
    let empty = world.get(&lux, "/brand/luma");
    assert!(empty.body.contains("no catalog yet"), "{}", empty.body);
    let place = handed_in(&world, &lux);
    assert_eq!(place, "/catalog/1");
    let page = world.get(&lux, &place);
    for said in [
        "products.csv, row 2",
        "P2 Luma &#60;b&#62;Hat&#60;/b&#62;",
        "two.png",
        "Submit this catalog",
        "1 of 2 named",
        "without a price",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let small = world.get(&lux, "/catalog/1/image?file=one.png");
    assert_eq!(small.headers[header::CONTENT_TYPE], "image/jpeg");
    for file in [
        "two.png",
        "../answer.json",
        "../../../touchstone.sqlite",
        "/etc/passwd",
    ] {
        let page = world.get(&lux, &format!("/catalog/1/image?file={file}"));
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{file}");
    }
    assert!(
        world
            .store()
            .latest_catalog(&brand())
            .expect("read")
            .is_none()
    );

    let page = world.post(&lux, "/catalog/1/submit", "");
    assert_eq!(page.place(), "/brand/luma", "{}", page.body);
    let (version, catalog) = world
        .store()
        .latest_catalog(&brand())
        .expect("read")
        .expect("kept");
    assert_eq!(
        (version, catalog.products.len(), catalog.images.len()),
        (1, 2, 1)
    );
    let page = world.get(&lux, "/brand/luma");
    assert!(
        page.body
            .contains("version 1 of 2026-04-01: 2 products, 1 pictures"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("1 of 2 products without a price"),
        "{}",
        page.body
    );
    let again = world.post(&lux, "/catalog/1/submit", "");
    assert_eq!(again.status, StatusCode::CONFLICT);
    let folder = world.workspace().submissions().join("1");
    let kept: Vec<_> = std::fs::read_dir(folder).expect("read").flatten().collect();
    assert_eq!(kept.len(), 1, "only what was said is kept: {kept:?}");
}

#[test]
fn another_one_takes_the_place_of_what_was_not_submitted() {
    let world = World::new();
    let lux = world.log_in("lux");
    handed_in(&world, &lux);
    assert_eq!(handed_in(&world, &lux), "/catalog/2");
    let state = |id| {
        world
            .store()
            .submission(id)
            .expect("read")
            .expect("there")
            .state
    };
    assert_eq!(
        (state(1), state(2)),
        (SubmissionState::Dropped, SubmissionState::Checked)
    );
    world.post(&lux, "/catalog/2/drop", "");
    assert_eq!(state(2), SubmissionState::Dropped);
    assert_eq!(
        world.post(&lux, "/catalog/2/submit", "").status,
        StatusCode::CONFLICT
    );
}

#[test]
fn none_is_taken_while_one_of_the_brand_is_being_checked() {
    let world = World::new();
    let lux = world.log_in("lux");
    let mut store = world.store();
    let id = store.add_submission(&brand(), "lux", noon());
    let id = id.expect("added");
    let files: [(&str, &[u8]); 1] = [("brand.toml", BRAND_TOML.as_bytes())];
    let page = upload(&world, &lux, "luma", &lux.csrf, &files);
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.body
            .contains("A catalog of this brand is being checked"),
        "{}",
        page.body
    );
    assert_eq!(store.submissions(&brand(), 9).expect("read").len(), 1);
    let (from, to) = (SubmissionState::Checking, SubmissionState::Failed);
    assert!(store.move_submission(id, from, to, "").expect("moved"));
    // What has no files any more makes way, too.
    assert_eq!(handed_in(&world, &lux), "/catalog/2");
}

#[test]
fn nobody_decides_with_the_words_of_a_dispute_or_an_appeal() {
    let world = World::new();
    let ann = world.log_in("ann");
    for code in ["disputed", "appealed"] {
        for place in ["/case/1/decide", "/bulk"] {
            let fields = format!("kind=escalate&seller=S1&reason={code}");
            let page = world.post(&ann, place, &fields);
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{place} {code}");
        }
    }
    assert_eq!(world.decided(), 0);
}

#[test]
fn what_cannot_be_a_catalog_is_refused_in_clear_words() {
    let world = World::new();
    let lux = world.log_in("lux");
    let other = BRAND_TOML.replace("Luma", "Orbis");
    type Files<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(Files<'_>, &str); 5] = [
        (&[], "Nothing was sent"),
        (&[("a.zip", b"no zip")], "This is no zip"),
        (
            &[("a.zip", &zipped(&[("../../evil.png", b"x")]))],
            "leads out of the catalog",
        ),
        (
            &[("..", b"x"), ("brand.toml", b"x")],
            "leads out of the catalog",
        ),
        (
            &[("a.zip", b"x"), ("brand.toml", b"x")],
            "A zip is sent alone",
        ),
    ];
    for (files, why) in cases {
        let page = upload(&world, &lux, "luma", &lux.csrf, files);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(page.body.contains(why), "{why}: {}", page.body);
    }
    let files: [(&str, &[u8]); 2] = [
        ("brand.toml", other.as_bytes()),
        ("products.csv", b"id,title\nP,Bag\n"),
    ];
    let page = upload(&world, &lux, "luma", &lux.csrf, &files);
    wait_for_checks(&world);
    let page = world.get(&lux, page.place());
    assert!(
        page.body.contains("This is the catalog of"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Submit this catalog"));
    assert_eq!(
        world.post(&lux, "/catalog/1/submit", "").status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let left = std::fs::read_dir(world.workspace().submissions()).expect("read");
    assert_eq!(left.count(), 1, "nothing of what was refused is left");
}

#[test]
fn nobody_hands_in_for_another_brand_or_by_another_sites_form() {
    let world = World::new();
    let (lux, ann, lea) = (
        world.log_in("lux"),
        world.log_in("ann"),
        world.log_in("lea"),
    );
    let files: [(&str, &[u8]); 1] = [("brand.toml", BRAND_TOML.as_bytes())];
    let page = upload(&world, &lux, "orbis", &lux.csrf, &files);
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = upload(&world, &ann, "luma", &ann.csrf, &files);
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = upload(&world, &lux, "luma", &lea.csrf, &files);
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let nobody = Session {
        cookie: String::new(),
        csrf: String::new(),
    };
    assert_eq!(
        upload(&world, &nobody, "luma", "", &files).place(),
        "/login"
    );
    assert_eq!(world.store().submissions(&brand(), 9).expect("read"), []);
}

#[test]
fn permission_is_given_and_withdrawn() {
    let world = World::new();
    let lux = world.log_in("lux");
    let page = world.post(&lux, "/brand/luma/sellers", "act=give&seller=S1");
    assert_eq!(
        page.status,
        StatusCode::BAD_REQUEST,
        "there is no catalog yet"
    );
    let place = handed_in(&world, &lux);
    world.post(&lux, &format!("{place}/submit"), "");
    world.post(&lux, "/brand/luma/sellers", "act=give&seller=S1");
    world.post(&lux, "/brand/luma/sellers", "act=withdraw&seller=S9");
    let kept = world.store().brand(&brand()).expect("read").expect("kept");
    assert_eq!(kept.authorised_sellers, ["S1".into()]);
    let page = world.get(&lux, "/brand/luma");
    assert!(
        page.body.contains("withdrawn from S9 by lux"),
        "{}",
        page.body
    );
    for place in ["/brand/orbis/sellers", "/brand/nobody/sellers"] {
        let page = world.post(&lux, place, "act=give&seller=S1");
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{place}");
    }
}

#[test]
fn a_cleared_case_is_disputed_once_and_another_lead_decides() {
    let world = World::new();
    let (lux, ann, lea) = (
        world.log_in("lux"),
        world.log_in("ann"),
        world.log_in("lea"),
    );
    let page = world.post(&lux, "/case/1/contest", "note=ours");
    assert_eq!(page.status, StatusCode::CONFLICT, "nothing was cleared yet");
    world.post(&ann, "/case/1/decide", "kind=clear");
    assert!(
        world
            .get(&lux, "/case/1")
            .body
            .contains("Dispute this decision")
    );
    let page = world.post(&lux, "/case/1/contest", "note=");
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "without a word why");
    let page = world.post(&lux, "/case/1/contest", "note=The+logo+is+wrong");
    assert_eq!(page.place(), "/case/1");
    let status = || world.store().case(1).expect("read").expect("there").status;
    assert_eq!(status().as_str(), "escalate");
    let page = world.get(&lea, "/case/1");
    let anns = world.post(&ann, "/case/1/decide", "kind=clear&seen=2");
    assert_eq!(anns.status, StatusCode::FORBIDDEN, "it is for leads");
    assert!(
        page.body
            .contains("Brand owner disputes it The logo is wrong"),
        "{}",
        page.body
    );
    world.post(
        &lea,
        "/case/1/decide",
        "kind=clear&seen=2&reason=second_hand",
    );
    assert_eq!(status().as_str(), "clear");
    let page = world.post(&lux, "/case/1/contest", "note=again");
    assert_eq!(page.status, StatusCode::CONFLICT, "once is enough");
    assert!(
        !world
            .get(&lux, "/case/1")
            .body
            .contains("Dispute this decision")
    );
    let page = world.post(&lux, "/case/4/contest", "note=another+brand");
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[test]
fn an_appeal_is_noted_and_not_decided_by_who_confirmed() {
    let world = World::new();
    let (ann, lea) = (world.log_in("ann"), world.log_in("lea"));
    world.post(&lea, "/case/1/decide", "kind=confirm");
    let page = world.post(&ann, "/case/1/contest", "note=Seller+shows+an+invoice");
    assert_eq!(page.place(), "/case/1", "{}", page.body);
    let outcomes = world.store().outcomes().expect("read");
    assert_eq!((outcomes.len(), outcomes[0].decision), (1, 1));
    let page = world.post(&lea, "/case/1/decide", "kind=confirm&seen=2");
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    let page = world.get(&lea, "/case/1");
    assert!(
        page.body.contains("Seller appeals Seller shows an invoice"),
        "{}",
        page.body
    );
    let figures = world
        .store()
        .desk_figures(noon() - jiff::SignedDuration::from_hours(1));
    let figures = figures.expect("read");
    assert_eq!(
        (figures.decisions, figures.overturned),
        (1, 0),
        "an appeal is nobody's review"
    );
}
