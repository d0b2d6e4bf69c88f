//! Ideas of a gap, right and wrong, so that a wrong answer can be told by the idea behind it.

use std::{collections::BTreeMap, time::Duration};

use super::{Gaps, group::Held};

/// Times this close are the same: an answer may have counted in milliseconds.
const CLOSE: Duration = Duration::from_millis(1);

/// The time of each partition that lies between two owners.
pub(super) fn right(held: &[Held]) -> Gaps {
    of_each(held, |times| between(times).sum())
}

/// The name of the idea that leads to `told`.
pub(super) fn behind(held: &[Held], told: &Gaps) -> &'static str {
    let right = right(held);
    let first_end = held.iter().map(|(.., time)| time.end).min().unwrap_or_default();
    let last_begin = held.iter().map(|(.., time)| time.start).max().unwrap_or_default();
    let last_end = held.iter().map(|(.., time)| time.end).max().unwrap_or_default();
    let again = |member: u32, after: Duration| {
        let next = held.iter().filter(|(of, _, time)| *of == member && time.start >= after).map(|(.., time)| time.start).min();
        next.map_or(Duration::ZERO, |next| next - after)
    };
    let ideas: [(&str, Gaps); 11] = [
        ("nothing_told", Gaps::new()),
        ("left_out", right.iter().filter(|(_, gap)| !gap.is_zero()).map(|(partition, gap)| (*partition, *gap)).collect()),
        (
            "not_the_latest_end",
            of_each(held, |times| times.windows(2).map(|pair| pair[1].2.start.saturating_sub(pair[0].2.end)).sum()),
        ),
        ("overlaps_counted_twice", of_each(held, |times| span(times).saturating_sub(times.iter().map(length).sum()))),
        ("gap_of_the_group", of_each(held, |_| between(&sorted(held.to_vec())).sum())),
        ("first_end_to_last_begin", of_each(held, |_| last_begin.saturating_sub(first_end))),
        (
            "only_what_moves",
            of_each(held, |times| times.windows(2).filter(|pair| pair[0].0 != pair[1].0).flat_map(between).sum()),
        ),
        ("gap_of_the_member", of_each(held, |times| times[..times.len() - 1].iter().map(|one| again(one.0, one.2.end)).sum())),
        ("from_the_beginning", of_each(held, |times| times[0].2.start + between(times).sum::<Duration>())),
        ("until_the_end", of_each(held, |times| last_end - times[0].2.start - span(times) + between(times).sum::<Duration>())),
        ("one_gap_only", of_each(held, |times| between(times).max().unwrap_or_default())),
    ];
    ideas.iter().find(|(_, idea)| same(idea, told)).map_or("wrong_gap", |(name, _)| name)
}

/// Whether two answers are the same.
pub(super) fn same(one: &Gaps, other: &Gaps) -> bool {
    one.keys().eq(other.keys()) && one.iter().all(|(partition, gap)| gap.abs_diff(other[partition]) <= CLOSE)
}

fn of_each(held: &[Held], gap: impl Fn(&[Held]) -> Duration) -> Gaps {
    let mut of: BTreeMap<i32, Vec<Held>> = BTreeMap::new();
    for one in held {
        of.entry(one.1).or_default().push(one.clone());
    }
    of.into_iter().map(|(partition, times)| (partition, gap(&sorted(times)))).collect()
}

fn sorted(mut held: Vec<Held>) -> Vec<Held> {
    held.sort_by_key(|(.., time)| time.start);
    held
}

fn length((.., time): &Held) -> Duration {
    time.end.saturating_sub(time.start)
}

/// From the first beginning to the last end.
fn span(times: &[Held]) -> Duration {
    let ends = times.iter().map(|(.., time)| time.end).max().unwrap_or_default();
    ends.saturating_sub(times.first().map_or(Duration::ZERO, |(.., time)| time.start))
}

/// The stretches that lie in none of these times.
fn between(times: &[Held]) -> impl Iterator<Item = Duration> {
    let mut reached = times.first().map_or(Duration::ZERO, |(.., time)| time.end);
    times.iter().map(move |(.., time)| {
        let gap = time.start.saturating_sub(reached);
        reached = reached.max(time.end);
        gap
    })
}
