//! One exam: an answer, run and judged. The macros [`crate::exam!`] (the learner's answer) and [`crate::corpus!`] (the wrong and right
//! answers of a solution) make tests of it. A test binary that was started again by [`crate::answer`] runs the answer instead.

use std::{
    path::{Path, PathBuf},
    pin::Pin,
    process::Command,
    time::Instant,
};

use trace::Recording;
use verdict::{
    Language, Mistake, Outcome, Place, Text, Verdict,
    agreed::QUIET,
    place::hash_of,
    show::{show, wants_colour},
};

use crate::{Lab, Returned, Seat, missing, progress};

/// A grader's `judge`, as the macros hand it over.
pub type Judge = for<'a> fn(&'a mut Lab) -> Pin<Box<dyn Future<Output = Result<(), Outcome>> + 'a>>;

/// What every exam knows of itself; made by the macros.
pub struct Exam {
    /// `CARGO_MANIFEST_DIR` of the exercise or of the solution.
    pub manifest: &'static str,
    /// The test's full name, so that the same test can be started again.
    pub test: &'static str,
}

impl Exam {
    /// Judges an answer, or runs it where this process was started for that.
    ///
    /// It takes a pointer to the judge, not a type parameter: so it is compiled once, with this crate, and not at each save.
    pub fn judged(&self, sit: &mut dyn FnMut(&Seat) -> Returned, judge: Judge) -> Verdict {
        if let Some(seat) = Seat::of_this_process() {
            seat.run(sit);
        }
        let step = self.step();
        let began = Instant::now();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let ended = match runtime {
            Ok(runtime) => runtime.block_on(self.run(&step, judge)),
            Err(error) => Ended::before_the_start(Outcome::Bug { what: error.to_string() }),
        };
        let verdict = Verdict {
            step: step.clone(),
            outcome: ended.outcome,
            broker: ended.recording.header.broker.clone(),
            took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            source: std::fs::read_to_string(Path::new(self.manifest).join("src/lib.rs")).map(|s| hash_of(&s)).unwrap_or_default(),
            grader_edited: grader_edited(&self.root(), &step),
            output: ended.output,
        };
        let place = Place::of(&target(&self.root()), &format!("{}{step}", self.shelf()));
        let kept = ended.kept.iter().map(|(name, recording)| (name.as_str(), recording.to_jsonl())).collect::<Vec<_>>();
        if let Err(error) = place.keep(&verdict, &ended.recording.to_jsonl(), &kept) {
            progress::say(&format!("the verdict could not be written to {}: {error}", place.verdict_file().display()));
        }
        verdict
    }

    async fn run(&self, step: &str, judge: Judge) -> Ended {
        let test = self.test.split_once("::").map_or(self.test, |(_, test)| test);
        let mut lab = match Lab::open(step, test).await {
            Ok(lab) => lab,
            Err(outcome) => return Ended::before_the_start(outcome),
        };
        let outcome = judge(&mut lab).await.err().unwrap_or(Outcome::Pass);
        let ended = Ended { outcome, output: lab.output(), recording: lab.seen(), kept: lab.take_kept() };
        lab.close().await;
        ended
    }

    /// `NN_chapter/MM_step`, from the manifest's place.
    fn step(&self) -> String {
        let mut parts = Path::new(self.manifest).components().rev().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let step = parts.next().unwrap_or_default();
        format!("{}/{step}", parts.next().unwrap_or_default())
    }

    /// The project's top: `exercises/NN_chapter/MM_step` and `solutions/NN_chapter/MM_step` are three below.
    fn root(&self) -> PathBuf {
        Path::new(self.manifest).ancestors().nth(3).unwrap_or(Path::new(".")).to_owned()
    }

    /// Where runs of this answer are kept apart: nothing for the learner's, `solutions/` for the reference, `recordings/TEST/` for what a
    /// solution's `tests/book.rs` runs for the book's figures alone, `corpus/TEST/` for others.
    fn shelf(&self) -> String {
        let of_solution = Path::new(self.manifest).ancestors().nth(2).is_some_and(|dir| dir.ends_with("solutions"));
        match self.test.rsplit("::").next() {
            _ if !of_solution => String::new(),
            Some("grade") | None => "solutions/".to_owned(),
            Some(name) if self.test.starts_with("book::") => format!("recordings/{name}/"),
            Some(name) => format!("corpus/{name}/"),
        }
    }
}

