//! Claims of `01_country_counter` about the log: one line for each record, with its topic, partition, offset, key and value.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use lab::trace::{Note, Progress, Recording, What};
use lab::{Evidence, Mistake, Partition, Run, Seat, Text, brings, missing, mistake, say};

use super::{GIVEN, Given, Log, PAGE, Told};

/// How the mark of a line begins that does not say which record it is about.
const UNREADABLE: &str = "log: ";

/// The log of counter `n` (from 1), in the answer's process, and the lines that it keeps. A line stands for its record on the time line.
pub(super) fn log(seat: &Seat, n: u32) -> (Log, Arc<Mutex<Vec<String>>>) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let (process_at, mark, lines) = (seat.process_at(n), seat.marks(n), kept.clone());
    let log = move |line: &str| {
        lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        match place(line) {
            Some((topic, partition, offset)) => process_at(topic, partition, offset),
            None => mark(format!("{UNREADABLE}{line}")),
        }
    };
    (Arc::new(log), kept)
}

/// The topic, partition and offset that a line names; several lines at once name none.
fn place(line: &str) -> Option<(&str, i32, i64)> {
    let line = Some(line.trim_end()).filter(|line| !line.contains('\n'))?;
    let field = |name: &str| Some(line.split_once(&format!("{name} = "))?.1.split(',').next()?.trim());
    Some((field("topic")?, field("partition")?.parse().ok()?, field("offset")?.parse().ok()?))
}

fn logged(seen: &Recording) -> BTreeSet<(Partition, i64)> {
    let records = seen.events.iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition.clone(), *offset)),
        _ => None,
    });
    records.collect()
}

/// All records, with the counter whose they are.
fn all() -> impl Iterator<Item = (usize, &'static Given)> {
    GIVEN.iter().enumerate().flat_map(|(counter, given)| given.iter().map(move |given| (counter, given)))
}

/// The first record without a line, and whose it is.
pub(super) fn unlogged(seen: &Recording) -> Option<(usize, &'static Given)> {
    let logged = logged(seen);
    all().find(|(counter, given)| !logged.contains(&given.at(*counter)))
}

/// The index of a line that does not say which record it is about.
pub(super) fn unreadable(seen: &Recording) -> Option<usize> {
    let mark = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text.starts_with(UNREADABLE));
    seen.first(mark)
}

/// The line that is asked of counter `counter` for a record, without the number at its beginning.
fn line(counter: usize, given: &Given) -> String {
    let (partition, offset) = given.at(counter);
    let (key, value) = (given.2.unwrap_or("null"), given.3.unwrap_or("null"));
    format!("topic = {}, partition = {}, offset = {offset}, key = {key}, value = {value}", partition.topic, partition.number)
}

pub(super) fn same(text: impl ToString) -> Text {
    Text { en: text.to_string(), ko: text.to_string() }
}

fn differs(counter: usize, given: &Given, seen: impl IntoIterator<Item = Evidence>) -> Mistake {
    let asked = line(counter, given);
    mistake("line_differs", say!("what was logged of a record is not as asked", "레코드의 로그가 요구한 것과 다르다"))
        .expected(say!("one line: [Consumer {counter}] {asked}", "한 줄: [Consumer {counter}] {asked}"))
        .seen(seen)
        .why(say!(
            "keys and values are bytes: the log is read by people, and searched by its fields",
            "키와 값은 바이트다. 로그는 사람이 읽고 필드 이름으로 검색한다"
        ))
        .read(&format!("{PAGE}#keys-and-values-are-bytes-or-nothing"))
}

pub(super) fn hold_their_fields(run: &Run) -> Result<(), Mistake> {
    unreadable(&run.recording).map_or(Ok(()), |index| Err(differs(0, &GIVEN[0][0], [run.event(index)])))
}

pub(super) fn none_is_missing(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(first) = unlogged(seen) else { return Ok(()) };
    let panic = seen.first(|what| matches!(what, What::Note { note: Note::Panicked { .. }, .. }));
    let null = next_without_key_or_value(seen);
    let claim = match (&panic, null) {
        (Some(_), None) => return run.came_to_its_end(&format!("{PAGE}#your-turn")),
        (Some(_), Some(_)) => mistake(
            "panics_at_null",
            say!(
                "the consumer panicked at a record without a key or a value",
                "키나 값이 없는 레코드에서 컨슈머가 패닉으로 끝났다"
            ),
        )
        .expected(say!("it logs `null` and reads on", "`null`을 기록하고 계속 읽는다"))
        .why(say!(
            "one customer who is deleted stops the count of all the others",
            "고객 한 명을 지웠을 뿐인데 나머지 고객을 세는 일까지 멈춘다"
        )),
        (None, Some(_)) => mistake(
            "null_not_logged",
            say!("a record without a key or a value was not logged", "키나 값이 없는 레코드를 기록하지 않았다"),
        )
        .expected(say!("`null` in its line, and the record read like any other", "그 줄에 `null`을 적고 다른 레코드처럼 읽는다"))
        .why(say!(
            "a missing value says something: this customer is gone; who leaves it out never learns of it",
            "값이 없는 것도 뜻이 있다. 그 고객이 없어졌다는 말이다. 건너뛰면 영영 모른다"
        )),
        (None, None) => mistake("record_not_logged", say!("a record was not logged", "기록하지 않은 레코드가 있다"))
            .expected(say!("a line for each record of the topic, from its beginning", "토픽의 처음부터 레코드마다 한 줄"))
            .why(say!(
                "this counter is the only member of its group: nobody else reads the record",
                "이 카운터가 그룹의 유일한 멤버다. 그 레코드를 대신 읽을 멤버가 없다"
            )),
    };
    let (counter, given) = null.unwrap_or(first);
    let asked = line(counter, given);
    Err(claim
        .seen(panic.map(|index| run.event(index)).or_else(|| fetched(run, counter, given)))
        .seen([missing(say!("no line with {asked}", "{asked}인 줄이 없다"))])
        .read(&format!("{PAGE}#keys-and-values-are-bytes-or-nothing")))
}

/// A record without a key or a value that has no line, although all before it in its partition have theirs.
fn next_without_key_or_value(seen: &Recording) -> Option<(usize, &'static Given)> {
    let logged = logged(seen);
    all().find(|(counter, given)| {
        let (partition, offset) = given.at(*counter);
        let is_null = given.2.is_none() || given.3.is_none();
        is_null && (0..=offset).all(|before| logged.contains(&(partition.clone(), before)) == (before < offset))
    })
}

/// The answer that brought a record.
fn fetched(run: &Run, counter: usize, given: &Given) -> Option<Evidence> {
    let (partition, offset) = given.at(counter);
    run.show(1, brings(&partition, offset)).pop()
}

/// One line for each record, with its fields after the consumer's number.
pub(super) fn are_as_asked(told: &Told) -> Result<(), Mistake> {
    for (counter, given) in all() {
        let Some((lines, _)) = told.get(counter) else { continue };
        let asked = line(counter, given);
        let of_it = lines.iter().filter(|line| place(line) == place(&asked)).collect::<Vec<_>>();
        let is_as_asked = |line: &str| line.split_once("] ").is_some_and(|(_, fields)| fields.trim() == asked);
        if !matches!(of_it[..], [one] if is_as_asked(one)) {
            return Err(differs(counter, given, of_it.iter().map(|line| missing(same(line)))));
        }
    }
    Ok(())
}
