//! The mdBook preprocessor: replaces the workbook's directives in pages by what they stand for, and refuses what nobody would notice
//! otherwise: an unknown directive, a missing recording, an include that includes nothing. `workbook` runs it inside mdBook, before
//! mdBook's own `links`, so that it sees the page as it was written.
//!
//! Another directive is its line in `OWN`, its arm in `line`, what draws it in a module of its own, and a test in `tests/directives.rs`.

mod assignments;
mod cost;
mod includes;
mod mistakes;
mod offsets;
mod positions;
mod predict;
mod sources;
mod step;

use std::{cell::RefCell, collections::BTreeMap, fmt, fs, sync::Arc};

use mdbook_preprocessor::{PreprocessorContext, book, errors};
use trace::Recording;
use verdict::{Language, Text, say};

pub use self::sources::Sources;
use crate::{Options, Parts, compare, facts, figure, matrix, properties, svg::escape};

/// The preprocessor for one language of the book.
#[derive(Debug)]
pub struct Preprocessor {
    sources: Arc<Sources>,
    language: Language,
    /// How often each figure was drawn, so that ids stay unique on the page that prints the whole book.
    drawn: RefCell<BTreeMap<String, u32>>,
}

/// Something in a page that cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError {
    /// The page's file below the project's root, such as `book/src/01_groups/01_one_consumer.md`.
    pub page: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What is wrong, and how to mend it.
    pub what: Text,
}

impl PageError {
    /// The message in `language`.
    pub fn message(&self, language: Language) -> String {
        format!("{}:{}: {}", self.page, self.line, self.what.get(language))
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::current()))
    }
}

/// The workbook's directives, as they are written.
const OWN: [&str; 16] = [
    "figure ID",
    "topology ID",
    "timeline ID",
    "fetches ID",
    "compare ID ID [ID]",
    "matrix ID …",
    "positions ID MOMENT …",
    "cost ID",
    "mistakes ID",
    "step ID",
    "predict …",
    "fact NUMBER",
    "facts",
    "properties",
    "assignments",
    "offsets",
];
/// mdBook's own directives.
const OF_MDBOOK: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];

impl Preprocessor {
    /// For the pages in `language`.
    pub fn new(sources: Arc<Sources>, language: Language) -> Self {
        Self { sources, language, drawn: RefCell::default() }
    }

    /// `content` of `page` (below `book/src`) with its directives replaced.
    ///
    /// # Errors
    /// All that is wrong in the page.
    pub fn page(&self, page: &str, content: &str) -> Result<String, Vec<PageError>> {
        let mut errors = Vec::new();
        let mut built = String::with_capacity(content.len());
        let mut read = 0;
        for (at, line) in content.split_inclusive('\n').enumerate() {
            let (before, after) = (&content[..read], &content[read + line.len()..]);
            read += line.len();
            let html = match predict::arguments(line) {
                Some(arguments) => predict::place(page, before, after, &arguments),
                None => self.line(page, line),
            };
            match html {
                Ok(text) => built.push_str(&text),
                Err(what) => {
                    let page = format!("book/src/{page}");
                    let line = self.line_in_source(&page, line).unwrap_or(at + 1);
                    errors.push(PageError { page, line, what });
                }
            }
        }
        if errors.is_empty() { Ok(built) } else { Err(errors) }
    }

    /// A translated page has other line numbers than its source.
    fn line_in_source(&self, page: &str, line: &str) -> Option<usize> {
        let source = fs::read_to_string(self.sources.root().join(page)).ok()?;
        let wanted = plain(line);
        source.lines().position(|line| plain(line) == wanted).map(|at| at + 1)
    }

