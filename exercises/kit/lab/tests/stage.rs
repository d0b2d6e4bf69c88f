//! A program on the stage, as `cargo workbook run` starts it, that dies without leaving its group. The next one does not wait for its
//! session.

use std::time::{Duration, Instant};

use lab::stage::{self, Topic};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
};

/// Makes this test binary the program on the stage; holds the name of its group and topic.
const STAGED: &str = "WORKBOOK_TEST_STAGED";
/// Much less than the session timeout of 45 s, and much more than joining takes on a busy machine.
const SOON: Duration = Duration::from_secs(25);

/// Joins its group, and dies when it is given a partition.
#[test]
fn a_program_that_dies() {
    let (Ok(name), Ok(bootstrap_servers)) = (std::env::var(STAGED), std::env::var("KAFKA_BOOTSTRAP_SERVERS")) else { return };
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", &name)
        .create()
        .expect("a consumer with these properties");
    consumer.subscribe(&[&name]).expect("a topic name");
    while consumer.assignment().is_ok_and(|assigned| assigned.count() == 0) {
        let _ = consumer.poll(Duration::from_millis(100));
    }
    std::process::abort();
}

#[tokio::test]
async fn a_member_that_is_left_behind_is_taken_out() {
    let name = format!("stage-{}", std::process::id());
    let topic = Topic::parse(&format!("{name}:1:1")).expect("NAME:PARTITIONS:RECORDS");
    let this = std::env::current_exe().expect("the path of this test").to_string_lossy().into_owned();
    let program = ["env", &format!("{STAGED}={name}"), &this, "--exact", "a_program_that_dies"].map(str::to_owned);
    for run in 1..=2 {
        let began = Instant::now();
        let code = stage::run(std::slice::from_ref(&topic), None, &program).await;
        assert!(code.is_ok_and(|code| code != 0), "run {run} of the program was to die");
        assert!(began.elapsed() < SOON, "run {run} waited {:?} for its partition", began.elapsed());
    }
}
