//! Claims of `02_deserialise`: every record came to `process`, once and in order, decoded as it has to be.

use std::collections::BTreeMap;

use lab::trace::{Note, Recording, Request, What};
use lab::{Evidence, Mistake, Run, Text, missing, mistake, say};

use super::cases::{CASES, Case, calls, shown};

/// A consumer that gets on asks for an offset once, or twice where its connection was cut.
const MANY: usize = 5;
const PAGE: &str = "03_properties/02_deserialise";

pub(super) fn claims(run: &Run) -> Result<(), Mistake> {
    no_deserialiser_was_named(run)?;
    came_through_every_record(run)?;
    went_on(run)?;
    none_was_left_out(run)?;
    decoded_as_they_are(run)?;
    if !matches!(end(run), Some((_, Note::Returned { error: None, .. }))) {
        run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    }
    run.read_as_a_member("G1", &format!("{PAGE}#your-turn"))?;
    none_came_twice(run)
}

/// The end of the answer: by an error, by a panic that nobody caught, or of its own accord.
fn end(run: &Run) -> Option<(usize, &Note)> {
    run.recording.events.iter().enumerate().rev().find_map(|(index, event)| match &event.what {
        What::Note { note: note @ (Note::Returned { .. } | Note::Panicked { .. }), .. } => Some((index, note)),
        _ => None,
    })
}

/// An offset that was asked for time and again although a record is there, with the last such Fetch.
pub(super) fn stays(seen: &Recording) -> Option<(usize, usize)> {
    let mut times = BTreeMap::new();
    seen.events.iter().enumerate().find_map(|(index, event)| {
        let What::Request { request: Request::Fetch { offsets, .. }, .. } = &event.what else { return None };
        let offset = offsets.values().find_map(|offset| usize::try_from(*offset).ok().filter(|offset| *offset < CASES.len()))?;
        let times = times.entry(offset).or_insert(0);
        *times += 1;
        (*times >= MANY).then_some((offset, index))
    })
}

/// The record at `offset`, as evidence.
fn record(offset: usize) -> Option<Evidence> {
    let bytes = CASES.get(offset)?.bytes();
    Some(missing(say!("T1-0 offset {offset}: {bytes}", "T1-0 오프셋 {offset}: {bytes}")))
}

fn no_deserialiser_was_named(run: &Run) -> Result<(), Mistake> {
    let Some((index, Note::Returned { error: Some(words), .. })) = end(run) else { return Ok(()) };
    if !words.starts_with("Client config error") {
        return Ok(());
    }
    Err(mistake("refused_property", say!("no client was made: {words}", "클라이언트를 만들지 못했다: {words}"))
        .expected(say!(
            "the program decodes what `key()` and `payload()` give it",
            "`key()`와 `payload()`가 주는 바이트를 프로그램이 디코딩한다"
        ))
        .seen([run.event(index)])
        .why(say!(
            "deserialisers are classes of the Java client; librdkafka hands over bytes and knows no such property",
            "역직렬화기는 Java 클라이언트의 클래스다. librdkafka는 바이트를 그대로 넘기고 그런 속성은 모른다"
        ))
        .read(&format!("{PAGE}#bytes-in-bytes-out")))
}

fn came_through_every_record(run: &Run) -> Result<(), Mistake> {
    let Some((index, note)) = end(run) else { return Ok(()) };
    let offset = calls(&run.recording).map(|(_, offset, _)| offset + 1).max().unwrap_or_default();
    if offset >= CASES.len() {
        return Ok(());
    }
    let all = CASES.len();
    let (id, title) = match note {
        Note::Panicked { .. } => (
            "panicked_at_a_record",
            say!("the answer panicked after {offset} of {all} records", "레코드 {all}개 중 {offset}개 뒤에 패닉이 났다"),
        ),
        _ => (
            "ended_at_a_record",
            say!("the answer ended after {offset} of {all} records", "레코드 {all}개 중 {offset}개 뒤에 답안이 끝났다"),
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "process is called with a broken record too, and then with the next",
            "깨진 레코드로도 process를 부르고 다음으로 넘어간다"
        ))
        .seen(calls(&run.recording).last().map(|(index, ..)| run.event(index)))
        .seen(record(offset))
        .seen([run.event(index)])
        .seen(run.show(1, |what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. })))
        .why(say!(
            "an automatic commit passes the record on the way out, and it is lost; without one the next start meets it again, and ends again",
            "자동 커밋이면 끝나는 길에 이 레코드 뒤까지 커밋해 레코드를 잃는다. 아니면 다시 시작해도 같은 레코드를 만나 또 끝난다"
        ))
        .read(&format!("{PAGE}#an-error-is-a-value")))
}

