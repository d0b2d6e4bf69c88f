//! The exercise as a program: four consumers of COUNTRY_GROUP read `customers`. After three seconds consumer 1 is asked to stop, consumer 2 fails at its next
//! record, consumer 3 panics at its next, and consumer 4 reads on alone. `cargo workbook run 5.2` starts it with a broker, a topic and
//! data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use close::{Process, consume};
use rdkafka::Message;
use tokio_util::sync::CancellationToken;

fn main() {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let all = CancellationToken::new();
    let late = CancellationToken::new();
    let first = all.child_token();
    thread::scope(|scope| {
        for number in 1..=4 {
            let stop = if number == 1 { first.clone() } else { all.child_token() };
            let (bootstrap_servers, process) = (&bootstrap_servers, print_as(number, late.clone()));
            let consumer = scope.spawn(move || consume(bootstrap_servers, "COUNTRY_GROUP", "customers", process, stop));
            scope.spawn(move || println!("consumer {number} has ended: {:?}", consumer.join().map_err(|_| "a panic")));
        }
        thread::sleep(Duration::from_secs(3));
        first.cancel();
        late.cancel();
        thread::sleep(Duration::from_secs(5));
        all.cancel();
    });
}

/// Prints a record, slowly enough that there are some left for the end.
fn print_as(number: u32, late: CancellationToken) -> Process {
    Arc::new(move |record| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("consumer {number}: {}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
        thread::sleep(Duration::from_millis(200));
        match number {
            2 if late.is_cancelled() => Err("consumer 2 cannot process this".into()),
            3 if late.is_cancelled() => panic!("consumer 3 has a bug"),
            _ => Ok(()),
        }
    })
}
