//! `{{#matrix ID …}}`: what each crash cost, as a table. A row is a crash point, a column one recording of a whole matrix, which `lab` keeps
//! with `Lab::keep_matrix`. The table is its own text. Everything in it is counted from the recordings.

use trace::{Crash, CrashPoint, Recording};
use verdict::{Language, Text, say};

use crate::{
    svg::{escape, marked},
    tell,
};

/// The table. Each recording is named by what follows the dot in its id, such as `auto`.
///
/// # Errors
/// A recording holds no crash, or the crashes of two recordings are not the same.
pub fn matrix(recordings: &[(&str, &Recording)], language: Language) -> Result<String, Text> {
    let columns: Vec<(Text, Vec<Crash>)> =
        recordings.iter().map(|(id, recording)| (name_of(id), Crash::all_of(recording))).collect();
    let points: Vec<CrashPoint> = columns[0].1.iter().map(|crash| crash.point).collect();
    for ((id, _), (_, crashes)) in recordings.iter().zip(&columns) {
        if crashes.is_empty() || !crashes.iter().map(|crash| crash.point).eq(points.iter().copied()) {
            return Err(say!(
                "book/recordings/{id}.jsonl does not hold the crashes of a matrix.",
                "book/recordings/{id}.jsonl에는 크래시 표를 만들 기록이 없다."
            ));
        }
    }
    let label = say!("What each crash cost", "크래시마다 치른 대가");
    let head = say!("Killed", "강제 종료 시점");
    let mut html = format!(
        "<figure class=\"wb-figure\">\n<div class=\"wb-scroll wb-matrix\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table><thead><tr><th scope=\"col\">{}</th>",
        label.get(language),
        head.get(language)
    );
    columns.iter().for_each(|(name, _)| html.push_str(&format!("<th scope=\"col\">{}</th>", escape(name.get(language)))));
    html.push_str("</tr></thead><tbody>\n");
    for (row, point) in points.iter().enumerate() {
        html.push_str(&format!("<tr><th scope=\"row\">{}</th>", marked(at(*point).get(language))));
        columns.iter().for_each(|(_, crashes)| html.push_str(&cell(&crashes[row], language)));
        html.push_str("</tr>\n");
    }
    let all: Vec<&Recording> = recordings.iter().map(|(_, recording)| *recording).collect();
    html.push_str(&format!(
        "</tbody></table></div>\n<figcaption>{}</figcaption>\n</figure>",
        escape(&tell::caption(&all, language))
    ));
    Ok(html)
}

/// What a strategy is called.
fn name_of(id: &str) -> Text {
    match id.rsplit_once('.').map_or(id, |(_, name)| name) {
        "first" => say!("commit, then work", "커밋 먼저, 일 나중"),
        "after" => say!("work, then commit", "일 먼저, 커밋 나중"),
        "auto" => say!("automatic", "자동"),
        "stored" => say!("automatic, stored after the work", "자동, 일을 마친 뒤 저장"),
        "sync" => say!("sync after each batch", "묶음마다 동기"),
        "async" => say!("async after each batch", "묶음마다 비동기"),
        "both" => say!("async, at the end sync", "비동기, 끝에는 동기"),
        _ => say!("What it cost", "치른 대가"),
    }
}

fn at(point: CrashPoint) -> Text {
    match point {
        CrashPoint::HandedOver(offset) => say!("{offset} handed over, its work not done", "{offset} 전달, 일은 아직"),
        CrashPoint::Worked(offset) => {
            say!("work for {offset} done, `process` not back", "{offset}의 일을 마침, `process` 반환 전")
        }
        CrashPoint::AllDone => say!("all done, waiting", "모두 마치고 대기"),
    }
}

fn cell(crash: &Crash, language: Language) -> String {
    let list = |offsets: &[i64]| offsets.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let (lost, twice) = (list(&crash.lost()), list(&crash.twice()));
    let mut parts = Vec::new();
    if !crash.was_reached() {
        parts.push(say!("not reached", "도달하지 않음"));
    }
    if !lost.is_empty() {
        parts.push(say!("lost: {lost}", "누락: {lost}"));
    }
    if !twice.is_empty() {
        parts.push(say!("twice: {twice}", "두 번: {twice}"));
    }
    if parts.is_empty() {
        parts.push(say!("each once", "모두 한 번"));
    }
    let committed = match crash.committed {
        Some(committed) => say!("committed {committed}", "커밋 {committed}"),
        None => say!("nothing committed", "커밋 없음"),
    };
    let class = if lost.is_empty() { "" } else { " class=\"wb-lost\"" };
    let said =
        parts.iter().map(|part| format!("<strong>{}</strong>", escape(part.get(language)))).collect::<Vec<_>>().join("<br>");
    format!("<td{class}>{said}<br><small>{}</small></td>", escape(committed.get(language)))
}

#[cfg(test)]
mod tests {
    use trace::{Event, Note, Partition, Progress, What};

    use super::*;

    #[test]
    fn what_crashes_cost_in_both_languages() {
        let note = |note| What::Note { member: 0, note };
        let worked =
            |offset| What::Record { progress: Progress::Processed, member: 1, partition: Partition::new("T1", 0), offset };
        let mut recording = Recording::of("07_auto_commit/02_at_least_once");
        for (point, first, second) in [
            (CrashPoint::HandedOver(0), None, Some(1)),
            (CrashPoint::Worked(0), Some(0), Some(0)),
            (CrashPoint::AllDone, None, None),
        ] {
            let before = first.map(worked).into_iter().chain([note(Note::Killed)]);
            let story = [note(Note::Mark { text: point.mark(1) })].into_iter().chain(before).chain(second.map(|_| worked(0)));
            story.for_each(|what| recording.push(Event { at: 0, what }));
        }
        let drawn = |language| matrix(&[("07/02.auto", &recording), ("07/02.other", &recording)], language).unwrap_or_default();
        insta::assert_snapshot!(format!("{}\n{}", drawn(Language::En), drawn(Language::Ko)));
        assert!(matrix(&[("a", &recording), ("b", &Recording::of(""))], Language::En).is_err());
    }
}
