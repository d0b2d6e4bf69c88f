//! Claims of `04_where_to_start`: where each app has started, for each of the three places that it can meet.

use lab::trace::{Note, Request, Response, What};
use lab::{Evidence, Mistake, Run, missing, mistake, say};

use super::programs::{BOARD, COUPONS, END, KNOWN, LEDGER, LEDGER_LOST, LEDGER_NEW, Place, Program};

const PAGE: &str = "03_properties/04_where_to_start";

/// `first_kept` is the first offset that T1-2 still holds.
pub(super) fn claims(run: &Run, first_kept: i64) -> Result<(), Mistake> {
    let seen = |matches: fn(&Note) -> bool| {
        run.recording.first(|what| matches!(what, What::Note { note, .. } if matches(note))).is_some()
    };
    let panicked = seen(|note| matches!(note, Note::Panicked { .. }));
    if panicked || !seen(|note| matches!(note, Note::Returned { .. } | Note::OutOfTime { .. })) {
        run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    }
    let apps = [&COUPONS, &BOARD, &LEDGER];
    apps.into_iter().try_for_each(|app| read_on(run, app))?;
    apps.into_iter().try_for_each(|app| went_on(run, app))?;
    began_at(run, &COUPONS, Place::New, 0)?;
    began_at(run, &COUPONS, Place::Lost, first_kept)?;
    began_at(run, &BOARD, Place::New, END)?;
    began_at(run, &BOARD, Place::Lost, END)?;
    ledger_did_not_guess(run, &LEDGER_NEW)?;
    ledger_did_not_guess(run, &LEDGER_LOST)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    apps.into_iter().try_for_each(|app| each_once(run, app))
}

/// It is for the token to end an app, and not for its connections. Of an app without a place the claims about its start speak.
fn read_on(run: &Run, app: &Program) -> Result<(), Mistake> {
    let seen = &run.recording;
    let cut = seen.first(|what| matches!(what, What::Fault { .. })).unwrap_or(usize::MAX);
    let asked = seen.asked_to_stop().unwrap_or(usize::MAX);
    let has_no_place = |error: &Option<String>| error.as_ref().is_some_and(|error| error.contains("AutoOffsetReset"));
    let too_early = |(end, error): &(usize, _)| *end < asked && !has_no_place(error);
    let (group, Some((end, error))) = (app.group, app.ended(seen).filter(too_early)) else { return Ok(()) };
    let refused = error.filter(|error| error.starts_with("Client "));
    let (id, title, why) = if let Some(error) = refused {
        let why = say!(
            "auto.offset.reset is earliest, latest or error; error is what the Java client calls none",
            "auto.offset.reset은 earliest, latest, error 가운데 하나다. Java 클라이언트의 none이 여기서는 error다"
        );
        ("refused_value", say!("no client was made: {error}", "클라이언트를 만들지 못했다: {error}"), why)
    } else if cut < end {
        let why = say!(
            "the client connects again by itself; of all errors only one says that a place is not known",
            "클라이언트가 스스로 다시 연결한다. 자리를 모른다고 말하는 오류는 하나뿐이다"
        );
        let title = say!("{group} ended when it lost its connection", "{group}: 연결이 끊기자 끝났다");
        ("ended_with_its_connection", title, why)
    } else {
        let why = say!("what is written from now on nobody reads", "이제부터 쓰이는 것은 아무도 읽지 않는다");
        ("ended_early", say!("{group} ended before it was asked to stop", "{group}: 멈추라고 하기 전에 끝났다"), why)
    };
    Err(mistake(id, title)
        .expected(say!("it reads until it is asked to stop", "멈추라고 할 때까지 읽는다"))
        .seen((cut < end).then(|| run.event(cut)))
        .seen([run.event(end)])
        .why(why)
        .read(&format!("{PAGE}#three-values")))
}

