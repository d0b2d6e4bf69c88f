//! The toy's grader: writes what a real one writes, with nothing but the standard library.

use std::{fs, path::Path};

#[test]
fn grade() {
    let target = std::env::var_os("CARGO_TARGET_DIR").expect("the command says where");
    let folder = Path::new(&target).join("workbook/STEP");
    fs::create_dir_all(&folder).unwrap();
    eprintln_past_capture("workbook: broker: a toy");
    let outcome = match NAME::answer() {
        42 => r#""outcome": "pass""#,
        3 => r#""outcome": "setup", "trouble": {"id": "toy", "what": {"en": "The toy is broken.", "ko": "장난감이 고장났다."}, "mend": {"en": "Mend it.", "ko": "고친다."}}"#,
        4 => r#""outcome": "bug", "what": "the toy fell over""#,
        5 => r#""outcome": "skipped", "reason": {"en": "The toy cannot show this.", "ko": "장난감으로는 보여 줄 수 없다."}"#,
        7 => {
            fs::write(folder.join("pid"), std::process::id().to_string()).unwrap();
            eprintln_past_capture("workbook: waiting for: the cows to come home");
            loop {
                std::thread::park();
            }
        }
        13 => std::process::exit(1),
        _ => r#""outcome": "answer", "mistake": {"id": "not_42", "title": {"en": "The answer is not 42.", "ko": "답이 42가 아니다."},
            "expected": {"en": "42", "ko": "42"}, "seen": [{"event": 0, "us": 1200, "text": {"en": "another number", "ko": "다른 수"}}],
            "why": {"en": "Deep Thought said so.", "ko": "깊은 생각이 그렇게 말했다."}, "read": "STEP#the-number"}"#,
    };
    let verdict = format!(r#"{{"step": "STEP", {outcome}, "broker": "a toy", "took_ms": 100}}"#);
    let beside = folder.join("verdict.new");
    fs::write(&beside, verdict).unwrap();
    fs::rename(beside, folder.join("verdict.json")).unwrap();
    assert!(outcome.contains("pass") || outcome.contains("skipped"));
}

fn eprintln_past_capture(line: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "{line}").unwrap();
}
