//! Claims of `02_twice`: nothing is lost, what comes twice is what was said before, and nobody has a second coupon.

use lab::trace::{Commit, Progress, Recording, What};
use lab::{CrashPoint, Crashed, Evidence, Mistake, Partition, Run, missing, mistake, say, went_on};

use super::{EVERY, OTHERS, Prediction, calls, coupons};

pub(super) const TASK: &str = "06_offsets/02_twice#your-turn";
const BETWEEN: &str = "06_offsets/02_twice#what-comes-again";
const HARMLESS: &str = "06_offsets/02_twice#twice-does-no-harm";

/// Claims that without a crash a member of the group calls for each sign-up, and ends when it is asked to.
pub(super) fn issues_for_all(run: &Run) -> Result<(), Mistake> {
    run.came_to_its_end(TASK)?;
    run.read_as_a_member("G1", TASK)?;
    run.began_at_the_beginning()?;
    let issued = run.processed().len();
    if issued == OTHERS {
        return Ok(());
    }
    let title =
        say!("`issue` was called for {issued} of {OTHERS} sign-ups", "가입 {OTHERS}건 가운데 {issued}건에만 `issue`를 불렀다");
    Err(mistake("not_all_issued", title)
        .expected(say!("one call of `issue` for each sign-up", "가입마다 `issue`를 한 번 부른다"))
        .seen(run.show(2, |what| matches!(what, What::Record { progress: Progress::Processed, .. })))
        .why(say!("a sign-up without a call gets no coupon", "부르지 않은 가입은 쿠폰을 받지 못한다"))
        .read(TASK))
}

/// Claims that no sign-up is passed by a commit before its coupon is issued.
pub(super) fn loses_nothing(crashed: &Crashed) -> Result<(), Mistake> {
    let Some(lost) = crashed.crash.lost().first().copied() else { return Ok(()) };
    let title = say!(
        "after a crash the sign-up at offset {lost} never gets a coupon",
        "크래시 뒤 오프셋 {lost}의 가입은 쿠폰을 영영 받지 못한다"
    );
    Err(mistake("coupon_lost", title)
        .expected(say!("a commit passes sign-ups whose coupons are issued, and no others", "쿠폰을 발급한 가입까지만 커밋한다"))
        .seen(crashed.story())
        .why(say!(
            "what is committed is not read again: a second coupon can be prevented, a missing one is never noticed",
            "커밋한 레코드는 다시 읽지 않는다. 쿠폰이 두 번 나가는 일은 막을 수 있지만, 나가지 않은 쿠폰은 아무도 알아채지 못한다"
        ))
        .read(BETWEEN))
}

/// Claims that the answer commits as its contract says: after every second sign-up, one past it.
pub(super) fn commits_after_every_second(crashed: &Crashed) -> Result<(), Mistake> {
    let finished = in_hand(crashed);
    let (wanted, committed) = (finished / EVERY * EVERY, crashed.crash.committed.unwrap_or(0));
    if committed == wanted {
        return Ok(());
    }
    let title =
        say!("{committed} is committed, where it should be {wanted}", "커밋된 오프셋이 {wanted}이어야 하는데 {committed}이다");
    Err(mistake("commits_otherwise", title)
        .expected(say!(
            "after every {EVERY} sign-ups the next offset is committed; finished here: {finished}, so {wanted} is committed",
            "{EVERY}건마다 그다음 오프셋을 커밋한다. 여기서 마친 가입은 {finished}건이므로 커밋된 오프셋은 {wanted}이다"
        ))
        .seen(crashed.story())
        .why(say!(
            "how far commits are behind the work decides how much comes again; and each commit costs a request",
            "커밋이 처리보다 얼마나 뒤처지는지가 다시 오는 양을 정한다. 그리고 커밋마다 요청이 하나씩 든다"
        ))
        .read(TASK))
}

/// The commits before the program was asked to stop.
fn commits(seen: &Recording) -> impl Iterator<Item = Commit> {
    let stop = seen.asked_to_stop().unwrap_or(usize::MAX);
    seen.commits("G1").into_iter().filter(move |commit| commit.asked < stop)
}

