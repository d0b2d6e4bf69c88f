//! The marks of the timeline: heartbeats, joins and leaves on a member's line; records and commits in a partition's row; notes for all.
//! Every kind has its own shape, so that none depends on its colour. Part of [`crate::timeline`].

use verdict::{Language, say};

use crate::{
    axis::{Axis, millis},
    scene::{Commit, Kind, Lane, Mark, Row, Scene},
    svg::{BAD, BG, DIM, FG, Svg, n, width_of},
};

/// Records nearer to each other than this are drawn as one, with their number.
const TOGETHER: f64 = 8.0;
/// The height of a line of names above the groups, and how many lines there are at most.
const NAME: f64 = 14.0;
const MOST_LINES: usize = 3;

/// The line of a member's stay: heartbeats, and what happened to it.
pub(crate) fn of_lane(svg: &mut Svg, lane: &Lane, axis: &Axis, language: Language, top: f64, colour: &str) {
    let y = top + 18.0;
    let stays: String = lane.stays.iter().map(|s| format!("M{} {}H{}", n(axis.x(s.from)), n(y), n(axis.x(s.until)))).collect();
    svg.shape("path", &format!("d=\"{stays}\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\""));
    let mut last = f64::MIN;
    let mut beats = String::new();
    for x in lane.heartbeats.iter().map(|at| axis.x(*at)).filter(|x| x.is_finite()) {
        if x - last >= 3.0 {
            beats.push_str(&format!("M{} {}v8", n(x), n(y - 4.0)));
            last = x;
        }
    }
    if !beats.is_empty() {
        svg.shape("path", &format!("d=\"{beats}\" stroke=\"{FG}\" stroke-width=\"1.2\" fill=\"none\""));
    }
    of_line(svg, &lane.marks, axis, language, y);
}

/// What happened on one line, with names above it. Marks of the same name that would cover each other are drawn as one, with their
/// number. Where there is no place for all names, those that say most go first; a join is told by its shape.
pub(crate) fn of_line(svg: &mut Svg, marks: &[Mark], axis: &Axis, language: Language, y: f64) {
    let mut heaps: Vec<(&Mark, f64, f64, usize)> = Vec::new();
    for mark in marks {
        let x = axis.x(mark.at);
        let same = |(first, _, last, _): &&mut (&Mark, f64, f64, usize)| {
            (first.kind, &first.text) == (mark.kind, &mark.text) && x - *last < TOGETHER
        };
        match heaps.iter_mut().rev().find(same) {
            Some((.., last, count)) => (*last, *count) = (x, *count + 1),
            None => heaps.push((mark, x, x, 1)),
        }
    }
    for (mark, x, _, count) in &heaps {
        let times = if *count > 1 { format!(" ×{count}") } else { String::new() };
        svg.told("path", &shape(mark.kind, *x, y), &format!("{}{times}, {}", mark.text.get(language), millis(mark.at)));
    }
    heaps.sort_by_key(|(mark, ..)| match mark.kind {
        Kind::Gone => 0,
        Kind::Fault => 1,
        Kind::Note => 2,
        Kind::Leave => 3,
        Kind::Join => 4,
    });
    let mut taken = Taken::default();
    for (mark, x, _, count) in heaps {
        let text = mark.text.get(language);
        let text = if count > 1 { format!("{text} ×{count}") } else { text.to_owned() };
        let width = width_of(&text, 10.5);
        // Above the mark, or a little to its right or left; inside the figure in any case.
        let place = |left: f64| left.clamp(axis.left - 4.0, (axis.right + 14.0 - width).max(axis.left - 4.0));
        let places = [x - width / 2.0, x - 4.0, x + 4.0 - width].map(place);
        if let Some(left) = places.into_iter().find(|left| taken.take(*left, left + width)) {
            svg.text(left, y - 9.0, "font-size=\"10.5\"", &text);
        }
    }
}

