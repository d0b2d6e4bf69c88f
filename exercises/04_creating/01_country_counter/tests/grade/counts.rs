//! Claims of `01_country_counter` about the counts: each counter has counted the values of its own records, and nothing else.

use lab::{Mistake, missing, mistake, say};

use super::{Counts, GIVEN, PAGE, READ, Told, lines::same};

fn count(texts: impl Iterator<Item = Option<&'static str>>) -> Counts {
    let mut counts = Counts::new();
    texts.flatten().for_each(|text| *counts.entry(text.to_owned()).or_default() += 1);
    counts
}

pub(super) fn are_right(told: &Told) -> Result<(), Mistake> {
    told.iter().enumerate().try_for_each(|(counter, (_, counts))| is_right(counter, counts))
}

fn is_right(counter: usize, counts: &Counts) -> Result<(), Mistake> {
    let of_values = |counter: usize| count(GIVEN[counter].iter().map(|given| given.3));
    let (own, others) = (of_values(counter), of_values(1 - counter));
    if *counts == own {
        return Ok(());
    }
    let keys = count(GIVEN[counter].iter().map(|given| given.2));
    let (topic, anchor) = (READ[counter].1, "one-type-one-consumer");
    let foreign = counts.keys().find(|country| others.contains_key(*country) && !own.contains_key(*country));
    let counted_more = counts.values().sum::<u64>() > own.values().sum();
    let nowhere =
        counts.keys().filter(|_| counted_more).find(|country| !others.contains_key(*country) && !own.contains_key(*country));
    let claim = if counts.keys().any(|key| keys.contains_key(key)) {
        mistake("counts_keys", say!("the keys were counted", "키를 셌다"))
            .why(say!("the key says who it is, the value says where they live", "키는 누구인지, 값은 어디에 사는지를 말한다"))
    } else if let Some(country) = foreign {
        mistake("one_map_for_all", say!("a consumer counts what another one has read", "다른 컨슈머가 읽은 것까지 센다")).why(
            say!(
                "{country} is nowhere in {topic}: the consumers share one map, and no count belongs to anybody",
                "{country}는 {topic}에 없다. 컨슈머들이 맵 하나를 함께 쓰니 어느 숫자도 누구의 것이 아니다"
            ),
        )
    } else if let Some(country) = nowhere {
        mistake("nothing_is_a_country", say!("a record without a value was counted", "값이 없는 레코드를 셌다")).why(say!(
            "no customer lives in `{country}`: a value that is not there is no country",
            "`{country}`에 사는 고객은 없다. 없는 값은 나라가 아니다"
        ))
    } else {
        mistake("counts_differ", say!("the counts are not right", "센 수가 맞지 않는다")).why(say!(
            "every record of a country adds one to what was counted before",
            "같은 나라의 레코드가 올 때마다 앞서 센 수에 1을 더한다"
        ))
    };
    Err(claim
        .expected(same(format!("{topic}: {own:?}")))
        .seen([missing(same(format!("{topic}: {counts:?}")))])
        .read(&format!("{PAGE}#{anchor}")))
}
