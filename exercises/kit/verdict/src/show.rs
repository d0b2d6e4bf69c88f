//! A verdict as a person reads it in a terminal (being written).

use crate::{Language, Verdict};

/// The verdict in `language`, at most about 12 lines, coloured where `colour` is set.
pub fn show(verdict: &Verdict, language: Language, colour: bool) -> String {
    let _ = (language, colour);
    format!("{verdict:?}\n")
}
