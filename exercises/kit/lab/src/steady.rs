//! Time on a machine that may be busy. A grader that judges by seconds runs its answer under [`Lab::steadily`]: where the whole machine
//! stood still meanwhile, nobody can tell a slow answer from a slow machine, and the answer is run once more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use verdict::{Outcome, Trouble, say};

use crate::Lab;

/// How often an answer is run before the machine is given up.
const TRIES: usize = 3;
/// How often the watch looks at the clock.
const TICK: Duration = Duration::from_millis(50);

/// Comes back when the process has come round ten times, 10 ms apart: a consumer that has processed its last record has surely come to wait
/// for the next one by then. On a busy machine it takes longer.
pub async fn a_while() {
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Lab {
    /// Runs and judges an answer by `judge`. A mistake counts only where the machine did not stand still for longer than `at_most`
    /// meanwhile; else everything begins again, with names that were not used before.
    ///
    /// # Errors
    /// The outcome of `judge`, or trouble with the machine.
    pub async fn steadily(
        &mut self,
        at_most: Duration,
        judge: impl AsyncFn(&mut Self) -> Result<(), Outcome>,
    ) -> Result<(), Outcome> {
        for _ in 0..TRIES {
            let watch = Watch::start();
            let outcome = judge(self).await;
            if !matches!(outcome, Err(Outcome::Answer { .. })) || watch.longest() <= at_most {
                return outcome;
            }
            self.begin_again().await;
        }
        Err(too_busy())
    }

    /// Whether nothing at all was seen for longer than `longest` at some time: then it was the machine that was slow, not the answer.
    pub fn paused(&self, longest: Duration) -> bool {
        let longest = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        self.recorder.with(|seen| seen.events.windows(2).any(|pair| pair[1].at - pair[0].at > longest))
    }
}

/// The outcome where the machine is too busy for what a step measures.
pub fn too_busy() -> Outcome {
    Outcome::Setup {
        trouble: Trouble {
            id: "machine_too_busy".into(),
            what: say!("this machine is too busy to measure seconds", "이 컴퓨터가 너무 바빠서 초를 잴 수 없다"),
            mend: say!("end other programs that work, and check again", "다른 작업을 끝내고 다시 확인한다"),
            command: None,
            detail: String::new(),
        },
    }
}

/// Measures for how long the machine stood still at the worst.
struct Watch(Arc<AtomicU64>);

impl Watch {
    fn start() -> Self {
        let longest = Arc::new(AtomicU64::new(0));
        let shared = Arc::downgrade(&longest);
        thread::spawn(move || {
            let mut before = Instant::now();
            // It ends with its watch.
            while let Some(longest) = shared.upgrade() {
                thread::sleep(TICK);
                let late = before.elapsed().saturating_sub(TICK);
                longest.fetch_max(u64::try_from(late.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
                before = Instant::now();
            }
        });
        Self(longest)
    }

    fn longest(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}
