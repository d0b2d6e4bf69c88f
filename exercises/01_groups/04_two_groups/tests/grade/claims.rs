//! The claims of one run of `04_two_groups`, but for those of the groups ([`super::groups`]).

use std::collections::BTreeSet;

use lab::trace::{Note, Recording, What};
use lab::{Evidence, Mistake, Progress, Run, Text, asks_for_the_end, missing, mistake, say};

use super::{APPS, App, COUPON, MAIL, RECORDS, calls, groups, processed};

const YOUR_TURN: &str = "01_groups/04_two_groups#your-turn";

/// The first claim that does not hold, in the order in which a learner should meet them.
pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    run.came_to_its_end(YOUR_TURN)?;
    waited_to_be_asked(run)?;
    APPS.into_iter().try_for_each(|app| groups::has_one_of_its_own(run, app))?;
    APPS.into_iter().try_for_each(|app| groups::is_served_by_its_own(run, app))?;
    started_at_the_beginning(run)?;
    mail_went_on(run)?;
    APPS.into_iter().try_for_each(|app| processed_each_record_once(run, app))?;
    stopped_when_asked(run)?;
    APPS.into_iter().try_for_each(|app| run.left(app.name, YOUR_TURN))
}

fn is_return(what: &What) -> bool {
    matches!(what, What::Note { note: Note::Returned { .. }, .. })
}

/// Whether the answer's function has returned.
pub(super) fn has_returned(seen: &Recording) -> bool {
    seen.find(is_return).next().is_some()
}

/// A call of `process` as evidence, with the name of the app whose it is.
pub(super) fn told(run: &Run, app: App, index: usize) -> Evidence {
    let App { name, .. } = app;
    let evidence = run.event(index);
    let Text { en, ko } = &evidence.text;
    Evidence { text: say!("{name}: {en}", "{name}: {ko}"), ..evidence }
}

fn waited_to_be_asked(run: &Run) -> Result<(), Mistake> {
    let Some(returned) = run.recording.first(is_return) else { return Ok(()) };
    if run.recording.asked_to_stop().is_some_and(|asked| asked < returned) {
        return Ok(());
    }
    Err(mistake(
        "returned_before_stop",
        say!("serve returned, and nobody had asked it to stop", "멈추라고 한 적이 없는데 serve가 반환했다"),
    )
    .expected(say!(
        "serve returns when `stop` is cancelled and both apps have ended",
        "`stop`이 취소되고 두 앱이 모두 끝난 뒤에 serve가 반환한다"
    ))
    .seen([run.event(returned)])
    .seen([missing(say!("the stop token was not cancelled by then", "그때 정지 토큰은 취소되지 않은 상태였다"))])
    .why(say!(
        "a quiet moment is not the end, and nobody waits for a spawned task or thread: the program ends under it",
        "잠깐 조용하다고 끝난 것이 아니고, spawn한 태스크나 스레드는 아무도 기다려 주지 않는다. 프로그램이 먼저 끝나 버린다"
    ))
    .read(YOUR_TURN))
}

fn started_at_the_beginning(run: &Run) -> Result<(), Mistake> {
    let late = run.show(1, asks_for_the_end);
    let began = |app: &App| calls(&run.recording, *app, Progress::HandedOver).any(|(_, record)| record.ends_with("offset 0"));
    let Some(app) = APPS.into_iter().find(|app| !late.is_empty() && !began(app)) else { return Ok(()) };
    let App { name, .. } = app;
    Err(mistake(
        "started_at_the_end",
        say!("the {name} app started after the last sign-up", "{name} 앱이 마지막 가입 레코드 뒤에서 시작했다"),
    )
    .expected(say!("each app starts at the first record of every partition", "각 앱이 모든 파티션을 첫 레코드부터 읽는다"))
    .seen(late)
    .why(say!(
        "each group has its own progress: a new one has none, and auto.offset.reset decides, by default for the end",
        "진행 상황은 그룹마다 따로다. 새 그룹에는 아직 없어서 auto.offset.reset이 정하는데, 그 기본값이 끝(latest)이다"
    ))
    .read("01_groups/01_one_consumer#where-to-start"))
}