/// Claims the same where there are many partitions: sign-ups are counted in each, and committed for it.
pub(super) fn commits_each_partition(run: &Run) -> Result<(), Mistake> {
    run.committed_what_is_processed("G1", TASK)?;
    let between = |commit: &Commit| commit.offsets.values().all(|offset| offset % EVERY != 0);
    let Some(Commit { asked: index, .. }) = commits(&run.recording).find(between) else { return Ok(()) };
    Err(mistake(
        "counts_all_partitions",
        say!("the sign-ups of both partitions are counted together", "두 파티션의 가입을 합쳐서 센다"),
    )
    .expected(say!(
        "a commit after every {EVERY} sign-ups of a partition, for that partition",
        "한 파티션의 가입 {EVERY}건마다 그 파티션에 커밋한다"
    ))
    .seen([run.event(index)])
    .why(say!(
        "which sign-ups come again is then a matter of how the partitions take turns: nobody can say it before",
        "어느 가입이 다시 오는지가 파티션이 번갈아 오는 순서에 달린다. 미리 말할 수 없다"
    ))
    .read(TASK))
}

/// Claims that no sign-up is taken in hand before a commit is answered.
pub(super) fn waits_for_the_answer(run: &Run) -> Result<(), Mistake> {
    let Some((commit, next)) = went_on(&run.recording, "G1") else { return Ok(()) };
    Err(mistake(
        "does_not_wait",
        say!("the program does not wait for the answer to its commit", "프로그램이 커밋의 응답을 기다리지 않는다"),
    )
    .expected(say!("the next coupon is issued when the commit is answered", "커밋의 응답을 받은 다음에 다음 쿠폰을 발급한다"))
    .seen([commit, next].map(|index| run.event(index)))
    .why(say!(
        "a commit that is on its way is lost with the program: more comes again than the prediction says",
        "가는 중이던 커밋은 프로그램과 함께 사라진다. 예측보다 많은 가입이 다시 온다"
    ))
    .read(TASK))
}

/// Claims that what came twice is what the answer had predicted.
pub(super) fn was_predicted(crashed: &Crashed, predictions: &[Prediction]) -> Result<(), Mistake> {
    let asked = (EVERY, in_hand(crashed), matches!(crashed.crash.point, CrashPoint::Worked(_)));
    let predicted = predictions.iter().find(|(every, offset, done, _)| (*every, *offset, *done) == asked);
    let (predicted, twice) = (predicted.map(|(.., predicted)| predicted.clone()).unwrap_or_default(), crashed.crash.twice());
    if predicted == twice {
        return Ok(());
    }
    let said = said(asked, &predicted);
    let title = say!("other sign-ups come twice than `issued_again` says", "`issued_again`이 말한 것과 다른 가입이 두 번 온다");
    Err(mistake("wrong_prediction", title)
        .expected(say!("the crash shows {twice:?}", "크래시의 결과는 {twice:?}이다"))
        .seen([said].into_iter().chain(crashed.story()))
        .why(say!(
            "who knows what comes again can bound it, and see to it that it does no harm",
            "무엇이 다시 오는지 알아야 그 양을 제한하고, 다시 와도 해가 없게 만들 수 있다"
        ))
        .read(BETWEEN))
}

/// Claims the same of commits after every 1, 3 and 5.
pub(super) fn predicts_others(predictions: &[Prediction]) -> Result<(), Mistake> {
    for (every, offset, done, predicted) in predictions.iter().filter(|(every, ..)| *every != EVERY) {
        let twice: Vec<i64> = (offset / every * every..offset + i64::from(*done)).collect();
        if *predicted != twice {
            let title =
                say!("the prediction holds for commits after every {EVERY} alone", "예측이 {EVERY}건마다 커밋할 때만 맞는다");
            return Err(mistake("wrong_for_others", title)
                .expected(say!("with a commit after every {every}: {twice:?}", "{every}건마다 커밋하면 {twice:?}이다"))
                .seen([said((*every, *offset, *done), predicted)])
                .why(say!("the next program commits after every hundred", "다음 프로그램은 100건마다 커밋한다"))
                .read(BETWEEN));
        }
    }
    Ok(())
}

