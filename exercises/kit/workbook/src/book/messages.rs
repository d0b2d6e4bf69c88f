//! The messages of the book: what the translation ([`po`](super::po)) has to say in Korean. Collected from the pages as mdBook loads
//! them, merged into the translation without losing any of it, and checked for what is missing.

use std::path::Path;

use anyhow::{Result, anyhow};
use mdbook_driver::{MDBook, book::BookItem};
use mdbook_i18n_helpers::extract_messages;
use polib::message::{Message, MessageFlags, MessageView};
use serde::Serialize;

use super::{
    config,
    keep::Kept,
    po::{catalogue, empty, write},
    translate::with_summaries,
};

/// Two messages of one page at least this alike are the same message, changed.
const ALIKE: f64 = 0.6;

/// A message that the Korean book lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Missing {
    /// The page that it stands on, such as `src/01_groups/01_one_consumer.md`.
    pub(crate) page: String,
    /// The message in English.
    pub(crate) message: String,
    /// What is the matter with it.
    pub(crate) why: Why,
}

/// What is the matter with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// It has no translation.
    Untranslated,
    /// The English has changed since it was translated.
    Fuzzy,
    /// It is translated and stands on no page any more.
    Obsolete,
}

/// What [`update`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Updated {
    /// Messages that are new.
    pub(crate) added: usize,
    /// Messages that changed a little; their translation was kept and marked fuzzy.
    pub(crate) changed: usize,
    /// Messages that went away.
    pub(crate) removed: usize,
}

/// What is missing, fuzzy or obsolete in the translation, in the order of the book; empty where it is complete.
///
/// # Errors
/// The book or the translation cannot be read.
pub(crate) fn untranslated(root: &Path) -> Result<Vec<Missing>> {
    let (found, catalogue) = (collect(root)?, catalogue(root)?);
    let missing = found.iter().filter_map(|(page, message)| {
        let why = match catalogue.find_message(None, message, None) {
            Some(known) if known.flags().is_fuzzy() => Why::Fuzzy,
            Some(known) if known.is_translated() => return None,
            _ => Why::Untranslated,
        };
        Some(Missing { page: page.clone(), message: message.clone(), why })
    });
    let used = |message: &str| found.iter().any(|(_, known)| known == message);
    let obsolete = catalogue.messages().filter(|known| !used(known.msgid())).map(|known| Missing {
        page: known.source().lines().next().unwrap_or_default().into(),
        message: known.msgid().into(),
        why: Why::Obsolete,
    });
    Ok(missing.chain(obsolete).collect())
}

/// Merges the book's messages into the translation: keeps what is translated, adds what is new, takes over the translation of a
/// message that changed a little (marked fuzzy), drops what went away.
///
/// # Errors
/// The book or the translation cannot be read, or the translation cannot be written.
pub(crate) fn update(root: &Path) -> Result<Updated> {
    let found = collect(root)?;
    let old = catalogue(root)?;
    let used = |message: &str| found.iter().any(|(_, known)| known == message);
    let mut orphans: Vec<_> = old.messages().filter(|known| !used(known.msgid()) && known.is_translated()).collect();
    let mut updated = Updated { removed: old.messages().filter(|known| !used(known.msgid())).count(), ..Updated::default() };
    let mut new = empty();
    for (page, message) in &found {
        if new.find_message(None, message, None).is_some() {
            continue;
        }
        let mut entry = Message::build_singular();
        let sources = found.iter().filter(|(_, same)| same == message).map(|(page, _)| page.as_str()).collect::<Vec<_>>();
        entry.with_msgid(message.clone()).with_source(sources.join("\n"));
        if let Some(known) = old.find_message(None, message, None) {
            entry.with_msgstr(known.msgstr().unwrap_or_default().into());
            entry.with_flags(known.flags().clone()).with_comments(known.comments().into());
        } else if let Some(at) = most_alike(page, message, &orphans) {
            let former = orphans.remove(at);
            let mut flags = MessageFlags::new();
            flags.add_flag("fuzzy");
            entry.with_msgstr(former.msgstr().unwrap_or_default().into()).with_flags(flags);
            entry.with_comments(format!("was: {}", former.msgid().replace('\n', " ")));
            updated.changed += 1;
            updated.removed -= 1;
        } else {
            updated.added += 1;
        }
        new.append_or_update(entry.done());
    }
    write(root, &new)?;
    Ok(updated)
}

fn most_alike(page: &str, message: &str, orphans: &[&dyn MessageView]) -> Option<usize> {
    let of_page = orphans.iter().enumerate().filter(|(_, orphan)| orphan.source().lines().any(|source| source == page));
    let scored = of_page.map(|(at, orphan)| (strsim::normalized_levenshtein(message, orphan.msgid()), at));
    scored.filter(|(score, _)| *score >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)
}

