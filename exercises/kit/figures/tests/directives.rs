//! The workbook's directives in pages: what they become, and what is said of a page that cannot be built.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{fs, path::Path};

use figures::{Preprocessor, Sources};
use verdict::{
    Language::{self, En, Ko},
    Mistake, say,
};

mod samples;

/// A project with one step.
fn project() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("book/recordings/01_groups/02_sharing.jsonl", &samples::sharing(2).to_jsonl());
    write("book/recordings/broken.jsonl", "{}");
    write("book/src/01_groups/02_sharing.md", "");
    write("exercises/01_groups/02_sharing/src/lib.rs", "// ANCHOR: task\nfn f() {}\n// ANCHOR_END: task\n");
    write(
        "exercises/01_groups/02_sharing/Cargo.toml",
        "[package]\nname = \"sharing\"\n[package.metadata.workbook]\nminutes = 20\nneeds = \"any\"\n",
    );
    let mistake = Mistake {
        id: "own_group".into(),
        title: say!("Each member has a group of its own.", "멤버마다 그룹이 다르다."),
        expected: say!("One group with 2 members.", "멤버가 2개인 그룹 하나."),
        seen: vec![verdict::Evidence {
            event: None, us: None, text: say!("JoinGroup in <G1> and G2", "<G1>과 G2에 JoinGroup")
        }],
        why: say!("Every member reads everything.", "모든 멤버가 전부 읽는다."),
        read: "01_groups/02_sharing#predict".into(),
    };
    let json = serde_json::to_string_pretty(&mistake).unwrap();
    let snapshots = "solutions/01_groups/02_sharing/tests/snapshots";
    write(&format!("{snapshots}/corpus__own_group.snap"), &format!("---\nsource: tests/corpus.rs\n---\n{json}\n"));
    write(&format!("{snapshots}/corpus__same_mistake.snap"), &json);
    write(
        "book/facts.toml",
        r#"[C02]
claim = { en = "With more consumers than topics, some idle.", ko = "토픽보다 컨슈머가 많으면 노는 컨슈머가 생긴다." }
verdict = "corrected"
truth = { en = "Than partitions.", ko = "파티션보다 많을 때다." }
kafka = "4.3.1"
librdkafka = "2.12.1"
test = "idle_consumer_solution::corpus::idle"
step = "01_groups/03_idle_consumer"
"#,
    );
    root
}

fn page(root: &Path, language: Language, content: &str) -> String {
    let built = Preprocessor::new(Sources::of(root), language).page("01_groups/02_sharing.md", content);
    built.unwrap_or_else(|errors| errors.iter().map(|error| error.message(language) + "\n").collect())
}

#[test]
fn directives_in_both_languages() {
    let root = project();
    let content =
        "# Sharing\n\n{{#step 01_groups/02_sharing}}\n\n{{#fact C02}}\n\n{{#mistakes 01_groups/02_sharing}}\n\n{{#facts}}\n";
    insta::assert_snapshot!("directives_en", page(root.path(), En, content));
    insta::assert_snapshot!("directives_ko", page(root.path(), Ko, content));
}

#[test]
fn a_figure_drawn_twice_has_different_ids() {
    let root = project();
    let built = page(root.path(), En, "{{#timeline 01_groups/02_sharing}}\n\n{{#timeline 01_groups/02\\_sharing}}\n");
    assert_eq!(built.matches("id=\"fig-01-groups-02-sharing-timeline\"").count(), 1);
    assert_eq!(built.matches("id=\"fig-01-groups-02-sharing-2-timeline\"").count(), 1);
}

#[test]
fn two_recordings_are_compared() {
    let root = project();
    let line = "{{#compare 01_groups/02_sharing 01_groups/02\\_sharing}}\n";
    let built = page(root.path(), Ko, &format!("{line}\n{line}"));
    assert_eq!(built.matches("id=\"fig-01-groups-02-sharing-01-groups-02-sharing-compare\"").count(), 1, "{built}");
    assert_eq!(built.matches("id=\"fig-01-groups-02-sharing-01-groups-02-sharing-2-compare\"").count(), 1);
    assert!(
        page(root.path(), En, "{{#compare 01_groups/02_sharing}}")
            .contains("unknown directive `{{#compare 01_groups/02_sharing}}`")
    );
    assert!(page(root.path(), En, "{{#compare 01_groups/02_sharing 02/nothing}}").contains("there is no recording"));
}

#[test]
fn includes_of_mdbook_pass_through() {
    let root = project();
    let content = "```rust\n{{#include ../../../exercises/01_groups/02_sharing/src/lib.rs:task}}\n```\n{{#title A title}}\n";
    assert_eq!(page(root.path(), En, content), content);
}

#[test]
fn all_that_is_wrong_in_a_page_is_named() {
    let root = project();
    let content = "# Sharing\n\
                   {{#figure 01_groups/09_nothing}}\n\
                   {{#figure broken}}\n\
                   {{#fact C99}}\n\
                   {{#step 01_groups/09_nothing}}\n\
                   {{#mistakes 01_groups/09_nothing}}\n\
                   {{#figur 01_groups/02_sharing}}\n\
                   {{#figure}}\n\
                   text {{#facts}} text\n\
                   {{#facts\n\
                   {{#include ../../../exercises/nothing.rs}}\n\
                   {{#include ../../../exercises/01_groups/02_sharing/src/lib.rs:nothing}}\n\
                   {{#include ../../../exercises/01_groups/02_sharing/src/lib.rs:77}}\n";
    fs::write(root.path().join("book/src/01_groups/02_sharing.md"), content).unwrap();
    insta::assert_snapshot!("errors_en", page(root.path(), En, content));
    insta::assert_snapshot!("errors_ko", page(root.path(), Ko, content));
}

#[test]
fn every_directive_that_is_offered_is_known() {
    let root = project();
    let offer = page(root.path(), En, "{{#nothing}}\n");
    let (_, offered) = offer.split_once("write one of ").unwrap();
    let offered: Vec<&str> = offered.split("`{{#").filter_map(|one| Some(one.split_once("}}`")?.0)).collect();
    assert!(offered.contains(&"figure ID"), "{offer}");
    for directive in offered {
        let written = ["ID", "MOMENT", "NUMBER"].into_iter().zip(["01_groups/02_sharing", "end", "C02"]);
        let written = written.fold(directive.replace(['[', ']', '…'], ""), |text, (word, value)| text.replace(word, value));
        let built = page(root.path(), En, &format!("{{{{#{written}}}}}\n"));
        assert!(!built.contains("unknown directive"), "{built}");
    }
}

#[test]
fn a_line_is_counted_in_the_source_of_a_translated_page() {
    let root = project();
    fs::write(root.path().join("book/src/01_groups/02_sharing.md"), "# Sharing\n\nOne.\nTwo.\n\n{{#fact C99}}\n").unwrap();
    let said = page(root.path(), Ko, "# 나누기\n\n하나. 둘.\n\n{{#fact C99}}");
    assert!(said.starts_with("book/src/01_groups/02_sharing.md:6: "), "{said}");
}
