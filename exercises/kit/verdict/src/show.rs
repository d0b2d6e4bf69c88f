//! A verdict as a person reads it in a terminal: always the same shape, at most about 12 lines. `lab` prints it under plain
//! `cargo test`, `workbook` prints it otherwise. Drawn by `miette`; the words come from the verdict and from `words`.

use std::{error::Error, fmt, io::IsTerminal};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, Severity, ThemeCharacters, ThemeStyles};
use owo_colors::{OwoColorize, Style};
use textwrap::{WordSeparator, WordSplitter};

use crate::{Evidence, Language, Outcome, Text, Verdict, words};

/// How a verdict is to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// The reader's language.
    pub language: Language,
    /// Whether to use colours.
    pub colour: bool,
    /// Whether the terminal draws more than ASCII.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Where the book is served, such as `http://127.0.0.1:7848`; none where it is not, then its pages are named as files.
    pub book: Option<String>,
}

impl Look {
    /// The widest that a verdict gets: longer lines are hard to read.
    pub const WIDEST: usize = 100;

    /// A look for standard error as it is: its width, and ASCII on a bare Linux console.
    pub fn of_terminal(language: Language, colour: bool) -> Self {
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(Self::WIDEST, |(width, _)| usize::from(width.0));
        let unicode = !std::env::var("TERM").is_ok_and(|term| term == "linux" || term == "dumb");
        Self { language, colour, unicode, width: width.clamp(40, Self::WIDEST), book: None }
    }

    fn theme(&self, kind: &Outcome) -> GraphicalTheme {
        let mut characters = if self.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        if kind.is_pass() {
            characters.advice = if self.unicode { "✓" } else { "+" }.into();
        }
        let mut styles = if self.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
        if self.colour && kind.is_pass() {
            styles.advice = Style::new().green();
        }
        GraphicalTheme { characters, styles }
    }

    fn bold(&self, text: &str) -> String {
        if self.colour { text.bold().to_string() } else { text.into() }
    }
}

/// Whether standard error is a terminal that wants colours: `NO_COLOR` is empty or not set.
pub fn wants_colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The verdict in `language` for this terminal, coloured where `colour` is set.
pub fn show(verdict: &Verdict, language: Language, colour: bool) -> String {
    show_as(verdict, &Look::of_terminal(language, colour))
}

/// The verdict in a given look.
pub fn show_as(verdict: &Verdict, look: &Look) -> String {
    // Lines break at spaces only: addresses and paths stay whole, and so do Korean words.
    let handler = GraphicalReportHandler::new_themed(look.theme(&verdict.outcome))
        .with_width(look.width)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation);
    let mut text = String::new();
    // Writing to a string cannot fail; a `Display` that refuses would leave what is written so far.
    let _ = handler.render_report(&mut text, &Report::of(verdict, look));
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What `miette` draws: a head and a chain of parts, the last of which says what to do.
#[derive(Debug)]
struct Report {
    severity: Severity,
    head: String,
    parts: Option<Part>,
}

/// One part of the chain, and the next.
#[derive(Debug)]
struct Part {
    text: String,
    next: Option<Box<Part>>,
}

impl Report {
    fn of(verdict: &Verdict, look: &Look) -> Self {
        let say = |text: Text| text.get(look.language).to_owned();
        let kind = look.bold(&say(words::kind(&verdict.outcome)));
        let head = format!("{kind} · {}", verdict.step);
        let (severity, head, parts, last) = match &verdict.outcome {
            Outcome::Pass => (Severity::Advice, format!("{head} · {}", say(words::took(verdict))), vec![], vec![]),
            Outcome::Answer { mistake } => {
                let head = format!("{head}\n{}", look.bold(mistake.title.get(look.language)));
                let seen = format!("{}\n{}", say(words::seen()), evidence(&mistake.seen, look));
                let mut parts = vec![say(words::expected(&mistake.expected)), seen];
                parts.extend(printed(&verdict.output).map(say));
                parts.push(say(words::why(&mistake.why)));
                let last = vec![words::read(&mistake.read, look.book.as_deref()), words::hint(&verdict.step)];
                (Severity::Error, head, parts, last)
            }
            Outcome::Setup { trouble } => {
                let head = format!("{head}\n{}", look.bold(trouble.what.get(look.language)));
                let said = (!trouble.detail.is_empty()).then(|| words::system_said(&first_lines(&trouble.detail, 3)));
                let command = trouble.command.iter().map(|command| words::command(command));
                let last = std::iter::once(trouble.mend.clone()).chain(command).collect();
                (Severity::Warning, head, said.into_iter().map(say).collect(), last)
            }
            Outcome::Bug { what } => {
                let head = format!("{head}\n{}", first_lines(what, 6));
                (Severity::Error, head, vec![], vec![words::report(&verdict.step)])
            }
            Outcome::Skipped { reason } => {
                let head = format!("{head}\n{}", reason.get(look.language));
                (Severity::Warning, head, vec![], vec![words::judge_elsewhere(&verdict.step)])
            }
        };
        let edited = (verdict.grader_edited == Some(true)).then(|| words::grader_edited(&verdict.step));
        let last: Vec<_> = last.into_iter().chain(edited).map(say).collect();
        let last = (!last.is_empty()).then(|| last.join("\n"));
        Self { severity, head, parts: Part::chain(parts.into_iter().chain(last).collect()) }
    }
}

/// The last lines that the answer printed, at most three.
fn printed(output: &str) -> Option<Text> {
    let lines: Vec<_> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    (!lines.is_empty()).then(|| words::printed(&lines[lines.len().saturating_sub(3)..].join("\n  ")))
}

/// The events, one a line under each other: when, and what. Long ones go on under their own words.
fn evidence(seen: &[Evidence], look: &Look) -> String {
    let column = 9;
    let lines = seen.iter().map(|one| {
        let time = one.us.map_or_else(|| format!("{:>column$}    ", "-"), |us| format!("{:>column$.3} s  ", us as f64 / 1e6));
        let room =
            textwrap::Options::new(look.width.saturating_sub(column + 12).max(20)).word_separator(WordSeparator::AsciiSpace);
        let text = textwrap::wrap(one.text.get(look.language), room).join(&format!("\n{}", " ".repeat(column + 4)));
        format!("{time}{text}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn first_lines(text: &str, most: usize) -> String {
    let lines: Vec<_> = text.trim().lines().collect();
    let cut = if lines.len() > most { "\n…" } else { "" };
    format!("{}{cut}", lines[..lines.len().min(most)].join("\n"))
}

impl Part {
    fn chain(texts: Vec<String>) -> Option<Self> {
        texts.into_iter().rev().fold(None, |next, text| Some(Self { text, next: next.map(Box::new) }))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Report {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.parts.as_ref().map(|part| part as _)
    }
}

impl Error for Part {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_deref().map(|part| part as _)
    }
}

impl Diagnostic for Report {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }
}
