//! What can be typed. The words of the help are here in English and in [`korean`]; `--lang` or the environment chooses.

mod korean;
mod refused;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
pub(crate) use refused::Refused;
use verdict::{Language, Text, say, show};

/// A workbook on Kafka consumers: learn by doing, judged by what your code says to Kafka.
///
/// Without a command it does the one right thing: it serves the book, opens it, grades what you save, and goes on when a step passes.
#[derive(Debug, Parser)]
#[command(
    name = "cargo workbook",
    bin_name = "cargo workbook",
    version,
    max_term_width = 100,
    override_usage = "cargo workbook [OPTIONS] [STEP]\n       cargo workbook [OPTIONS] <COMMAND>",
    subcommand_precedence_over_arg = true
)]
#[command(after_help = "Examples:\n  cargo workbook\n  cargo workbook 1.2\n  cargo workbook check sharing")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(flatten)]
    pub(crate) session: Session,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Print JSON for programs instead of text for people
    #[arg(long, global = true)]
    json: bool,
    /// The language of all texts; without it, that of the environment (WORKBOOK_LANG, LC_ALL, LANG)
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<Lang>,
    /// Print without colours, as with NO_COLOR
    #[arg(long, global = true)]
    no_color: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    En,
    Ko,
}

/// What the session takes.
#[derive(Debug, Args)]
pub(crate) struct Session {
    /// The step to begin with: 1.2, 01/02, sharing, or a path. Without it, the first that has not passed
    #[arg(value_name = "STEP")]
    pub(crate) step: Option<String>,
    /// Do not open the browser
    #[arg(long)]
    pub(crate) no_open: bool,
    /// The port on 127.0.0.1 for the book; another one is taken if it is not free
    #[arg(long, default_value_t = 7848)]
    pub(crate) port: u16,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Grade steps: the one whose folder this is, those named, or all
    #[command(
        after_help = "Examples:\n  cargo workbook check\n  cargo workbook check 1.1 sharing\n  cargo workbook check --all --json"
    )]
    Check {
        /// Steps: 1.2, 01/02, sharing, or a path
        #[arg(value_name = "STEP", conflicts_with = "all")]
        steps: Vec<String>,
        /// Every step in order
        #[arg(long)]
        all: bool,
    },
    /// Run a step's program against a broker with topics and data
    #[command(after_help = "Examples:\n  cargo workbook run 1.1\n  cargo workbook run sharing -- 4")]
    Run {
        /// The step; without it, the one whose folder this is
        #[arg(value_name = "STEP")]
        step: Option<String>,
        /// Arguments for the program
        #[arg(last = true, value_name = "ARGS")]
        args: Vec<OsString>,
    },
    /// Show the next hint of a step
    #[command(after_help = "Examples:\n  cargo workbook hint\n  cargo workbook hint 1.2 -n 1")]
    Hint {
        /// The step; without it, the one whose folder this is, or the first that has not passed
        #[arg(value_name = "STEP")]
        step: Option<String>,
        /// This hint again, from 1, instead of the next one
        #[arg(short = 'n', value_name = "LEVEL", value_parser = clap::value_parser!(u32).range(1..))]
        level: Option<u32>,
    },
    /// List the steps and how they stand
    #[command(after_help = "Examples:\n  cargo workbook list\n  cargo workbook list --json")]
    List,
    /// Put a step's starter back; your answer is saved first
    #[command(after_help = "Examples:\n  cargo workbook reset 1.2")]
    Reset {
        /// The step; without it, the one whose folder this is
        #[arg(value_name = "STEP")]
        step: Option<String>,
    },
    /// Show the solution of a step that you have passed
    #[command(after_help = "Examples:\n  cargo workbook solution 1.2\n  cargo workbook solution 1.2 --force")]
    Solution {
        /// The step; without it, the one whose folder this is
        #[arg(value_name = "STEP")]
        step: Option<String>,
        /// Also before the step has passed
        #[arg(long)]
        force: bool,
    },
    /// Watch any Kafka client, in any language: a proxy that shows what is said
    #[command(
        after_help = "Examples:\n  cargo workbook tap --upstream localhost:9092\n  cargo workbook tap --upstream localhost:9092 --listen 127.0.0.1:19092 --json > client.jsonl"
    )]
    Tap {
        /// The broker to pass everything on to
        #[arg(long, value_name = "HOST:PORT")]
        upstream: String,
        /// Where clients connect; without it, a free port on 127.0.0.1
        #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
        listen: String,
    },
    /// Start, stop or ask after the broker that graders use
    #[command(after_help = "Examples:\n  cargo workbook broker up\n  cargo workbook broker status --json")]
    Broker {
        /// What to do
        action: BrokerAction,
    },
    /// Say what this machine has of what the workbook needs, and how to mend the rest
    #[command(after_help = "Examples:\n  cargo workbook doctor\n  cargo workbook doctor --json")]
    Doctor,
    /// Print the completion of commands for a shell
    #[command(after_help = "Examples:\n  cargo workbook completion bash > ~/.local/share/bash-completion/completions/workbook")]
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Build the book as files, in both languages
    #[command(after_help = "Examples:\n  cargo workbook book\n  cargo workbook book --out site")]
    Book {
        /// The folder; without it, target/workbook/book
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Where the book will stand, for links that are shared: `https://example.org/book`
        #[arg(long)]
        url: Option<String>,
    },
    /// Record a solution on a real broker, for the book's figures (for authors)
    #[command(after_help = "Examples:\n  cargo workbook record 1.2")]
    Record {
        /// Steps: 1.2, 01/02, sharing, or a path
        #[arg(value_name = "STEP", required = true)]
        steps: Vec<String>,
    },
    /// Make all files of a new step (for authors)
    #[command(after_help = "Examples:\n  cargo workbook new 02_rebalancing/01_hand_over")]
    New {
        /// NN_chapter/MM_step
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Prove that everything is there and right (for authors)
    #[command(
        after_help = "Examples:\n  cargo workbook author check\n  cargo test && cargo workbook author check --tested\n  cargo workbook author messages"
    )]
    Author {
        /// What to do
        action: AuthorAction,
        /// Only what needs no grading
        #[arg(long)]
        quick: bool,
        /// Leave out the answers in solutions/, which `cargo test` judges as well
        #[arg(long)]
        tested: bool,
    },
}

