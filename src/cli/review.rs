use std::net::SocketAddr;

use anyhow::Context as _;

use crate::review::{Desk, serve};
use crate::scan::SettingsLayer;
use crate::store::Store;

use super::Outcome;
use super::context::Context;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to listen, port 0 for any that is free; only this machine unless a proxy is declared
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8765")]
    bind: SocketAddr,
    /// A proxy that speaks TLS is before the desk, and its X-Forwarded-For is to be believed
    #[arg(long)]
    behind_proxy: bool,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let rules = SettingsLayer::read(&workspace.settings_file())?
        .review
        .unwrap_or_default();
    let users = Store::open(&workspace.database())?.users()?;
    if users.is_empty() {
        eprintln!("no users yet: make one with `touchstone user add NAME --role analyst`");
    }
    let desk = Desk::open(workspace, rules, jiff::Timestamp::now, args.behind_proxy)?;
    let ready = |address| eprintln!("review desk on http://{address} (Ctrl-C ends it)");
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(64)
        .build()
        .context("no threads to serve with")?
        .block_on(serve(desk, args.bind, ready))?;
    Ok(Outcome::Done)
}
