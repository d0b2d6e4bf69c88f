//! A recording as a table of words: the same events as the timeline, for reading, for screen readers, and for a terminal.
//! A request and its answer are one row. Repeated rows that teach nothing new (heartbeats, empty fetches, one record after another)
//! are folded into one with a count, until something else happens.

use trace::{Note, Progress, Recording, Request, Response, What};
use verdict::{Language, Text, say};

use crate::{
    axis::millis,
    scene::Scene,
    svg::{escape, width_of},
    words,
};

/// A table longer than this is cut, with a notice.
const MOST_ROWS: usize = 200;

/// One row: when, who, what, and how often in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Microseconds since the recording began, of the first event.
    pub at: u64,
    /// Which member (`C1`, or `G1 C1` with several groups); empty where it concerns no one member.
    pub who: String,
    /// What happened.
    pub what: Text,
    /// How many events the row stands for.
    pub count: usize,
}

/// The rows of a recording.
pub fn rows(recording: &Recording) -> Vec<Row> {
    rows_of(&Scene::of(recording), recording)
}

pub(crate) fn rows_of(scene: &Scene, recording: &Recording) -> Vec<Row> {
    let mut folded = Folded::default();
    for (index, event) in recording.events.iter().enumerate() {
        let who = scene.lane_of_event.get(&index).map(|at| scene.name_of(*at)).unwrap_or_default();
        match &event.what {
            What::Response { .. } | What::Connected { .. } => {}
            What::Disconnected { .. } if who.is_empty() => {}
            What::Note { note: Note::Exited { code: Some(0), .. }, .. } => {}
            What::Request { request, .. } => {
                let answer = recording.answer_to(index).map(|answer| &recording.events[answer].what);
                let response = match answer {
                    Some(What::Response { response, .. }) => Some(response),
                    _ => None,
                };
                folded.add(event.at, who, kind(request, response), &asked_and_answered(request, response), records_in(response));
            }
            What::Record { progress, partition, offset, .. } => {
                let (en, ko) = match progress {
                    Progress::HandedOver => ("handed over", "전달"),
                    Progress::Processed => ("processed", "처리"),
                };
                folded.add_record(event.at, who, &partition.to_string(), (en, ko), *offset);
            }
            _ => folded.add(event.at, who, None, &words::words(event), 0),
        }
    }
    folded.rows.into_iter().map(Open::row).collect()
}

/// What a request and its answer have in common with others of their kind; none where they deserve a row of their own.
fn kind(request: &Request, response: Option<&Response>) -> Option<&'static str> {
    if response.is_some_and(|response| response.error().is_some()) {
        return None;
    }
    match (request, response) {
        (Request::Heartbeat { .. }, _) => Some("Heartbeat"),
        (Request::ConsumerGroupHeartbeat { epoch: 1.., .. }, Some(Response::ConsumerGroupHeartbeat { assignment: None, .. })) => {
            Some("ConsumerGroupHeartbeat")
        }
        (Request::Fetch { .. }, _) => Some("Fetch"),
        (Request::ApiVersions { .. }, _) => Some("ApiVersions"),
        (Request::Metadata { .. }, _) => Some("Metadata"),
        (Request::FindCoordinator { .. }, _) => Some("FindCoordinator"),
        _ => None,
    }
}

fn records_in(response: Option<&Response>) -> u64 {
    match response {
        Some(Response::Fetch { partitions, .. }) => partitions.values().map(|fetched| u64::from(fetched.records)).sum(),
        _ => 0,
    }
}

fn asked_and_answered(request: &Request, response: Option<&Response>) -> Text {
    let asked = words::asks(request);
    let answered = response.map_or_else(|| say!("no answer", "응답 없음"), words::answers);
    let (en, ko, answer_en, answer_ko) = (asked.en, asked.ko, answered.en, answered.ko);
    say!("{en} → {answer_en}", "{ko} → {answer_ko}")
}

/// Rows that may still grow.
#[derive(Default)]
struct Folded {
    rows: Vec<Open>,
    /// Rows from here on may grow; what came before is closed by an event of its own kind.
    open: usize,
}

struct Open {
    row: Row,
    /// Who and what, for a row that may grow.
    key: Option<String>,
    kind: Option<&'static str>,
    records: u64,
    offsets: Option<(i64, i64, String, (&'static str, &'static str))>,
}

impl Open {
    fn row(self) -> Row {
        let Self { mut row, kind, records, offsets, .. } = self;
        if let Some((first, last, partition, (en, ko))) = offsets {
            row.what = if first == last {
                say!("record {first} of {partition} {en}", "{partition}의 레코드 {first} {ko}")
            } else {
                say!("records {first} to {last} of {partition} {en}", "{partition}의 레코드 {first}~{last} {ko}")
            };
        } else if let (Some(api), count @ 2..) = (&kind, row.count) {
            row.what = match *api {
                "Fetch" => {
                    let brought = words::records(records);
                    let (en, ko) = (brought.en, brought.ko);
                    say!("Fetch ×{count} → {en}", "Fetch ×{count} → {ko}")
                }
                api => say!("{api} ×{count}", "{api} ×{count}"),
            };
        }
        row
    }
}

