//! The facts that `06_batches` shows, asked of the client itself. `book/facts.toml` names these tests; each fails when its fact changes.

use std::time::Duration;

use lab::trace::{Recording, Response, What};
use lab::{Exam, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

/// C22: librdkafka has no `max.poll.records`, and refuses it.
#[test]
fn there_is_no_max_poll_records() {
    let refused = ClientConfig::new().set("max.poll.records", "500").create::<BaseConsumer>().map(|_| ());
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("No such configuration property: \"max.poll.records\""), "{error}");
}

/// C23: the two properties are the buffers of the TCP socket, and with 0 those that the system gives.
#[cfg(target_os = "linux")]
#[test]
fn the_buffers_are_those_of_the_socket() {
    let small = buffers_of_a_consumer(&[("socket.receive.buffer.bytes", "20000"), ("socket.send.buffer.bytes", "10000")]);
    // Linux doubles what it is asked for, to have room for its own book-keeping.
    assert_eq!(small, (40_000, 20_000));
    let of_the_system = buffers_of_a_consumer(&[]);
    assert!(of_the_system.0 > 40_000 && of_the_system.1 > 20_000, "{of_the_system:?}");
}

/// The receive and send buffer of the connection that a consumer opens to a listener of this test.
#[cfg(target_os = "linux")]
fn buffers_of_a_consumer(settings: &[(&str, &str)]) -> (i32, i32) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", address.to_string()).set("group.id", "G1");
    for (name, value) in settings {
        config.set(*name, *value);
    }
    let _consumer: BaseConsumer = config.create().unwrap();
    let (_connection, client) = listener.accept().unwrap();
    let sockets =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let found = sockets.into_iter().find_map(|fd| buffers_of(fd, client));
    found.expect("the consumer's socket is one of this process")
}

/// The receive and send buffer of file descriptor `fd`, if it is the socket whose own address is `of`.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "librdkafka's socket is known by its number alone, and std has no way to ask for a buffer's size")]
fn buffers_of(fd: i32, of: std::net::SocketAddr) -> Option<(i32, i32)> {
    use std::{
        mem::ManuallyDrop,
        net::TcpStream,
        os::{fd::FromRawFd, raw::c_int},
    };
    unsafe extern "C" {
        fn getsockopt(socket: c_int, level: c_int, name: c_int, value: *mut c_int, length: *mut u32) -> c_int;
    }
    const SOL_SOCKET: c_int = 1;
    const SO_SNDBUF: c_int = 7;
    const SO_RCVBUF: c_int = 8;
    // SAFETY: the descriptor is not closed, and every call that is no socket's is refused by the system.
    let socket = ManuallyDrop::new(unsafe { TcpStream::from_raw_fd(fd) });
    let size = |name| {
        let (mut value, mut length): (c_int, u32) = (0, 4);
        // SAFETY: both pointers are to variables that outlive the call, of the sizes that it is told.
        let refused = unsafe { getsockopt(fd, SOL_SOCKET, name, &raw mut value, &raw mut length) };
        (refused == 0).then_some(value)
    };
    let is_it = socket.local_addr().is_ok_and(|address| address == of);
    is_it.then(|| size(SO_RCVBUF).zip(size(SO_SNDBUF)))?
}

/// `queued.min.messages` is how far the client reads ahead. It makes no batches; the client does not ask for more while so much waits.
#[test]
fn reading_ahead_ends_at_queued_min_messages() {
    let test = concat!(module_path!(), "::reading_ahead_ends_at_queued_min_messages");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async {
            lab.group("G1");
            lab.topic("T1", 1, Vec::new()).await?;
            lab.produce_each("T1", sign_ups(1, 40), Duration::ZERO).await?;
            lab.number("ahead", 5);
            lab.start().await?;
            let some = say!("the client to read ahead", "클라이언트가 미리 읽기");
            lab.until(Duration::from_secs(20), some, |seen, _| fetched(seen) >= 5).await;
            let more = say!("more, which shall not come", "더 읽기(읽지 않아야 한다)");
            let all = lab.until(Duration::from_millis(700), more, |seen, _| fetched(seen) >= 20).await;
            match (fetched(&lab.seen()), all) {
                (5..20, false) => Ok(()),
                (ahead, _) => Err(Outcome::Bug { what: format!("{ahead} records came") }),
            }
        })
    }));
}

/// The number of records that came to the client.
fn fetched(seen: &Recording) -> u32 {
    let brought = |what: &What| match what {
        What::Response { response: Response::Fetch { partitions, .. }, .. } => {
            partitions.values().map(|fetched| fetched.records).sum()
        }
        _ => 0,
    };
    seen.events.iter().map(|event| brought(&event.what)).sum()
}

/// Takes one record, and no more, until it is asked to stop. A Fetch brings one record.
fn sit(seat: &Seat) -> Returned {
    let read = || -> KafkaResult<()> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .set("max.partition.fetch.bytes", "1")
            .set("queued.min.messages", seat.number("ahead").to_string())
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        while consumer.poll(Duration::from_millis(100)).is_none_or(|polled| polled.is_err()) {}
        while !seat.stop().is_cancelled() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    };
    returned_by(read())
}
