//! The figures and the table as a person meets them, for hand-made recordings. Read the snapshots when they change.

mod samples;

use figures::{Options, Parts, compare, figure, table, timeline, topology};
use verdict::Language::{En, Ko};

#[test]
fn one_consumer_reads_all() {
    let recording = samples::sharing(1);
    insta::assert_snapshot!("timeline_one", timeline(&recording, &Options::new("a/b", En)));
    insta::assert_snapshot!("topology_one", topology(&recording, &Options::new("a/b", En)));
}

#[test]
fn a_fifth_consumer_is_idle_and_says_so_in_both_languages() {
    let recording = samples::sharing(5);
    insta::assert_snapshot!("timeline_five_ko", timeline(&recording, &Options::new("five", Ko)));
    insta::assert_snapshot!("topology_five", topology(&recording, &Options::new("five", En)));
    insta::assert_snapshot!("table_five_en", table::text(&recording, En));
    insta::assert_snapshot!("table_five_ko", table::text(&recording, Ko));
}

#[test]
fn two_groups_read_the_same() {
    let recording = samples::two_groups();
    insta::assert_snapshot!("topology_two_groups", topology(&recording, &Options::new("two", En)));
    insta::assert_snapshot!("table_two_groups", table::html(&recording, En));
}

/// Both hold the same partitions under the same `client.id`; only what was fetched when tells them apart.
#[test]
fn groups_are_told_apart_without_names() {
    let name_of = |recording: &trace::Recording, group: &str| {
        let leaves = format!("LeaveGroup: leaves {group} ");
        table::rows(recording).into_iter().find(|row| row.what.en.starts_with(&leaves)).map(|row| row.who)
    };
    assert_eq!(name_of(&samples::two_groups(), "coupons").unwrap(), "coupons C1");
    let swapped = samples::two_groups_swapped();
    assert_eq!(name_of(&swapped, "coupons").unwrap(), "coupons C2");
    let drawn = timeline(&swapped, &Options::new("x", En));
    assert!(drawn.contains("Group mails, one member. C1 holds T1-0, T1-1, T1-2, T1-3, 100 records handed over"), "{drawn}");
}

#[test]
fn a_crash_leaves_a_gap() {
    let recording = samples::crash();
    insta::assert_snapshot!("timeline_crash", timeline(&recording, &Options::new("crash", En)));
    insta::assert_snapshot!("table_crash", table::text(&recording, En));
}

#[test]
fn three_ways_to_lose_a_member_on_one_axis() {
    let recordings = [("02/hand_over", samples::hand_over()), ("02/crash", samples::crash()), ("02/stall", samples::stall())];
    let named: Vec<_> = recordings.iter().map(|(name, recording)| (*name, recording)).collect();
    insta::assert_snapshot!("compare_en", compare(&named, &Options::new("three", En)));
    insta::assert_snapshot!("compare_ko", compare(&named, &Options::new("three", Ko)));
}

#[test]
fn a_comparison_bears_recordings_without_a_moment() {
    let recordings = [("one", samples::by_hand()), ("two", trace::Recording::of("x")), ("three", samples::sharing(2))];
    let named: Vec<_> = recordings.iter().map(|(name, recording)| (*name, recording)).collect();
    let drawn = compare(&named, &Options::new("x", En));
    assert!(drawn.contains(">the beginning<") && drawn.contains(">C2: joins<"), "{drawn}");
    assert!(!drawn.contains("NaN") && !drawn.contains("\n\n"), "{drawn}");
}

#[test]
fn a_client_without_a_group_is_drawn_too() {
    let recording = samples::by_hand();
    insta::assert_snapshot!("timeline_by_hand", timeline(&recording, &Options::new("hand", En)));
    insta::assert_snapshot!("table_by_hand", table::text(&recording, En));
}

#[test]
fn a_refused_commit_looks_otherwise() {
    let mut stage = samples::Stage::new("refused");
    let who = samples::consumer(1, "G1", "C1");
    stage.connect(&who);
    stage.rebalance(1, &[(&who, samples::t1(0..1))]);
    stage.after(100).read(&who, &samples::t1(0..1), 0, 5);
    stage.after(100).commit_answered(&who, &samples::t1(0..1), 5, Some("ILLEGAL_GENERATION"));
    let drawn = timeline(&stage.recording, &Options::new("x", Ko));
    assert!(drawn.contains("오프셋 5 커밋 거부: ILLEGAL_GENERATION") && drawn.contains(">거부된 커밋<"), "{drawn}");
    assert!(!drawn.contains(">커밋과 오프셋<"));
}

#[test]
fn a_figure_is_small_stable_and_fit_for_markdown() {
    for recording in [samples::sharing(1), samples::sharing(5), samples::two_groups(), samples::crash(), samples::by_hand()] {
        let drawn = figure(&recording, Parts::Both, &Options::new("x", En));
        assert!(drawn.len() < 60_000, "{} bytes", drawn.len());
        assert_eq!(drawn, figure(&recording, Parts::Both, &Options::new("x", En)));
        assert!(!drawn.contains("\n\n") && !drawn.contains("{{"), "a blank line would end the HTML block");
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }
}

#[test]
fn many_records_stay_small() {
    let mut stage = samples::Stage::new("many");
    let who = samples::consumer(1, "G1", "rdkafka");
    stage.connect(&who);
    stage.rebalance(1, &[(&who, samples::t1(0..4))]);
    stage.read(&who, &samples::t1(0..4), 0, 5_000);
    let drawn = figure(&stage.recording, Parts::Both, &Options::new("x", En));
    assert!(drawn.len() < 60_000, "{} bytes", drawn.len());
}

#[test]
fn an_empty_recording_says_so() {
    let drawn = timeline(&trace::Recording::of("x"), &Options::new("x", Ko));
    assert!(drawn.contains("이 기록에는 레코드를 읽은 컨슈머가 없다."));
}

#[test]
fn what_the_answer_wrote_is_never_markup() {
    let mut stage = samples::Stage::new("<b>");
    let who = samples::consumer(1, "G1", "<script>alert(1)</script>");
    stage.connect(&who);
    stage.rebalance(1, &[(&who, samples::t1(0..1))]);
    stage.note(1, trace::Note::Panicked { message: "</svg><script>".into() });
    stage.note(0, trace::Note::Mark { text: "<img onerror=x>".into() });
    let drawn = figure(&stage.recording, Parts::Both, &Options::new("x", En));
    assert!(!drawn.contains("<script") && !drawn.contains("<img") && !drawn.contains("<b>"));
}
