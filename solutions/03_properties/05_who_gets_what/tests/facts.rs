//! The facts that `05_who_gets_what` shows. `book/facts.toml` names these tests; each fails when its fact changes.

use std::{collections::BTreeMap, time::Duration};

use lab::trace::{History, Recording, Request, Response, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

/// C18: librdkafka's strategies have short names, it has no plain sticky one, and it does not take class names. Its default list is not
/// Java's.
#[test]
fn strategies_have_names_and_defaults() {
    let make = |strategy: &str| -> KafkaResult<BaseConsumer> {
        ClientConfig::new().set("group.id", "G1").set("partition.assignment.strategy", strategy).create()
    };
    for known in ["range", "roundrobin", "cooperative-sticky", "range,roundrobin"] {
        assert!(make(known).is_ok(), "{known}");
    }
    for unknown in ["sticky", "uniform", "org.apache.kafka.clients.consumer.RangeAssignor", "range,cooperative-sticky"] {
        assert!(make(unknown).is_err(), "{unknown}");
    }
    let defaults = ClientConfig::new().create_native_config().unwrap();
    assert_eq!(defaults.get("partition.assignment.strategy").unwrap().trim_end_matches('\0'), "range,roundrobin");
    let java = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../book/properties/java.json")).unwrap();
    let java: serde_json::Value = serde_json::from_str(&java).unwrap();
    let package = "org.apache.kafka.clients.consumer";
    let classes = format!("class {package}.RangeAssignor,class {package}.CooperativeStickyAssignor");
    assert_eq!(java["properties"]["partition.assignment.strategy"]["default"], classes);
}

/// C18: a group whose members all keep the default uses range.
#[test]
fn range_is_the_default() {
    let test = concat!(module_path!(), "::range_is_the_default");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut |seat| sit(seat, None), |lab| {
        Box::pin(async {
            agreed(lab).await?;
            let seen = lab.seen();
            let offered = seen.events.iter().find_map(|event| match &event.what {
                What::Request { request: Request::JoinGroup { strategies, .. }, .. } => Some(strategies.clone()),
                _ => None,
            });
            let offered: Vec<_> = offered.unwrap_or_default().into_iter().map(|strategy| strategy.name).collect();
            let chosen = |what: &What| matches!(what, What::Response { response: Response::JoinGroup { strategy: Some(of), .. }, .. } if of == "range");
            is("range of range, roundrobin", &(offered.join(", "), seen.find(chosen).count() > 0), &("range, roundrobin".to_owned(), true))
        })
    }));
}

/// C19: range gives C1 T1-0, T1-1, T2-0 and T2-1, and C2 T1-2 and T2-2.
#[test]
fn range_of_the_chapter() {
    let test = concat!(module_path!(), "::range_of_the_chapter");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut |seat| sit(seat, Some("range")), |lab| {
        Box::pin(async { is("range", &agreed(lab).await?, &plan("T1-0 T1-1 T2-0 T2-1", "T1-2 T2-2")) })
    }));
}

/// C20: round robin gives C1 T1-0, T1-2 and T2-1, and C2 T1-1, T2-0 and T2-2.
#[test]
fn round_robin_of_the_chapter() {
    let test = concat!(module_path!(), "::round_robin_of_the_chapter");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut |seat| sit(seat, Some("roundrobin")), |lab| {
        Box::pin(async { is("roundrobin", &agreed(lab).await?, &plan("T1-0 T1-2 T2-1", "T1-1 T2-0 T2-2")) })
    }));
}

/// C18: groups of the new protocol are shared by the broker itself, which knows `uniform` and `range`.
#[test]
fn the_broker_has_strategies_of_its_own() {
    let test = concat!(module_path!(), "::the_broker_has_strategies_of_its_own");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut new_protocol, |lab| {
        Box::pin(async {
            lab.needs_real_broker(say!(
                "the embedded broker takes any name of a strategy",
                "내장 브로커는 전략 이름을 가리지 않는다"
            ))?;
            lab.topic("T1", 1, Vec::new()).await?;
            for strategy in OF_THE_BROKER {
                lab.group(strategy);
            }
            lab.start().await?;
            let known = |name: &str, seen: &Recording| {
                let asks = |what: &What| matches!(what, What::Request { request, .. } if request.group() == Some(name));
                let (_, asked) = seen.find(asks).find(|(_, event)| matches!(&event.what, What::Request { request: Request::ConsumerGroupHeartbeat { .. }, .. }))?;
                let What::Request { connection, correlation, .. } = &asked.what else { return None };
                let answers = |what: &What| matches!(what, What::Response { connection: c, correlation: n, .. } if (c, n) == (connection, correlation));
                let (_, answer) = seen.find(answers).next()?;
                let What::Response { response, .. } = &answer.what else { return None };
                Some(response.error().map(str::to_owned))
            };
            let all = say!("the broker to answer all three groups", "브로커가 세 그룹에 모두 응답하기");
            lab.until(Duration::from_secs(20), all, |seen, _| OF_THE_BROKER.iter().all(|name| known(name, seen).is_some())).await;
            let answers = OF_THE_BROKER.map(|name| known(name, &lab.seen()).flatten());
            is("uniform, range, roundrobin", &answers, &[None, None, Some("UNSUPPORTED_ASSIGNOR".to_owned())])
        })
    }));
}

