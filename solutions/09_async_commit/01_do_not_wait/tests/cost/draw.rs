//! The picture: two bar charts, one above the other, of the same twelve runs. `plotters` draws them; afterwards its colours become the
//! page's own, so that the picture follows the theme. Bars carry their strategy's number and their value: no colour has to be told apart.

use std::error::Error;

use plotters::{
    coord::{
        Shift,
        ranged1d::{AsRangedCoord, ValueFormatter},
    },
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::numbers::{Cost, STRATEGIES};

/// The languages that there is a picture in.
pub const LANGUAGES: [&str; 2] = ["en", "ko"];

const SIZE: (u32, u32) = (720, 520);
const LEGEND: i32 = 64;
/// Room for a group: its bars, and a gap.
const WIDTH: f64 = 5.0;

/// Each colour is a name: what the page shows for it, with what a viewer without the page's style shows.
const NAMES: [(RGBColor, &str); 7] = [
    (RGBColor(1, 0, 0), "var(--wb-c1, #0b5f94)"),
    (RGBColor(2, 0, 0), "var(--wb-c2, #9a3800)"),
    (RGBColor(3, 0, 0), "var(--wb-c3, #00634f)"),
    (RGBColor(4, 0, 0), "var(--wb-c4, #74359a)"),
    (FG, "var(--fg, #222)"),
    (DIM, "var(--wb-dim, #555)"),
    (LINE, "var(--wb-line, #bbb)"),
];
const FG: RGBColor = RGBColor(5, 0, 0);
const DIM: RGBColor = RGBColor(6, 0, 0);
const LINE: RGBColor = RGBColor(7, 0, 0);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

/// The whole SVG element, without blank lines, which would end the HTML in a page.
pub fn picture(cost: &Cost, language: &str) -> String {
    let mut drawn = String::new();
    draw(&mut drawn, cost, language).expect("text can always be written");
    for (colour, name) in NAMES {
        drawn = drawn.replace(&format!("\"#{:02X}{:02X}{:02X}\"", colour.0, colour.1, colour.2), &format!("\"{name}\""));
    }
    let (_, inside) =
        drawn.split_once("<svg ").and_then(|(_, rest)| rest.split_once(">\n")).expect("plotters writes an SVG element");
    let id = "fig-09-async-commit-01-do-not-wait-cost";
    let (title, told) = (say(language, TITLE), told(cost, language));
    let (w, h) = SIZE;
    let svg = format!(
        "<svg class=\"wb-cost\" id=\"{id}\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" \
         aria-labelledby=\"{id}-t {id}-d\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{told}</desc>\n{inside}"
    );
    svg.replace(" font-family=\"sans-serif\"", "")
        .lines()
        .filter(|line| !line.trim().is_empty())
        .fold(String::new(), |all, line| all + line + "\n")
}

const TITLE: [&str; 2] = ["What each way to commit costs", "커밋 방법마다 드는 비용"];

fn say(language: &str, [en, ko]: [&'static str; 2]) -> &'static str {
    if language == "ko" { ko } else { en }
}

fn told(cost: &Cost, language: &str) -> String {
    let each = STRATEGIES.iter().map(|strategy| {
        let of = |value: fn(&crate::numbers::Row) -> f64| {
            let rows = cost.rows.iter().filter(|row| row.strategy == strategy.id);
            rows.map(|row| short(value(row))).collect::<Vec<_>>().join(", ")
        };
        let (records, commits) = (of(|row| row.records_per_s), of(|row| row.commits_per_s));
        match language {
            "ko" => format!("{}: 초당 레코드 {records}, 초당 커밋 {commits}.", strategy.ko),
            _ => format!("{}: {records} records a second, {commits} commits a second.", strategy.en),
        }
    });
    let all = each.collect::<Vec<_>>().join(" ");
    say(language, ["Answers held back for 0, 5 and 50 ms. ", "응답을 0, 5, 50ms 붙잡아 둔 경우 순서로. "]).to_owned() + &all
}

fn draw(into: &mut String, cost: &Cost, language: &str) -> Drawn {
    let root = SVGBackend::with_string(into, SIZE).into_drawing_area();
    let (legend, charts) = root.split_vertically(LEGEND);
    for (number, strategy) in STRATEGIES.iter().enumerate() {
        let (x, y) = (50 + (number as i32 % 2) * 330, 12 + (number as i32 / 2) * 24);
        legend.draw(&Rectangle::new([(x, y), (x + 14, y + 14)], NAMES[number].0.filled()))?;
        let name = format!("{} {}", number + 1, say(language, [strategy.en, strategy.ko]));
        legend.draw(&Text::new(name, (x + 20, y + 7), font(13, FG, HPos::Left, VPos::Center)))?;
    }
    let (above, below) = charts.split_vertically((SIZE.1 as i32 - LEGEND) / 2);
    let bars = |value: fn(&crate::numbers::Row) -> f64| {
        cost.rows.iter().map(|row| (row.strategy.clone(), row.delay_ms, value(row))).collect::<Vec<_>>()
    };
    chart(&above, language, ["Records a second", "초당 레코드"], 0.0..1000.0, 0.0, &bars(|row| row.records_per_s))?;
    let commits = ["Commits a second (each line is ten times the one below)", "초당 커밋(한 줄 위는 열 배)"];
    chart(&below, language, commits, (0.1..1000.0).log_scale(), 0.1, &bars(|row| row.commits_per_s))?;
    root.present()?;
    Ok(())
}

fn chart<Y>(area: &Area<'_>, language: &str, name: [&'static str; 2], scale: Y, floor: f64, bars: &[(String, u64, f64)]) -> Drawn
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let mut delays: Vec<u64> = bars.iter().map(|bar| bar.1).collect();
    delays.dedup();
    let mut chart = ChartBuilder::on(area)
        .margin_left(6)
        .margin_right(6)
        .margin_top(26)
        .x_label_area_size(42)
        .y_label_area_size(44)
        .build_cartesian_2d(0.0..WIDTH * delays.len() as f64, scale)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_labels(5)
        .y_label_formatter(&|value| short(*value))
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINE)
        .axis_style(LINE)
        .label_style(font(12, DIM, HPos::Right, VPos::Center))
        .draw()?;
    area.draw(&Text::new(say(language, name), (50, 6), font(13, FG, HPos::Left, VPos::Top)))?;
    for (group, delay) in delays.iter().enumerate() {
        let start = WIDTH * group as f64 + 0.5;
        for (strategy, _, value) in bars.iter().filter(|bar| bar.1 == *delay) {
            let number = STRATEGIES.iter().position(|one| one.id == strategy).ok_or("an unknown strategy")?;
            let (left, right) = (start + number as f64 + 0.06, start + number as f64 + 0.94);
            let at = |y: f64| chart.backend_coord(&((left + right) / 2.0, y));
            let (top, bottom) = (at(value.max(floor)), at(floor));
            let rectangle = Rectangle::new([(left, floor), (right, value.max(floor))], NAMES[number].0.filled());
            chart.plotting_area().draw(&rectangle)?;
            write(area, &short(*value), (top.0, top.1 - 3), font(12, FG, HPos::Center, VPos::Bottom))?;
            write(area, &(number + 1).to_string(), (bottom.0, bottom.1 + 4), font(12, DIM, HPos::Center, VPos::Top))?;
        }
        let middle = chart.backend_coord(&(start + WIDTH / 2.0 - 0.5, floor));
        let said = match language {
            "ko" => format!("응답 지연 {delay}ms"),
            _ => format!("answers held back {delay} ms"),
        };
        write(area, &said, (middle.0, middle.1 + 21), font(12, FG, HPos::Center, VPos::Top))?;
    }
    Ok(())
}

/// Text at a point of the whole picture.
fn write(area: &Area<'_>, text: &str, at: (i32, i32), style: TextStyle<'static>) -> Drawn {
    let (x, y) = area.get_base_pixel();
    area.draw(&Text::new(text.to_owned(), (at.0 - x, at.1 - y), style))?;
    Ok(())
}

fn font(size: i32, colour: RGBColor, across: HPos, down: VPos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&colour).pos(Pos::new(across, down))
}

/// A number as a person reads it: `943`, `9.1`, `0.2`.
pub fn short(number: f64) -> String {
    if number >= 10.0 { format!("{number:.0}") } else { format!("{}", (number * 10.0).round() / 10.0) }
}
