//! Fetch requests over time: one row a client and partition, one bar a Fetch, from the request to its answer. It shows how long the
//! broker keeps a request and what it brings, which [`crate::timeline`](mod@crate::timeline) leaves out. For pages on fetching.

use std::collections::BTreeMap;

use trace::{Note, Recording, Request, Response, What};
use verdict::say;

use crate::{
    Options,
    axis::{self, Axis, millis},
    svg::{BG, DIM, FG, Frame, LINE, Svg, colour, n, short, width_of},
    table::Row,
    tell, words,
};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 120.0;
const RIGHT: f64 = WIDTH - 20.0;
const AXIS: f64 = 44.0;
const BAR: f64 = 20.0;
const ROW: f64 = 34.0;

/// One Fetch.
struct Fetch {
    asked: u64,
    /// When it was answered, and the number of records; none where the recording ends first.
    answered: Option<(u64, u32)>,
}

/// The Fetches of each client, by what it calls itself and the partitions that it asks for.
fn of(recording: &Recording) -> BTreeMap<(String, String), Vec<Fetch>> {
    let mut rows: BTreeMap<_, Vec<Fetch>> = BTreeMap::new();
    for (index, event) in recording.events.iter().enumerate() {
        let What::Request { client, request: Request::Fetch { offsets, .. }, .. } = &event.what else { continue };
        let partitions = offsets.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let answer = recording.answer_to(index).map(|answer| &recording.events[answer]);
        let answered = answer.map(|answer| match &answer.what {
            What::Response { response: Response::Fetch { partitions, .. }, .. } => {
                (answer.at, partitions.values().map(|fetched| fetched.records).sum())
            }
            _ => (answer.at, 0),
        });
        rows.entry((client.clone(), partitions)).or_default().push(Fetch { asked: event.at, answered });
    }
    rows
}

/// Draws the Fetches of `recording`, as an inline SVG.
pub(crate) fn draw(recording: &Recording, options: &Options) -> String {
    let rows = of(recording);
    let language = options.language;
    let until = recording.duration();
    let from = rows.values().flatten().map(|fetch| fetch.asked).min().unwrap_or(0);
    let axis = Axis { from: from.saturating_sub((until - from) / 40), until, left: LEFT, right: RIGHT };
    let bottom = AXIS + rows.len() as f64 * ROW;
    let mut svg = Svg::default();
    for at in axis.ticks() {
        let x = axis.x(at);
        svg.text(x, 14.0, &format!("fill=\"{DIM}\" text-anchor=\"middle\" font-size=\"11\""), &axis::tick(at, until));
        svg.shape("path", &format!("d=\"M{} 19V{}\" stroke=\"{LINE}\" stroke-width=\".7\" fill=\"none\"", n(x), n(bottom)));
    }
    marks(&mut svg, recording, &axis, bottom);
    for (index, ((client, partitions), fetches)) in rows.iter().enumerate() {
        let top = AXIS + index as f64 * ROW;
        svg.text(10.0, top + 10.0, "font-weight=\"700\" font-size=\"12\"", &short(client, 15));
        svg.text(10.0, top + 23.0, &format!("fill=\"{DIM}\" font-size=\"11\""), &short(partitions, 18));
        for fetch in fetches {
            let (x, end) = (axis.x(fetch.asked), axis.x(fetch.answered.map_or(until, |(at, _)| at)));
            let width = (end - x - 1.0).max(1.5);
            let dashed = if fetch.answered.is_some() { "" } else { " stroke-dasharray=\"4 3\"" };
            let look = format!("fill=\"{0}\" fill-opacity=\".25\" stroke=\"{0}\"{dashed}", colour(index));
            let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\"", n(x), n(top), n(width), n(BAR));
            svg.told("rect", &format!("{place} {look}"), told(fetch).get(language));
            if let Some((_, records)) = fetch.answered
                && width_of(&records.to_string(), 11.0) + 4.0 < width
            {
                svg.text(end - 5.0, top + 14.0, "text-anchor=\"end\" font-size=\"11\"", &records.to_string());
            }
        }
    }
    let id = format!("{}-fetches", options.id);
    let step = &recording.header.step;
    let count: usize = rows.values().map(Vec::len).sum();
    let title = tell::title(&say!("Fetch requests over time", "시간에 따른 Fetch 요청"), step);
    let description =
        say!("{count} Fetch requests, told one by one in the table below.", "Fetch 요청 {count}개. 아래 표에 하나씩 적었다.");
    let (title, description) = (title.get(language), description.get(language));
    Frame { id: &id, class: "wb-timeline", width: WIDTH, height: bottom + 6.0, title, description }.around(&svg.done())
}

/// What the grader noted, as lines through all rows.
fn marks(svg: &mut Svg, recording: &Recording, axis: &Axis, bottom: f64) {
    let mut taken = axis.left;
    for event in &recording.events {
        let What::Note { member: 0, note: Note::Mark { text } } = &event.what else { continue };
        let x = axis.x(event.at);
        let look = format!("stroke=\"{FG}\" stroke-width=\"1.2\" stroke-dasharray=\"2 3\"");
        svg.told("path", &format!("d=\"M{} 34V{}\" {look}", n(x), n(bottom)), &format!("{text}, {}", millis(event.at)));
        let left = (x + 3.0).min(axis.right - width_of(text, 10.5));
        if left >= taken {
            let width = width_of(text, 10.5);
            svg.shape("rect", &format!("x=\"{}\" y=\"24\" width=\"{}\" height=\"13\" fill=\"{BG}\"", n(left), n(width)));
            svg.text(left, 34.0, "font-size=\"10.5\"", text);
            taken = left + width + 6.0;
        }
    }
}

fn told(fetch: &Fetch) -> verdict::Text {
    match fetch.answered {
        None => say!("Fetch, not answered yet", "Fetch, 아직 응답 없음"),
        Some((at, records)) => {
            let (took, brought) = (millis(at - fetch.asked), words::records(u64::from(records)));
            let (en, ko) = (brought.en, brought.ko);
            say!("Fetch → {en} after {took}", "Fetch → {took} 뒤 {ko}")
        }
    }
}

/// The same as rows of a table.
pub(crate) fn rows(recording: &Recording) -> Vec<Row> {
    let mut rows: Vec<Row> = of(recording)
        .into_iter()
        .flat_map(|((client, partitions), fetches)| {
            let row =
                move |fetch: Fetch| Row { at: fetch.asked, who: format!("{client} {partitions}"), what: told(&fetch), count: 1 };
            fetches.into_iter().map(row)
        })
        .collect();
    rows.sort_by_key(|row| row.at);
    rows
}
