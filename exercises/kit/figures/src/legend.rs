//! What the shapes of a figure over time mean. Only those that the figure shows. Used by all that draw time.

use std::collections::BTreeSet;

use verdict::{Language, Text, say};

use crate::{
    axis::Axis,
    marks, records,
    scene::{Kind, Lane, Scene},
    svg::{DIM, FG, Svg, colour, n, width_of},
};

const LEFT: f64 = 10.0;
const RIGHT: f64 = 750.0;
const LINE: f64 = 20.0;
const KEY: f64 = 18.0;

/// Draws `keys` below `top`; gives the height of the figure.
pub(crate) fn draw(svg: &mut Svg, keys: Vec<(Key, Text)>, language: Language, top: f64) -> f64 {
    let (mut x, mut y) = (LEFT, top + 8.0);
    svg.open("font-size=\"11\"");
    for (key, text) in keys {
        let text = text.get(language);
        let width = KEY + width_of(text, 11.0) + 18.0;
        if x + width > RIGHT && x > LEFT {
            (x, y) = (LEFT, y + LINE);
        }
        svg.raw(&key(x + 6.0, y));
        svg.text(x + KEY, y + 4.0, &format!("fill=\"{DIM}\""), text);
        x += width;
    }
    svg.close();
    y + 14.0
}

/// Draws the shape that is explained, at a point.
pub(crate) type Key = Box<dyn Fn(f64, f64) -> String>;

/// The keys of a timeline.
pub(crate) fn keys(scene: &Scene, axis: &Axis, id: &str) -> Vec<(Key, Text)> {
    let any = |shown: fn(&Lane) -> bool| scene.lanes().any(shown);
    let first = colour(0);
    let mut keys: Vec<(Key, Text)> = Vec::new();
    for (grouped, text) in
        [(true, say!("holds the partition", "파티션 할당됨")), (false, say!("reads the partition", "파티션을 읽음"))]
    {
        let mut rows =
            scene.bands.iter().filter(|band| band.name.is_some() == grouped).flat_map(|band| &band.lanes).flat_map(|l| &l.rows);
        if rows.any(|row| !row.held.is_empty()) {
            keys.push((held(), text));
        }
    }
    if scene.lanes().any(|lane| axis.shows_idle(lane)) {
        let look = format!("fill=\"url(#{id}-idle)\" fill-opacity=\".45\" stroke=\"{DIM}\" stroke-dasharray=\"4 3\"");
        keys.push((band(look), say!("idle: no partition", "노는 중(유휴): 파티션 없음")));
    }
    let all_records = || scene.lanes().flat_map(|lane| &lane.rows).flat_map(|row| &row.records);
    if all_records().any(|record| record.processed.is_some()) {
        keys.push((pill(first.clone(), first.clone()), say!("records processed", "처리된 레코드")));
    }
    if all_records().any(|record| record.processed.is_none()) {
        keys.push((pill("none".into(), first), say!("handed over, not processed", "전달됨, 처리 안 됨")));
    }
    if all_records().any(|record| records::time_in_process(record, axis).is_some()) {
        let line = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"", colour(0));
        let tail: Key = Box::new(move |x, y| format!("<path d=\"{}\" {line}/>", records::tail((x - 7.0, x + 6.0), y)));
        keys.push((tail, say!("time in process", "처리 시간")));
    }
    let commits = || scene.lanes().flat_map(|lane| &lane.rows).flat_map(|row| &row.commits);
    for (refused, text) in
        [(false, say!("commit, with its offset", "커밋과 오프셋")), (true, say!("commit refused", "거부된 커밋"))]
    {
        if commits().any(|commit| commit.error.is_some() == refused) {
            keys.push((Box::new(move |x, y| format!("<path {}/>", records::diamond((x, x), y, refused))), text));
        }
    }
    if any(|lane| !lane.heartbeats.is_empty()) {
        let tick: Key = Box::new(|x, y| format!("<path d=\"M{} {}v8\" stroke=\"{FG}\" stroke-width=\"1.2\"/>", n(x), n(y - 4.0)));
        keys.push((tick, say!("heartbeat", "하트비트")));
    }
    keys.extend(of_marks(scene.lanes().flat_map(|lane| &lane.marks).map(|mark| mark.kind).collect()));
    if scene.marks.iter().any(|mark| mark.at >= scene.from) {
        keys.push(for_all());
    }
    keys
}

/// The key of the lines through all rows.
pub(crate) fn for_all() -> (Key, Text) {
    let line: Key = Box::new(|x, y| {
        let (x, y) = (n(x), n(y - 6.0));
        format!("<path d=\"M{x} {y}v12\" stroke=\"{DIM}\" stroke-width=\"1.2\" stroke-dasharray=\"2 3\"/>")
    });
    (line, say!("concerns all", "모두에 해당"))
}

/// The keys of the marks of these kinds.
pub(crate) fn of_marks(kinds: BTreeSet<Kind>) -> impl Iterator<Item = (Key, Text)> {
    let named = |kind: &Kind| match kind {
        Kind::Join => say!("joins the group", "그룹 참여"),
        Kind::Leave => say!("leaves the group", "그룹 탈퇴"),
        Kind::Gone => say!("ends without leaving", "탈퇴 없이 종료"),
        Kind::Fault => say!("the line is disturbed on purpose", "일부러 일으킨 장애"),
        Kind::Note => say!("a note of the lab", "채점기 메모"),
    };
    let key = move |kind: Kind| -> Key { Box::new(move |x, y| format!("<path {}/>", marks::shape(kind, x, y))) };
    kinds.into_iter().map(move |kind| (key(kind), named(&kind)))
}

/// The band of a partition that somebody holds.
pub(crate) fn held() -> Key {
    let first = colour(0);
    band(format!("fill=\"{first}\" fill-opacity=\".22\" stroke=\"{first}\""))
}

/// A band that looks like this.
pub(crate) fn band(look: String) -> Key {
    Box::new(move |x, y| format!("<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"10\" rx=\"2\" {look}/>", n(x - 7.0), n(y - 5.0)))
}

fn pill(fill: String, stroke: String) -> Key {
    Box::new(move |x, y| {
        let (x, y) = (n(x - 4.5), n(y - 4.5));
        format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"9\" height=\"9\" rx=\"4.5\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.6\"/>"
        )
    })
}
