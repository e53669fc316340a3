//! A desk that is worked at while scans run in the same workspace.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::served::Served;
use crate::support::{Desk, picture};

/// Listings that are queued before anybody starts to work.
const LISTINGS: usize = 160;
/// Scans that run meanwhile.
const SCANS: usize = 3;
const REVIEWERS: [&str; 2] = ["ann", "bob"];

/// Somebody who is logged in.
struct Reviewer<'a> {
    host: &'a str,
    cookie: String,
    csrf: String,
}

/// The status of an answer, its head and its page.
type Answer = (u16, String, String);

fn send(host: &str, cookie: &str, method: &str, place: &str, form: &str) -> Answer {
    let mut stream = TcpStream::connect(host).expect("the desk listens");
    let request = format!(
        "{method} {place} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("answered");
    let text = String::from_utf8_lossy(&bytes);
    let (head, page) = text.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    (status.expect("a status"), head.to_owned(), page.to_owned())
}

/// The value of a header.
fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

impl<'a> Reviewer<'a> {
    fn log_in(host: &'a str, name: &str) -> Self {
        let form = format!("name={name}&password=correct+horse");
        let (status, head, page) = send(host, "", "POST", "/login", &form);
        assert_eq!(status, 303, "{page}");
        let cookie = header(&head, "set-cookie").expect("a cookie");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let (_, _, page) = send(host, &cookie, "GET", "/queue", "");
        let token = page.split("name=\"csrf\" value=\"").nth(1);
        let csrf = token.expect("a token")[..64].to_owned();
        Self { host, cookie, csrf }
    }

    fn get(&self, place: &str) -> (u16, String) {
        let (status, _, page) = send(self.host, &self.cookie, "GET", place, "");
        (status, page)
    }

    /// Sends a form; gives where it leads.
    fn post(&self, place: &str, fields: &str) -> String {
        let form = format!("csrf={}&{fields}", self.csrf);
        let (status, head, page) = send(self.host, &self.cookie, "POST", place, &form);
        assert_eq!(status, 303, "{place}: {page}");
        header(&head, "location").expect("a place")
    }

    /// Decides on one case after the other until nobody scans any more and `least` are done, or none is left; gives the
    /// listings.
    fn work(&self, scanning: &AtomicBool, least: usize) -> Vec<String> {
        let mut decided = Vec::new();
        let mut place = self.post("/next", "run=first");
        while place.starts_with("/case/")
            && (scanning.load(Ordering::Relaxed) || decided.len() < least)
        {
            let (status, page) = self.get(&place);
            assert_eq!(status, 200, "{page}");
            let listing = page.split("<title>").nth(1).expect("a title");
            decided.push(listing.split(' ').next().expect("a name").to_owned());
            let id = place.split('?').next().expect("a case");
            place = self.post(&format!("{id}/decide"), "kind=clear&run=first&seen=");
        }
        decided
    }
}

#[test]
fn a_running_scan_and_the_desk_do_not_disturb_each_other() {
    let desk = Desk::with_small_catalog();
    desk.write("images/copy.png", picture(1));
    let rows = (0..LISTINGS).map(|number| {
        let euros = 1 + number % 9;
        format!("L{number},Velnora VX-200 1:1 replica,S{number},{euros}.50 EUR,copy.png\n")
    });
    let feed: String = rows.collect();
    desk.write(
        "feed.csv",
        format!("id,title,seller_id,price,image_link\n{feed}"),
    );
    desk.scan_all("feed.csv", "first");
    for name in REVIEWERS {
        let add = ["user", "add", name, "--role", "analyst"];
        desk.run_with_input(&add, "correct horse\n").code(0);
    }
    let served = Served::new(&desk);
    let scanning = AtomicBool::new(true);
    let (mut decided, mut said) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let work = |name| {
            let (served, scanning) = (&served.host, &scanning);
            scope.spawn(move || Reviewer::log_in(served, name).work(scanning, 10))
        };
        let working = REVIEWERS.map(work);
        for number in 0..SCANS {
            let run = format!("night-{number}");
            let scan = [
                "scan",
                "feed.csv",
                "--images",
                "images",
                "--as-of",
                "2026-04-01",
                "--threshold",
                "0",
                "--full",
                "--run",
                &run,
            ];
            said.push(desk.run(&scan).code(0).stderr());
        }
        scanning.store(false, Ordering::Relaxed);
        for one in working {
            decided.extend(one.join().expect("nothing was refused"));
        }
    });

    // Whoever comes now finds the runs that the scans brought; what was decided meanwhile is not queued in them.
    let ann = Reviewer::log_in(&served.host, "ann");
    let last = format!("night-{}", SCANS - 1);
    let (status, page) = ann.get(&format!("/queue?status=all&run={last}"));
    assert!(status == 200 && page.contains(&last), "{page}");
    said.push(served.stop());
    for words in &said {
        let locked = words.contains("locked") || words.contains("ERROR");
        assert!(!locked, "{words}");
    }

    // What was answered is in the log, once.
    let verified = desk.run(&["decisions", "verify"]).code(0).stdout();
    assert!(verified.contains("whole"), "{verified}");
    let log = desk.run(&["decisions", "export"]).code(0).stdout();
    let mut logged: Vec<&str> = log
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').find(|cell| cell.starts_with('L')))
        .collect();
    logged.sort_unstable();
    decided.sort_unstable();
    assert_eq!(logged, decided);
    assert!(decided.len() >= 20, "{}", decided.len());
}
