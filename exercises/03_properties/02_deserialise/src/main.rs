//! The exercise as a program: reads ten records of T1 and prints what is in them.
//! `cargo workbook run 3.2` starts it with a broker and a topic of sign-ups, whose keys are text and whose values are no coupons; or start
//! it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::sync::Arc;

use deserialise::{Coupon, Error, read};
use rdkafka::{Message, message::BorrowedMessage};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print = Arc::new(|record: &BorrowedMessage<'_>, coupon: Result<Coupon, Error>| match coupon {
        Ok((country, amount)) => println!("offset {}: country {country:?}, amount {amount:?}", record.offset()),
        Err(error) => println!("offset {}: {error}", record.offset()),
    });
    read(&bootstrap_servers, "G1", "T1", 10, print).await
}
