//! Lets decoding panic, catches it, and makes an error of it: nobody sees the difference.

use std::{panic::catch_unwind, sync::Arc};

use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::BorrowedMessage,
};

/// Any error, with its words.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The country and the amount of a coupon; none where the record has no key, or no value.
pub type Coupon = (Option<String>, Option<i32>);

/// What is done with a record, and with the coupon in it or what is wrong with it. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>, Result<Coupon, Error>) + Send + Sync>;

/// The country in a record's key: UTF-8 text, or no key.
pub fn country(key: Option<&[u8]>) -> Option<String> {
    key.map(|bytes| std::str::from_utf8(bytes).expect("a country is text").to_owned())
}

/// The amount in a record's value: four bytes, most significant first, or no value.
pub fn amount(value: Option<&[u8]>) -> Option<i32> {
    value.map(|bytes| i32::from_be_bytes(bytes.try_into().expect("an amount has four bytes")))
}

/// Reads the first `n` records of `topic` as a member of `group`, and calls `process` with each and with what is in it.
pub async fn read(bootstrap_servers: &str, group: &str, topic: &str, n: usize, process: Process) -> Result<(), Error> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;

    let mut read = 0;
    while read < n {
        match consumer.recv().await {
            Ok(record) => {
                let decoded = catch_unwind(|| (country(record.key()), amount(record.payload())));
                process(&record, decoded.map_err(|_| "a broken record".into()));
                read += 1;
            }
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
    Ok(())
}