fn went_on(run: &Run) -> Result<(), Mistake> {
    let Some((offset, index)) = stays(&run.recording) else { return Ok(()) };
    Err(mistake(
        "stays_at_a_record",
        say!("the answer reads the record with offset {offset} again and again", "오프셋 {offset}의 레코드를 거듭 다시 읽는다"),
    )
    .expected(say!(
        "process is called with that record too, and then with the next",
        "그 레코드로도 process를 부르고 다음으로 넘어간다"
    ))
    .seen(record(offset))
    .seen([run.event(index)])
    .why(say!(
        "its bytes will be the same the next time, and all records behind it wait",
        "다시 읽어도 바이트는 그대로이고, 그 뒤의 레코드가 모두 기다린다"
    ))
    .read(&format!("{PAGE}#an-error-is-a-value")))
}

fn none_was_left_out(run: &Run) -> Result<(), Mistake> {
    let called = |offset| calls(&run.recording).any(|(_, at, _)| at == offset);
    let last = calls(&run.recording).map(|(_, offset, _)| offset).max();
    let Some(offset) = (0..last.unwrap_or_default()).find(|offset| !called(*offset)) else { return Ok(()) };
    Err(mistake("dropped_a_record", say!("the record with offset {offset} was dropped", "오프셋 {offset}의 레코드를 버렸다"))
        .expected(say!(
            "process is called with every record, with an error if need be",
            "모든 레코드로 process를 부른다. 필요하면 오류를 넘긴다"
        ))
        .seen(record(offset))
        .seen([missing(say!("no call of process with it", "이 레코드로 process를 부른 일이 없다"))])
        .why(say!(
            "nobody hears of it, and the next commit passes it: a sender's fault becomes your loss",
            "아무도 모르게 다음 커밋이 그 레코드를 지나친다. 보낸 쪽의 잘못이 내 쪽의 유실이 된다"
        ))
        .read(&format!("{PAGE}#an-error-is-a-value")))
}

fn decoded_as_they_are(run: &Run) -> Result<(), Mistake> {
    for (index, offset, decoded) in calls(&run.recording) {
        let Some(case) = CASES.get(offset).filter(|case| case.expected() != decoded) else { continue };
        let (id, title, why, anchor) = what_it_tells(case, &decoded);
        let expected = case.expected();
        return Err(mistake(id, title)
            .expected(say!("process is called with {expected}", "{expected}(으)로 process를 부른다"))
            .seen(record(offset))
            .seen([run.event(index)])
            .why(why)
            .read(&format!("{PAGE}#{anchor}")));
    }
    Ok(())
}

