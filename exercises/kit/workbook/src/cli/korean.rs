//! The help in Korean: what each command and argument is for, by its name. A test finds what is missing.

use clap::Command;

const ABOUT: &str = "카프카 컨슈머 워크북: 직접 해 보며 배우고, 코드가 카프카와 실제로 주고받은 것으로 판정한다.";
const LONG_ABOUT: &str = "카프카 컨슈머 워크북: 직접 해 보며 배우고, 코드가 카프카와 실제로 주고받은 것으로 판정한다.\n\n명령 없이 실행하면 알아서 진행한다. 책을 띄워 열고, 저장할 때마다 채점하고, 통과하면 다음 단계로 넘어간다.";

/// What a command is for.
const COMMANDS: [(&str, &str); 14] = [
    ("check", "단계를 채점한다. 현재 폴더의 단계, 지정한 단계, 또는 전체"),
    ("run", "토픽과 데이터가 있는 브로커에 단계의 프로그램을 실행한다"),
    ("hint", "다음 힌트를 보여 준다"),
    ("list", "단계 목록과 진행 상태를 보여 준다"),
    ("reset", "시작 코드를 되돌린다. 작성한 답은 먼저 저장한다"),
    ("solution", "통과한 단계의 모범 답안을 보여 준다"),
    ("tap", "어떤 언어의 카프카 클라이언트든 무엇을 주고받는지 보여 주는 프록시를 띄운다"),
    ("broker", "채점에 쓰는 브로커를 띄우거나 내리거나 상태를 본다"),
    ("doctor", "워크북에 필요한 것이 이 컴퓨터에 있는지, 없으면 어떻게 갖추는지 알려 준다"),
    ("completion", "셸 자동 완성 스크립트를 출력한다"),
    ("book", "책을 두 언어의 파일로 만든다"),
    ("record", "책의 그림을 위해 모범 답안을 실제 브로커에서 기록한다 (저자용)"),
    ("new", "새 단계의 파일을 모두 만든다 (저자용)"),
    ("author", "모든 것이 갖춰져 있고 올바른지 검증한다 (저자용)"),
];

/// What an argument is for; `COMMAND.ARGUMENT`, or `ARGUMENT` where all commands mean the same.
const ARGUMENTS: [(&str, &str); 26] = [
    ("json", "사람이 읽는 글 대신 프로그램이 읽는 JSON으로 출력한다"),
    ("lang", "표시 언어. 없으면 환경 변수를 따른다 (WORKBOOK_LANG, LC_ALL, LANG)"),
    ("no_color", "NO_COLOR처럼 색 없이 출력한다"),
    ("no_open", "브라우저를 열지 않는다"),
    ("port", "책을 띄울 127.0.0.1의 포트. 사용 중이면 다른 포트를 쓴다"),
    ("cargo workbook.step", "시작할 단계: 1.2, 01/02, sharing 또는 경로. 없으면 아직 통과하지 않은 첫 단계"),
    ("check.steps", "단계: 1.2, 01/02, sharing 또는 경로"),
    ("record.steps", "단계: 1.2, 01/02, sharing 또는 경로"),
    ("all", "모든 단계를 순서대로"),
    ("run.step", "단계. 없으면 현재 폴더의 단계"),
    ("reset.step", "단계. 없으면 현재 폴더의 단계"),
    ("solution.step", "단계. 없으면 현재 폴더의 단계"),
    ("hint.step", "단계. 없으면 현재 폴더의 단계나 아직 통과하지 않은 첫 단계"),
    ("args", "프로그램에 넘길 인자"),
    ("level", "다음 힌트 대신 이 번호의 힌트를 다시 보여 준다 (1부터)"),
    ("force", "통과하기 전에도 보여 준다"),
    ("upstream", "모든 것을 넘겨줄 브로커"),
    ("listen", "클라이언트가 접속할 주소. 없으면 127.0.0.1의 빈 포트"),
    ("broker.action", "할 일: up(띄운다), down(내리고 지운다), status(상태를 본다)"),
    ("author.action", "할 일: check(전체를 검증한다), messages(book/po를 페이지에 맞춘다)"),
    ("shell", "셸"),
    ("out", "폴더. 없으면 target/workbook/book"),
    ("url", "책이 놓일 주소. 공유되는 링크에 쓰인다: https://example.org/book"),
    ("id", "NN_chapter/MM_step 꼴의 id"),
    ("quick", "채점이 필요 없는 것만"),
    ("tested", "`cargo test`도 채점하는 solutions/의 답안은 뺀다"),
];

const TEMPLATE: &str = "{about-with-newline}\n사용법: {usage}\n\n{all-args}{after-help}";

/// The command with Korean help.
pub(super) fn of(command: Command) -> Command {
    let command = COMMANDS.iter().fold(command.about(ABOUT).long_about(LONG_ABOUT), |command, (name, about)| {
        command.mut_subcommand(name, |sub| translated(sub.about(*about)))
    });
    let version = clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version).help("버전을 보여 준다");
    translated(command.disable_version_flag(true).arg(version)).subcommand_help_heading("명령").disable_help_subcommand(true)
}

fn translated(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let examples = command.get_after_help().map(|text| text.to_string().replace("Examples:", "예:"));
    let command = command
        .help_template(TEMPLATE)
        .disable_help_flag(true)
        .arg(clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).help("도움말을 보여 준다"));
    let command = command.after_help(examples.unwrap_or_default());
    command.mut_args(|arg| {
        let id = arg.get_id().to_string();
        let of_command = format!("{name}.{id}");
        let help = ARGUMENTS.iter().find(|(known, _)| *known == of_command || *known == id).map(|(_, help)| *help);
        let heading = if arg.is_positional() { "인자" } else { "옵션" };
        let arg = arg.help_heading(heading).hide_possible_values(help.is_some_and(|help| help.starts_with("할 일")));
        match help {
            Some(help) => arg.help(help),
            None => arg,
        }
    })
}
