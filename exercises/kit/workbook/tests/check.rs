//! `check`, `list`, `hint`, `reset`, `solution`, `new`: the real binary on a toy workbook.

mod toy;

use toy::Toy;

const ONE: &str = "01_first/01_one";

#[test]
fn a_wrong_answer_then_a_right_one_then_an_edit() {
    let toy = Toy::new();
    let said = toy.run(&["check", "1.1"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    insta::assert_snapshot!("wrong_answer", said.out);
    insta::assert_snapshot!("progress_lines", said.err);

    toy.answer(ONE, "42");
    let said = toy.run(&["check", "one"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "  ✓ passed · 01_first/01_one · 0.1 s on a toy\n"));
    toy.answer(ONE, "40 + 2");
    insta::assert_snapshot!("list_after_an_edit", toy.run(&["list"]).out);
    insta::assert_snapshot!("list_in_korean", toy.run(&["list", "--lang", "ko"]).out);
}

#[test]
fn the_worst_of_several_is_the_exit_code() {
    let toy = Toy::new();
    for (one, two, code) in [("42", "42", 0), ("42", "0", 1), ("0", "3", 3), ("4", "3", 4), ("5", "42", 0)] {
        toy.answer(ONE, one);
        toy.answer("01_first/02_two", two);
        let said = toy.run(&["check", "--all", "--json"]);
        assert_eq!(said.code, Some(code), "{}", said.out);
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(json["exit_code"], code);
        assert_eq!(json["steps"].as_array().unwrap().len(), 2);
    }
    let said = toy.run(&["check", "1.1", "1.2"]);
    assert!(said.out.ends_with("1 of 2 steps passed.\n"), "{}", said.out);
}

#[test]
fn what_does_not_compile_is_not_judged() {
    let toy = Toy::new();
    toy.answer(ONE, "\"forty-two\"");
    let said = toy.run(&["check", "1.1"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("mismatched types") && said.out.contains("does not compile, so nothing was judged"),
        "{}",
        said.out
    );

    toy.save(ONE, "//! The answer.\npub fn answer(_: u8) -> i32 {\n    42\n}\n");
    let said = toy.run(&["check", "1.1"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("keep the functions as the starter declares them"), "{}", said.out);
    let json = toy.run(&["check", "1.1", "--json"]).out;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["steps"][0]["outcome"], "does_not_compile");
}

#[test]
fn a_long_list_of_compiler_errors_is_cut_with_a_notice() {
    let toy = Toy::new();
    let errors = "    let _: u8 = \"\";\n".repeat(40);
    toy.save(ONE, &format!("//! The answer.\npub fn answer() -> i32 {{\n{errors}    42\n}}\n"));
    let said = toy.run(&["check", "1.1"]);
    assert!(said.out.contains("more lines") && said.out.lines().count() < 100, "{}", said.out);
}

#[test]
fn an_unused_result_is_pointed_out() {
    let toy = Toy::new();
    toy.save(ONE, "//! The answer.\npub fn answer() -> i32 {\n    async {};\n    0\n}\n");
    let said = toy.run(&["check", "1.1"]);
    assert!(said.err.contains("lib.rs:3: unused") && said.err.contains("must be used"), "{}", said.err);
}

#[test]
fn a_grader_that_ends_without_a_verdict_is_our_bug() {
    let toy = Toy::new();
    toy.answer(ONE, "13");
    let said = toy.run(&["check", "1.1"]);
    assert_eq!(said.code, Some(4), "{}", said.out);
    assert!(
        said.out.contains("a bug of the workbook, not your answer") && said.out.contains("ended without a verdict"),
        "{}",
        said.out
    );
}

#[test]
fn a_grader_that_says_nothing_is_ended() {
    let toy = Toy::new();
    toy.answer(ONE, "7");
    let said = toy.said(toy.command(&["check", "1.1"]).env("WORKBOOK_SILENCE_S", "1"));
    assert_eq!(said.code, Some(4), "{}", said.out);
    assert!(said.out.contains("The grader said nothing for 1 s and was ended. Its last word: waiting for:"), "{}", said.out);
    assert!(!toy::runs(toy.hanging(ONE)));
}

#[test]
fn a_set_up_trouble_is_never_counted_as_wrong() {
    let toy = Toy::new();
    toy.answer(ONE, "3");
    let said = toy.run(&["check", "1.1", "--lang", "ko"]);
    assert_eq!(said.code, Some(3));
    insta::assert_snapshot!(said.out);
    assert!(toy.run(&["list"]).out.contains("·"), "it is still to do");
}

#[test]
fn an_unknown_step_is_answered_with_the_one_that_was_meant() {
    let toy = Toy::new();
    let said = toy.run(&["check", "ones"]);
    assert_eq!((said.code, said.err.as_str()), (Some(2), "error: There is no step `ones`.\n  Did you mean one (1.1)?\n"));
    let said = toy.run(&["lsit"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (Some(2), "error: There is no step `lsit`.\n  Did you mean cargo workbook list?\n")
    );
    let said = toy.run(&["check", "ones", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((json["exit_code"].as_u64(), json["error"]["id"].as_str()), (Some(2), Some("usage")));
}

#[test]
fn the_step_is_that_of_the_folder() {
    let toy = Toy::new();
    for folder in ["exercises/01_first/02_two/src", "solutions/01_first/02_two"] {
        let said = toy.said(toy.command(&["hint", "-n", "1"]).current_dir(toy.root.join(folder)));
        assert!(said.out.contains("01_first/02_two"), "{}{}", said.out, said.err);
    }
    let said = toy.run(&["reset"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.err);
}

#[test]
fn hints_come_one_by_one_in_the_language_that_is_asked_for() {
    let toy = Toy::new();
    insta::assert_snapshot!("first_hint_in_korean", toy.run(&["hint", "1.1", "--lang", "ko"]).out);
    insta::assert_snapshot!("second_hint", toy.run(&["hint", "1.1"]).out);
    insta::assert_snapshot!("last_hint", toy.run(&["hint", "1.1"]).out);
    assert!(toy.run(&["hint", "1.1"]).out.contains("It is 42."), "the last one again");
    assert!(toy.run(&["hint", "1.1", "-n", "1"]).out.contains("Which number?"));
    let said = toy.run(&["hint", "1.1", "-n", "9"]);
    assert_eq!((said.code, said.err.as_str()), (Some(2), "error: 01_first/01_one has 3 hints.\n  Choose one of them with -n.\n"));
}

#[test]
fn reset_brings_the_starter_back_without_git_and_saves_the_answer() {
    let toy = Toy::new();
    let starter = toy.read("exercises/01_first/01_one/src/lib.rs");
    toy.run(&["list"]);
    toy.answer(ONE, "41");
    let said = toy.run(&["reset", "1.1"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    insta::assert_snapshot!(said.out);
    assert_eq!(toy.read("exercises/01_first/01_one/src/lib.rs"), starter);
    assert!(toy.read(".workbook/backups/01_first/01_one.1.rs").contains("41"));
    assert!(toy.run(&["reset", "1.1"]).out.contains("is the starter already"));
}

#[test]
fn reset_knows_the_committed_starter_of_an_answer_that_was_edited_first() {
    let toy = Toy::new();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.current_dir(&toy.root).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments);
        assert!(git.output().unwrap().status.success(), "{arguments:?}");
    };
    let starter = toy.read("exercises/01_first/01_one/src/lib.rs");
    git(&["init", "-q"]);
    git(&["add", "exercises"]);
    git(&["commit", "-qm", "starters"]);
    toy.answer(ONE, "41");
    toy.run(&["reset", "1.1"]);
    assert_eq!(toy.read("exercises/01_first/01_one/src/lib.rs"), starter);
}

#[test]
fn the_solution_is_shown_to_those_who_passed_or_insist() {
    let toy = Toy::new();
    let said = toy.run(&["solution", "1.1"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!("solution_refused", said.err);
    insta::assert_snapshot!("solution_forced", toy.run(&["solution", "1.1", "--force"]).out);
    toy.answer(ONE, "42");
    toy.run(&["check", "1.1"]);
    assert_eq!(toy.run(&["solution", "1.1"]).code, Some(0));
}

#[test]
fn a_new_step_has_all_its_files_and_is_named_in_the_summary() {
    let toy = Toy::new();
    let said = toy.run(&["new", "01_first/03_three"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    insta::assert_snapshot!(said.out);
    assert!(toy.read("exercises/01_first/03_three/tests/grade.rs").contains("lab::exam!(three::read)"));
    assert!(toy.read("book/src/SUMMARY.md").ends_with("- [Two](01_first/02_two.md)\n- [Three](01_first/03_three.md)\n"));
    assert_eq!(toy.run(&["new", "01_first/03_three"]).code, Some(3), "its dependencies are not in the toy");
}

#[test]
fn completions_know_the_commands() {
    let said = Toy::new().run(&["completion", "bash"]);
    assert!(said.out.contains("doctor") && said.code == Some(0));
}
