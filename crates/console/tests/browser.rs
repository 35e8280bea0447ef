//! The console in a real browser: the page stands, the style is taken, a picture is not empty.
//!
//! The browser's own tools need scripts, so they are not switched off here; a
//! page has none, and its header forbids them (`console.rs` holds both).
//! Needs Debian's `chromium`; where it is absent the test says so and passes.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "says why it is skipped")]

mod made;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

fn chromium(profile: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
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
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(output.stdout)
}

/// Serves the made-up case on a free port, as long as the test lives; returns the address to open.
fn served(dir: &Path) -> String {
    let case = made::case(&dir.join("case"));
    let register = made::register(&dir.join("register.db"));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        whose_console::serve(case, Some(register), 0, made::hooks(), &|address| {
            tell.send(address.to_owned()).unwrap()
        })
    });
    told.recv_timeout(Duration::from_secs(60)).unwrap()
}

#[test]
fn a_browser_shows_the_register_the_timeline_and_the_trees() {
    if Command::new("chromium").arg("--version").output().is_err() {
        println!("skipped: no chromium");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let address = served(dir.path());
    let profile = dir.path().join("profile");
    let dump = |address: &str| {
        let dom = chromium(&profile, &["--dump-dom", address]).unwrap();
        String::from_utf8_lossy(&dom).into_owned()
    };
    // The first visit brings the cookie; it stays with the profile only as long as a browser runs, so each visit brings the key.
    assert!(dump(&address).contains("<h1>"));
    let incident = format!("register/{}", made::incident());
    for (page, texts) in [
        ("register", ["Made-up Imaging 2024", "type=\"date\""]),
        ("register/statistics", ["discovery to people", "<rect"]),
        ("register/add", ["What happened?", "type=\"checkbox\""]),
        (incident.as_str(), ["Sources disagree", "<circle"]),
        ("timeline", ["When each duty ends", "<circle"]),
        ("why?answer=all", ["it is the law on", "<summary>"]),
    ] {
        let (start, key) = address.split_once('?').unwrap();
        let there = format!("{start}?{key}&to=/en/{page}");
        let dom = dump(&there);
        for text in texts {
            assert!(dom.contains(text), "{page} does not show: {text}\n{dom}");
        }
        assert!(!dom.contains("<script"));
    }
}

#[test]
fn a_browser_without_scripts_shows_the_incident() {
    if Command::new("chromium").arg("--version").output().is_err() {
        println!("skipped: no chromium");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let address = served(dir.path());
    let profile = dir.path().join("profile");
    let dom = chromium(&profile, &["--dump-dom", &address]).unwrap();
    let dom = String::from_utf8_lossy(&dom);
    for text in [
        "<h1>",
        "individuals affected",
        "Were files altered?",
        "3 days late",
        "Show values",
    ] {
        assert!(dom.contains(text), "not in the page: {text}\n{dom}");
    }
    assert!(!dom.contains("Marguerite"));

    let picture = dir.path().join("page.png");
    let to = format!("--screenshot={}", picture.display());
    let arguments = [to.as_str(), "--window-size=1280,900", &address];
    chromium(&profile, &arguments).unwrap();
    let bytes = std::fs::read(&picture).unwrap();
    assert!(
        bytes.starts_with(b"\x89PNG") && bytes.len() > 20_000,
        "{} bytes",
        bytes.len()
    );

    let start = address.split('?').next().unwrap();
    let locked = chromium(&dir.path().join("stranger"), &["--dump-dom", start]).unwrap();
    assert!(String::from_utf8_lossy(&locked).contains("This console is locked"));
}
