//! The value in an insta snapshot: what a test has proven, as the book shows it. Read for `{{#mistakes …}}` and `{{#properties}}`.

use serde::de::DeserializeOwned;

/// Reads the JSON of a snapshot; a file without insta's header between two `---` lines is JSON as it stands.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    let json = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, json)| json);
    serde_json::from_str(json)
}
