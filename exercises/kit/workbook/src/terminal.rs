//! How a terminal shows what happens. Verdicts go to standard output; what only says that something moves goes to standard error, on one
//! line that is written over where it is a terminal, and not at all where it is not.

use std::io::{IsTerminal, Write};

use owo_colors::OwoColorize;
use verdict::{say, show};

use crate::{
    catalogue::Workbook,
    cli::Look,
    event::{Event, Graded, Note},
    fail::Failure,
    out, page,
};

/// More lines of the compiler than this are cut, with a notice.
const MOST_COMPILER_LINES: usize = 80;

/// A terminal.
pub(crate) struct Terminal {
    look: Look,
    book: Option<String>,
    live: bool,
}

impl Terminal {
    /// The terminal that this process was started in; `book` is the address at which the book is served, if it is.
    pub(crate) fn new(look: Look, book: Option<String>) -> Self {
        Self { look, book, live: std::io::stderr().is_terminal() }
    }

    /// Shows one event.
    pub(crate) fn show(&self, workbook: &Workbook, event: &Event) {
        match event {
            Event::Turned { step } => self.turned(workbook, step),
            Event::Building { step } => self.moving(&self.look.say(say!("building {step}", "빌드 중: {step}"))),
            Event::Running { step } => self.moving(&self.look.say(say!("running {step}", "실행 중: {step}"))),
            Event::Noted { note: Note::Moving(note), .. } => self.moving(note),
            Event::Noted { note: Note::Said(note), .. } => {
                self.wipe();
                anstream::eprintln!("  {}", note.dimmed());
            }
            Event::Graded { step, graded } => {
                self.wipe();
                if !self.look.json {
                    // The verdict is kept in a file too.
                    let _ = out::print(&self.graded(workbook, step, graded));
                }
            }
            Event::Book { error: None } => {}
            Event::Book { error: Some(error) } => {
                let what =
                    say!("The book could not be built; grading goes on without it.", "책을 만들지 못했다. 채점은 계속한다.");
                let mend = say!("Mend the page that is named and save it.", "위에 나온 페이지를 고쳐 저장한다.");
                Failure::setup("book", what, mend).saying(error).show(&Look { json: false, ..self.look });
            }
        }
    }

    fn turned(&self, workbook: &Workbook, id: &str) {
        let Some(step) = workbook.step(id) else { return };
        self.wipe();
        let title = page::title(&workbook.root, step, self.look.language);
        let (number, file, minutes) = (step.short(), step.shown_file(), step.facts.minutes);
        let title = format!("{number} {title}");
        let minutes = self.look.say(say!("about {minutes} min", "약 {minutes}분"));
        anstream::println!("\n{} · {minutes}", title.bold());
        anstream::println!("  {}", self.look.say(say!("edit {file}", "고칠 파일: {file}")));
        if let Some(book) = &self.book {
            let page = page_address(book, id, self.look);
            anstream::println!("  {}", self.look.say(say!("read {page}", "읽을 곳: {page}")));
        }
        let commands = say!(
            "save to have it graded; keys with Enter: h hint · r grade again · n next step · q quit",
            "저장하면 채점한다. 키와 Enter: h 힌트 · r 다시 채점 · n 다음 단계 · q 끝내기"
        );
        if self.book.is_some() {
            let commands = self.look.say(commands);
            anstream::println!("  {}", commands.dimmed());
        }
    }

    fn graded(&self, workbook: &Workbook, id: &str, graded: &Graded) -> String {
        match graded {
            Graded::Judged(verdict) => {
                let look =
                    show::Look { book: self.book.clone(), ..show::Look::of_terminal(self.look.language, self.look.colour) };
                show::show_as(verdict, &look)
            }
            Graded::DoesNotCompile { compiler, signature } => {
                let file = workbook.step(id).map(|step| step.shown_file()).unwrap_or_default();
                let what = match signature {
                    false => say!("{file} does not compile, so nothing was judged.", "{file}: 컴파일되지 않아 판정하지 않았다."),
                    true => say!(
                        "The grader cannot call {file}: keep the functions as the starter declares them.",
                        "채점기가 {file}의 함수를 호출할 수 없다. 함수의 이름과 인자, 반환 타입은 시작 코드 그대로 둔다."
                    ),
                };
                let what = self.look.say(what);
                format!("{}\n{}\n", self.cut(compiler), what.bold())
            }
        }
    }

    fn cut(&self, compiler: &str) -> String {
        let lines: Vec<_> = compiler.lines().collect();
        let more = lines.len().saturating_sub(MOST_COMPILER_LINES);
        let mut text = lines[..lines.len() - more].join("\n");
        if more > 0 {
            text.push_str(&format!("\n… {}\n", self.look.say(say!("{more} more lines", "{more}줄 더 있다"))));
        }
        text
    }

    /// One line that the next one is written over.
    fn moving(&self, text: &str) {
        if self.live {
            let _ = write!(std::io::stderr(), "\r\u{1b}[2K  {text}");
        }
    }

    /// Clears the line that says what moves.
    pub(crate) fn wipe(&self) {
        if self.live {
            let _ = write!(std::io::stderr(), "\r\u{1b}[2K");
        }
    }
}

/// The address of a step's page where the book is served at `book`.
pub(crate) fn page_address(book: &str, id: &str, look: Look) -> String {
    match look.language {
        verdict::Language::En => format!("{book}/{id}.html"),
        verdict::Language::Ko => format!("{book}/ko/{id}.html"),
    }
}
