//! The numbers as they are kept, and the strategies in their order.

use serde::{Deserialize, Serialize};

/// The work for each record, in milliseconds.
pub const WORK_MS: u64 = 1;
/// Records for each commit of a batch.
pub const BATCH: u64 = 100;

/// One way to commit.
pub struct Strategy {
    pub id: &'static str,
    pub en: &'static str,
    pub ko: &'static str,
}

/// In the order in which the picture shows them.
pub const STRATEGIES: [Strategy; 4] = [
    Strategy { id: "sync_each", en: "synchronous, each record", ko: "동기, 레코드마다" },
    Strategy { id: "sync_batch", en: "synchronous, every 100 records", ko: "동기, 레코드 100개마다" },
    Strategy { id: "async_batch", en: "asynchronous, every 100 records", ko: "비동기, 레코드 100개마다" },
    Strategy { id: "automatic", en: "automatic, every 5 s", ko: "자동, 5초마다" },
];

/// `book/cost/STEP.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cost {
    pub broker: String,
    pub client: String,
    pub work_ms: u64,
    pub batch: u64,
    pub rows: Vec<Row>,
}

/// One consumer's run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    pub strategy: String,
    /// By how much the tap held each answer to a commit back.
    pub delay_ms: u64,
    pub records_per_s: f64,
    pub commits_per_s: f64,
    /// Median from a commit to its answer, as the tap saw it; none where no commit was answered.
    pub round_trip_ms: Option<f64>,
}
