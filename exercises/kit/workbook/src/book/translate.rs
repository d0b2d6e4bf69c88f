//! A page in Korean: an mdBook preprocessor that runs before all others, so that it meets the same text that
//! [`messages`](super::messages) collected. It differs from `mdbook-gettext` in four points: code and directives are kept out of it
//! (see [`keep`](super::keep)), the text of `<summary>` is translated, and headings keep their English anchors, so that a link to
//! `page#anchor` leads to the same place in both languages. Quotation marks are set here: mdBook takes one that a letter follows for an
//! opening one, and in Korean a particle follows the closing one (`"셋"은`).

use std::collections::BTreeSet;

use mdbook_i18n_helpers::gettext::translate_book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, book, errors::Result};
use polib::catalog::Catalog;

use super::keep::Kept;

/// Translates the whole book.
pub(super) struct Translate {
    catalogue: Catalog,
}

impl Translate {
    pub(super) fn new(catalogue: Catalog) -> Self {
        Self { catalogue }
    }
}

impl Preprocessor for Translate {
    fn name(&self) -> &str {
        "translate"
    }

    fn run(&self, _: &PreprocessorContext, mut book: book::Book) -> Result<book::Book> {
        let mut kept = Kept::default();
        book.for_each_mut(|item| {
            if let book::BookItem::Chapter(chapter) = item {
                let content = with_anchors(&kept.take(&chapter.content));
                chapter.content = with_summaries(&content, |text| message(&self.catalogue, text));
            }
        });
        translate_book(&self.catalogue, &mut book)?;
        book.for_each_mut(|item| {
            if let book::BookItem::Chapter(chapter) = item {
                chapter.content = kept.put_back(&with_quotes(&chapter.content));
            }
        });
        Ok(book)
    }
}

/// The translation of one message; the message itself where there is none.
pub(super) fn message(catalogue: &Catalog, text: &str) -> String {
    let found = catalogue.find_message(None, text, None);
    let translated = found.filter(|message| message.is_translated() && !message.flags().is_fuzzy());
    translated.and_then(|message| message.msgstr().ok()).unwrap_or(text).to_owned()
}

/// Gives every heading the anchor that mdBook would make from its English text.
fn with_anchors(page: &str) -> String {
    let mut used = BTreeSet::new();
    each_line(page, |line| {
        let text = line.trim_start_matches('#');
        let level = line.len() - text.len();
        if !(1..=6).contains(&level) || !text.starts_with(' ') || text.contains("{#") {
            return line.to_owned();
        }
        let plain = anchor(text);
        let unused = (0..).map(|n| if n == 0 { plain.clone() } else { format!("{plain}-{n}") }).find(|id| !used.contains(id));
        let id = unused.unwrap_or(plain);
        let line = format!("{} {{#{id}}}", line.trim_end());
        used.insert(id);
        line
    })
}

/// mdBook's anchor of a heading.
fn anchor(heading: &str) -> String {
    let of_char = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    heading.trim().to_lowercase().chars().filter_map(of_char).collect()
}

/// Replaces the text of each `<summary>…</summary>`; it must begin and end on one line.
pub(super) fn with_summaries(page: &str, mut said: impl FnMut(&str) -> String) -> String {
    each_line(page, |line| match summary(line) {
        Some((before, text, after)) => format!("{before}{}{after}", said(text)),
        _ => line.to_owned(),
    })
}

/// Sets the quotation marks of each paragraph, one to open and one to close.
fn with_quotes(page: &str) -> String {
    page.split("\n\n").map(quoted).collect::<Vec<_>>().join("\n\n")
}

/// A paragraph with its quotation marks set, but for those in code and in tags. One with an odd number of them stays as it is.
fn quoted(paragraph: &str) -> String {
    let mut text = String::with_capacity(paragraph.len());
    let mut open = false;
    let mut until = None;
    let mut chars = paragraph.chars().peekable();
    while let Some(c) = chars.next() {
        let begins_tag = c == '<' && chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || "/!".contains(*next));
        match until {
            Some(end) if end == c => until = None,
            Some(_) => {}
            None if c == '`' => until = Some('`'),
            None if begins_tag => until = Some('>'),
            None if c == '"' => {
                open = !open;
                text.push(if open { '“' } else { '”' });
                continue;
            }
            None => {}
        }
        text.push(c);
    }
    if open { paragraph.to_owned() } else { text }
}

fn each_line(page: &str, rewrite: impl FnMut(&str) -> String) -> String {
    page.lines().map(rewrite).collect::<Vec<_>>().join("\n") + "\n"
}

fn summary(line: &str) -> Option<(&str, &str, &str)> {
    let from = line.find("<summary>")? + "<summary>".len();
    let until = line[from..].find("</summary>")? + from;
    Some((&line[..from], line[from..until].trim(), &line[until..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_keep_their_english_anchors() {
        let page = "# One `consumer`, *four* partitions\n## Hints\n## Hints\n## Own {#own}\n#tag\n";
        assert_eq!(
            with_anchors(page),
            "# One `consumer`, *four* partitions {#one-consumer-four-partitions}\n## Hints {#hints}\n## Hints {#hints-1}\n\
             ## Own {#own}\n#tag\n"
        );
    }

    #[test]
    fn a_particle_behind_a_quotation_mark_does_not_open_another() {
        let page = "\"셋\"은 `a \"b\"` <i class=\"c\">\"`d`\"와</i> 1 < 2\n\n\"홀수";
        assert_eq!(with_quotes(page), "“셋”은 `a \"b\"` <i class=\"c\">“`d`”와</i> 1 < 2\n\n\"홀수");
    }

    #[test]
    fn summaries_are_text() {
        let upper = with_summaries("<details><summary> Hint 1 </summary>\ntext\n", str::to_uppercase);
        assert_eq!(upper, "<details><summary>HINT 1</summary>\ntext\n");
    }
}
