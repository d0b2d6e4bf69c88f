//! Words that are recorded in English and read in both languages: the broker's name, what the tap did on purpose, and the marks that a
//! grader puts on the time line. Used by whoever shows a verdict or draws a recording. What is not known here stays as it was recorded:
//! Kafka's own words, code, values.

use crate::{Text, say};

/// Marks as graders write them, `{}` for what varies, and how Korean says them. The first that fits counts.
const MARKS: [(&str, &str); 28] = [
    ("call dropped", "호출이 버려짐"),
    ("dead address tried", "죽은 주소 시도"),
    ("function panicked", "함수 패닉"),
    ("member returned", "멤버 반환"),
    ("no record to come", "더 올 레코드 없음"),
    ("process fails", "process 실패"),
    ("process panics", "process 패닉"),
    ("slow record done", "느린 레코드 끝"),
    ("stop has arrived", "정지 요청 도착"),
    ("stop is cancelled", "정지 토큰 취소"),
    ("work fails", "일 실패"),
    ("another consumer commits {}", "다른 컨슈머의 커밋 {}"),
    ("batch of {} after {} ms", "배치: 레코드 {}개, {} ms 뒤"),
    ("counters {}", "카운터 {}"),
    ("crash point: {} handed over ({} records)", "크래시 지점: {} 전달 (레코드 {}개)"),
    ("crash point: {} worked ({} records)", "크래시 지점: {} 처리 (레코드 {}개)"),
    ("crash point: all done ({} records)", "크래시 지점: 모두 끝남 (레코드 {}개)"),
    ("created: {}", "생성: {}"),
    ("function returned {}", "함수 반환: {}"),
    ("issue coupon {}", "쿠폰 발급 {}"),
    ("member returned the error: {}", "멤버가 반환한 오류: {}"),
    ("returned {}", "반환: {}"),
    ("Produce {}: the first view", "Produce {}: 첫 조회"),
    ("Produce {}: the last view", "Produce {}: 마지막 조회"),
    ("{} is taken out of {}", "{} 제외, 그룹 {}"),
    ("{} polls without a record in {} ms", "레코드 없이 폴링 {}번, {} ms 동안"),
    ("{} returned {}", "{} 반환: {}"),
    ("{} starts", "{} 시작"),
];

/// Faults as the tap says them, in the same form.
const FAULTS: [(&str, &str); 6] = [
    ("cut", "연결 끊음"),
    ("discarded", "버림"),
    ("held back", "붙잡아 둠"),
    ("delayed by {}", "{} 지연"),
    ("forwarded {} late", "{} 늦게 전달"),
    ("answered {}", "{} 응답"),
];

/// A mark on the time line, in both languages.
pub fn mark(text: &str) -> Text {
    in_both(&MARKS, text)
}

/// A fault of the tap's, such as `delayed by 300 ms`, in both languages.
pub fn fault(text: &str) -> Text {
    in_both(&FAULTS, text)
}

fn in_both(known: &[(&str, &str)], text: &str) -> Text {
    let korean = known.iter().find_map(|(english, korean)| Some(filled(korean, &parts(english, text)?)));
    let korean = korean.unwrap_or_else(|| text.to_owned());
    say!("{text}", "{korean}")
}

/// A broker as the lab names it, such as `Apache Kafka 4.3.1 in a container`, in both languages.
pub fn broker(name: &str) -> Text {
    let korean = match (name.strip_suffix(" in a container"), name.strip_prefix("the Kafka at ")) {
        (Some(kafka), _) => format!("컨테이너에서 실행한 {kafka}"),
        (_, Some(address)) => format!("{address}의 Kafka"),
        _ if name == "the embedded broker (librdkafka's mock cluster)" => "내장 브로커(librdkafka의 모의 클러스터)".to_owned(),
        _ => name.to_owned(),
    };
    say!("{name}", "{korean}")
}

/// What stands in the places of `{}`, where `text` is made as `template` says.
fn parts<'a>(template: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = template.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let pieces: Vec<&str> = pieces.collect();
    let mut found = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let is_last = at + 1 == pieces.len();
        let end = if is_last { rest.strip_suffix(piece)?.len() } else { rest.find(piece)? };
        found.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    rest.is_empty().then_some(found)
}

fn filled(template: &str, parts: &[&str]) -> String {
    parts.iter().fold(template.to_owned(), |text, part| text.replacen("{}", part, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_in_korean() {
        let marks = [
            "work fails",
            "batch of 20 after 301 ms",
            "crash point: 2 handed over (4 records)",
            "crash point: all done (4 records)",
            "function returned Err(no such country)",
            "poll_loop returned Ok(())",
            "returned Ok",
            "member returned the error: no such property",
            "C2 starts",
            "C1 is taken out of G1",
            "SIGTERM",
            "idle(true)",
            "OffsetCommit T1-0: 4",
        ];
        let read: Vec<String> = marks.iter().map(|text| format!("{text}  |  {}", mark(text).ko)).collect();
        insta::assert_snapshot!(read.join("\n"));
    }

    #[test]
    fn faults_are_read_in_korean() {
        let faults = ["cut", "held back", "delayed by 300 ms", "forwarded 200 ms late", "answered ILLEGAL_GENERATION", "melted"];
        let korean = ["연결 끊음", "붙잡아 둠", "300 ms 지연", "200 ms 늦게 전달", "ILLEGAL_GENERATION 응답", "melted"];
        assert_eq!(faults.map(|text| fault(text).ko), korean);
    }

    #[test]
    fn brokers_are_named_in_both_languages() {
        assert_eq!(broker("Apache Kafka 4.3.1 in a container").ko, "컨테이너에서 실행한 Apache Kafka 4.3.1");
        assert_eq!(broker("the Kafka at kafka:9092").ko, "kafka:9092의 Kafka");
        assert_eq!(broker("a toy"), say!("a toy", "a toy"));
    }
}