/// What `broker` can do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum BrokerAction {
    /// Start it, if it does not run
    Up,
    /// Stop and remove it
    Down,
    /// Say whether it runs, and where
    Status,
}

/// What `author` can do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AuthorAction {
    /// Prove the corpus: starters, solutions, wrong answers, pages, hints, translations, recordings, links
    Check,
    /// Bring book/po up to date with the pages
    Messages,
}

/// How this run speaks: its language, and whether to people or to programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) language: Language,
    pub(crate) json: bool,
    pub(crate) colour: bool,
}

impl Look {
    /// A sentence in this run's language.
    #[allow(clippy::needless_pass_by_value, reason = "it is made where it is said")]
    pub(crate) fn say(self, text: Text) -> String {
        text.get(self.language).to_owned()
    }
}

/// Reads what was typed; the help is in the language that was asked for.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<(Cli, Look), Refused> {
    let args: Vec<OsString> = args.collect();
    let language = asked_language(&args).unwrap_or_else(Language::current);
    let mut command = command(language);
    let refused = |error| Refused::new(error, language);
    let matches = command.try_get_matches_from_mut(args).map_err(refused)?;
    let cli = Cli::from_arg_matches(&matches).map_err(refused)?;
    if let (Some(step), Some(_)) = (&cli.session.step, &cli.command) {
        let text = say!(
            "a step stands behind its command: cargo workbook check {step}",
            "단계는 명령 뒤에 쓴다: cargo workbook check {step}"
        );
        return Err(refused(command.error(clap::error::ErrorKind::ArgumentConflict, text.get(language))));
    }
    let colour = !cli.options.no_color && show::wants_colour();
    if !colour {
        anstream::ColorChoice::Never.write_global();
    }
    let look = Look { language, json: cli.options.json, colour };
    Ok((cli, look))
}

/// The whole command with its help in `language`.
pub(crate) fn command(language: Language) -> clap::Command {
    match language {
        Language::En => Cli::command(),
        Language::Ko => korean::of(Cli::command()),
    }
}

/// The names of all commands.
pub(crate) fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// `--lang` before anything else is read, so that the help itself is in that language.
fn asked_language(args: &[OsString]) -> Option<Language> {
    let mut args = args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--");
    let asked = args.find_map(|arg| arg.strip_prefix("--lang").map(str::to_owned))?;
    let value = asked.strip_prefix('=').map(str::to_owned).or_else(|| args.next().map(str::to_owned))?;
    match value.as_str() {
        "ko" => Some(Language::Ko),
        "en" => Some(Language::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helps(language: Language) -> Vec<(String, String)> {
        let mut whole = command(language).term_width(100);
        whole.build();
        let own = ("workbook".to_owned(), whole.render_long_help().to_string());
        let of = |command: &mut clap::Command| (command.get_name().to_owned(), command.render_long_help().to_string());
        std::iter::once(own).chain(whole.get_subcommands_mut().filter(|c| c.get_name() != "help").map(of)).collect()
    }

    #[test]
    fn every_help_in_both_languages() {
        Cli::command().debug_assert();
        for language in [Language::En, Language::Ko] {
            for (name, help) in helps(language) {
                insta::assert_snapshot!(format!("help_{name}_{}", language.code()), help);
            }
        }
    }

    #[test]
    fn korean_help_leaves_nothing_in_english() {
        let command = command(Language::Ko);
        let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
        for sub in command.get_subcommands() {
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(hangul(&about), "{}: {about}", sub.get_name());
            for arg in sub.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(hangul(&help), "{} {}: {help}", sub.get_name(), arg.get_id());
            }
        }
    }

    #[test]
    fn the_language_is_known_before_the_help() {
        let asked = |args: &[&str]| asked_language(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["workbook", "--lang", "ko", "--help"]), Some(Language::Ko));
        assert_eq!(asked(&["workbook", "list", "--lang=en"]), Some(Language::En));
        assert_eq!(asked(&["workbook", "run", "--", "--lang", "ko"]), None);
    }

    #[test]
    fn options_may_stand_before_the_command_and_a_step_only_behind_it() {
        let typed = |args: &[&str]| parse(args.iter().map(OsString::from));
        let (cli, look) = typed(&["workbook", "--lang", "ko", "check", "3.2"]).unwrap();
        assert_eq!(look.language, Language::Ko);
        assert!(matches!(cli.command, Some(Command::Check { steps, .. }) if steps == ["3.2"]));
        let refused = typed(&["workbook", "--lang", "en", "1.2", "check"]).unwrap_err();
        assert!(format!("{refused:?}").contains("a step stands behind its command: cargo workbook check 1.2"), "{refused:?}");
    }
}
