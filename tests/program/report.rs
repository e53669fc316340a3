//! The report in a real browser.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::Path;
use std::process::Command;

use crate::support::{Desk, picture};

/// The page as the browser has it after loading, `None` (said aloud) where there is no browser.
fn rendered(page: &Path) -> Option<String> {
    let profile = tempfile::tempdir().expect("temporary folder");
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output();
    match output {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) => {
            eprintln!("SKIPPED: no chromium ({error}); scripts/install-browser.sh installs it");
            None
        }
    }
}

#[test]
fn markup_of_a_seller_does_not_run_in_the_browser() {
    let desk = Desk::with_small_catalog();
    desk.write("images/copy.png", picture(1));
    let attack = "<img src=x onerror=document.documentElement.id='owned'><script>document.documentElement.id='owned'</script>";
    desk.write(
        "feed.csv",
        format!(
            "id,title,seller_id,seller_name,price,image_link\n\
             L1,\"{attack} Velnora VX-200 1:1 replica\",S1,\"{attack}\",9 EUR,copy.png\n"
        ),
    );
    desk.run(&[
        "scan",
        "feed.csv",
        "--images",
        "images",
        "--as-of",
        "2026-03-31",
        "--run",
        "r",
        "--threshold",
        "0",
    ])
    .code(0);
    let Some(page) = rendered(&desk.path("w/runs/r/report.html")) else {
        return;
    };
    assert!(page.contains("VX-200"), "the candidate is on the page");
    assert!(!page.contains("id=\"owned\""), "markup of the seller ran");
    assert_eq!(
        page.matches("<script").count(),
        0,
        "the page needs no script"
    );
    assert!(
        page.contains("data:image/jpeg;base64,"),
        "the pictures are in the page"
    );
}
