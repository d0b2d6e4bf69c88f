//! Claims of `03_idle_consumer` about `useful_members`: as many as the load needs, and no more than can get a partition.

use lab::trace::Recording;
use lab::{Mistake, Run, Text, mistake, say};

use super::{PAGE, marks};

/// One question to `useful_members`.
pub(super) struct Case {
    pub(super) partitions: u32,
    pub(super) arrivals: f64,
    pub(super) per_member: f64,
    useful: u32,
}

pub(super) const CASES: [Case; 7] = [
    Case { partitions: 4, arrivals: 3000.0, per_member: 300.0, useful: 4 },
    Case { partitions: 4, arrivals: 500.0, per_member: 300.0, useful: 2 },
    Case { partitions: 4, arrivals: 900.0, per_member: 300.0, useful: 3 },
    Case { partitions: 12, arrivals: 2500.0, per_member: 300.0, useful: 9 },
    Case { partitions: 12, arrivals: 100.0, per_member: 300.0, useful: 1 },
    Case { partitions: 4, arrivals: 0.0, per_member: 300.0, useful: 1 },
    Case { partitions: 12, arrivals: 6.5, per_member: 1.5, useful: 5 },
];

impl Case {
    fn question(&self) -> String {
        let Self { partitions, arrivals, per_member, .. } = self;
        format!("useful_members({partitions}, {arrivals:?}, {per_member:?})")
    }

    /// The mark for what the answer said.
    pub(super) fn told(&self, answer: u32) -> String {
        format!("{} = {answer}", self.question())
    }
}

/// What the answer said, case by case: the mark's index and the number.
pub(super) fn told(seen: &Recording) -> impl Iterator<Item = (usize, u32)> {
    marks(seen, "useful_members")
        .map(|(index, _, text)| (index, text.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default()))
}

pub(super) fn first_wrong(seen: &Recording) -> Option<(&'static Case, usize, u32)> {
    let answers = CASES.iter().zip(told(seen)).map(|(case, (index, answer))| (case, index, answer));
    answers.into_iter().find(|(case, _, answer)| *answer != case.useful)
}

pub(super) fn claims(run: &Run) -> Result<(), Mistake> {
    let Some((case, index, answer)) = first_wrong(&run.recording) else { return Ok(()) };
    let (id, title, why) = of(case, answer);
    let (question, useful) = (case.question(), case.useful);
    Err(mistake(id, title)
        .expected(say!("{question} = {useful}", "{question} = {useful}"))
        .seen([run.event(index)])
        .why(why)
        .read(&format!("{PAGE}#how-many-members-are-useful")))
}

/// What a wrong number tells of the idea behind it.
fn of(case: &Case, answer: u32) -> (&'static str, Text, Text) {
    let Case { partitions, arrivals, useful, .. } = case;
    match answer {
        0 => (
            "nobody_reads",
            say!("no member at all was counted as useful", "쓸모 있는 멤버가 하나도 없다고 셌다"),
            say!(
                "a group without a member reads nothing: the next record that arrives waits for somebody",
                "멤버가 없는 그룹은 아무것도 읽지 않는다. 다음 레코드가 와도 처리할 멤버가 없다"
            ),
        ),
        _ if answer > *partitions => (
            "more_than_partitions",
            say!("more members were counted than there are partitions", "파티션보다 많은 멤버를 셌다"),
            say!(
                "a partition has one reader in a group: of {answer} members only {partitions} can have one",
                "그룹 안에서 한 파티션을 읽는 멤버는 하나다. 멤버 {answer}개 가운데 {partitions}개만 파티션을 받는다"
            ),
        ),
        1 if useful == partitions => (
            "counts_topics",
            say!("one member a topic was counted", "토픽마다 멤버 하나로 셌다"),
            say!(
                "members share a topic by its partitions: {partitions} partitions can keep {partitions} members busy",
                "멤버는 토픽을 파티션 단위로 나눠 맡는다. 파티션 {partitions}개면 멤버 {partitions}개가 일할 수 있다"
            ),
        ),
        _ if answer < *useful => (
            "rounded_down",
            say!("fewer members were counted than the load needs", "필요한 것보다 적은 멤버를 셌다"),
            say!(
                "{answer} members process less than {arrivals} records a second, so the group falls ever further behind",
                "멤버 {answer}개로는 초당 {arrivals}개를 다 처리하지 못해 그룹이 계속 뒤처진다"
            ),
        ),
        _ => (
            "more_than_needed",
            say!("more members were counted than the load needs", "필요한 것보다 많은 멤버를 셌다"),
            say!(
                "{useful} members keep up with {arrivals} records a second; each further one costs a program that waits",
                "멤버 {useful}개면 초당 {arrivals}개를 감당한다. 그 이상은 기다리기만 하는 프로그램이다"
            ),
        ),
    }
}
