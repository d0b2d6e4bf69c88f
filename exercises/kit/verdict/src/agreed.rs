//! What a grader's process and the command that starts it have agreed on, besides the files of [`crate::place`]: how a line of progress
//! begins, and with which environment variables the command asks for something. `lab` keeps to it on one side and `workbook` on the other;
//! neither links the other. Variables that a person sets are not here.

/// How a line on standard error begins that says what goes on, or what is waited for.
pub const PROGRESS: &str = "workbook: ";
/// Set where the command shows the verdict, so that the grader does not.
pub const QUIET: &str = "WORKBOOK_QUIET";
/// Set where the run is made for the book: a grader may then record what the judgement does not need.
pub const RECORD: &str = "WORKBOOK_RECORD";
