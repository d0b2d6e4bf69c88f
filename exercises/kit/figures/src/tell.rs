//! A figure's accessible name and description: what the picture shows, in sentences. Said by screen readers instead of the picture. Every
//! picture asks for its own here; one event in words is in [`mod@crate::words`].

use trace::Recording;
use verdict::{Language, Text, names, say};

use crate::{
    axis::millis,
    scene::{Band, Lane, Scene},
    settled::Settled,
};

/// The name of a figure: what it is, and of which step.
pub(crate) fn title(what: &Text, step: &str) -> Text {
    let (en, ko) = (&what.en, &what.ko);
    if step.is_empty() { what.clone() } else { say!("{en} of {step}", "{step} {ko}") }
}

/// What happened, lane by lane.
pub(crate) fn over_time(scene: &Scene) -> Text {
    if scene.bands.is_empty() {
        return say!("No consumer read anything in this recording.", "이 기록에는 레코드를 읽은 컨슈머가 없다.");
    }
    let mut told = Told::default();
    for band in &scene.bands {
        told.add(band_named(band));
        for lane in &band.lanes {
            told.add(lane_told(lane));
        }
        for gap in &band.gaps {
            let (from, until) = (millis(gap.from), millis(gap.until));
            told.add(say!("Nobody reads from {from} to {until}.", "{from}부터 {until}까지 아무도 읽지 않는다."));
        }
    }
    told.done()
}

/// Who reads what.
pub(crate) fn at_once(settled: &[Settled]) -> Text {
    let mut told = Told::default();
    for group in settled {
        told.add(match &group.name {
            Some(name) => say!("Group {name}:", "그룹 {name}:"),
            None => say!("Without a group:", "그룹 없음:"),
        });
        for (member, partitions) in &group.members {
            let list = join(partitions.iter().map(ToString::to_string));
            told.add(if partitions.is_empty() {
                say!("{member} is idle.", "{member} 노는 중(유휴).")
            } else {
                say!("{member} reads {list}.", "{member} ← {list}.")
            });
        }
    }
    told.done()
}

fn band_named(band: &Band) -> Text {
    let count = band.lanes.len();
    match &band.name {
        Some(name) if count == 1 => say!("Group {name}, one member.", "그룹 {name}, 멤버 1개."),
        Some(name) => say!("Group {name}, {count} members.", "그룹 {name}, 멤버 {count}개."),
        None => say!("Clients without a group.", "그룹 없는 클라이언트."),
    }
}

fn lane_told(lane: &Lane) -> Text {
    let name = &lane.name;
    let partitions = join(lane.rows.iter().filter(|row| !row.held.is_empty()).map(|row| row.partition.to_string()));
    let held = match (partitions.is_empty(), lane.idle.is_empty()) {
        (false, _) => say!("{name} holds {partitions}", "{name} 할당 파티션 {partitions}"),
        (true, false) => say!("{name} is idle", "{name} 노는 중(유휴)"),
        (true, true) => say!("{name} holds nothing", "{name} 할당 없음"),
    };
    let records: usize = lane.rows.iter().map(|row| row.records.len()).sum();
    let commits: usize = lane.rows.iter().map(|row| row.commits.len()).sum();
    let Text { mut en, mut ko } = held;
    if records > 0 {
        en.push_str(&format!(", {records} records handed over"));
        ko.push_str(&format!(", 전달된 레코드 {records}건"));
    }
    if commits > 0 {
        en.push_str(&format!(", {commits} offsets committed"));
        ko.push_str(&format!(", 오프셋 커밋 {commits}건"));
    }
    for mark in &lane.marks {
        let at = millis(mark.at);
        en.push_str(&format!("; {} at {at}", mark.text.en));
        ko.push_str(&format!("; {at} {}", mark.text.ko));
    }
    say!("{en}.", "{ko}.")
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// Texts, one after another.
pub(crate) fn one_after_another(texts: impl Iterator<Item = Text>) -> Text {
    Told(texts.collect()).done()
}

/// Where figures come from: the brokers and clients of their recordings.
pub(crate) fn caption(recordings: &[&Recording], language: Language) -> String {
    let headers = || recordings.iter().map(|recording| &recording.header);
    let names = headers().flat_map(|header| [names::broker(&header.broker), client(&header.client)]);
    let mut with: Vec<String> = Vec::new();
    for name in names.map(|name| name.get(language).to_owned()).filter(|name| !name.is_empty()) {
        if !with.contains(&name) {
            with.push(name);
        }
    }
    let with = with.join(", ");
    let text = match (with.is_empty(), recordings.len()) {
        (true, _) => say!("Drawn from a recording.", "실제 기록으로 그린 그림."),
        (false, ..=1) => say!("Drawn from a recording: {with}.", "실제 기록으로 그린 그림: {with}."),
        (false, count) => say!("Drawn from {count} recordings: {with}.", "실제 기록 {count}개로 그린 그림: {with}."),
    };
    let mut text = text.get(language).to_owned();
    let dropped: u64 = headers().map(|header| header.dropped).sum();
    if dropped > 0 {
        text.push(' ');
        let more = say!("{dropped} later events were not kept.", "이후 이벤트 {dropped}개는 보관되지 않았다.");
        text.push_str(more.get(language));
    }
    text
}

fn client(name: &str) -> Text {
    say!("{name}", "{name}")
}

/// Sentences, one after another.
#[derive(Default)]
struct Told(Vec<Text>);

impl Told {
    fn add(&mut self, sentence: Text) {
        self.0.push(sentence);
    }

    fn done(self) -> Text {
        let all = |language| self.0.iter().map(|text| text.get(language)).collect::<Vec<_>>().join(" ");
        Text { en: all(Language::En), ko: all(Language::Ko) }
    }
}
