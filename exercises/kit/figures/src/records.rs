//! Records and commits in a partition's row. What would cover each other is drawn as one, with its number. Part of
//! [`mod@crate::timeline`].

use verdict::{Language, say};

use crate::{
    axis::{Axis, millis},
    marks::{TOGETHER, Taken, at},
    scene::{Commit, Handed, Row},
    svg::{BAD, BG, FG, Svg, n, width_of},
};

/// Where a record and a commit would cover each other, the record is drawn this much higher and the commit this much lower.
const APART: f64 = 3.5;

/// The records and commits of one partition; `y` is the middle of its row.
pub(crate) fn of_row(svg: &mut Svg, row: &Row, axis: &Axis, language: Language, y: f64, colour: &str) {
    let (clusters, heaps) = (clusters(row, axis), heaps(&row.commits, axis));
    // Shapes first, so that no number is written over one.
    let commits = heaps.iter().map(|heap| (heap.from - 6.0, heap.until + 6.0));
    let records = clusters.iter().map(|cluster| (cluster.from - 4.0, cluster.until + 4.0));
    let tails: Vec<(f64, f64)> = row.records.iter().filter_map(|record| time_in_process(record, axis)).collect();
    let mut taken = Taken::within(axis.left - 4.0, axis.right + 18.0, commits.chain(records).chain(tails.iter().copied()));
    let drawn: String = tails.iter().map(|ends| tail(*ends, y)).collect();
    if !drawn.is_empty() {
        svg.shape("path", &format!("d=\"{drawn}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\""));
    }
    let meet = |cluster: &Cluster, heap: &Heap| cluster.from - 9.0 < heap.until && heap.from - 9.0 < cluster.until;
    for cluster in &clusters {
        let up = if heaps.iter().any(|heap| meet(cluster, heap)) { APART } else { 0.0 };
        cluster.draw(svg, row, language, (y - up, y), colour, &mut taken);
    }
    for heap in &heaps {
        let down = if clusters.iter().any(|cluster| meet(cluster, heap)) { APART } else { 0.0 };
        heap.draw(svg, axis, language, (y + down, y), &mut taken);
    }
}

/// From when to when a record was in `process`, where that can be seen.
pub(crate) fn time_in_process(record: &Handed, axis: &Axis) -> Option<(f64, f64)> {
    let (from, until) = (axis.x(record.at), axis.x(record.processed?));
    (until - from >= TOGETHER).then_some((from, until))
}

/// A line with an end, as a path.
pub(crate) fn tail((from, until): (f64, f64), y: f64) -> String {
    format!("M{} {}H{}m0-4v8", n(from), n(y), n(until))
}

/// Commits that are drawn as one, with the offset of the last.
struct Heap<'a> {
    from: f64,
    until: f64,
    commits: Vec<&'a Commit>,
}

fn heaps<'a>(commits: &'a [Commit], axis: &Axis) -> Vec<Heap<'a>> {
    let mut heaps: Vec<Heap> = Vec::new();
    for commit in commits {
        let x = axis.x(commit.at);
        match heaps.last_mut() {
            Some(heap) if x - heap.until < TOGETHER && heap.commits[0].error.is_some() == commit.error.is_some() => {
                heap.until = x;
                heap.commits.push(commit);
            }
            _ => heaps.push(Heap { from: x, until: x, commits: vec![commit] }),
        }
    }
    heaps
}

impl Heap<'_> {
    /// Draws the shape at the first height, the offset at the second.
    fn draw(&self, svg: &mut Svg, axis: &Axis, language: Language, (y, base): (f64, f64), taken: &mut Taken) {
        let Commit { at: moment, offset, error } = self.commits[self.commits.len() - 1];
        let (when, count) = (millis(*moment), self.commits.len());
        let tip = match (error, count) {
            (None, 1) => say!("committed {offset}, {when}", "오프셋 {offset} 커밋, {when}"),
            (None, _) => say!("{count} commits, the last {offset}, {when}", "커밋 {count}번, 마지막 {offset}, {when}"),
            (Some(error), 1) => say!("commit of {offset} refused: {error}, {when}", "오프셋 {offset} 커밋 거부: {error}, {when}"),
            (Some(error), _) => {
                say!("{count} commits refused, the last: {error}, {when}", "커밋 {count}번 거부, 마지막: {error}, {when}")
            }
        };
        svg.told("path", &diamond((self.from, self.until), y, error.is_some()), tip.get(language));
        let text = offset.to_string();
        let width = width_of(&text, 10.5);
        let right = self.until + 10.0 + width < axis.right + 16.0;
        let left = if right { self.until + 10.0 } else { self.from - 10.0 - width };
        if taken.take(left, left + width) {
            svg.text(left, base + 4.0, &format!("font-size=\"10.5\" font-weight=\"600\" {}", at(self.until)), &text);
        }
    }
}

/// The attributes of a commit's shape; one that was refused is empty.
pub(crate) fn diamond((from, until): (f64, f64), y: f64, refused: bool) -> String {
    let look = match refused {
        false => format!("fill=\"{FG}\" stroke=\"{BG}\" stroke-width=\"1\""),
        true => format!("fill=\"{BG}\" stroke=\"{BAD}\" stroke-width=\"1.8\""),
    };
    format!("d=\"M{} {}l6-6H{}l6 6l-6 6H{}z\" {look}", n(from - 6.0), n(y), n(until), n(from))
}

/// Records that are drawn as one: all of them processed, or none.
struct Cluster {
    from: f64,
    until: f64,
    processed: bool,
    count: usize,
    first: i64,
    last: i64,
}

fn clusters(row: &Row, axis: &Axis) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for record in &row.records {
        let x = axis.x(record.at);
        match clusters.last_mut() {
            Some(cluster) if x - cluster.until < TOGETHER && cluster.processed == record.processed.is_some() => {
                cluster.until = x;
                cluster.count += 1;
                cluster.first = cluster.first.min(record.offset);
                cluster.last = cluster.last.max(record.offset);
            }
            _ => {
                let (offset, processed) = (record.offset, record.processed.is_some());
                clusters.push(Cluster { from: x, until: x, processed, count: 1, first: offset, last: offset });
            }
        }
    }
    clusters
}

impl Cluster {
    /// Draws the shape at the first height, the number at the second.
    fn draw(&self, svg: &mut Svg, row: &Row, language: Language, (y, base): (f64, f64), colour: &str, taken: &mut Taken) {
        let Self { processed, count, first, last, .. } = self;
        let name = &row.partition;
        let tip = match processed {
            true => say!(
                "{name}: offsets {first} to {last}, {count} handed over and processed",
                "{name}: 오프셋 {first}~{last}, {count}건 전달, 처리 끝남"
            ),
            false => say!(
                "{name}: offsets {first} to {last}, {count} handed over, not processed",
                "{name}: 오프셋 {first}~{last}, {count}건 전달, 처리 안 됨"
            ),
        };
        let fill = if *processed { colour } else { BG };
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
        let text = format!("×{count}");
        let width = width_of(&text, 10.5);
        let mut places = [self.until + 8.0, self.from - 11.0 - width].into_iter();
        if let Some(left) = places.find(|left| *count > 1 && taken.take(*left, left + width)) {
            svg.text(left, base + 4.0, &format!("font-size=\"10.5\" {}", at(self.until)), &text);
        }
    }
}
