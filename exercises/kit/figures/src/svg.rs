//! Writes SVG text. Used by [`mod@crate::timeline`], [`mod@crate::topology`] and [`mod@crate::compare`]; knows nothing of Kafka.
//! Numbers are rounded to a tenth, so that a figure is the same on every machine. No blank lines, because a blank line would end the
//! HTML block in a Markdown page.

use std::fmt::Write;

/// A growing piece of SVG (or HTML).
#[derive(Default)]
pub(crate) struct Svg(String);

impl Svg {
    /// Adds text as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Adds an element without content: `<name attributes/>`.
    pub(crate) fn shape(&mut self, name: &str, attributes: &str) {
        let _ = writeln!(self.0, "<{name} {attributes}/>");
    }

    /// Adds an element with a tooltip, which screen readers and mice find: `<name attributes><title>…</title></name>`.
    pub(crate) fn told(&mut self, name: &str, attributes: &str, tooltip: &str) {
        let _ = writeln!(self.0, "<{name} {attributes}><title>{}</title></{name}>", escape(tooltip));
    }

    /// Adds a line of text at a point.
    pub(crate) fn text(&mut self, x: f64, y: f64, attributes: &str, text: &str) {
        let gap = if attributes.is_empty() { "" } else { " " };
        let _ = writeln!(self.0, "<text x=\"{}\" y=\"{}\"{gap}{attributes}>{}</text>", n(x), n(y), escape(text));
    }

    /// Opens a group of elements that share attributes.
    pub(crate) fn open(&mut self, attributes: &str) {
        let _ = writeln!(self.0, "<g {attributes}>");
    }

    /// Closes the group opened last.
    pub(crate) fn close(&mut self) {
        self.0.push_str("</g>\n");
    }

    /// The text so far.
    pub(crate) fn done(self) -> String {
        self.0
    }
}

/// The frame of a figure: size, accessible name and description. `id` is unique in the page.
pub(crate) struct Frame<'a> {
    pub(crate) id: &'a str,
    pub(crate) class: &'a str,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
}

impl Frame<'_> {
    /// The whole figure around `content`.
    pub(crate) fn around(&self, content: &str) -> String {
        let Self { id, class, .. } = self;
        let (w, h) = (n(self.width), n(self.height));
        format!(
            "<svg class=\"{class}\" id=\"{id}\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
             xmlns=\"http://www.w3.org/2000/svg\" font-size=\"12\" fill=\"{FG}\">\n\
             <title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n{content}</svg>",
            escape(self.title),
            escape(self.description)
        )
    }
}

/// A picture over time, with what `book/theme/timeline.js` needs to stretch it: where its time begins and ends, in the picture and in
/// microseconds, and the top and the bottom of the plot.
pub(crate) fn over_time(svg: &str, [left, right]: [f64; 2], (from, until): (i64, i64), [top, bottom]: [f64; 2]) -> String {
    let axis = format!("<svg data-axis=\"{} {} {from} {until} {} {}\" ", n(left), n(right), n(top), n(bottom));
    svg.replacen("<svg ", &axis, 1)
}

/// The colour of text and of shapes that belong to no member.
pub(crate) const FG: &str = "var(--fg, #222)";
/// The colour of text that matters less.
pub(crate) const DIM: &str = "var(--wb-dim, #555)";
/// The page's background, for shapes that cover what is under them.
pub(crate) const BG: &str = "var(--bg, #fff)";
/// The colour of thin lines.
pub(crate) const LINE: &str = "var(--wb-line, #bbb)";
/// The colour of what went wrong; always together with a shape or a word.
pub(crate) const BAD: &str = "var(--wb-bad, #b3261e)";

/// The colour of the `index`-th member. Never the only sign of anything: every member is also labelled.
pub(crate) fn colour(index: usize) -> String {
    const FALLBACK: [&str; 6] = ["#0b6aa2", "#a23b00", "#00705a", "#7a3e9d", "#806000", "#555555"];
    let at = index % FALLBACK.len();
    format!("var(--wb-c{}, {})", at + 1, FALLBACK[at])
}

/// Two fills for a figure of that id, used as `url(#ID-idle)`, stripes, and `url(#ID-gap)`, dots.
pub(crate) fn patterns(id: &str) -> String {
    format!(
        "<defs><pattern id=\"{id}-idle\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path d=\"M0 0V7\" stroke=\"{DIM}\" stroke-width=\"2\"/></pattern>\
         <pattern id=\"{id}-gap\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
         <circle cx=\"2\" cy=\"2\" r=\"1.1\" fill=\"{DIM}\"/></pattern></defs>\n"
    )
}

/// A number with at most one decimal.
pub(crate) fn n(number: f64) -> String {
    let tenths = (number * 10.0).round() / 10.0;
    format!("{}", if tenths == 0.0 { 0.0 } else { tenths })
}

/// A sentence for a page, in which what stands between backticks is code.
pub(crate) fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(n, part)| if n % 2 == 1 { code(part) } else { escape(part) }).collect()
}

/// A name as code.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// Text with what HTML and mdBook's directives would read as their own replaced.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '{' => safe.push_str("&#123;"),
            '\n' | '\r' => safe.push(' '),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// The name, or its beginning and its end where it has more than `most` characters: the end tells partitions apart.
pub(crate) fn short(name: &str, most: usize) -> String {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= most {
        return name.into();
    }
    let tail = 3.min(most / 2);
    let head = most.saturating_sub(tail + 1);
    characters[..head].iter().chain(&['…']).chain(&characters[characters.len() - tail..]).collect()
}

/// Roughly how wide a text is in a font of `size`: a Hangul syllable is about as wide as the font is high, a Latin letter about half.
pub(crate) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if (c as u32) < 0x1100 { 0.56 } else { 0.95 }).sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_learner_wrote_stays_text() {
        assert_eq!(escape("<script>{{#figure x}}\n\u{7}"), "&lt;script&gt;&#123;&#123;#figure x}} \u{fffd}");
    }

    #[test]
    fn long_names_keep_their_ends() {
        assert_eq!([short("T1-0", 12), short("a-very-long-topic-name-11", 12)], ["T1-0", "a-very-l…-11"]);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([n(1.0), n(2.25), n(-0.01)], ["1", "2.3", "0"]);
    }
}
