//! The last attempts at each step with what was said of them, for the page: one small file a step, `attempts/STEP.json`. Written by
//! grading; it is no judgement and nothing depends on it.

use std::{
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use verdict::{Outcome, Text, place::write_whole, say};

use crate::{catalogue::Step, event::Graded, fail::Result, keep::Keep};

/// Older ones are forgotten.
const MOST: usize = 20;

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// When it was judged, in seconds since 1970.
    pub(crate) at: u64,
    /// The judgement's name, as in `verdict.json`, or `does_not_compile`.
    pub(crate) outcome: String,
    /// What was said in one line; none where it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<Text>,
    /// How long the run took, in milliseconds.
    pub(crate) took_ms: u64,
    /// Hash of the answer.
    pub(crate) source: String,
}

/// Keeps a judgement. The same answer with the same judgement is kept once, with its last time.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn add(keep: &Keep, step: &Step, source: &str, graded: &Graded) -> Result<()> {
    let (title, took_ms) = match graded {
        Graded::DoesNotCompile { .. } => (Some(say!("It does not compile.", "컴파일되지 않는다.")), 0),
        Graded::Judged(verdict) => (title(&verdict.outcome), verdict.took_ms),
    };
    let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let new = Attempt { at, outcome: graded.name().into(), title, took_ms, source: source.into() };
    let mut all = of(keep, step);
    all.retain(|old| (&old.source, &old.outcome, &old.title) != (&new.source, &new.outcome, &new.title));
    all.insert(0, new);
    all.truncate(MOST);
    let text = serde_json::to_string(&all).map_err(anyhow::Error::from)?;
    Ok(write_whole(&file(keep, step), &text)?)
}

/// The attempts at a step, the last one first; none where the file cannot be read.
pub(crate) fn of(keep: &Keep, step: &Step) -> Vec<Attempt> {
    let text = fs::read_to_string(file(keep, step)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn file(keep: &Keep, step: &Step) -> PathBuf {
    keep.path("attempts").join(format!("{}.json", step.id))
}

fn title(outcome: &Outcome) -> Option<Text> {
    match outcome {
        Outcome::Pass => None,
        Outcome::Answer { mistake } => Some(mistake.title.clone()),
        Outcome::Setup { trouble } => Some(trouble.what.clone()),
        Outcome::Skipped { reason } => Some(reason.clone()),
        Outcome::Bug { what } => {
            let first = what.lines().next().unwrap_or_default();
            Some(say!("{first}", "{first}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Facts;

    #[test]
    fn the_last_come_first_and_the_same_is_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let keep = Keep::open(folder.path()).unwrap();
        let (id, package, dir) = ("01_a/01_b".to_owned(), "b".to_owned(), folder.path().to_owned());
        let step = Step { id, package, dir, solution: None, facts: Facts::default() };
        let broken = Graded::DoesNotCompile { compiler: String::new(), signature: false };
        let pass = Graded::Judged(Box::new(crate::event::tests::verdict(Outcome::Pass)));
        for (source, graded) in [("one", &broken), ("two", &pass), ("one", &broken)] {
            add(&keep, &step, source, graded).unwrap();
        }
        let kept: Vec<_> = of(&keep, &step).into_iter().map(|one| (one.source, one.outcome)).collect();
        assert_eq!(kept, [("one".to_owned(), "does_not_compile".to_owned()), ("two".to_owned(), "pass".to_owned())]);
        for source in 0..50 {
            add(&keep, &step, &source.to_string(), &pass).unwrap();
        }
        assert_eq!(of(&keep, &step).len(), MOST);
        fs::write(keep.path("attempts/01_a/01_b.json"), "broken").unwrap();
        assert_eq!(of(&keep, &step), []);
    }
}
