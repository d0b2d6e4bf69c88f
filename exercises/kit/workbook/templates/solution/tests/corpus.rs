//! The corpus of `@step@`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/@id@/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [returns_at_once],
    right: [base_consumer],
}