fn mail_went_on(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let first = |progress| calls(seen, COUPON, progress).next().map(|(index, _)| index);
    let (Some(stuck), Some(free)) = (first(Progress::HandedOver), first(Progress::Processed)) else { return Ok(()) };
    let Some((late, _)) = calls(seen, MAIL, Progress::HandedOver).find(|(index, _)| *index > free) else { return Ok(()) };
    Err(mistake(
        "stuck_together",
        say!("while the coupon app was busy, the mail app stood still", "coupon 앱이 바쁜 동안 mail 앱이 멈춰 있었다"),
    )
    .expected(say!(
        "mail is called with all 20 sign-ups while coupon is busy with its first",
        "coupon이 첫 레코드에 붙잡혀 있어도 mail은 가입 레코드 20개를 모두 받는다"
    ))
    .seen([told(run, COUPON, stuck), told(run, COUPON, free), told(run, MAIL, late)])
    .why(say!(
        "two groups are independent; two loops in one task, or behind one lock, are not",
        "그룹이 둘이면 서로 독립적이다. 그러나 한 태스크 안이나 한 잠금 뒤에 있는 두 루프는 그렇지 않다"
    ))
    .read("01_groups/04_two_groups#while-one-is-stuck"))
}

fn stopped_when_asked(run: &Run) -> Result<(), Mistake> {
    let Some(asked) = run.recording.asked_to_stop().filter(|_| !has_returned(&run.recording)) else { return Ok(()) };
    Err(mistake(
        "stop_ignored",
        say!("the stop token was cancelled, and serve did not return", "정지 토큰이 취소됐는데 serve가 반환하지 않았다"),
    )
    .expected(say!(
        "each loop ends when `stop` is cancelled, also while no record comes",
        "레코드가 오지 않을 때에도 `stop`이 취소되면 각 루프가 끝난다"
    ))
    .seen([run.event(asked), missing(say!("serve has not returned since then", "그 뒤로 serve가 반환하지 않았다"))])
    .why(say!(
        "a program that cannot be stopped is killed, and its group waits for it",
        "멈추지 않는 프로그램은 강제로 종료되고, 그룹은 그 멤버를 기다리게 된다"
    ))
    .read(YOUR_TURN))
}

fn processed_each_record_once(run: &Run, app: App) -> Result<(), Mistake> {
    let App { name, .. } = app;
    let count = processed(&run.recording, app);
    if count < RECORDS {
        return Err(mistake(
            "missed_records",
            say!("the {name} app processed {count} of 20 sign-ups", "{name} 앱이 가입 레코드 20개 가운데 {count}개만 처리했다"),
        )
        .expected(say!("each app processes all 20 sign-ups", "앱마다 가입 레코드 20개를 모두 처리한다"))
        .seen(calls(&run.recording, app, Progress::Processed).last().map(|(index, _)| told(run, app, index)))
        .seen(run.show(1, is_return))
        .why(say!("what an app passes over, nobody does for it", "앱이 건너뛴 일은 아무도 대신해 주지 않는다"))
        .read(YOUR_TURN));
    }
    let mut done = BTreeSet::new();
    let again = calls(&run.recording, app, Progress::HandedOver).find(|(_, record)| !done.insert(record.clone()));
    // After a rebalance within the group a record may come again.
    let one_member = run.group(name).is_some_and(|group| group.assigned_members().count() == 1);
    let (Some((index, _)), true) = (again, one_member) else { return Ok(()) };
    Err(mistake(
        "processed_twice",
        say!("the {name} app was called twice with one sign-up", "가입 레코드 하나에 {name} 앱을 두 번 불렀다"),
    )
    .expected(say!("each app is called once with each sign-up", "가입 레코드마다 각 앱을 한 번 부른다"))
    .seen([told(run, app, index)])
    .why(say!("whoever signed up once would get two coupons", "한 번 가입한 회원이 쿠폰을 두 장 받게 된다"))
    .read(YOUR_TURN))
}