/// Claims that without any crash no two sign-ups had the same number.
pub(super) fn numbers_differ(run: &Run) -> Result<(), Mistake> {
    let calls = calls(run);
    let coupons = coupons(&calls);
    let repeats = || calls.iter().enumerate().filter(|(at, call)| coupons[&call.1] != *at).map(|(_, call)| call);
    // Where some have the same number at different offsets, the partition is not what is missing.
    let differ = |(_, number, (_, offset)): &&(usize, String, (Partition, i64))| calls[coupons[number]].2.1 != *offset;
    let Some((index, number, (partition, offset))) = repeats().find(differ).or_else(|| repeats().next()) else {
        return Ok(());
    };
    let (first, _, (other, at)) = &calls[coupons[number]];
    let (id, title) = if offset == at && partition != other {
        (
            "one_number_in_two_partitions",
            say!("sign-ups of two partitions get the same coupon number", "두 파티션의 가입이 같은 쿠폰 번호를 받는다"),
        )
    } else {
        ("one_number_for_two", say!("two sign-ups get the same coupon number", "가입 두 건이 같은 쿠폰 번호를 받는다"))
    };
    Err(mistake(id, title)
        .expected(say!("one coupon for each sign-up: no other sign-up has its number", "가입마다 쿠폰 하나. 다른 가입과 번호가 겹치지 않는다"))
        .seen([run.event(*first), missing(say!("… for {other} offset {at}", "… 대상: {other} 오프셋 {at}")), run.event(*index), missing(say!("… for {partition} offset {offset}", "… 대상: {partition} 오프셋 {offset}"))])
        .why(say!(
            "the database takes the second for a repetition and issues nothing: what is to tell sign-ups apart must be different for each",
            "데이터베이스는 두 번째를 반복으로 알고 발급하지 않는다. 가입을 구별하는 값은 가입마다 달라야 한다"
        ))
        .read(HARMLESS))
}

/// Claims that after the crash each sign-up has one coupon.
pub(super) fn one_coupon_each(crashed: &Crashed) -> Result<(), Mistake> {
    let calls = calls(&crashed.run);
    let coupons = coupons(&calls);
    let has = |offset: i64| coupons.values().filter(|at| calls[**at].2.1 == offset).count();
    for offset in 0..crashed.crash.records {
        let of_it = calls.iter().filter(|call| call.2.1 == offset).map(|call| crashed.run.event(call.0));
        let (id, title, why) = match has(offset) {
            1 => continue,
            0 => (
                "number_used_before",
                say!(
                    "after a crash a coupon number is used again, for another sign-up",
                    "크래시 뒤에 쿠폰 번호를 다른 가입에 다시 쓴다"
                ),
                say!(
                    "the program that is started again knows nothing of the first: a count of its own begins anew",
                    "다시 시작한 프로그램은 앞선 프로그램을 모른다. 스스로 세던 번호는 처음부터 다시 시작한다"
                ),
            ),
            _ => (
                "second_coupon",
                say!("after a crash a sign-up gets a second coupon", "크래시 뒤에 가입 한 건이 쿠폰을 두 장 받는다"),
                say!(
                    "it comes twice, whatever you do; the database can tell only if the number is the same both times",
                    "무엇을 하든 레코드는 두 번 올 수 있다. 두 번 다 번호가 같아야 데이터베이스가 알아챈다"
                ),
            ),
        };
        let first = coupons.iter().filter(|(number, _)| calls.iter().any(|call| call.2.1 == offset && call.1 == **number));
        let taken = first.map(|(_, at)| *at).filter(|at| calls[*at].2.1 != offset).map(|at| crashed.run.event(calls[at].0));
        return Err(mistake(id, title)
            .expected(say!("one coupon for the sign-up at offset {offset}", "오프셋 {offset}의 가입에 쿠폰 하나"))
            .seen(taken.chain(crashed.killed()).chain(of_it).collect::<Vec<_>>())
            .why(why)
            .read(HARMLESS));
    }
    Ok(())
}

/// The offset of the sign-up in hand at the crash, which is also how many are finished.
fn in_hand(crashed: &Crashed) -> i64 {
    match crashed.crash.point {
        CrashPoint::HandedOver(offset) | CrashPoint::Worked(offset) => offset,
        CrashPoint::AllDone => crashed.crash.records,
    }
}

/// A prediction, as evidence.
fn said((every, offset, done): (i64, i64, bool), predicted: &[i64]) -> Evidence {
    let call = format!("issued_again({every}, {offset}, {done})");
    missing(say!("{call} returned {predicted:?}", "{call}의 반환값: {predicted:?}"))
}