/// What a run came to.
struct Ended {
    outcome: Outcome,
    output: String,
    recording: Recording,
    kept: Vec<(String, Recording)>,
}

impl Ended {
    fn before_the_start(outcome: Outcome) -> Self {
        Self { outcome, output: String::new(), recording: Recording::of(""), kept: Vec::new() }
    }
}

/// Ends the learner's test: shows the verdict and fails unless it is a pass.
///
/// # Panics
/// The verdict is no pass; without a message of its own, since the verdict has just been shown.
pub fn end(verdict: &Verdict) {
    if std::env::var_os(QUIET).is_none() {
        progress::show(&show(verdict, Language::current(), wants_colour()));
    }
    if verdict.outcome.exit_code() != 0 {
        std::panic::resume_unwind(Box::new("the verdict above"));
    }
}

/// Ends a test of a right answer.
///
/// # Panics
/// The answer did not pass, and was not skipped either.
pub fn must_pass(verdict: &Verdict) {
    let passed = matches!(verdict.outcome, Outcome::Pass | Outcome::Skipped { .. });
    assert!(passed, "a right answer was not accepted:\n{}", show(verdict, Language::En, false));
}

/// Ends a test of a wrong answer: the mistake for the snapshot, without what differs from run to run. None where it was skipped.
///
/// # Panics
/// The answer passed, or did not come to a judgement.
pub fn must_fail(verdict: Verdict) -> Option<Mistake> {
    match verdict.outcome {
        Outcome::Answer { mut mistake } => {
            for evidence in &mut mistake.seen {
                let Text { en, ko } = &evidence.text;
                *evidence = missing(Text { en: shape(en), ko: shape(ko) });
            }
            mistake.seen.dedup();
            Some(mistake)
        }
        Outcome::Skipped { .. } => None,
        _ => panic!("a wrong answer was not rejected for its mistake:\n{}", show(&verdict, Language::En, false)),
    }
}

/// A line of evidence without what differs from run to run: `Fetch T1-3: 2, T1-0: 2` becomes `Fetch …`.
fn shape(text: &str) -> String {
    let is_none_yet = |word: &str| word.starts_with('–') && word.len() > '–'.len_utf8(); // a position: `committed –;`
    let varies = |word: &str| word.contains(|c: char| c.is_ascii_digit()) || is_none_yet(word);
    let mut words: Vec<&str> = text.split(' ').map(|word| if varies(word) { "…" } else { word }).collect();
    words.dedup();
    words.join(" ")
}

/// Cargo's target directory.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Whether the grader differs from the committed one; none where git cannot say.
fn grader_edited(root: &Path, step: &str) -> Option<bool> {
    let grader = format!("exercises/{step}/tests");
    let asked = Command::new("git").current_dir(root).args(["diff", "--quiet", "HEAD", "--", &grader]).output().ok()?;
    match asked.status.code() {
        Some(0) => Some(false),
        Some(1) => Some(true),
        _ => None,
    }
}

/// Makes the test `grade` of the learner's answer. The file that calls it defines
/// `sit(&Seat, answer, …) -> Returned` (runs the answer's functions in its own process) and `async judge(&mut Lab) -> Result<(), Outcome>`.
#[macro_export]
macro_rules! exam {
    ($($answer:path),+ $(,)?) => {
        #[test]
        fn grade() {
            let exam = $crate::Exam { manifest: env!("CARGO_MANIFEST_DIR"), test: concat!(module_path!(), "::grade") };
            $crate::exam::end(&exam.judged(&mut |seat| sit(seat, $($answer),+), |lab| Box::pin(judge(lab))));
        }
    };
}