/// The attributes of a mark's shape, centred on a point.
pub(crate) fn shape(kind: Kind, x: f64, y: f64) -> String {
    let (x, y) = (n(x), n(y));
    match kind {
        Kind::Join => format!("d=\"M{x} {y}m-4-5.5l9 5.5l-9 5.5z\" fill=\"{FG}\""),
        Kind::Leave => format!("d=\"M{x} {y}m4-5.5l-9 5.5l9 5.5z\" fill=\"{BG}\" stroke=\"{FG}\" stroke-width=\"1.5\""),
        Kind::Gone => format!("d=\"M{x} {y}m-5-5l10 10m0-10l-10 10\" stroke=\"{BAD}\" stroke-width=\"3\" fill=\"none\""),
        Kind::Fault => format!("d=\"M{x} {y}m0-6.5l6.5 11.5h-13z\" fill=\"{BG}\" stroke=\"{BAD}\" stroke-width=\"2\""),
        Kind::Note => format!("d=\"M{x} {y}m-4.5-4.5h9v9h-9z\" fill=\"{BG}\" stroke=\"{FG}\" stroke-width=\"1.5\""),
    }
}

/// The records and commits of one partition; `y` is the middle of its row.
pub(crate) fn of_row(svg: &mut Svg, row: &Row, axis: &Axis, language: Language, y: f64, colour: &str) {
    let clusters = clusters(row, axis);
    // Shapes first, so that no number is written over one.
    let mut taken = Taken::default();
    taken.0.extend(row.commits.iter().map(|commit| axis.x(commit.at)).map(|x| (x - 6.0, x + 6.0)));
    taken.0.extend(clusters.iter().map(|cluster| (cluster.from - 4.0, cluster.until + 4.0)));
    for cluster in &clusters {
        cluster.draw(svg, row, language, y, colour, &mut taken);
    }
    for commit in &row.commits {
        draw_commit(svg, commit, axis, language, y, &mut taken);
    }
}

fn draw_commit(svg: &mut Svg, commit: &Commit, axis: &Axis, language: Language, y: f64, taken: &mut Taken) {
    let x = axis.x(commit.at);
    let Commit { offset, error, .. } = commit;
    let at = millis(commit.at);
    let (fill, tip) = match error {
        None => (FG, say!("committed {offset}, {at}", "오프셋 {offset} 커밋, {at}")),
        Some(error) => (BG, say!("commit of {offset} refused: {error}, {at}", "오프셋 {offset} 커밋 거부: {error}, {at}")),
    };
    svg.told(
        "path",
        &format!("d=\"M{} {}m0-6l6 6l-6 6l-6-6z\" fill=\"{fill}\" stroke=\"{BG}\" stroke-width=\"1\"", n(x), n(y)),
        tip.get(language),
    );
    let text = offset.to_string();
    let width = width_of(&text, 10.5);
    let right = x + 10.0 + width < axis.right + 16.0;
    let left = if right { x + 10.0 } else { x - 10.0 - width };
    if taken.take(left, left + width) {
        svg.text(left, y + 4.0, "font-size=\"10.5\" font-weight=\"600\"", &text);
    }
}

/// Records that are drawn as one.
struct Cluster {
    from: f64,
    until: f64,
    handed: usize,
    processed: usize,
    first: i64,
    last: i64,
}

fn clusters(row: &Row, axis: &Axis) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for record in &row.records {
        let x = axis.x(record.at);
        let done = usize::from(record.processed);
        match clusters.last_mut() {
            Some(cluster) if x - cluster.until < TOGETHER => {
                cluster.until = x;
                cluster.handed += 1;
                cluster.processed += done;
                cluster.first = cluster.first.min(record.offset);
                cluster.last = cluster.last.max(record.offset);
            }
            _ => {
                let offset = record.offset;
                clusters.push(Cluster { from: x, until: x, handed: 1, processed: done, first: offset, last: offset });
            }
        }
    }
    clusters
}