/// Where a good offset is committed it counts, whatever else the app wants.
fn went_on(run: &Run, app: &Program) -> Result<(), Mistake> {
    let (Some(partition), topic, group) = (app.partition(Place::Known), app.topic, app.group) else { return Ok(()) };
    let first = app.processed(&run.recording, partition).first().copied();
    let (id, title, why) = match first {
        Some((_, KNOWN)) => return Ok(()),
        None if app.number != LEDGER.number => return Ok(()),
        None => (
            "ledger_never_starts",
            say!("the ledger did not start where its place is known", "자리를 아는데도 원장이 시작하지 않았다"),
            say!("a committed offset that is good needs no guess", "멀쩡한 커밋 오프셋이 있으면 짐작할 것이 없다"),
        ),
        Some((_, ..KNOWN)) => (
            "read_again",
            say!("{group} read again what it had done", "{group}: 이미 한 일을 다시 읽었다"),
            say!("at every start all of it comes again", "시작할 때마다 전부 다시 온다"),
        ),
        Some(_) => (
            "passed_over",
            say!("{group} passed over what it had not done yet", "{group}: 아직 하지 않은 일을 지나쳤다"),
            say!("what was written while it was down is lost", "꺼져 있는 동안 쓰인 것을 잃는다"),
        ),
    };
    let seen = first.map(|(index, _)| index).or(app.ended(&run.recording).map(|(index, _)| index));
    Err(mistake(id, title)
        .expected(say!(
            "{group} has committed {KNOWN} for {topic}-{partition}, and goes on there",
            "{group} 그룹은 {topic}-{partition}에 {KNOWN}를 커밋해 두었으니 거기서 이어 읽는다"
        ))
        .seen(seen.map(|index| run.event(index)))
        .why(why)
        .read(&format!("{PAGE}#the-committed-offset-comes-first")))
}

/// Where the group has no place in a partition, the first record that the app processes has this offset.
fn began_at(run: &Run, app: &Program, place: Place, expected: i64) -> Result<(), Mistake> {
    let (Some(partition), group, seen) = (app.partition(place), app.group, &run.recording) else { return Ok(()) };
    let first = app.processed(seen, partition).first().copied();
    let ended = app.ended(seen).filter(|(_, error)| error.is_some());
    let (id, title, asked, why) = match (app.number == COUPONS.number, first) {
        (_, Some((_, offset))) if offset == expected => return Ok(()),
        (true, None) if ended.is_some() => (
            "coupons_stopped",
            say!("the coupon app ended instead of starting", "쿠폰 앱이 시작하지 않고 끝났다"),
            None,
            say!("a new group has committed nothing: it would never start", "새 그룹은 커밋한 것이 없다. 영영 시작하지 못한다"),
        ),
        (true, Some((_, END))) => (
            "coupons_missed",
            say!("the coupon app passed over records", "쿠폰 앱이 레코드를 지나쳤다"),
            asked_for(run, -1),
            say!(
                "latest starts behind what is there: those coupons are lost",
                "latest는 있는 레코드 뒤에서 시작한다. 그 쿠폰을 잃는다"
            ),
        ),
        (false, Some(_)) => (
            "board_showed_old",
            say!("the board showed what was old", "전광판이 지난 일을 보여 줬다"),
            asked_for(run, -2),
            say!("a week of sign-ups would come first", "일주일 치 가입이 먼저 나온다"),
        ),
        _ => (
            "left_records_out",
            say!("{group} left records of a partition out", "{group}: 처리하지 않은 레코드가 있는 파티션이 있다"),
            None,
            say!(
                "an app without a place takes the beginning or the end, and reads what is written from then on",
                "자리가 없는 앱은 처음이나 끝에서 시작해 그 뒤에 쓰이는 것을 읽는다"
            ),
        ),
    };
    let at = first.filter(|_| asked.is_some()).map(|(index, _)| index).or(ended.map(|(index, _)| index));
    let nothing = || {
        missing(say!(
            "T1-{partition}: no call of process with offset {expected} before others",
            "T1-{partition}: 오프셋 {expected}부터 process를 부르지 않았다"
        ))
    };
    Err(mistake(id, title)
        .expected(say!(
            "the first record of T1-{partition} that {group} processes has offset {expected}",
            "{group} 그룹이 T1-{partition}에서 처음 처리하는 레코드의 오프셋은 {expected}"
        ))
        .seen(asked)
        .seen([at.map_or_else(nothing, |index| run.event(index))])
        .why(why)
        .read(&format!("{PAGE}#three-values")))
}

