//! Records and commits in a partition's row. What would cover each other is drawn as one, with its number. Part of [`crate::timeline`].

use verdict::{Language, say};

use crate::{
    axis::{Axis, millis},
    marks::{TOGETHER, Taken},
    scene::{Commit, Row},
    svg::{BG, FG, Svg, n, width_of},
};

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
        let text = format!("×{text}");
        let width = width_of(&text, 10.5);
        let mut places = [self.until + 8.0, self.from - 11.0 - width].into_iter();
        if let Some(left) = places.find(|left| *handed > 1 && taken.take(*left, left + width)) {
            svg.text(left, y + 4.0, "font-size=\"10.5\"", &text);
        }
    }
}
