//! Lets rdkafka look at the bytes as text, and gives a type of its own to the amount.

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

/// An amount, as four bytes.
struct Amount(i32);

impl TryFrom<&[u8]> for Amount {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        match bytes {
            [a, b, c, d] => Ok(Self(i32::from_be_bytes([*a, *b, *c, *d]))),
            _ => Err(format!("{} bytes are no amount", bytes.len()).into()),
        }
    }
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
                process(&record, coupon(&record));
                read += 1;
            }
            Err(error) => eprintln!("{group} goes on after: {error}"),
        }
    }
    Ok(())
}

fn coupon(record: &BorrowedMessage<'_>) -> Result<Coupon, Error> {
    let country = record.key_view::<str>().transpose()?;
    let amount = record.payload().map(Amount::try_from).transpose()?;
    Ok((country.map(str::to_owned), amount.map(|amount| amount.0)))
}
