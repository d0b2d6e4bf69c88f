//! Builds the book with mdBook as a library: translation, the workbook's directives, includes, HTML, and then what mdBook leaves to be
//! done (the words of its own page in Korean, the language switch, the skip link). Called by the session, by `author` and by CI.
//! A build that fails leaves the last good book where it is.

mod frames;
mod keep;
mod labels;
mod messages;
mod numbers;
mod outcome;
mod po;
mod recall;
mod share;
mod slim;
mod translate;

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use figures::Sources;
use mdbook_driver::{MDBook, builtin_preprocessors::LinkPreprocessor, config::Config};
use verdict::Language;

pub(crate) use messages::{Missing, Updated, untranslated, update};
pub(crate) use po::catalogue;

/// What is wrong in the pages, a line each: page, line, what it is and how to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongPages(String);

/// Builds the book of the project that `sources` is of in `language` into the folder `out`. The English book leaves a folder `ko` in `out`
/// alone, so that a static build puts Korean at `out/ko`; a link on every page leads from one language to the same page in the other.
/// `url` is where the English book will stand, if that is known.
///
/// # Errors
/// A page cannot be built (all that is wrong is named, with page and line), or `out` holds something that is not a built book.
fn build(sources: Arc<Sources>, language: Language, out: &Path, url: Option<&str>) -> Result<()> {
    let root = sources.root();
    outcome::refuse_foreign(out)?;
    let staging = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut config = config(root)?;
    config.book.language = Some(language.code().into());
    config.build.build_dir = staging.path().into();
    let catalogue = match language {
        Language::En => None,
        Language::Ko => Some(catalogue(root)?),
    };
    if let Some(catalogue) = &catalogue {
        for text in [&mut config.book.title, &mut config.book.description].into_iter().flatten() {
            *text = translate::message(catalogue, text);
        }
    }
    let mut book = MDBook::load_with_config(root.join("book"), config)?;
    if let Some(catalogue) = catalogue {
        book.with_preprocessor(translate::Translate::new(catalogue));
    }
    book.with_preprocessor(figures::Preprocessor::new(Arc::clone(&sources), language));
    book.with_preprocessor(LinkPreprocessor::new());
    // The preprocessor's own message is the whole message: "Rendering failed" above it would say nothing.
    book.build().map_err(|error| WrongPages(error.root_cause().to_string()))?;
    labels::finish(staging.path(), language)?;
    numbers::as_the_command_does(staging.path())?;
    share::write(staging.path(), language, url)?;
    recall::write(staging.path())?;
    frames::write(&sources, staging.path(), out, language)?;
    slim::all(staging.path())?;
    outcome::publish(staging.path(), out, language)
}

/// Builds the book in both languages side by side, English at `english` and Korean at `korean`.
///
/// # Errors
/// See [`build`]; a mistake in English is told before one in Korean.
pub(crate) fn build_both(root: &Path, english: &Path, korean: &Path, url: Option<&str>) -> Result<()> {
    outcome::refuse_foreign(english)?;
    let sources = Sources::of(root);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| build(Arc::clone(&sources), Language::Ko, korean, url));
        build(Arc::clone(&sources), Language::En, english, url)?;
        other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn config(root: &Path) -> Result<Config> {
    let file = root.join("book/book.toml");
    let mut config = Config::from_disk(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    config.build.create_missing = false;
    config.build.use_default_preprocessors = false;
    if config.book.title.is_none() {
        bail!("{} has no title: add `title = \"…\"` under [book]", file.display());
    }
    Ok(config)
}
