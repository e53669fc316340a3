use std::io::{BufRead, IsTerminal};

use anyhow::Context as _;

use crate::record::BrandId;
use crate::review::{hash_password, is_long_enough};
use crate::store::{Role, Store, User, View};
use crate::table::{Column, Kind};

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add a user of the review desk; the password is read from stdin, one line
    Add(AddArgs),
    /// Give a user another password, read from stdin, and end what is open
    Password(PasswordArgs),
    /// List the users
    List(ListArgs),
    /// Let a user log in no longer, and end what is open
    Disable(NameArgs),
    /// Let a user log in again
    Enable(NameArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    /// The name to log in with
    name: String,
    /// What the user may do
    #[arg(long, value_name = "analyst|lead|brand_owner|admin", value_parser = role)]
    role: Role,
    /// A brand that a brand owner sees, by its identifier; may be repeated
    #[arg(long = "brand", value_name = "BRAND")]
    brands: Vec<String>,
    /// The brand has no catalog yet: its owner will hand in the first one at the desk
    #[arg(long)]
    new_brand: bool,
    /// Make a password and print it, instead of reading one
    #[arg(long)]
    generate: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct PasswordArgs {
    /// The user's name
    name: String,
    /// Make a password and print it, instead of reading one
    #[arg(long)]
    generate: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct NameArgs {
    /// The user's name
    name: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text)
        .ok_or_else(|| format!("found {text:?}, expected analyst, lead, brand_owner or admin"))
}

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    let mut store = Store::open(&context.workspace()?.database())?;
    match command {
        Command::Add(args) => add(args, &mut store)?,
        Command::Password(args) => change_password(&args, &mut store)?,
        Command::List(args) => list(&args, &store)?,
        Command::Disable(args) => enable(&args, &mut store, false)?,
        Command::Enable(args) => enable(&args, &mut store, true)?,
    }
    Ok(Outcome::Done)
}

fn add(args: AddArgs, store: &mut Store) -> anyhow::Result<()> {
    let plain = |c: char| c.is_alphanumeric() || "-_.@".contains(c);
    anyhow::ensure!(
        !args.name.is_empty() && args.name.chars().count() <= 60 && args.name.chars().all(plain),
        "{:?} cannot name a user; use up to 60 letters, digits and -_.@",
        args.name
    );
    anyhow::ensure!(
        (args.role == Role::BrandOwner) != args.brands.is_empty(),
        "a brand owner needs a --brand, and nobody else has one"
    );
    let brands: Vec<BrandId> = args
        .brands
        .iter()
        .map(|id| BrandId::from(id.as_str()))
        .collect();
    for brand in &brands {
        let known = !store.catalog_versions(brand)?.is_empty();
        anyhow::ensure!(
            known || args.new_brand && BrandId::from_name(brand.as_str()) == *brand,
            "no catalog of {brand}; `touchstone catalog list` shows what there is, and --new-brand says that its \
             owner will hand in the first one (name it in small letters with hyphens, such as ray-ban)"
        );
    }
    let password = new_password(args.generate)?;
    let added = store.add_user(&User {
        name: args.name.clone(),
        role: args.role,
        brands,
        password: hash_password(&password).map_err(anyhow::Error::msg)?,
        enabled: true,
        view: View::Plain,
    })?;
    anyhow::ensure!(added, "there is a user {:?} already", args.name);
    eprintln!("{}: added as {}", args.name, args.role.as_str());
    Ok(())
}

fn change_password(args: &PasswordArgs, store: &mut Store) -> anyhow::Result<()> {
    anyhow::ensure!(
        store.user(&args.name)?.is_some(),
        "no user {:?}; `touchstone user list` shows who there is",
        args.name
    );
    let password = new_password(args.generate)?;
    let hash = hash_password(&password).map_err(anyhow::Error::msg)?;
    store.set_password(&args.name, &hash)?;
    eprintln!("{}: has another password", args.name);
    Ok(())
}

/// A password that was made and printed, or read; long enough.
fn new_password(generate: bool) -> anyhow::Result<String> {
    let password = if generate {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes).context("the system gives no randomness")?;
        let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        output::print(&format!("{password}\n"))?;
        password
    } else {
        read_password()?
    };
    anyhow::ensure!(
        is_long_enough(&password),
        "the password is too short: ten characters at least"
    );
    Ok(password)
}

fn read_password() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Password (it will show as you type; ten characters at least):");
    }
    let mut line = String::new();
    stdin
        .lock()
        .read_line(&mut line)
        .context("no password on stdin")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn enable(args: &NameArgs, store: &mut Store, enabled: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        store.enable_user(&args.name, enabled)?,
        "no user {:?}; `touchstone user list` shows who there is",
        args.name
    );
    Ok(())
}

const COLUMNS: &[Column] = &[
    Column::new("name", Kind::Text),
    Column::new("role", Kind::Text),
    Column::new("brands", Kind::Text),
    Column::new("enabled", Kind::Bool),
];

fn list(args: &ListArgs, store: &Store) -> anyhow::Result<()> {
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    for user in store.users()? {
        let brands: Vec<&str> = user.brands.iter().map(BrandId::as_str).collect();
        table.push(vec![
            user.name.into(),
            user.role.as_str().into(),
            (!brands.is_empty()).then(|| brands.join(";")).into(),
            user.enabled.into(),
        ])?;
    }
    table.finish()?;
    Ok(())
}
