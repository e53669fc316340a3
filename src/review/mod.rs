//! The review desk: where people decide on candidates, in a browser.
//!
//! Pages are made on the server and work without a script; the one script adds keys. Every answer carries a content
//! security policy that lets nothing run or load but the desk's own files, so that markup of a seller that slipped through
//! escaping could not do anything. A decision is answered after it is on disk.
//!
//! | file | holds |
//! |---|---|
//! | `desk` | what all requests share: the store's connections, the clock, reference pictures |
//! | `access` | log-in, sessions, roles, forged requests, guessing slowed |
//! | `request`, `extract` | from a request to a page, and from a refusal to one |
//! | `queue`, `case`, `decide`, `bulk`, `mine`, `leads` | the pages |
//! | `brand` | what a brand's owner comes for |
//! | `golden` | cases whose answer is known, mixed in |
//! | `drafts` | what leaves after a confirmation |
//! | `facts`, `marked`, `overlay`, `past`, `price` | parts of the case's page |
//! | `ages` | part of the leads' page |
//! | `pictures` | pictures, always encoded anew |

mod access;
mod ages;
mod brand;
mod bulk;
mod case;
mod decide;
mod desk;
mod drafts;
mod extract;
mod facts;
mod files;
mod golden;
mod leads;
mod marked;
mod mine;
mod overlay;
mod past;
mod pictures;
mod price;
mod queue;
mod request;
#[cfg(test)]
mod tests;
mod view;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub use access::{hash_password, is_long_enough};
pub use desk::{Desk, DeskError};

/// Bytes of the longest form.
const LONGEST_FORM: usize = 64 * 1024;

/// All pages of the desk.
pub fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(queue::home))
        .route("/login", get(access::form).post(access::log_in))
        .route("/logout", post(access::log_out))
        .route("/view", post(access::set_view))
        .route("/queue", get(queue::page))
        .route("/next", post(decide::next))
        .route("/case/{id}", get(case::page))
        .route("/case/{id}/decide", post(decide::one))
        .route("/case/{id}/image/{number}", get(pictures::listing))
        .route("/case/{id}/reference", get(pictures::reference))
        .route("/case/{id}/draft/{form}", get(drafts::page))
        .route("/case/{id}/contest", post(decide::contest))
        .route("/case/{id}/golden", post(golden::change))
        .route("/bulk", get(bulk::page).post(bulk::decide))
        .route("/mine", get(mine::page))
        .route("/undo", post(mine::undo))
        .route("/leads", get(leads::page))
        .route("/views", post(queue::change_views))
        .route("/brands", get(brand::list))
        .route("/brand/{brand}", get(brand::page))
        .route("/brand/{brand}/sellers", post(brand::change_sellers))
        .route("/catalog/{id}", get(brand::submission_page))
        .route("/catalog/{id}/image", get(brand::picture))
        .route("/catalog/{id}/submit", post(brand::submit_it))
        .route("/catalog/{id}/drop", post(brand::drop_it))
        .route("/desk.css", get(files::style))
        .route("/desk.js", get(files::script))
        .route("/icon.svg", get(files::icon))
        .fallback(request::nothing)
        .method_not_allowed_fallback(request::nothing)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        // Bounded by itself, as it comes in.
        .route(
            "/brand/{brand}/catalog",
            post(brand::receive).layer(DefaultBodyLimit::disable()),
        )
        .layer(axum::middleware::map_response(request::headers))
        .with_state(desk)
}

/// Serves the desk until the process ends; `ready` is told where, once it listens.
///
/// # Errors
/// [`DeskError::Exposed`] for an address that others can reach, unless a proxy is declared; else what the system says.
pub async fn serve(
    desk: Desk,
    address: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), DeskError> {
    check_address(address.ip(), desk.behind_proxy)?;
    desk.with_store(|store| desk.index_runs(store))??;
    let io = |source| DeskError::Listen { address, source };
    let listener = tokio::net::TcpListener::bind(address).await.map_err(io)?;
    ready(listener.local_addr().map_err(io)?);
    let desk = Arc::new(desk);
    brand::resume(&desk)?;
    let app = router(desk).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).await.map_err(io)
}

/// Passwords and sellers' data do not travel in the clear: without a proxy that speaks TLS the desk serves this machine.
fn check_address(address: IpAddr, behind_proxy: bool) -> Result<(), DeskError> {
    if address.is_loopback() || behind_proxy {
        Ok(())
    } else {
        Err(DeskError::Exposed(address))
    }
}
