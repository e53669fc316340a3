//! The review desk: its users, where it listens, and a reviewer at a real keyboard.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use crate::browser::Browser;
use crate::served::Served;
use crate::support::{Desk, picture};

#[test]
fn users_are_added_listed_and_disabled() {
    let desk = Desk::with_small_catalog();
    let add = |args: &[&str], password: &str| {
        let args = [&["user", "add"], args].concat();
        desk.run_with_input(&args, password)
    };
    add(&["ann", "--role", "analyst"], "correct horse\n").code(0);
    add(
        &["vel", "--role", "brand_owner", "--brand", "velnora"],
        "correct horse\n",
    )
    .code(0);
    for (args, password, why) in [
        (&["bob", "--role", "analyst"][..], "short\n", "too short"),
        (&["ann", "--role", "lead"], "correct horse\n", "already"),
        (
            &["a b", "--role", "lead"],
            "correct horse\n",
            "cannot name a user",
        ),
        (
            &["own", "--role", "brand_owner"],
            "correct horse\n",
            "needs a --brand",
        ),
        (
            &["own", "--role", "brand_owner", "--brand", "luma"],
            "correct horse\n",
            "no catalog",
        ),
    ] {
        let run = add(args, password).code(1);
        assert!(run.stderr().contains(why), "{}", run.stderr());
    }
    add(
        &[
            "new",
            "--role",
            "brand_owner",
            "--brand",
            "orbis",
            "--new-brand",
        ],
        "correct horse\n",
    )
    .code(0);
    let changed = desk.run(&["user", "password", "ann", "--generate"]).code(0);
    assert_eq!(changed.stdout().trim().len(), 24);
    desk.run(&["user", "password", "bob", "--generate"]).code(1);
    desk.run(&["user", "disable", "ann"]).code(0);
    desk.run(&["user", "disable", "bob"]).code(1);
    let list = desk.run(&["user", "list"]).code(0).stdout();
    assert_eq!(
        list,
        "name,role,brands,enabled\nann,analyst,,false\nnew,brand_owner,orbis,true\nvel,brand_owner,velnora,true\n"
    );
}

#[test]
fn nobody_else_is_served_without_a_proxy() {
    let desk = Desk::new();
    let run = desk.run(&["review", "--bind", "0.0.0.0:0"]).code(1);
    assert!(run.stderr().contains("--behind-proxy"), "{}", run.stderr());
}

#[test]
fn a_reviewer_decides_by_keyboard_and_takes_it_back() {
    let desk = Desk::with_small_catalog();
    desk.write("images/copy.png", picture(1));
    let attack = "<img src=x onerror=document.documentElement.id='owned'>";
    desk.write(
        "feed.csv",
        format!(
            "id,title,seller_id,seller_name,price,image_link\n\
             L1,\"{attack} Velnora VX-200 1:1 replica\",S1,\"{attack}\",9 EUR,copy.png\n\
             L2,Velnora VX-200 1:1 replica,S2,Other,2 EUR,copy.png\n"
        ),
    );
    desk.scan_all("feed.csv", "r");
    desk.run_with_input(
        &["user", "add", "ann", "--role", "analyst"],
        "correct horse\n",
    )
    .code(0);
    let served = Served::new(&desk);
    let mut browser = match Browser::start(&desk.path("browser")) {
        Ok(browser) => browser,
        Err(error) => {
            eprintln!("SKIPPED: no chromium ({error}); scripts/install-browser.sh installs it");
            return;
        }
    };
    browser.open(&format!("http://{}/login", served.host));
    browser.run("document.querySelector('[name=name]').focus()");
    browser.write("ann");
    browser.run("document.querySelector('[name=password]').focus()");
    browser.write("correct horse");
    browser.press("Enter");
    browser.until("location.pathname == '/queue'");
    browser.press("?");
    browser.until("document.querySelector('#help').open");
    browser.press("?");
    // The first case, its picture drawn and its match outlined; nothing of the seller's ran.
    browser.press("j");
    browser.press("Enter");
    browser.until("document.title.startsWith('L1')");
    browser.until("document.querySelector('#main-picture').naturalWidth > 0");
    assert_eq!(
        browser.run("document.querySelectorAll('.outline polygon').length"),
        "2"
    );
    assert_eq!(browser.run("document.documentElement.id"), "\"\"");
    browser.press("f");
    browser.until("!document.querySelector('#flicker').hasAttribute('hidden')");
    browser.press("c");
    browser.until("document.title.startsWith('L2')");
    browser.until("document.querySelector('.notice').textContent.includes('Confirmed: L1.')");
    browser.press("z");
    browser.until("location.search == '?undone=1' && document.title.startsWith('L1')");
    let log = desk.run(&["decisions", "export"]).code(0).stdout();
    let kinds: Vec<&str> = log
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(6))
        .collect();
    assert_eq!(kinds, ["confirm", "undo"], "{log}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
