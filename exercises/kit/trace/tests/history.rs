//! Who was a member and held what, read off recordings of classic and KIP-848 groups.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod story;

use std::fmt::Write;

use story::Story;
use trace::History;

/// One line for each member, and one for each of its holdings.
fn told(story: &Story) -> String {
    let mut text = String::new();
    for group in History::of(&story.recording).groups {
        for member in &group.members {
            let (id, client, beats) = (&member.id, &member.client, member.heartbeats.len());
            write!(text, "{}: {id} of {client} joined with event {}, {beats} heartbeats", group.name, member.joined).unwrap();
            let end = member.left.map(|event| format!(", left with {event}"));
            let end = end.or(member.gone.map(|event| format!(", gone with {event}")));
            writeln!(text, "{}", end.unwrap_or_default()).unwrap();
            for held in &member.holdings {
                let partitions: Vec<_> = held.partitions.iter().map(ToString::to_string).collect();
                let until = held.until.map_or("the end".into(), |until| format!("{} ms", until / 1_000));
                let from = held.from / 1_000;
                writeln!(text, "  generation {}: [{}] from {from} ms to {until}", held.generation, partitions.join(" ")).unwrap();
            }
        }
    }
    text
}

#[test]
fn an_eager_rebalance_takes_everything_from_everybody() {
    let mut story = Story::new();
    story.joins(1, "M1", &[]).is_given(1, "M1", 1, &["T1-0", "T1-1"]).beats(1, "M1", None);
    story.joins(2, "M2", &[]).beats(1, "M1", Some("REBALANCE_IN_PROGRESS")).joins(1, "M1", &[]);
    story.is_given(1, "M1", 2, &["T1-0"]).is_given(2, "M2", 2, &["T1-1"]).leaves(1, "M1");
    insta::assert_snapshot!(told(&story), @r"
    G1: M1 of C1 joined with event 0, 2 heartbeats, left with 16
      generation 1: [T1-0 T1-1] from 4 ms to 11 ms
      generation 2: [T1-0] from 14 ms to 17 ms
    G1: M2 of C2 joined with event 6, 0 heartbeats
      generation 2: [T1-1] from 16 ms to the end
    ");
}

#[test]
fn a_cooperative_member_goes_on_with_what_it_owns() {
    let mut story = Story::new();
    story.joins(1, "M1", &[]).is_given(1, "M1", 1, &["T1-0", "T1-1"]);
    story.joins(1, "M1", &["T1-0", "T1-1"]).is_given(1, "M1", 2, &["T1-0"]);
    insta::assert_snapshot!(told(&story), @r"
    G1: M1 of C1 joined with event 0, 0 heartbeats
      generation 1: [T1-0 T1-1] from 4 ms to 8 ms
      generation 2: [T1-0] from 8 ms to the end
    ");
}

#[test]
fn a_member_that_is_expelled_and_joins_anew_is_another_one() {
    let mut story = Story::new();
    story.joins(1, "M1", &[]).is_given(1, "M1", 1, &["T1-0"]).beats(1, "M1", Some("UNKNOWN_MEMBER_ID"));
    story.joins(1, "M2", &[]).is_given(1, "M2", 3, &["T1-0"]);
    insta::assert_snapshot!(told(&story), @r"
    G1: M1 of C1 joined with event 0, 1 heartbeats, gone with 5
      generation 1: [T1-0] from 4 ms to 6 ms
    G1: M2 of C1 joined with event 6, 0 heartbeats
      generation 3: [T1-0] from 10 ms to the end
    ");
}

#[test]
fn a_connection_that_ends_is_an_end_only_where_the_member_stays_away() {
    let mut story = Story::new();
    story.joins(1, "M1", &[]).is_given(1, "M1", 1, &["T1-0"]).joins(2, "M2", &[]).is_given(2, "M2", 1, &["T1-1"]);
    story.disconnects(1).disconnects(2).beats(3, "M1", None);
    insta::assert_snapshot!(told(&story), @r"
    G1: M1 of C1 joined with event 0, 1 heartbeats
      generation 1: [T1-0] from 4 ms to the end
    G1: M2 of C2 joined with event 4, 0 heartbeats, gone with 9
      generation 1: [T1-1] from 8 ms to 10 ms
    ");
}

#[test]
fn in_kip_848_only_what_changes_is_told() {
    let mut story = Story::new();
    story.says_epoch(1, "M1", 0, 1, Some(&["T1-0", "T1-1"])).says_epoch(1, "M1", 1, 1, None);
    story.says_epoch(1, "M1", 1, 1, Some(&["T1-0"])).says_epoch(2, "M2", 0, 2, Some(&[])).says_epoch(
        2,
        "M2",
        2,
        2,
        Some(&["T1-1"]),
    );
    story.says_epoch(1, "M1", -1, -1, None);
    insta::assert_snapshot!(told(&story), @r"
    G1: M1 of C1 joined with event 0, 2 heartbeats, left with 10
      generation 1: [T1-0 T1-1] from 2 ms to 6 ms
      generation 1: [T1-0] from 6 ms to 11 ms
    G1: M2 of C2 joined with event 6, 1 heartbeats
      generation 2: [] from 8 ms to 10 ms
      generation 2: [T1-1] from 10 ms to the end
    ");
}

#[test]
fn an_answer_that_comes_after_the_leave_admits_nobody() {
    let mut story = Story::new();
    story.says_epoch(1, "M1", 0, 1, Some(&["T1-0"])).says_epoch(1, "M1", 1, 1, None).says_epoch(1, "M1", -1, -1, None);
    // The heartbeat's answer is overtaken by the LeaveGroup of KIP-848.
    story.recording.events.swap(3, 4);
    let group = History::of(&story.recording).groups.remove(0);
    assert_eq!(group.members.iter().map(|member| member.left).collect::<Vec<_>>(), [Some(3)]);
}

#[test]
fn an_owner_is_found_by_time() {
    let mut story = Story::new();
    story.joins(1, "M1", &[]).is_given(1, "M1", 1, &["T1-0"]).leaves(1, "M1");
    let history = History::of(&story.recording);
    let group = history.group("G1").unwrap();
    let owner = |ms: u64| group.owner_at(&"T1-0".parse().unwrap(), ms * 1_000).map(|member| member.id.as_str());
    assert_eq!([3, 4, 5, 6].map(owner), [None, Some("M1"), None, None]);
    assert_eq!(group.assigned_members().count(), 1);
    assert!(history.group("G2").is_none());
}
