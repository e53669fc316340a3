//! Chromium without a window, spoken to in the DevTools protocol over two pipes.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser with one page.
pub struct Browser {
    process: Child,
    to: File,
    from: BufReader<File>,
    session: Option<String>,
    sent: u64,
    complaints: Vec<String>,
}

impl Browser {
    /// Starts one that keeps its things in `folder`.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(folder: &Path) -> io::Result<Self> {
        Command::new("chromium").arg("--version").output()?;
        std::fs::create_dir_all(folder)?;
        let (to, from) = (folder.join("to"), folder.join("from"));
        Command::new("mkfifo").args([&to, &from]).status()?;
        // The protocol is on the file descriptors 3 and 4, which only a shell opens.
        let script = "exec chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
            --disable-background-networking --disable-component-update --disable-sync \
            --remote-debugging-pipe --user-data-dir=\"$1\" about:blank 3<\"$2\" 4>\"$3\"";
        let process = Command::new("sh")
            .args(["-c", script, "sh"])
            .args([&folder.join("profile"), &to, &from])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let to = OpenOptions::new().write(true).open(to)?;
        let mut browser = Self {
            process,
            to,
            from: BufReader::new(File::open(from)?),
            session: None,
            sent: 0,
            complaints: Vec::new(),
        };
        let page = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let target = json!({"targetId": page["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", target);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        browser.call("Log.enable", json!({}));
        Ok(browser)
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to
            .write_all(format!("{message}\0").as_bytes())
            .expect("sent");
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes).expect("received");
            assert_eq!(bytes.pop(), Some(0), "the browser has gone");
            let mut answer: Value = serde_json::from_slice(&bytes).expect("JSON");
            if answer["method"] == "Log.entryAdded" {
                let entry = &answer["params"]["entry"];
                self.complaints.push(entry["text"].to_string());
            }
            if answer["id"] == self.sent {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].take();
            }
        }
    }

    /// Opens a page.
    pub fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({"url": address}));
        self.until("document.readyState == 'complete' && location.href != 'about:blank'");
    }

    /// What a script gives, as JSON.
    pub fn run(&mut self, script: &str) -> String {
        let params = json!({"expression": script, "returnByValue": true});
        self.call("Runtime.evaluate", params)["result"]["value"].to_string()
    }

    /// Waits until a script gives true on a page that is loaded.
    pub fn until(&mut self, script: &str) {
        let started = Instant::now();
        let whole = format!("document.readyState == 'complete' && !!({script})");
        while self.run(&whole) != "true" {
            let place = self.run("location.href");
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "never: {script} at {place}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Writes a text where the focus is.
    pub fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { key };
        let code = if key == "Enter" { 13 } else { 0 };
        for kind in ["keyDown", "keyUp"] {
            let mut params = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code});
            if kind == "keyDown" {
                params["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// What the browser complained about so far: scripts that failed, files that the policy refused.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
