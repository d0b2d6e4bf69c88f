//! The frames of each recording that a page shows, as a file beside the pages: `frames/STEP.json`. `book/theme/timeline.js` loads it when
//! somebody steps through a figure, so that no page has to carry it. Called when the pages are built.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, anyhow};
use figures::Sources;
use verdict::Language;

use super::outcome::files;

const MARK: &str = "<figure data-recording=\"";

/// Writes the frames of all recordings that the pages at `built` show. Where the book at `out` has a file that is younger than its
/// recording and than this program, that is taken.
pub(super) fn write(sources: &Sources, built: &Path, out: &Path, language: Language) -> Result<()> {
    let mut shown = BTreeSet::new();
    for file in files(built)?.into_iter().filter(|file| file.extension().is_some_and(|end| end == "html")) {
        let html = fs::read_to_string(built.join(&file)).with_context(|| format!("{} cannot be read", file.display()))?;
        shown.extend(html.split(MARK).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    for id in shown {
        let from = sources.root().join("book/recordings").join(format!("{id}.jsonl"));
        let name = format!("frames/{id}.json");
        let to = built.join(&name);
        let old = out.join(&name);
        fs::create_dir_all(to.parent().unwrap_or(built)).with_context(|| format!("{} cannot be made", to.display()))?;
        if is_younger(&old, &from) && fs::copy(&old, &to).is_ok() {
            continue;
        }
        let recording = sources.recording(&id).map_err(|error| anyhow!("{}", error.en))?;
        fs::write(&to, figures::frames(&recording, language)).with_context(|| format!("{} cannot be written", to.display()))?;
    }
    Ok(())
}

fn is_younger(file: &Path, recording: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    let program = std::env::current_exe().ok().and_then(|program| time(&program));
    matches!((time(file), time(recording), program), (Some(file), Some(recording), Some(program)) if file > recording && file > program)
}
