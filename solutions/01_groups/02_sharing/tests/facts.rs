//! The fact that `02_sharing` shows, asked of the broker itself. `book/facts.toml` names this test; it fails when the fact changes.

use std::time::Duration;

use lab::trace::{History, Recording};
use lab::{Exam, Lab, Outcome, Partition, Returned, Seat, exam::must_pass, say};

/// C01: members of one group read different partitions; 1, 2 and 4 members of a group hold 4, 2 and 1 of four partitions.
#[test]
fn members_of_one_group_read_different_partitions() {
    let test = concat!(module_path!(), "::members_of_one_group_read_different_partitions");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| Box::pin(judge(lab))));
}

fn sit(seat: &Seat) -> Returned {
    let processes: Vec<_> = (1..).take(seat.number("members")).map(|member| seat.process(member)).collect();
    seat.block_on(sharing::share(seat.bootstrap(), seat.name("G1"), seat.name("T1"), &processes, seat.stop()))
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 4, Vec::new()).await?;
    for (members, each) in [(1, 4), (2, 2), (4, 1)] {
        lab.number("members", members);
        lab.start().await?;
        let shared = |_: &Recording, history: &History| {
            let shares = shares(history);
            let mut all: Vec<_> = shares.iter().copied().flatten().collect();
            all.sort();
            let complete = (0..4).map(|number| Partition::new("T1", number)).collect::<Vec<_>>().iter().eq(all);
            complete && shares.len() == members as usize && shares.iter().all(|share| share.len() == each)
        };
        let share = say!("{members} members with {each} partitions each", "멤버 {members}개가 파티션 {each}개씩");
        if !lab.until(Duration::from_secs(20), share, shared).await {
            let what = format!("{members} members hold {:?}", shares(&History::of(&lab.seen())));
            return Err(Outcome::Bug { what });
        }
        lab.ask_to_stop()?;
        lab.end(say!("the members to leave", "멤버들이 떠나기")).await?;
        lab.begin_anew(&members.to_string());
    }
    Ok(())
}

/// What each member of G1 holds now.
fn shares(history: &History) -> Vec<&[Partition]> {
    let members = history.group("G1").into_iter().flat_map(|group| &group.members);
    let holdings = members.filter_map(|member| member.holds());
    holdings.map(|holding| &holding.partitions[..]).collect()
}
