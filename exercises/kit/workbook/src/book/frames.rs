//! The frames of each recording that a page shows, as a file beside the pages: `frames/STEP.json`. `book/theme/timeline.js` loads it when
//! somebody steps through a figure, so that no page has to carry it. Called when the pages are built.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};
use trace::Recording;
use verdict::Language;

use super::outcome::files;

const MARK: &str = "<figure data-recording=\"";

/// Writes the frames of all recordings that the pages at `built` show.
pub(super) fn write(root: &Path, built: &Path, language: Language) -> Result<()> {
    let mut shown = BTreeSet::new();
    for file in files(built)?.into_iter().filter(|file| file.extension().is_some_and(|end| end == "html")) {
        let html = fs::read_to_string(built.join(&file)).with_context(|| format!("{} cannot be read", file.display()))?;
        shown.extend(html.split(MARK).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    for id in shown {
        let from = root.join("book/recordings").join(format!("{id}.jsonl"));
        let text = fs::read_to_string(&from).with_context(|| format!("{} cannot be read", from.display()))?;
        let recording = Recording::from_jsonl(&text).with_context(|| format!("{} is no recording", from.display()))?;
        let to = built.join("frames").join(format!("{id}.json"));
        let write = || {
            fs::create_dir_all(to.parent().unwrap_or(built))?;
            fs::write(&to, figures::frames(&recording, language))
        };
        write().with_context(|| format!("{} cannot be written", to.display()))?;
    }
    Ok(())
}
