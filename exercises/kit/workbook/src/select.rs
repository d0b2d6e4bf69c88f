//! How a person names a step: `1.2`, `01/02`, `sharing`, `02_sharing`, `01_groups/02_sharing`, a path to a file in it, the beginning of
//! its name, or nothing at all inside its folder. A chapter's number means its steps, which are named for a choice.

use std::path::Path;

use verdict::{Text, say};

use crate::{
    catalogue::{Step, Workbook},
    fail::{Failure, Result},
};

/// The step that `name` means; `folder` is where the command was typed.
///
/// # Errors
/// No step, or more than one, is meant.
pub(crate) fn step<'a>(workbook: &'a Workbook, name: &str, folder: &Path) -> Result<&'a Step> {
    let numbers = numbers_of(name);
    let exact = |step: &&Step| {
        step.id == name
            || step.package == name
            || step.id.ends_with(&format!("/{name}"))
            || numbers.is_some() && step.numbers() == numbers
    };
    if let Some(step) = workbook.steps.iter().find(exact) {
        return Ok(step);
    }
    if let Some(step) = around(workbook, &folder.join(name)) {
        return Ok(step);
    }
    let begins = |step: &&Step| {
        let last = step.id.rsplit('/').next().unwrap_or_default();
        [step.id.as_str(), step.package.as_str(), last].iter().any(|known| known.starts_with(name))
    };
    let of_chapter = |step: &&Step| step.numbers().is_some_and(|(chapter, _)| chapter.to_string() == name);
    let mut meant: Vec<_> = workbook.steps.iter().filter(of_chapter).collect();
    if meant.is_empty() {
        meant = workbook.steps.iter().filter(begins).collect();
    }
    match meant.as_slice() {
        [] => Err(unknown(workbook, name)),
        [step] => Ok(step),
        several => {
            let list = names(several);
            Err(Failure::usage(
                say!("`{name}` could mean several steps.", "`{name}`에 해당하는 단계가 여럿이다."),
                say!("Name one of: {list}", "다음 중 하나를 고른다: {list}"),
            ))
        }
    }
}

/// The step in whose folder `folder` lies (exercise or solution); none outside.
pub(crate) fn around<'a>(workbook: &'a Workbook, folder: &Path) -> Option<&'a Step> {
    let folder = folder.canonicalize().ok()?;
    let root = workbook.root.canonicalize().ok()?;
    let inside =
        |step: &&Step| ["exercises", "solutions"].iter().any(|shelf| folder.starts_with(root.join(shelf).join(&step.id)));
    workbook.steps.iter().find(inside)
}

/// `1.2`, `1/2`, `01/02`, `01-02` as numbers.
fn numbers_of(name: &str) -> Option<(u32, u32)> {
    let (chapter, step) = name.split_once(['.', '/', '-'])?;
    Some((chapter.parse().ok()?, step.parse().ok()?))
}

fn names(steps: &[&Step]) -> String {
    steps.iter().map(|step| format!("{} ({})", step.package, step.short())).collect::<Vec<_>>().join(", ")
}

fn unknown(workbook: &Workbook, name: &str) -> Failure {
    Failure::usage(say!("There is no step `{name}`.", "없는 단계다: `{name}`"), near(workbook, name))
}

/// What was probably meant: a step or a command whose name is close.
fn near(workbook: &Workbook, name: &str) -> Text {
    let steps = workbook.steps.iter().map(|step| (step.package.clone(), format!("{} ({})", step.package, step.short())));
    let commands = crate::cli::commands().into_iter().map(|command| (command.clone(), format!("cargo workbook {command}")));
    let last = name.rsplit('/').next().unwrap_or(name);
    let close = steps.chain(commands).map(|(known, shown)| (strsim::jaro_winkler(last, &known), shown));
    match close.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.75) {
        Some((_, shown)) => say!("Did you mean {shown}?", "혹시 {shown}인가?"),
        None => say!("The steps: cargo workbook list", "단계 목록: cargo workbook list"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::catalogue::Facts;

    fn workbook() -> Workbook {
        let step = |id: &str, package: &str| Step {
            id: id.into(),
            package: package.into(),
            dir: PathBuf::from("/nowhere/exercises").join(id),
            solution: None,
            facts: Facts::default(),
        };
        let steps = vec![
            step("01_groups/01_one_consumer", "one_consumer"),
            step("01_groups/02_sharing", "sharing"),
            step("04_creating/01_country_counter", "country_counter"),
            step("05_polling/01_poll_loop", "poll_loop"),
            step("10_leaving/01_stop_token", "stop_token"),
        ];
        Workbook { root: "/nowhere".into(), target: "/nowhere/target".into(), steps }
    }

    fn found(name: &str) -> std::result::Result<String, String> {
        step(&workbook(), name, Path::new("/nowhere")).map(|step| step.short()).map_err(|failure| failure.what().en.clone())
    }

    #[test]
    fn by_number_name_path_and_beginning() {
        for name in ["1.2", "01/02", "1-2", "sharing", "02_sharing", "01_groups/02_sharing", "shar", "02", "01_groups/02"] {
            assert_eq!(found(name), Ok("1.2".into()), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_what_was_probably_meant() {
        assert_eq!(found("sharink"), Err("There is no step `sharink`.".into()));
        assert_eq!(near(&workbook(), "sharink").en, "Did you mean sharing (1.2)?");
        assert_eq!(near(&workbook(), "chekc").en, "Did you mean cargo workbook check?");
        assert_eq!(near(&workbook(), "zzz").en, "The steps: cargo workbook list");
    }

    #[test]
    fn a_beginning_of_several_is_refused() {
        assert_eq!(found("01_"), Err("`01_` could mean several steps.".into()));
        assert_eq!(found("1"), Err("`1` could mean several steps.".into()));
        assert_eq!(found("10"), Ok("10.1".into()));
    }

    #[test]
    fn a_number_that_does_not_exist_is_refused() {
        assert_eq!(found("7.7"), Err("There is no step `7.7`.".into()));
    }
}