const OF_THE_BROKER: [&str; 3] = ["uniform", "range", "roundrobin"];

/// A group of one member for each name of a strategy.
fn new_protocol(seat: &Seat) -> Returned {
    std::thread::scope(|scope| {
        for strategy in OF_THE_BROKER {
            scope.spawn(move || {
                let mut config = ClientConfig::new();
                config.set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name(strategy));
                config.set("group.protocol", "consumer").set("group.remote.assignor", strategy);
                let consumer: BaseConsumer = config.create().unwrap();
                consumer.subscribe(&[seat.name("T1")]).unwrap();
                while !seat.stop().is_cancelled() {
                    let _news = consumer.poll(Duration::from_millis(20));
                }
            });
        }
    });
    returned_by::<(), String>(Ok(()))
}

/// Two members of G1 on T1 and T2.
fn sit(seat: &Seat, strategy: Option<&str>) -> Returned {
    std::thread::scope(|scope| {
        for id in ["C2", "C1"] {
            scope.spawn(move || {
                let mut config = ClientConfig::new();
                config.set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name("G1")).set("client.id", id);
                if let Some(strategy) = strategy {
                    config.set("partition.assignment.strategy", strategy);
                }
                let consumer: BaseConsumer = config.set("heartbeat.interval.ms", "100").create().unwrap();
                consumer.subscribe(&[seat.name("T1"), seat.name("T2")]).unwrap();
                while !seat.stop().is_cancelled() {
                    let _news = consumer.poll(Duration::from_millis(20));
                }
            });
        }
    });
    returned_by::<(), String>(Ok(()))
}

/// What C1 and C2 hold once they share all six partitions.
async fn agreed(lab: &mut Lab) -> Result<BTreeMap<String, String>, Outcome> {
    lab.needs_real_broker(say!(
        "members are sorted by their ids, and the embedded broker's ids have nothing to do with client.id",
        "멤버는 id로 정렬하는데 내장 브로커가 주는 id는 client.id와 관계가 없다"
    ))?;
    lab.group("G1");
    lab.topic("T1", 3, Vec::new()).await?;
    lab.topic("T2", 3, Vec::new()).await?;
    lab.start().await?;
    let held = |history: &History| {
        let members = history.group("G1").into_iter().flat_map(|group| &group.members);
        let holding = members.filter(|member| member.holds().is_some());
        let list = |member: &lab::trace::history::Member| {
            let mut names: Vec<_> = member.last_assignment().iter().map(ToString::to_string).collect();
            names.sort();
            (member.client.clone(), names.join(" "))
        };
        holding.map(list).collect::<BTreeMap<_, _>>()
    };
    let is_shared = |history: &History| {
        let held = held(history);
        held.len() == 2 && held.values().map(|list| list.split_whitespace().count()).sum::<usize>() == 6
    };
    let share = say!("C1 and C2 to share T1 and T2", "C1과 C2가 T1과 T2를 나눠 맡기");
    lab.until(Duration::from_secs(20), share, |_, history| is_shared(history)).await;
    Ok(held(&History::of(&lab.seen())))
}

fn plan(c1: &str, c2: &str) -> BTreeMap<String, String> {
    [("C1".to_owned(), c1.to_owned()), ("C2".to_owned(), c2.to_owned())].into()
}

fn is<T: PartialEq + std::fmt::Debug>(what: &str, seen: &T, expected: &T) -> Result<(), Outcome> {
    match seen == expected {
        true => Ok(()),
        false => Err(Outcome::Bug { what: format!("{what}: {seen:?}, not {expected:?}") }),
    }
}
