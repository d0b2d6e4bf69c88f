//! What people read, as snapshots: every kind of verdict, in both languages, with and without colour, wide and narrow.
//! Review them as a reader would: aloud.

use verdict::{
    Evidence, Language, Mistake, Outcome, Text, Trouble, Verdict, say,
    show::{Look, show_as},
};

fn look(language: Language) -> Look {
    Look { language, colour: false, unicode: true, width: 100, book: None }
}

fn verdict(outcome: Outcome) -> Verdict {
    Verdict {
        step: "01_groups/01_one_consumer".into(),
        outcome,
        broker: "Apache Kafka 4.3.1 in a container".into(),
        took_ms: 843,
        source: String::new(),
        grader_edited: None,
        output: String::new(),
    }
}

fn seen(us: Option<u64>, text: Text) -> Evidence {
    Evidence { event: us.map(|_| 1), us, text }
}

fn mistake() -> Mistake {
    Mistake {
        id: "assigned_by_hand".into(),
        title: say!(
            "The consumer takes partition 0 by hand and joins no group.",
            "컨슈머가 파티션 0을 직접 할당하고 그룹에 참여하지 않는다."
        ),
        expected: say!(
            "one member of group G1 that is given all four partitions of T1",
            "그룹 G1의 멤버 하나가 T1의 네 파티션을 모두 할당받는다"
        ),
        seen: vec![
            seen(Some(412_345), say!("Metadata request for T1", "T1에 대한 Metadata 요청")),
            seen(Some(1_430_001), say!("Fetch request for T1-0 from offset 0", "오프셋 0부터 T1-0의 Fetch 요청")),
            seen(None, say!("no JoinGroup request in the whole run", "실행 내내 JoinGroup 요청이 없다")),
        ],
        why: say!(
            "Without a group nobody takes over the partitions when this consumer dies, and the records of the other three are read by nobody.",
            "그룹이 없으면 이 컨슈머가 죽었을 때 파티션을 이어받을 컨슈머가 없고, 나머지 세 파티션의 레코드는 아무도 읽지 않는다."
        ),
        read: "01_groups/01_one_consumer#subscribe-or-assign".into(),
    }
}

fn kinds() -> Vec<(&'static str, Outcome)> {
    let trouble = Trouble {
        id: "docker_permission".into(),
        what: say!("Docker runs, but you may not use it.", "Docker는 실행 중이지만 사용할 권한이 없다."),
        mend: say!("Add yourself to the group docker, then log in again.", "docker 그룹에 자신을 추가하고 다시 로그인한다."),
        command: Some("sudo usermod -aG docker $USER".into()),
        detail: "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock".into(),
    };
    vec![
        ("pass", Outcome::Pass),
        ("answer", Outcome::Answer { mistake: mistake() }),
        ("setup", Outcome::Setup { trouble }),
        ("bug", Outcome::Bug { what: "the tap ended early: connection reset by peer".into() }),
        (
            "skipped",
            Outcome::Skipped {
                reason: say!(
                    "The embedded broker has no DescribeGroups, so that it cannot show the idle member.",
                    "내장 브로커에는 DescribeGroups가 없어서 유휴 멤버를 보여 줄 수 없다."
                ),
            },
        ),
    ]
}

#[test]
fn every_kind_in_both_languages() {
    for language in [Language::En, Language::Ko] {
        for (name, outcome) in kinds() {
            insta::assert_snapshot!(format!("{name}_{}", language.code()), show_as(&verdict(outcome), &look(language)));
        }
    }
}

#[test]
fn every_kind_is_called_as_in_verdict_json() {
    for (_, outcome) in kinds() {
        assert_eq!(serde_json::to_value(&outcome).unwrap()["outcome"], outcome.name());
    }
}

#[test]
fn with_colour() {
    for (name, outcome) in kinds() {
        let look = Look { colour: true, ..look(Language::En) };
        insta::assert_snapshot!(format!("{name}_colour"), show_as(&verdict(outcome), &look).replace('\u{1b}', "␛"));
    }
}

#[test]
fn on_a_narrow_terminal_hangul_counts_two_columns() {
    let look = Look { width: 60, ..look(Language::Ko) };
    let text = show_as(&verdict(Outcome::Answer { mistake: mistake() }), &look);
    assert!(text.lines().all(|line| textwrap::core::display_width(line) <= 60), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn on_a_bare_console_nothing_but_ascii_is_drawn() {
    let look = Look { unicode: false, ..look(Language::En) };
    insta::assert_snapshot!(show_as(&verdict(Outcome::Answer { mistake: mistake() }), &look));
}

#[test]
fn names_the_address_of_the_book_and_what_was_printed_and_a_changed_grader() {
    let look = Look { book: Some("http://127.0.0.1:7848".into()), ..look(Language::En) };
    let output =
        "one\ntwo\nthree\nthread 'main' panicked at src/lib.rs:12:5:\ncalled `Option::unwrap()` on a `None` value\n".into();
    let verdict = Verdict { grader_edited: Some(true), output, ..verdict(Outcome::Answer { mistake: mistake() }) };
    insta::assert_snapshot!(show_as(&verdict, &look));
}

#[test]
fn an_answer_takes_at_most_twelve_lines() {
    for language in [Language::En, Language::Ko] {
        let text = show_as(&verdict(Outcome::Answer { mistake: mistake() }), &look(language));
        assert!(text.lines().count() <= 12, "{text}");
    }
}
