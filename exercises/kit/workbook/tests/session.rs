//! The session: what is saved is graded, also during a run; the server answers its own pages only.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod toy;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

use toy::{Running, Toy, runs, until};

const ONE: &str = "01_first/01_one";

fn session(toy: &Toy) -> (Running, String) {
    toy.write("target/workbook/book/en/index.html", "<html><head><title>x</title></head></html>");
    let session = toy.start("session", &["--no-open", "--port", "0"]);
    session.until_said("The book: http://127.0.0.1:");
    let said = session.said();
    let address = said.split("http://").nth(1).and_then(|rest| rest.lines().next()).unwrap().to_owned();
    (session, address)
}

/// One request; the status and the body.
fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let host = if headers.iter().any(|(name, _)| *name == "Host") { String::new() } else { format!("Host: {address}\r\n") };
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(line, "{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap();
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

#[test]
fn a_save_during_a_run_ends_it_and_is_graded() {
    let toy = Toy::new();
    toy.answer(ONE, "7");
    let (mut session, _) = session(&toy);
    session.until_said("the cows to come home");
    let grader = toy.hanging(ONE);
    toy.answer(ONE, "42");
    session.until_said("✓ passed · 01_first/01_one");
    until(|| !runs(grader));
    // It goes on to the next step by itself.
    session.until_said("1.2 Step two");
    session.until_said("not passed yet · 01_first/02_two");
    toy.answer("01_first/02_two", "42");
    session.until_said("All steps passed.");
    session.signal("INT");
    assert_eq!(session.ended(), Some(0));
}

#[test]
fn ctrl_c_during_a_run_leaves_no_process() {
    let toy = Toy::new();
    toy.answer(ONE, "7");
    let (mut session, _) = session(&toy);
    session.until_said("the cows to come home");
    let grader = toy.hanging(ONE);
    session.signal("INT");
    assert_eq!(session.ended(), Some(0));
    until(|| !runs(grader));
}

#[test]
fn it_begins_at_the_first_step_that_has_not_passed_or_at_the_one_named() {
    let toy = Toy::new();
    toy.answer(ONE, "42");
    toy.run(&["check", "1.1"]);
    let (first, _) = session(&toy);
    first.until_said("1.2 Step two");
    drop(first);
    let named = toy.start("named", &["1.1", "--no-open", "--port", "0", "--lang", "ko"]);
    named.until_said("1.1 첫 단계");
}

#[test]
fn it_goes_on_behind_the_step_that_passed_and_then_with_what_was_left_out() {
    let toy = Toy::new();
    toy.step("02_second/01_three", "three");
    toy.answer("01_first/02_two", "42");
    let session = toy.start("session", &["1.2", "--no-open", "--port", "0"]);
    session.until_said("✓ passed · 01_first/02_two");
    session.until_said("not passed yet · 02_second/01_three");
    toy.answer("02_second/01_three", "42");
    session.until_said("✓ passed · 02_second/01_three");
    session.until_said("not passed yet · 01_first/01_one");
}

#[test]
fn the_page_is_told_what_happens() {
    let toy = Toy::new();
    let (session, address) = session(&toy);
    session.until_said("not passed yet");
    let (status, steps) = ask(&address, "GET", "/api/steps", &[]);
    assert_eq!(status, 200);
    assert!(steps.contains(r#""id":"01_first/01_one""#) && steps.contains(r#""state":"failing""#), "{steps}");
    assert!(ask(&address, "GET", "/api/steps?lang=ko", &[]).1.contains("첫 단계"));
    let (_, step) = ask(&address, "GET", "/api/step/01_first/01_one", &[]);
    assert!(step.contains(r#""phase":"done""#) && step.contains("not_42"), "{step}");
    assert_eq!(ask(&address, "GET", "/api/step/01_first/09_nine", &[]).0, 404);

    let mut events = TcpStream::connect(&address).unwrap();
    events.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(events, "GET /api/events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    toy.answer(ONE, "42");
    let mut lines = BufReader::new(events).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains(r#""phase":"building""#)));
    assert!(lines.any(|line| line.contains(r#""outcome":"pass""#)));
}

#[test]
fn only_its_own_pages_are_answered_and_only_the_token_changes_anything() {
    let toy = Toy::new();
    let (session, address) = session(&toy);
    session.until_said("not passed yet");
    let port = address.rsplit(':').next().unwrap();
    let run = "/api/step/01_first/01_one/run";

    let (status, page) = ask(&address, "GET", "/", &[]);
    assert_eq!(status, 200);
    let token = page.split("name=\"workbook-token\" content=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(token.len(), 32);

    assert_eq!(ask(&address, "GET", "/", &[("Host", &format!("evil.example:{port}"))]).0, 403);
    assert_eq!(ask(&address, "GET", "/api/steps", &[("Origin", "http://evil.example")]).0, 403);
    assert_eq!(ask(&address, "GET", "/", &[("Host", &format!("localhost:{port}"))]).0, 200);
    assert_eq!(ask(&address, "POST", run, &[]).0, 403);
    assert_eq!(ask(&address, "POST", run, &[("X-Workbook-Token", "00000000000000000000000000000000")]).0, 403);
    assert_eq!(ask(&address, "POST", run, &[("X-Workbook-Token", token), ("Origin", "http://evil.example")]).0, 403);
    assert_eq!(ask(&address, "POST", run, &[("X-Workbook-Token", token)]).0, 202);

    toy.answer(ONE, "42");
    session.until_said("✓ passed");
    let (status, reset) = ask(&address, "POST", "/api/step/01_first/01_one/reset", &[("X-Workbook-Token", token)]);
    assert_eq!(status, 200, "{reset}");
    assert!(toy.read("exercises/01_first/01_one/src/lib.rs").contains("    0\n"));

    for path in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/ko/../../../Cargo.toml"] {
        let (status, body) = ask(&address, "GET", path, &[]);
        assert!(status != 200 && !body.contains("workspace"), "{path}: {status} {body}");
    }
}

#[test]
fn a_taken_port_is_no_obstacle() {
    let toy = Toy::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let session = toy.start("session", &["--no-open", "--port", &port]);
    session.until_said("The book: http://127.0.0.1:");
    assert!(!session.said().contains(&format!("127.0.0.1:{port}\n")));
}
