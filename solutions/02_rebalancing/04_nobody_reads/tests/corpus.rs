//! The corpus of `04_nobody_reads`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

use std::collections::BTreeSet;

use grade::group::{Speaks, watch};
use lab::trace::What;
use lab::{Outcome, say};

#[path = "../../../../exercises/02_rebalancing/04_nobody_reads/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [gaps, stops],
    wrong: [
        adds_up_the_lengths,
        as_listed,
        eager_stops_some,
        eager_stops_what_comes,
        everybody_always_stops,
        first_end_to_last_begin,
        forgets_who_leaves,
        from_the_beginning,
        from_the_last_end,
        gap_of_the_group,
        gap_of_the_member,
        leaves_it_out,
        longest_only,
        names_four_partitions,
        nobody_moves,
        only_the_newcomer,
        only_what_moves,
        until_the_end,
    ],
    right: [
        in_milliseconds,
        length_less_what_is_held,
        sweep,
    ],
}

/// C06: in an eager rebalance every partition stops. In a cooperative one (KIP-429), and in the new protocol (KIP-848), the one that moves
/// stops, and the others are read meanwhile.
#[test]
fn everybody_stops_only_in_an_eager_rebalance() {
    let test = concat!(module_path!(), "::everybody_stops_only_in_an_eager_rebalance");
    let mut sit = |seat: &lab::Seat| grade::sit(seat, nobody_reads::gaps, nobody_reads::stops);
    let exam = lab::Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    lab::exam::must_pass(&exam.judged(&mut sit, |lab| {
        Box::pin(async {
            lab.needs_real_broker(say!(
                "the embedded broker takes seconds for each step of a cooperative rebalance",
                "내장 브로커는 협력적 리밸런싱의 단계마다 몇 초씩 걸린다"
            ))?;
            lab.group("G1");
            lab.topic("T1", 4, Vec::new()).await?;
            for speaks in [Speaks::Eager, Speaks::Cooperative, Speaks::New] {
                fact_of(lab, speaks).await?;
                lab.begin_anew(&format!("{speaks:?}"));
            }
            Ok(())
        })
    }));
}

async fn fact_of(lab: &mut lab::Lab, speaks: Speaks) -> Result<(), Outcome> {
    let seen = watch(lab, speaks).await?;
    let waited: BTreeSet<i32> =
        nobody_reads::gaps(&seen.held).into_iter().filter(|(_, gap)| !gap.is_zero()).map(|(p, _)| p).collect();
    let of_the_fourth = &seen.after[&4];
    let given = seen.held.iter().find(|(member, ..)| *member == 4).map(|(.., time)| time.start).unwrap_or_default();
    let meanwhile = |at: u64| (seen.joins.as_micros()..given.as_micros()).contains(&u128::from(at));
    let read = lab.seen().events.into_iter().filter_map(|event| match event.what {
        What::Record { partition, .. } if meanwhile(event.at) => Some(partition.number),
        _ => None,
    });
    let goes_on = read.filter(|partition| !of_the_fourth.contains(partition)).count() > 0;
    let holds = match speaks {
        Speaks::Eager => waited == BTreeSet::from([0, 1, 2, 3]),
        Speaks::Cooperative | Speaks::New => waited == of_the_fourth.iter().copied().collect() && goes_on,
    };
    holds.then_some(()).ok_or_else(|| Outcome::Bug { what: format!("{speaks:?}: {waited:?} stopped, C4 got {of_the_fourth:?}") })
}
