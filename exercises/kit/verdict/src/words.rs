//! The words around a verdict, in both languages. Used by `show` only; what a step itself has to say is in its grader.

use crate::{Outcome, Text, Verdict, names, say};

/// What kind of judgement it is.
pub(crate) fn kind(outcome: &Outcome) -> Text {
    match outcome {
        Outcome::Pass => say!("passed", "통과"),
        Outcome::Answer { .. } => say!("not passed yet", "아직 통과하지 못했다"),
        Outcome::Setup { .. } => say!("your set-up, not your answer", "답이 아니라 환경 문제"),
        Outcome::Bug { .. } => say!("a bug of the workbook, not your answer", "답이 아니라 워크북의 버그"),
        Outcome::Skipped { .. } => say!("not judged", "판정하지 않음"),
    }
}

/// How long a run took, and on which broker.
pub(crate) fn took(verdict: &Verdict) -> Text {
    let seconds = format!("{:.1}", verdict.took_ms as f64 / 1000.0);
    match verdict.broker.as_str() {
        "" => say!("{seconds} s", "{seconds}초"),
        broker => {
            let Text { en, ko } = names::broker(broker);
            say!("{seconds} s on {en}", "{seconds}초, {ko}")
        }
    }
}

pub(crate) fn expected(text: &Text) -> Text {
    let Text { en, ko } = text;
    say!("expected: {en}", "기대한 것: {ko}")
}

pub(crate) fn seen() -> Text {
    say!("the wire shows:", "실제로 오간 것:")
}

pub(crate) fn printed(lines: &str) -> Text {
    say!("your code printed at the end:\n  {lines}", "작성한 코드의 마지막 출력:\n  {lines}")
}

pub(crate) fn why(text: &Text) -> Text {
    let Text { en, ko } = text;
    say!("why it matters: {en}", "왜 중요한가: {ko}")
}

/// Where the book explains it. `read` is `page#anchor`; `book` the address at which the book is served, if it is.
pub(crate) fn read(read: &str, book: Option<&str>) -> Text {
    let (page, anchor) = read.split_once('#').map_or((read, String::new()), |(page, anchor)| (page, format!("#{anchor}")));
    match book {
        Some(book) => say!("read {book}/{page}.html{anchor}", "읽을 곳: {book}/ko/{page}.html{anchor}"),
        None => say!("read {page}{anchor} in the book", "읽을 곳: 책의 {page}{anchor}"),
    }
}

pub(crate) fn hint(step: &str) -> Text {
    let step = short(step);
    say!("next hint: cargo workbook hint {step}", "다음 힌트: cargo workbook hint {step}")
}

pub(crate) fn system_said(detail: &str) -> Text {
    say!("the system said: {detail}", "시스템의 메시지: {detail}")
}

pub(crate) fn command(command: &str) -> Text {
    say!("type: {command}", "입력할 명령: {command}")
}

pub(crate) fn report(step: &str) -> Text {
    say!(
        "please report it, with the text above and the files in target/workbook/{step}",
        "위의 메시지와 target/workbook/{step}의 파일을 붙여 알려 주기 바란다"
    )
}

pub(crate) fn judge_elsewhere(step: &str) -> Text {
    let step = short(step);
    say!(
        "to have it judged, start Docker, then: WORKBOOK_BROKER=container cargo workbook check {step}",
        "판정을 받으려면 Docker를 켜고: WORKBOOK_BROKER=container cargo workbook check {step}"
    )
}

pub(crate) fn grader_edited(step: &str) -> Text {
    say!(
        "the grader was changed: exercises/{step}/tests/grade.rs is not what was committed",
        "채점기가 바뀌었다: exercises/{step}/tests/grade.rs가 커밋된 것과 다르다"
    )
}

/// `01_groups/02_sharing` → `1.2`, which `cargo workbook` takes as well and which is quicker to type.
fn short(step: &str) -> String {
    let number = |part: &str| part.split('_').next().and_then(|digits| digits.parse::<u32>().ok());
    match step.split_once('/').map(|(chapter, step)| (number(chapter), number(step))) {
        Some((Some(chapter), Some(step))) => format!("{chapter}.{step}"),
        _ => step.to_owned(),
    }
}
