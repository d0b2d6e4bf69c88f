//! Machines and folders as they are: broken manifests, spaces and Hangul, no git, read-only folders, Ctrl-C, two checks at once.

mod toy;

use toy::{Toy, runs, until};

const ONE: &str = "01_first/01_one";

#[test]
fn a_broken_manifest_is_told_in_cargo_s_own_words() {
    let toy = Toy::new();
    toy.write("exercises/01_first/02_two/Cargo.toml", "[package\nname = \"two\"\n");
    let said = toy.run(&["check", "1.1"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.starts_with("error: Cargo cannot read one of the workbook's Cargo.toml files.\n"), "{}", said.err);
    assert!(said.err.contains("exercises/01_first/02_two/Cargo.toml") && said.err.contains("git checkout"), "{}", said.err);
}

#[test]
fn facts_that_nobody_knows_are_refused() {
    let toy = Toy::new();
    toy.write(
        "exercises/01_first/02_two/Cargo.toml",
        "[package]\nname = \"two\"\nedition = \"2024\"\n[package.metadata.workbook]\nminuets = 5\n",
    );
    let said = toy.run(&["list"]);
    assert_eq!(said.code, Some(3));
    insta::assert_snapshot!(said.err);
}

#[test]
fn a_folder_without_a_workbook_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let toy = Toy::new();
    let said = toy.said(toy.command(&["list"]).current_dir(folder.path()));
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.err);
}

#[test]
fn spaces_and_hangul_in_the_folder_s_name() {
    let toy = Toy::in_folder("내 워크북 (사본)");
    toy.answer(ONE, "42");
    let said = toy.run(&["check", "1.1", "--lang", "ko"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "  ✓ 통과 · 01_first/01_one · 0.1초, a toy\n"), "{}", said.err);
}

#[test]
fn progress_is_kept_elsewhere_where_the_project_may_not_be_written() {
    let toy = Toy::new();
    // A file where the folder would be: it cannot be made, whoever asks.
    toy.write(".workbook", "in the way");
    toy.answer(ONE, "42");
    let said = toy.run(&["check", "1.1"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("your progress is kept in"), "{}", said.err);
    assert!(toy.run(&["list"]).out.contains("✓ 1.1"));
    // A home that may not be written either: the system's folder for temporary files is left.
    let said = toy.said(toy.command(&["list"]).env("XDG_DATA_HOME", toy.root.join(".workbook/none")).env("TMPDIR", &toy.root));
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn doctor_says_what_is_missing_and_how_to_mend_it() {
    let toy = Toy::new();
    let cargo = std::env::var("CARGO").unwrap();
    let said = toy.said(toy.command(&["doctor", "--json"]).env("CARGO", &cargo));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said.code == Some(0), json["ready"].as_bool().unwrap(), "{}", said.out);

    let nothing = tempfile::tempdir().unwrap();
    let said = toy.said(toy.command(&["doctor"]).env("CARGO", &cargo).env("PATH", nothing.path()).env_remove("CC"));
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.out.contains("× C compiler") && said.out.contains("× make") && said.out.contains("– Docker"), "{}", said.out);
    assert!(said.out.ends_with("Mend what is marked × first.\n"), "{}", said.out);
}

#[test]
fn a_missing_c_compiler_is_the_machine_s_trouble_not_the_answer_s() {
    let toy = Toy::new();
    let cargo = std::path::PathBuf::from(std::env::var("CARGO").unwrap());
    let nothing = tempfile::tempdir().unwrap();
    let mut check = toy.command(&["check", "1.1"]);
    check.env("RUSTC", cargo.with_file_name("rustc")).env("CARGO", &cargo).env("PATH", nothing.path());
    let said = toy.said(&mut check);
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.out.contains("A C compiler or make is missing") && said.out.contains("build-essential"), "{}", said.out);
    assert!(toy.run(&["list"]).out.contains("· 1.1"), "it does not count as an attempt that failed");
}

#[test]
fn author_check_names_what_a_step_lacks() {
    let said = Toy::new().run(&["author", "check", "--quick"]);
    assert_eq!(said.code, Some(1));
    insta::assert_snapshot!(said.out);
}

#[test]
fn a_page_that_cannot_be_built_is_named_with_its_line() {
    let toy = Toy::new();
    toy.write("book/book.toml", "[book]\ntitle = \"A toy\"\n");
    toy.write("book/src/01_first/01_one.md", "# One\n\n{{#figure 09_none/09_none}}\n");
    let said = toy.run(&["book", "--out", "site"]);
    assert_eq!(said.code, Some(1));
    insta::assert_snapshot!(said.err);
}

#[test]
fn ctrl_c_leaves_no_process() {
    let toy = Toy::new();
    toy.answer(ONE, "7");
    for signal in ["INT", "TERM", "HUP"] {
        let mut check = toy.start("check", &["check", "1.1"]);
        check.until_said("the cows to come home");
        let grader = toy.hanging(ONE);
        assert!(runs(grader));
        check.signal(signal);
        assert_eq!(check.ended(), Some(130));
        until(|| !runs(grader));
    }
}

#[test]
fn a_second_check_waits_and_says_so() {
    let toy = Toy::new();
    toy.answer(ONE, "7");
    let mut first = toy.start("first", &["check", "1.1"]);
    first.until_said("the cows to come home");
    toy.answer("01_first/02_two", "42");
    let mut second = toy.start("second", &["check", "1.2"]);
    second.until_said("another check is running");
    first.signal("INT");
    assert_eq!(first.ended(), Some(130));
    assert_eq!(second.ended(), Some(0), "{}", second.said());
}

#[test]
fn a_tap_ends_with_ctrl_c_and_wants_an_address() {
    let toy = Toy::new();
    let said = toy.run(&["tap", "--upstream", "nowhere"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.err);
    let mut tap = toy.start("tap", &["tap", "--upstream", "127.0.0.1:1"]);
    tap.until_said("bootstrap.servers=127.0.0.1:");
    tap.signal("INT");
    assert_eq!(tap.ended(), Some(0));
}
