//! The numbers in the table of contents. mdBook counts pages from 1 to the last; everybody else calls a step `3.2`: the command, the pages,
//! the learner's files. Done on the two forms of mdBook's finished table, with scripts and without. Called when the pages are finished.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::outcome::files;

const NUMBER: &str = "<strong aria-hidden=\"true\">";

/// Numbers the steps in the table of contents of the book in `built` as the command does.
pub(super) fn as_the_command_does(built: &Path) -> Result<()> {
    for file in files(built)?.into_iter().filter(|file| is_table(&file.to_string_lossy())) {
        let path = built.join(&file);
        let table = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        fs::write(&path, numbered(&table)?).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

fn is_table(file: &str) -> bool {
    file == "toc.html" || file.starts_with("toc-") && file.ends_with(".js")
}

fn numbered(table: &str) -> Result<String> {
    let mut pieces = table.split(NUMBER);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((_, title)) = piece.split_once("</strong>") else {
            bail!("a number without an end in mdBook's table of contents")
        };
        let page = text.rsplit_once("href=\"").and_then(|(_, link)| link.split_once('"'));
        match page.and_then(|(page, _)| number(page)) {
            Some(number) => text.push_str(&format!("{NUMBER}{number}</strong>{title}")),
            None => text.push_str(&format!("{NUMBER}{piece}")),
        }
    }
    Ok(text)
}

/// `3.2` for `03_properties/02_deserialise.html`; nothing for a page that is no step.
fn number(page: &str) -> Option<String> {
    let (chapter, step) = page.split_once('/')?;
    let first = |name: &str| name.split_once('_')?.0.parse::<u32>().ok();
    Some(format!("{}.{}", first(chapter)?, first(step)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_the_number_that_the_command_knows() {
        let entry =
            |page: &str, number: &str| format!("<a href=\"{page}.html\" target=\"_parent\">{NUMBER}{number}</strong> Title</a>");
        let table = [entry("03_properties/02_deserialise", "10."), entry("appendix/properties", "34.")].concat();
        let wanted = [entry("03_properties/02_deserialise", "3.2"), entry("appendix/properties", "34.")].concat();
        assert_eq!(numbered(&table).unwrap(), wanted);
        assert!(numbered(NUMBER).is_err());
    }
}