/// Makes the tests of a solution's other answers: every right one passes, every wrong one gets its own diagnosis, kept as a snapshot.
/// The solution itself is graded by the test `grade::grade`, since the caller includes the exercise's grader as the module `grade`.
/// `answer` names the function that `sit` takes, or in brackets the functions (`Type::new` for that of a type). Answers are files in `wrong/` and `right/`; a file that is not named here fails the test `every_answer_is_named`.
#[macro_export]
macro_rules! corpus {
    (answer: $functions:tt, wrong: [$($wrong:ident),* $(,)?], right: [$($right:ident),* $(,)?] $(,)?) => {
        #[path = "../wrong"]
        mod wrong_answers {
            $(pub mod $wrong;)*
        }
        #[path = "../right"]
        mod right_answers {
            $(pub mod $right;)*
        }

        mod right {
            $(
                #[test]
                fn $right() {
                    let test = concat!(module_path!(), "::", stringify!($right));
                    let exam = $crate::Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
                    use super::right_answers::$right as answer;
                    let mut sit = |seat: &$crate::Seat| $crate::sit_with!(seat, answer, $functions);
                    $crate::exam::must_pass(&exam.judged(&mut sit, |lab| Box::pin(super::grade::judge(lab))));
                }
            )*
        }

        mod wrong {
            $(
                #[test]
                fn $wrong() {
                    let test = concat!(module_path!(), "::", stringify!($wrong));
                    let exam = $crate::Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
                    use super::wrong_answers::$wrong as answer;
                    let mut sit = |seat: &$crate::Seat| $crate::sit_with!(seat, answer, $functions);
                    let judged = exam.judged(&mut sit, |lab| Box::pin(super::grade::judge(lab)));
                    if let Some(mistake) = $crate::exam::must_fail(judged) {
                        $crate::exam::snapshot(stringify!($wrong), env!("CARGO_MANIFEST_DIR"), &mistake);
                    }
                }
            )*
        }

        #[test]
        fn every_answer_is_named() {
            let manifest = env!("CARGO_MANIFEST_DIR");
            assert_eq!($crate::exam::files(manifest, "wrong"), $crate::exam::sorted(&[$(stringify!($wrong)),*]), "files in wrong/");
            assert_eq!($crate::exam::files(manifest, "right"), $crate::exam::sorted(&[$(stringify!($right)),*]), "files in right/");
        }
    };
}

/// Runs the grader's `sit` with the functions of one answer of the corpus; a part of [`crate::corpus!`].
#[doc(hidden)]
#[macro_export]
macro_rules! sit_with {
    ($seat:ident, $answer:ident, [$($($function:ident)::+),+ $(,)?]) => {
        super::grade::sit($seat, $($answer::$($function)::+),+)
    };
    ($seat:ident, $answer:ident, $function:ident) => {
        super::grade::sit($seat, $answer::$function)
    };
}

/// Compares a mistake with its snapshot, `solutions/…/tests/snapshots/corpus__NAME.snap`, which the book shows.
pub fn snapshot(name: &str, manifest: &str, mistake: &Mistake) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(manifest).join("tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(format!("corpus__{name}"), mistake));
}

/// The names of the Rust files in one folder of a solution, sorted.
pub fn files(manifest: &str, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(Path::new(manifest).join(folder)).into_iter().flatten().flatten();
    let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let rust = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "rs"));
    let mut names: Vec<String> = rust.filter_map(stem).collect();
    names.sort();
    names
}

/// Names, sorted like [`files`].
pub fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_snapshot_without_what_varies() {
        assert_eq!(shape("Fetch T1-3: 2, T1-0: 2"), "Fetch …");
        assert_eq!(shape("process called with T1-0 offset 7"), "process called with … offset …");
        assert_eq!(
            shape("handed over 3 (processed –), committed –; log end 9"),
            "handed over … (processed … committed … log end …"
        );
        assert_eq!(shape("the answer returned – too early"), "the answer returned – too early");
    }

    #[test]
    fn a_step_is_known_by_its_folder() {
        let exam = |manifest, test| Exam { manifest, test };
        let learner = exam("/w/exercises/01_groups/02_sharing", "grade::grade");
        assert_eq!((learner.step(), learner.shelf()), ("01_groups/02_sharing".into(), String::new()));
        let reference = exam("/w/solutions/01_groups/02_sharing", "corpus::grade::grade");
        assert_eq!((reference.step(), reference.shelf()), ("01_groups/02_sharing".into(), "solutions/".into()));
        let wrong = exam("/w/solutions/01_groups/02_sharing", "corpus::wrong::fan_out");
        assert_eq!(wrong.shelf(), "corpus/fan_out/");
        assert_eq!(exam("/w/solutions/01_groups/02_sharing", "book::crash").shelf(), "recordings/crash/");
        assert_eq!(wrong.root(), Path::new("/w"));
    }
}
