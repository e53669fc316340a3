//! Who may sell a brand's goods: given and withdrawn by its owner.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::Desk;
use super::super::extract::{Form, Path};
use super::super::request::{Fields, Refusal, field, submit, to};
use super::address;
use crate::record::{BrandId, SellerId};
use crate::store::Grant;

/// Characters of the longest account.
const LONGEST: usize = 120;

/// Gives a seller permission, or withdraws it.
pub(in super::super) async fn change(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(brand): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, move |visit, fields| {
        let brand = BrandId::from(brand);
        visit.must_speak_for(&brand)?;
        let seller = field(fields, "seller").trim();
        let fits = !seller.is_empty() && seller.chars().count() <= LONGEST;
        if !fits || seller.chars().any(char::is_control) {
            return Err(Refusal::Wrong(format!(
                "Name the account as the marketplace does, in up to {LONGEST} characters."
            )));
        }
        let given = match field(fields, "act") {
            "give" => true,
            "withdraw" => false,
            _ => return Err(Refusal::Wrong("Give or withdraw?".to_owned())),
        };
        let grant = Grant {
            seller: SellerId::from(seller),
            given,
            by: visit.user.name.clone(),
            at: visit.now,
        };
        let done = {
            let _turn = visit.desk.turn();
            visit.store.authorise(&brand, &grant)?
        };
        if !done {
            return Err(Refusal::Wrong(
                "Hand in a catalog first: permissions belong to it.".to_owned(),
            ));
        }
        to(&format!("{}#sellers", address(&brand)))
    })
    .await
}