impl Folded {
    fn add(&mut self, at: u64, who: String, kind: Option<&'static str>, what: &Text, records: u64) {
        let key = kind.map(|kind| format!("{who}/{kind}"));
        if let Some(same) = self.find(key.as_ref()) {
            same.row.count += 1;
            same.records += records;
            return;
        }
        let own = key.is_none();
        self.rows.push(Open { row: Row { at, who, what: what.clone(), count: 1 }, key, kind, records, offsets: None });
        if own {
            self.open = self.rows.len();
        }
    }

    fn add_record(&mut self, at: u64, who: String, partition: &str, done: (&'static str, &'static str), offset: i64) {
        let key = Some(format!("{who}/{partition}/{}", done.0));
        if let Some(Open { row, offsets: Some((_, last, ..)), .. }) = self.find(key.as_ref()).filter(|open| follows(open, offset))
        {
            row.count += 1;
            *last = offset;
            return;
        }
        let offsets = Some((offset, offset, partition.to_owned(), done));
        self.rows.push(Open { row: Row { at, who, what: Text::default(), count: 1 }, key, kind: None, records: 0, offsets });
    }

    fn find(&mut self, key: Option<&String>) -> Option<&mut Open> {
        self.rows[self.open..].iter_mut().rev().find(|open| open.key.is_some() && open.key.as_ref() == key)
    }
}

/// Whether a record may join the ones before it: offsets go up by one, so that a record that comes again starts a row of its own.
fn follows(open: &Open, offset: i64) -> bool {
    open.offsets.as_ref().is_some_and(|(_, last, ..)| offset == last + 1)
}

/// The table for a page: an HTML table inside `<details>`, without blank lines.
pub fn html(recording: &Recording, language: Language) -> String {
    html_of(&rows(recording), language)
}

pub(crate) fn html_of(rows: &[Row], language: Language) -> String {
    let [summary, heads @ ..] = heads(language);
    let shown = rows.iter().take(MOST_ROWS).map(|row| {
        let (time, who, what) = cells(row, language);
        vec![time, who, what]
    });
    let more = (rows.len() > MOST_ROWS).then(|| cut(rows.len() - MOST_ROWS));
    folded("wb-said", summary, &heads, &[(None, shown.collect())], more.as_ref().map(|more| more.get(language)))
}

/// A table inside `<details>`, without blank lines; `class` says what its columns are. Its parts may have a heading of their own.
pub(crate) fn folded(
    class: &str,
    summary: &str,
    heads: &[&str],
    parts: &[(Option<String>, Vec<Vec<String>>)],
    after: Option<&str>,
) -> String {
    let named: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let mut html = format!(
        "<details class=\"wb-events {class}\"><summary>{summary}</summary>\n<div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{summary}\">\
         <table><thead><tr>{named}</tr></thead><tbody>\n"
    );
    for (name, rows) in parts {
        if let Some(name) = name {
            html.push_str(&format!("<tr><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n", heads.len(), escape(name)));
        }
        for row in rows {
            let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            html.push_str(&format!("<tr>{cells}</tr>\n"));
        }
    }
    html.push_str("</tbody></table></div>");
    if let Some(after) = after {
        html.push_str(&format!("<p>{after}</p>"));
    }
    html + "</details>"
}

/// The table for a terminal, its columns lined up.
pub fn text(recording: &Recording, language: Language) -> String {
    let rows = rows(recording);
    let width = rows.iter().map(|row| width_of(&row.who, 2.0) as usize).max().unwrap_or(0).max(2);
    let mut text = String::new();
    for row in rows.iter().take(MOST_ROWS) {
        let (time, who, what) = cells(row, language);
        text.push_str(&format!("{time:>9}  {who:<width$}  {what}\n"));
    }
    if rows.len() > MOST_ROWS {
        text.push_str(&format!("{}\n", cut(rows.len() - MOST_ROWS).get(language)));
    }
    text
}

fn cells(row: &Row, language: Language) -> (String, String, String) {
    (millis(row.at), row.who.clone(), row.what.get(language).to_owned())
}

fn cut(more: usize) -> Text {
    say!("… and {more} more.", "… 외 {more}줄.")
}

fn heads(language: Language) -> [&'static str; 4] {
    match language {
        Language::En => ["The same events as a table", "Time", "Who", "What"],
        Language::Ko => ["같은 이벤트를 표로 보기", "시각", "누가", "무엇을"],
    }
}