    fn line(&self, page: &str, line: &str) -> Result<String, Text> {
        let Some((before, rest)) = line.split_once("{{#") else { return Ok(line.into()) };
        let Some((inside, after)) = rest.split_once("}}") else {
            return Err(say!(
                "`{{{{#` without `}}}}`: close the directive on the same line.",
                "`{{{{#`를 닫는 `}}}}`가 없다. 같은 줄에서 닫는다."
            ));
        };
        let inside = plain(inside);
        let mut words = inside.split_whitespace();
        let name = words.next().unwrap_or_default();
        let arguments: Vec<&str> = words.collect();
        if OF_MDBOOK.contains(&name) {
            includes::check(&self.sources.root().join("book/src").join(page), name, &arguments)?;
            return Ok(line.into());
        }
        let html = match (name, arguments.as_slice()) {
            ("figure", [id]) => self.figure(id, Parts::Both)?,
            ("topology", [id]) => self.figure(id, Parts::Topology)?,
            ("timeline", [id]) => self.figure(id, Parts::Timeline)?,
            ("fetches", [id]) => self.figure(id, Parts::Fetches)?,
            ("compare", ids @ ([_, _] | [_, _, _])) => self.compare(ids)?,
            ("matrix", ids @ [_, ..]) => self.matrix(ids)?,
            ("positions", [id, words @ ..]) => {
                let shown = positions::shown(words)?;
                crate::positions(self.sources.recording(id)?.as_ref(), &shown, &self.options(id))?
            }
            ("cost", [id]) => cost::figure(self.sources.root(), id, self.language)?,
            ("mistakes", [id]) => mistakes::list(self.sources.root(), id, self.language, &to_root(page))?,
            ("step", [id]) => step::panel(self.sources.root(), id, self.language)?,
            ("fact", [number]) => {
                let fact = self.sources.register()?.get(*number).ok_or_else(|| {
                    say!(
                        "there is no fact `{number}`: add it to book/facts.toml, with its test.",
                        "없는 사실이다: `{number}`. book/facts.toml에 테스트와 함께 추가한다."
                    )
                })?;
                facts::badge(number, fact, self.language, &to_root(page))
            }
            ("offsets", []) => offsets::place(self.language, |id| self.sources.recording(id))?,
            ("assignments", []) => assignments::place(self.sources.root(), self.language)?,
            ("properties", []) => properties::table(self.sources.root(), self.language, &to_root(page))?,
            ("facts", []) => facts::table(self.sources.register()?, self.language, &to_root(page)),
            _ => return Err(unknown(&inside)),
        };
        if !before.trim().is_empty() || !after.trim().is_empty() {
            return Err(say!(
                "`{{{{#{name} …}}}}` must stand alone on its line.",
                "`{{{{#{name} …}}}}`는 한 줄에 혼자 있어야 한다."
            ));
        }
        Ok(format!("{html}\n"))
    }

    fn figure(&self, id: &str, parts: Parts) -> Result<String, Text> {
        let html = figure(self.sources.recording(id)?.as_ref(), parts, &self.options(id));
        // The name under which the page finds the frames of the recording.
        Ok(html.replacen("<figure ", &format!("<figure data-recording=\"{}\" ", escape(id)), 1))
    }

    fn compare(&self, ids: &[&str]) -> Result<String, Text> {
        let recordings = ids.iter().map(|id| self.sources.recording(id)).collect::<Result<Vec<_>, _>>()?;
        let named: Vec<(&str, &Recording)> = ids.iter().copied().zip(recordings.iter().map(Arc::as_ref)).collect();
        Ok(compare(&named, &self.options(&ids.join("-"))))
    }

    fn matrix(&self, ids: &[&str]) -> Result<String, Text> {
        let recordings = ids.iter().map(|id| self.sources.recording(id)).collect::<Result<Vec<_>, _>>()?;
        let named: Vec<(&str, &Recording)> = ids.iter().copied().zip(recordings.iter().map(Arc::as_ref)).collect();
        matrix(&named, self.language)
    }

    /// Options with an id that no other figure of the book has.
    fn options(&self, id: &str) -> Options {
        let mut drawn = self.drawn.borrow_mut();
        let times = drawn.entry(id.to_owned()).or_default();
        *times += 1;
        let name = if *times == 1 { id.to_owned() } else { format!("{id}-{times}") };
        Options::new(&name, self.language)
    }
}

impl mdbook_preprocessor::Preprocessor for Preprocessor {
    fn name(&self) -> &str {
        "figures"
    }

    fn run(&self, _: &PreprocessorContext, mut book: book::Book) -> errors::Result<book::Book> {
        let mut errors = Vec::new();
        book.for_each_mut(|item| {
            let book::BookItem::Chapter(chapter) = item else { return };
            let Some(page) = chapter.source_path.as_ref().map(|path| path.to_string_lossy().replace('\\', "/")) else { return };
            match self.page(&page, &chapter.content) {
                Ok(content) => chapter.content = content,
                Err(more) => errors.extend(more),
            }
        });
        if errors.is_empty() {
            return Ok(book);
        }
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Err(errors::Error::msg(all.join("\n")))
    }
}

fn unknown(inside: &str) -> Text {
    let known = OWN.map(|directive| format!("`{{{{#{directive}}}}}`")).join(", ");
    say!(
        "unknown directive `{{{{#{inside}}}}}`: write one of {known}.",
        "알 수 없는 지시문 `{{{{#{inside}}}}}`: 다음 가운데 하나를 쓴다. {known}"
    )
}

/// A line or a directive as it was written: a translation of the page may have put backslashes before `_`.
fn plain(text: &str) -> String {
    text.trim().replace('\\', "")
}

/// The way from a page to the book's root: `../` for each folder.
fn to_root(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}
