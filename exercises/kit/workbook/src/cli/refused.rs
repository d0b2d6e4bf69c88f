//! A command line that was not understood, or that asked for help, as a person reads it. clap speaks English only; what a learner is likely
//! to mistype is said in Korean here.

use clap::error::{ContextKind, ErrorKind};
use verdict::Language;

/// What clap has to say, and the language to say it in.
#[derive(Debug)]
pub(crate) struct Refused {
    error: clap::Error,
    language: Language,
}

impl Refused {
    pub(super) fn new(error: clap::Error, language: Language) -> Self {
        Self { error, language }
    }

    /// Prints it, help and version on standard output; gives back the exit code.
    pub(crate) fn show(&self) -> i32 {
        match self.korean() {
            Some(text) if self.language == Language::Ko => anstream::eprint!("{text}"),
            // Whoever read it may have gone.
            _ => _ = self.error.print(),
        }
        self.error.exit_code()
    }

    /// It in Korean; nothing for what is no mistake (its words are Korean already) or is none of the usual ones.
    fn korean(&self) -> Option<String> {
        let context = |kind| self.error.get(kind).map(ToString::to_string).unwrap_or_default();
        let (arg, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
        let what = match self.error.kind() {
            ErrorKind::InvalidValue if value.is_empty() => format!("{arg}에 값이 없다"),
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("{arg}에 쓸 수 없는 값이다: {value}"),
            ErrorKind::UnknownArgument => format!("없는 옵션이나 인자다: {arg}"),
            ErrorKind::MissingRequiredArgument => format!("꼭 필요한 인자가 없다: {arg}"),
            ErrorKind::ArgumentConflict if !arg.is_empty() => format!("함께 쓸 수 없거나 두 번 쓴 인자다: {arg}"),
            _ => return None,
        };
        let likely = [ContextKind::SuggestedArg, ContextKind::SuggestedValue].map(context);
        let lines = [
            ("쓸 수 있는 값", context(ContextKind::ValidValue)),
            ("혹시", likely.into_iter().find(|likely| !likely.is_empty()).unwrap_or_default()),
            ("사용법", context(ContextKind::Usage).trim_start_matches("Usage:").trim().to_owned()),
        ];
        let mut text = format!("오류: {what}\n");
        for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
            text.push_str(&format!("  {name}: {value}\n"));
        }
        Some(text + "  자세한 설명: --help\n")
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn mistyped_commands_in_korean() {
        let typed = |line: &str| {
            let refused = parse(format!("workbook --lang ko {line}").split(' ').map(Into::into)).unwrap_err();
            format!("{line}\n{}", refused.korean().expect("a mistake that is known"))
        };
        let lines = [
            "list --jsn",
            "--port 99999",
            "broker stauts",
            "tap",
            "tap --upstream",
            "hint 1.1 1.2",
            "hint -n 0",
            "--json --json",
        ];
        insta::assert_snapshot!(lines.map(typed).join("\n"));
        let help = parse(["workbook", "--lang", "ko", "--help"].into_iter().map(Into::into)).unwrap_err();
        assert_eq!(help.korean(), None);
    }
}