impl Cluster {
    fn draw(&self, svg: &mut Svg, row: &Row, language: Language, y: f64, colour: &str, taken: &mut Taken) {
        let Self { handed, processed, first, last, .. } = self;
        let name = &row.partition;
        let tip = say!(
            "{name}: offsets {first} to {last}, {handed} handed over, {processed} processed",
            "{name}: 오프셋 {first}~{last}, 전달 {handed}건, 처리 {processed}건"
        );
        let fill = if processed == handed { colour } else { BG };
        svg.told(
            "rect",
            &format!(
                "x=\"{}\" y=\"{}\" width=\"{}\" height=\"9\" rx=\"4.5\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.6\"",
                n(self.from - 4.5),
                n(y - 4.5),
                n(self.until - self.from + 9.0)
            ),
            tip.get(language),
        );
        let text = if processed == handed { handed.to_string() } else { format!("{processed}/{handed}") };
        let left = self.until + 8.0;
        if *handed > 1 && taken.take(left, left + width_of(&text, 10.5)) {
            svg.text(left, y + 4.0, "font-size=\"10.5\"", &format!("×{text}"));
        }
    }
}

/// What concerns everybody, and where its name stands.
pub(crate) struct ForAll {
    x: f64,
    text: String,
    tip: String,
    /// Its name's left end and line, where there is a place for it.
    name: Option<(f64, usize)>,
}

/// Finds places for what concerns everybody; gives also the height that the names need.
pub(crate) fn for_all(scene: &Scene, axis: &Axis, language: Language) -> (Vec<ForAll>, f64) {
    let mut lines: [Taken; MOST_LINES] = Default::default();
    let mut all: Vec<ForAll> = Vec::new();
    for mark in scene.marks.iter().filter(|mark| mark.kind >= Kind::Gone && axis.shows(mark.at)) {
        let (x, text) = (axis.x(mark.at), mark.text.get(language).to_owned());
        let tip = format!("{text}, {}", millis(mark.at));
        if let Some(same) = all.last_mut().filter(|last| x - last.x < 1.5) {
            // One line for what happens at once.
            same.tip = format!("{}; {tip}", same.tip);
            if same.text == text {
                continue;
            }
        }
        let width = width_of(&text, 10.5);
        let left = (x - width - 6.0).max(axis.left);
        let line = (0..MOST_LINES).find(|line| lines[*line].take(left, left + width));
        all.push(ForAll { x, text, tip, name: line.map(|line| (left, line)) });
    }
    let used = all.iter().filter_map(|of| of.name).map(|(_, line)| line + 1).max().unwrap_or(0);
    (all, used as f64 * NAME)
}

/// Draws what concerns everybody: a line through all lanes, and its name above them, from `top` on.
pub(crate) fn draw_for_all(svg: &mut Svg, all: &[ForAll], top: f64, bottom: f64) {
    for ForAll { x, text, tip, name } in all {
        let from = name.map_or(top, |(_, line)| top + line as f64 * NAME);
        let line = format!(
            "d=\"M{} {}V{}\" stroke=\"{DIM}\" stroke-width=\"1.2\" stroke-dasharray=\"2 3\"",
            n(*x),
            n(from),
            n(bottom)
        );
        svg.told("path", &line, tip);
        if let Some((left, line)) = name {
            svg.text(*left, top + 9.0 + *line as f64 * NAME, "font-size=\"10.5\"", text);
        }
    }
}

/// Stretches that already carry text, so that names do not cover each other. What finds no place is still told by its tooltip and
/// by the table.
#[derive(Default)]
pub(crate) struct Taken(Vec<(f64, f64)>);

impl Taken {
    /// Takes a stretch; false where part of it is taken.
    pub(crate) fn take(&mut self, from: f64, until: f64) -> bool {
        let free = self.0.iter().all(|(left, right)| until + 3.0 < *left || *right + 3.0 < from);
        if free {
            self.0.push((from, until));
        }
        free
    }
}
