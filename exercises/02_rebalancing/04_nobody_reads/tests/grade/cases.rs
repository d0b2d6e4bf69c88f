//! What the answer of `04_nobody_reads` is asked: first of the group that was just seen, then of made-up ones. The process that asks gets the
//! numbers of the recording one by one.

use std::time::Duration;

use lab::{Lab, Seat};

use super::group::{Held, PARTITIONS, Seen, Shares, Speaks};

/// A question to `stops`.
pub(super) type Move = (Speaks, Shares, Shares);

fn held(member: u32, partition: i32, from: u64, until: u64) -> Held {
    (member, partition, Duration::from_millis(from)..Duration::from_millis(until))
}

/// Questions to `gaps` that no recording shows so clearly, in milliseconds.
pub(super) fn made_up() -> Vec<Vec<Held>> {
    vec![
        // An eager group: C1 gets one of its partitions back.
        vec![
            held(1, 0, 0, 300),
            held(1, 1, 0, 300),
            held(2, 2, 0, 350),
            held(1, 0, 420, 900),
            held(2, 1, 425, 900),
            held(3, 2, 400, 900),
        ],
        // A cooperative group: one partition moves, the others are read all the time. One of them in two pieces.
        vec![held(1, 0, 0, 300), held(1, 0, 300, 900), held(1, 1, 0, 300), held(2, 2, 0, 900), held(4, 1, 420, 900)],
        // The new owner comes first in the list.
        vec![held(1, 0, 500, 900), held(2, 0, 0, 400), held(2, 1, 450, 900), held(3, 1, 0, 380)],
        // Two rebalances. The second partition is added to the topic later, and given up before the end.
        vec![held(1, 0, 0, 100), held(2, 0, 150, 300), held(1, 0, 360, 900), held(2, 1, 200, 800)],
        // A member was expelled and did not know.
        vec![held(1, 0, 0, 500), held(2, 0, 400, 900)],
        // The same for longer: others came and went meanwhile.
        vec![held(1, 0, 0, 100), held(2, 0, 200, 700), held(3, 0, 300, 400), held(4, 0, 600, 900)],
    ]
}

fn shares(shares: &[(u32, &[i32])]) -> Shares {
    shares.iter().map(|(member, partitions)| (*member, partitions.to_vec())).collect()
}

/// Questions to `stops`, with the partitions that stop.
pub(super) fn moves() -> Vec<(Move, Vec<i32>)> {
    let (three, four) = (shares(&[(1, &[0, 1]), (2, &[2]), (3, &[3])]), shares(&[(1, &[0]), (2, &[2]), (3, &[3]), (4, &[1])]));
    let (two, one) = (shares(&[(1, &[0, 1]), (2, &[2, 3])]), shares(&[(1, &[0, 1, 2, 3])]));
    let added = shares(&[(1, &[0, 1]), (2, &[2, 3, 4])]);
    let idle = shares(&[(1, &[0, 1]), (2, &[2, 3]), (3, &[])]);
    let turned = shares(&[(1, &[1, 2]), (2, &[0, 3])]);
    vec![
        ((Speaks::Eager, three.clone(), four.clone()), vec![0, 1, 2, 3]),
        ((Speaks::Cooperative, three, four), vec![1]),
        ((Speaks::Cooperative, two.clone(), one.clone()), vec![2, 3]),
        ((Speaks::Cooperative, two.clone(), turned), vec![0, 2]),
        ((Speaks::Cooperative, two.clone(), added.clone()), vec![]),
        ((Speaks::Eager, two.clone(), added.clone()), vec![0, 1, 2, 3]),
        // A member that gets nothing, and everybody stops for it.
        ((Speaks::Eager, two, idle), vec![0, 1, 2, 3]),
        ((Speaks::Eager, added, one), vec![0, 1, 2, 3, 4]),
    ]
}

/// Hands on what was seen of a group.
pub(super) fn write(lab: &mut Lab, speaks: Speaks, seen: &Seen) {
    lab.number("speaks", speaks as i64);
    lab.number("held", seen.held.len() as i64);
    for (n, (member, partition, time)) in seen.held.iter().enumerate() {
        let micros = |time: Duration| time.as_micros() as i64;
        lab.number(&format!("member {n}"), i64::from(*member));
        lab.number(&format!("partition {n}"), i64::from(*partition));
        lab.number(&format!("from {n}"), micros(time.start));
        lab.number(&format!("until {n}"), micros(time.end));
    }
    for (when, shares) in [("before", &seen.before), ("after", &seen.after)] {
        for (member, partitions) in shares {
            partitions.iter().for_each(|partition| lab.number(&format!("{when} {partition}"), i64::from(*member)));
        }
    }
}

/// All questions.
pub(super) fn read(seat: &Seat) -> (Vec<Vec<Held>>, Vec<Move>) {
    let micros = |name: String| Duration::from_micros(seat.number(&name) as u64);
    let one = |n: usize| -> Held {
        let (member, partition) = (seat.number(&format!("member {n}")), seat.number(&format!("partition {n}")));
        (member as u32, partition as i32, micros(format!("from {n}"))..micros(format!("until {n}")))
    };
    let shares = |when: &str| {
        let mut shares = Shares::new();
        for partition in 0..PARTITIONS {
            shares.entry(seat.number(&format!("{when} {partition}")) as u32).or_default().push(partition);
        }
        shares
    };
    let seen: Vec<Held> = (0..seat.number("held")).map(one).collect();
    let moved = (Speaks::ALL[seat.number("speaks")], shares("before"), shares("after"));
    let all_held = std::iter::once(seen).chain(made_up()).collect();
    let all_moves = std::iter::once(moved).chain(moves().into_iter().map(|(of, _)| of)).collect();
    (all_held, all_moves)
}
