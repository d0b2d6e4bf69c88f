//! What a step's page in the book says that the command line shows too: the title, the hints, the name of its chapter. They are written once, in the page, and
//! translated once, below `book/po/ko`.

use std::{fs, path::Path};

use anyhow::{Context, anyhow};
use mdbook_i18n_helpers::{extract_events, reconstruct_markdown, translate_events};
use polib::catalog::Catalog;
use verdict::{Language, say};

use crate::{
    book::catalogue,
    fail::{Failure, Result},
};

/// A page's text, and the catalogue to translate it with.
pub(crate) struct Page {
    text: String,
    catalog: Option<Catalog>,
}

impl Page {
    /// The page of `id`.
    ///
    /// # Errors
    /// There is no such page, or the translation cannot be read.
    pub(crate) fn of(root: &Path, id: &str, language: Language) -> Result<Self> {
        let file = root.join("book/src").join(format!("{id}.md"));
        let text = fs::read_to_string(&file).map_err(|error| {
            let shown = format!("book/src/{id}.md");
            Failure::setup(
                "page",
                say!("The page {shown} cannot be read.", "{shown} 페이지를 읽을 수 없다."),
                say!("Restore it; with git: git checkout -- {shown}", "되돌린다. git이 있으면: git checkout -- {shown}"),
            )
            .saying(error.to_string())
        })?;
        let catalog = match language {
            Language::Ko => Some(catalogue(root)?),
            Language::En => None,
        };
        Ok(Self { text, catalog })
    }

    /// The first heading, translated.
    pub(crate) fn title(&self) -> Option<String> {
        let heading = outside_code(&self.text).find_map(|line| line.strip_prefix("# "))?;
        self.translated(heading.trim()).ok().map(|title| title.trim().replace('`', ""))
    }

    /// The hints in order: the text of each `<details>` below `## Hints`, translated.
    ///
    /// # Errors
    /// A translation does not fit its source.
    pub(crate) fn hints(&self) -> Result<Vec<String>> {
        Ok(hints(&self.text).iter().map(|hint| self.translated(hint)).collect::<anyhow::Result<_>>()?)
    }

    fn translated(&self, text: &str) -> anyhow::Result<String> {
        let Some(catalog) = &self.catalog else { return Ok(text.to_owned()) };
        let events = extract_events(text, None);
        let events = translate_events(&events, catalog).map_err(|e| anyhow!("{e}")).context("book/po/ko")?;
        let (text, _) = reconstruct_markdown(&events, None).map_err(|e| anyhow!("{e}")).context("book/po/ko")?;
        Ok(text)
    }
}

/// The title of a step in `language`; its package's name where the page cannot be read.
pub(crate) fn title(root: &Path, step: &crate::catalogue::Step, language: Language) -> String {
    let page = Page::of(root, &step.id, language).ok();
    page.and_then(|page| page.title()).unwrap_or_else(|| step.package.replace('_', " "))
}

/// The name of a chapter in `language`, as the table of contents has it; that of its folder where it has none.
pub(crate) fn chapter(root: &Path, folder: &str, language: Language) -> String {
    let named = || {
        let summary = Page::of(root, "SUMMARY", language).ok()?;
        let (before, _) = summary.text.split_once(&format!("]({folder}/"))?;
        // The first line is the title of the table itself.
        let part = before.lines().skip(1).filter_map(|line| line.strip_prefix("# ")).last()?;
        summary.translated(part.trim()).ok()
    };
    let name = named().unwrap_or_else(|| folder.split_once('_').map_or(folder, |(_, name)| name).replace('_', " "));
    name.trim().to_owned()
}

/// The hints of a page's source, as they are written.
pub(crate) fn hints(text: &str) -> Vec<String> {
    let section = section(text, "Hints");
    let blocks = section.split("<details>").skip(1).filter_map(|block| block.split_once("</details>"));
    let bodies = blocks.map(|(block, _)| block.split_once("</summary>").map_or(block, |(_, body)| body));
    bodies.map(|body| body.trim().to_owned()).collect()
}

/// The text below the heading `## NAME`, up to the next heading of that rank; empty where there is none.
pub(crate) fn section(text: &str, name: &str) -> String {
    let mut inside = false;
    let mut fenced = false;
    let mut found = String::new();
    for line in text.lines() {
        fenced ^= is_fence(line);
        if !fenced && line.starts_with("## ") {
            inside = line[3..].trim() == name;
        } else if inside {
            found.push_str(line);
            found.push('\n');
        }
    }
    found
}

fn outside_code(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        fenced ^= is_fence(line);
        !fenced
    })
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
```sh
# a comment, no title
```
# One `consumer`

## Hints
<details><summary>Hint 1: where</summary>

Look at `subscribe`.

```rust
## not a heading
```

</details>
<details>
<summary>Hint 2</summary>
Second.
</details>

## Common mistakes
<details>not a hint</details>
";

    #[test]
    fn hints_are_the_details_of_their_section() {
        assert_eq!(hints(PAGE), ["Look at `subscribe`.\n\n```rust\n## not a heading\n```", "Second."]);
    }

    #[test]
    fn the_title_is_the_first_heading_and_no_comment_in_code() {
        let page = Page { text: PAGE.into(), catalog: None };
        assert_eq!(page.title().as_deref(), Some("One consumer"));
    }
}
