//! The translation's files: gettext's PO, so any PO editor can be used, one file for each page. A message of several pages stands in the
//! file of the first. Read and written here, nowhere else; what has to stand in them is [`messages`](super::messages)' affair.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use polib::{
    catalog::Catalog,
    message::{Message, MessageView},
    metadata::CatalogMetadata,
    po_file,
};

/// Where they are, below the project's root: `01_groups/02_sharing.po` translates `book/src/01_groups/02_sharing.md`.
const FOLDER: &str = "book/po/ko";

/// Reads the translation.
///
/// # Errors
/// One of its files cannot be read.
pub(crate) fn catalogue(root: &Path) -> Result<Catalog> {
    let mut all = empty();
    for file in files(root)? {
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let of_page = po_file::parse(&file).map_err(|error| {
            anyhow!("{shown} cannot be read: {error}. Without it, `cargo workbook author messages` makes it anew.")
        })?;
        for message in of_page.messages() {
            all.append_or_update(copy(message));
        }
    }
    Ok(all)
}

fn copy(message: &dyn MessageView) -> Message {
    let mut entry = Message::build_singular();
    entry.with_msgid(message.msgid().into()).with_msgstr(message.msgstr().unwrap_or_default().into());
    entry.with_source(message.source().into()).with_flags(message.flags().clone()).with_comments(message.comments().into());
    entry.done()
}

/// A translation without a message.
pub(super) fn empty() -> Catalog {
    let mut metadata = CatalogMetadata::new();
    metadata.language = "ko".into();
    metadata.mime_version = "1.0".into();
    metadata.content_type = "text/plain; charset=UTF-8".into();
    metadata.content_transfer_encoding = "8bit".into();
    Catalog::new(metadata)
}

/// Writes each message to the file of the first page that it stands on, and removes files that are left without one.
pub(super) fn write(root: &Path, all: &Catalog) -> Result<()> {
    let of_first_page = |message: &dyn MessageView| file_of(message.source().lines().next().unwrap_or_default());
    let needed: BTreeSet<PathBuf> = all.messages().map(of_first_page).collect();
    for file in &needed {
        let mut catalogue = empty();
        for message in all.messages().filter(|message| of_first_page(*message) == *file) {
            catalogue.append_or_update(copy(message));
        }
        put(&catalogue, &root.join(file)).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    for file in files(root)? {
        if !needed.contains(file.strip_prefix(root)?) {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

/// Writes one file whole or not at all, and only where it changes: another translator may have it open, or read it at this moment.
fn put(catalogue: &Catalog, path: &Path) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    // `files` does not take it for a translation.
    let new = path.with_extension(format!("po-{}", std::process::id()));
    po_file::write(catalogue, &new)?;
    if fs::read(&new)? == fs::read(path).unwrap_or_default() {
        fs::remove_file(new)?;
    } else {
        fs::rename(new, path)?;
    }
    Ok(())
}

/// The file for the messages of a page such as `src/01_groups/02_sharing.md`.
fn file_of(page: &str) -> PathBuf {
    Path::new(FOLDER).join(page.trim_start_matches("src/")).with_extension("po")
}

/// All files of the translation, sorted.
pub(super) fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.join(FOLDER)];
    while let Some(folder) = folders.pop().filter(|folder| folder.exists()) {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "po" => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}