fn ledger_did_not_guess(run: &Run, ledger: &Program) -> Result<(), Mistake> {
    let (ended, first) = (ledger.ended(&run.recording), ledger.processed(&run.recording, 0).first().copied());
    let asked = run.recording.asked_to_stop().unwrap_or(usize::MAX);
    let by_itself = ended.as_ref().is_some_and(|(end, _)| *end < asked);
    if first.is_none() && by_itself && matches!(ended, Some((_, Some(_)))) {
        return Ok(());
    }
    let is_lost = ledger.places == [Place::Lost];
    let begins_anew = ledger.begins_anew(&run.history);
    let lost = say!(
        "out of range is no error by itself: auto.offset.reset decides",
        "범위를 벗어나도 오류가 아니다. auto.offset.reset이 정한다"
    );
    let guessed = say!("it books twice or not at all, and nobody hears of it", "두 번 기장하거나 빠뜨리는데 아무도 모른다");
    let quiet = say!("a partition without a reader looks like a quiet day", "읽지 않는 파티션이 한가한 날처럼 보인다");
    let (id, title, why) = match first {
        Some(_) if is_lost => (
            "ledger_trusted_its_offset",
            say!("the ledger went on from an offset that is gone", "사라진 오프셋인데도 원장이 계속했다"),
            lost,
        ),
        Some((_, ..END)) => (
            "ledger_started_over",
            say!("the ledger started without a place of its own", "원장이 자기 자리도 없이 처음부터 읽었다"),
            guessed,
        ),
        Some(_) => {
            ("ledger_skipped_ahead", say!("the ledger went to the end without a word", "원장이 말없이 끝으로 갔다"), guessed)
        }
        None if begins_anew.is_some() => (
            "ledger_tries_again",
            say!("the ledger starts again and again, and tells nobody", "원장이 아무에게도 알리지 않고 거듭 다시 시작한다"),
            say!(
                "its place is as unknown the next time: somebody has to look into it",
                "다시 시작해도 자리는 여전히 모른다. 누군가 살펴봐야 한다"
            ),
        ),
        None if by_itself => {
            ("ledger_ended_quietly", say!("the ledger ended, and told nobody why", "원장이 까닭을 말하지 않고 끝났다"), quiet)
        }
        None => (
            "ledger_waits",
            say!("the ledger waits for a place that nobody will give it", "원장이 아무도 주지 않을 자리를 기다린다"),
            quiet,
        ),
    };
    let waited = (first.is_none() && !by_itself).then_some(asked).filter(|asked| *asked < usize::MAX);
    let again = begins_anew.map(|member| member.joined);
    let seen = first.map(|(index, _)| index).or(again).or(ended.map(|(index, _)| index)).map(|index| run.event(index));
    Err(mistake(id, title)
        .expected(say!("it processes nothing, and returns the error at once", "아무것도 처리하지 않고 바로 오류를 돌려준다"))
        .seen(if is_lost { out_of_range(run) } else { Vec::new() })
        .seen(waited.map(|asked| run.event(asked)))
        .seen(seen)
        .why(why)
        .read(&format!("{PAGE}#an-offset-that-is-gone")))
}

/// From where it has started, each app has processed every record once.
fn each_once(run: &Run, app: &Program) -> Result<(), Mistake> {
    for partition in 0..app.places.len() as i32 {
        let offsets: Vec<i64> = app.processed(&run.recording, partition).into_iter().map(|(_, offset)| offset).collect();
        if offsets.iter().copied().eq(offsets.first().copied().unwrap_or(END)..=END) {
            continue;
        }
        let (group, topic) = (app.group, app.topic);
        return Err(mistake(
            "not_each_once",
            say!("{group} did not process each record once", "{group}: 레코드마다 한 번이 아니다"),
        )
        .expected(say!("each record once, from its start on", "시작한 곳부터 레코드마다 한 번씩"))
        .seen([missing(say!("{topic}-{partition}: process({offsets:?})", "{topic}-{partition}: process({offsets:?})"))])
        .why(say!("from its place on an app reads like any other", "시작한 뒤에는 여느 앱과 똑같이 읽는다"))
        .read(&format!("{PAGE}#your-turn")));
    }
    Ok(())
}

/// The first request for the end (−1) or the beginning (−2) of a partition of T1.
fn asked_for(run: &Run, timestamp: i64) -> Option<Evidence> {
    let asks = |what: &What| match what {
        What::Request { request: Request::ListOffsets { timestamps, .. }, .. } => {
            timestamps.iter().any(|(partition, at)| partition.topic == "T1" && *at == timestamp)
        }
        _ => false,
    };
    run.recording.find(asks).next().map(|(index, _)| run.event(index))
}

/// The answer that says: this offset is not in the log of T2.
fn out_of_range(run: &Run) -> Vec<Evidence> {
    run.show(1, |what| match what {
        What::Response { response: Response::Fetch { partitions, .. }, .. } => {
            partitions.iter().any(|(p, fetched)| p.topic == "T2" && fetched.error.as_deref() == Some("OFFSET_OUT_OF_RANGE"))
        }
        _ => false,
    })
}