/// All messages with the page that each stands on, in the order of the book.
fn collect(root: &Path) -> Result<Vec<(String, String)>> {
    let config = config(root)?;
    let mut found: Vec<(String, String)> = Vec::new();
    let about = "book.toml".to_owned();
    found.extend([&config.book.title, &config.book.description].into_iter().flatten().map(|text| (about.clone(), text.clone())));
    let book = MDBook::load_with_config(root.join("book"), config)?;
    for item in book.iter() {
        let summary = "src/SUMMARY.md".to_owned();
        match item {
            BookItem::PartTitle(title) => found.push((summary, title.clone())),
            BookItem::Chapter(chapter) => {
                found.push((summary, chapter.name.clone()));
                let Some(path) = &chapter.source_path else { continue };
                let page = format!("src/{}", path.to_string_lossy().replace('\\', "/"));
                found.extend(of_page(&chapter.content)?.into_iter().map(|message| (page.clone(), message)));
            }
            BookItem::Separator => {}
        }
    }
    Ok(found)
}

/// The messages of one page.
fn of_page(content: &str) -> Result<Vec<String>> {
    let content = Kept::default().take(content);
    let mut messages = Vec::new();
    with_summaries(&content, |text| {
        messages.push(text.to_owned());
        text.to_owned()
    });
    let extracted = extract_messages(&content).map_err(|error| anyhow!("a page cannot be read as Markdown: {error}"))?;
    messages.extend(extracted.into_iter().map(|(_, message)| message.message));
    messages.retain(|message| is_english(message));
    Ok(messages)
}

/// Whether there is something to translate: words, and not Korean ones, as in the glossary.
fn is_english(message: &str) -> bool {
    let is_hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    message.chars().any(char::is_alphabetic) && !message.chars().any(is_hangul)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{super::po::files, *};

    #[test]
    fn a_page_says_text_and_summaries() {
        let page = "# Groups\n\nOne *group*.\n\n{{#figure 01_groups/01_one_consumer}}\n\n```rust\n// a comment\nlet a = \"text\";\n```\n\n\
                    <details><summary>Hint 1</summary>\n\nLook there.\n\n</details>\n\n| 커밋 | 4 |\n|---|---|\n| 5 | broker |\n";
        assert_eq!(of_page(page).unwrap(), ["Hint 1", "Groups", "One _group_.", "Look there.", "broker"]);
    }

    /// A project with one page.
    fn project(page: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("book/book.toml", "[book]\ntitle = \"Workbook\"\n");
        write("book/src/SUMMARY.md", "# Summary\n\n- [Groups](groups.md)\n");
        write("book/src/groups.md", page);
        root
    }

    fn translate_all(root: &Path) {
        for file in files(root).unwrap() {
            let text = fs::read_to_string(&file).unwrap();
            // Everything but the header, whose message is empty.
            let (header, rest) = text.split_once("\n\n").unwrap();
            fs::write(&file, format!("{header}\n\n{}", rest.replace("msgstr \"\"", "msgstr \"번역\""))).unwrap();
        }
    }

    #[test]
    fn a_translation_survives_a_change_and_is_marked() {
        let root = project("# Groups\n\nA group shares the partitions.\n");
        assert_eq!(update(root.path()).unwrap(), Updated { added: 3, changed: 0, removed: 0 });
        assert_eq!(untranslated(root.path()).unwrap().len(), 4, "the title of the page stands in the summary too");
        translate_all(root.path());
        assert_eq!(untranslated(root.path()).unwrap(), []);

        fs::write(root.path().join("book/src/groups.md"), "# Groups\n\nA group shares all the partitions.\n").unwrap();
        assert_eq!(update(root.path()).unwrap(), Updated { added: 0, changed: 1, removed: 0 });
        let missing = untranslated(root.path()).unwrap();
        assert_eq!(missing.len(), 1);
        assert_eq!((missing[0].why, missing[0].page.as_str()), (Why::Fuzzy, "src/groups.md"));
    }

    #[test]
    fn what_left_the_book_is_obsolete_until_the_next_update() {
        let root = project("# Groups\n\nSomething to be removed altogether.\n");
        update(root.path()).unwrap();
        translate_all(root.path());
        fs::write(root.path().join("book/src/groups.md"), "# Groups\n").unwrap();
        assert_eq!(untranslated(root.path()).unwrap()[0].why, Why::Obsolete);
        assert_eq!(update(root.path()).unwrap(), Updated { added: 0, changed: 0, removed: 1 });
        assert_eq!(untranslated(root.path()).unwrap(), []);
    }
}