/// What a wrong coupon tells of the idea behind it.
fn what_it_tells(case: &Case, decoded: &str) -> (&'static str, Text, Text, &'static str) {
    let is_err = decoded == "Err(…)";
    let other_order = case.coupon.and_then(|(country, amount)| Some(shown(Some((country, Some(amount?.swap_bytes()))))));
    if decoded == "Ok((None, None))" {
        return (
            "nothing_decoded",
            say!("nothing was decoded", "아무것도 디코딩하지 않았다"),
            say!(
                "a record is bytes; what they mean, the program has to say",
                "레코드는 바이트다. 무슨 뜻인지는 프로그램이 정한다"
            ),
            "bytes-in-bytes-out",
        );
    }
    if other_order.as_deref() == Some(decoded) {
        return (
            "other_byte_order",
            say!("the bytes were read in the wrong order", "바이트를 반대 순서로 읽었다"),
            say!(
                "four bytes are a number in either order, so nothing fails: the amount is wrong, and stays wrong",
                "네 바이트는 어느 순서로 읽어도 숫자가 된다. 실패하는 곳이 없으니 틀린 금액이 그대로 남는다"
            ),
            "a-layout-is-an-agreement",
        );
    }
    if decoded.contains('\u{FFFD}') {
        return (
            "lossy_key",
            say!("a broken key was mended with U+FFFD", "깨진 키를 U+FFFD로 때웠다"),
            say!(
                "the bytes are gone and nobody has heard of it: different broken keys become one country",
                "원래 바이트가 사라졌는데 아무도 모른다. 서로 다른 깨진 키들이 한 나라가 된다"
            ),
            "an-error-is-a-value",
        );
    }
    match (case.key, case.value) {
        (_, None) if is_err => (
            "tombstone_as_error",
            say!("a record without a value was taken for a broken one", "값이 없는 레코드를 깨진 레코드로 보았다"),
            say!(
                "no value is a message of its own: what stood under this key is deleted",
                "값이 없다는 것도 뜻이 있다. 이 키의 내용이 지워졌다는 뜻이다"
            ),
            "no-value-no-key",
        ),
        (_, None) => (
            "tombstone_as_value",
            say!("a record without a value was given one", "값이 없는 레코드에 값을 지어 넣었다"),
            say!("a coupon over nothing is not the same as a coupon that is withdrawn", "금액이 0인 쿠폰과 취소된 쿠폰은 다르다"),
            "no-value-no-key",
        ),
        (None, _) => (
            "no_key_as_key",
            say!("a record without a key was not taken as one", "키가 없는 레코드를 그대로 받아들이지 않았다"),
            say!("no key and an empty key are different, and both may come", "키가 없는 것과 빈 키는 다르고, 둘 다 올 수 있다"),
            "no-value-no-key",
        ),
        (Some([]), _) if decoded.starts_with("Ok((None") => (
            "empty_key_as_none",
            say!("an empty key was taken for no key", "빈 키를 키 없음으로 보았다"),
            say!("no key and an empty key are different, and both may come", "키가 없는 것과 빈 키는 다르고, 둘 다 올 수 있다"),
            "no-value-no-key",
        ),
        (_, Some([])) if decoded.ends_with("None))") => (
            "empty_as_tombstone",
            say!("an empty value was taken for no value", "빈 값을 값 없음으로 보았다"),
            say!(
                "a tombstone is no value at all; a value without bytes is a broken number, and deletes nothing",
                "툼스톤은 값이 아예 없는 것이다. 바이트가 없는 값은 깨진 숫자일 뿐 아무것도 지우지 않는다"
            ),
            "no-value-no-key",
        ),
        _ if case.coupon.is_some() && is_err => (
            "good_as_broken",
            say!("a whole record was taken for a broken one", "멀쩡한 레코드를 깨진 레코드로 보았다"),
            say!(
                "the bytes are as agreed: text as UTF-8, the amount as four bytes",
                "약속한 그대로다. 글자는 UTF-8, 금액은 네 바이트다"
            ),
            "a-layout-is-an-agreement",
        ),
        _ if case.coupon.is_none() && decoded.contains("None") => (
            "broken_as_none",
            say!("a broken key or value was taken for none", "깨진 키나 값을 없는 것으로 보았다"),
            say!(
                "a broken amount now looks like a coupon that is withdrawn, and acts like one",
                "깨진 금액이 취소된 쿠폰처럼 보이고, 그대로 처리된다"
            ),
            "an-error-is-a-value",
        ),
        _ if case.coupon.is_none() => (
            "number_from_part",
            say!("an amount was made of a value that does not have four bytes", "네 바이트가 아닌 값으로 금액을 만들었다"),
            say!(
                "the length is the only sign that the sender wrote something else; here an eight-byte number of a newer sender",
                "길이는 보낸 쪽이 다른 것을 썼다는 유일한 표시다. 여기서는 새 송신자가 쓴 여덟 바이트 숫자다"
            ),
            "a-layout-is-an-agreement",
        ),
        _ => (
            "decoded_wrongly",
            say!("a record was decoded to something else", "레코드를 다른 것으로 디코딩했다"),
            say!("the bytes say what was sent", "보낸 내용은 바이트가 말해 준다"),
            "bytes-in-bytes-out",
        ),
    }
}

fn none_came_twice(run: &Run) -> Result<(), Mistake> {
    let offsets: Vec<usize> = calls(&run.recording).map(|(_, offset, _)| offset).collect();
    if offsets.iter().copied().eq(0..CASES.len()) {
        return Ok(());
    }
    let title = say!(
        "process was not called once with each record, in their order",
        "process를 레코드마다 한 번씩 순서대로 부르지 않았다"
    );
    Err(mistake("not_each_once", title)
        .expected(say!("offsets 0, 1, 2 … 9", "오프셋 0, 1, 2 … 9"))
        .seen([missing(say!("process was called with the offsets {offsets:?}", "process를 부른 오프셋: {offsets:?}"))])
        .why(say!("each call is a coupon, and their order counts", "호출 한 번이 쿠폰 한 장이고, 순서에도 뜻이 있다"))
        .read(&format!("{PAGE}#your-turn")))
}
