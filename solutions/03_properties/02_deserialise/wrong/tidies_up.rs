//! Tidies the country up, as is often done: no space around it, and in capitals.

use std::sync::Arc;

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
pub fn country(key: Option<&[u8]>) -> Result<Option<String>, Error> {
    let text = key.map(std::str::from_utf8).transpose()?;
    Ok(text.map(|text| text.trim().to_uppercase()))
}

/// The amount in a record's value: four bytes, most significant first, or no value.
pub fn amount(value: Option<&[u8]>) -> Result<Option<i32>, Error> {
    let bytes: Option<[u8; 4]> = value.map(TryInto::try_into).transpose()?;
    Ok(bytes.map(i32::from_be_bytes))
}

/// Reads the first `n` records of `topic` as a member of `group`, and calls `process` with each, in their order, and with what is
/// in it.
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
                process(&record, coupon(&record));
                read += 1;
            }
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
    Ok(())
}

/// What `?` returns early here is the record's error, not the loop's.
fn coupon(record: &BorrowedMessage<'_>) -> Result<Coupon, Error> {
    Ok((country(record.key())?, amount(record.payload())?))
}
