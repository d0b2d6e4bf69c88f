//! What the fields of a frame mean, in one sentence, and the KIP that brought the field where there was one. Source: Kafka's protocol
//! guide and the KIPs. Used by [`crate::frames()`]; the names are those of [`trace::Request`] and [`trace::Response`].

use verdict::Language;

/// A sentence in both languages that is there for the whole run of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence {
    en: &'static str,
    ko: &'static str,
}

impl Sentence {
    /// The sentence in `language`.
    pub(crate) fn get(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ko => self.ko,
        }
    }
}

/// What `field` of `api` means, and its KIP (empty where Kafka had it before KIPs, or always).
pub(crate) fn meaning(api: &str, field: &str) -> Option<(Sentence, &'static str)> {
    let known = |(of, name, ..): &&(&str, &str, &str, &str, &str)| *name == field && (*of == api || of.is_empty());
    let own = FIELDS.iter().filter(known).max_by_key(|(of, ..)| of.len());
    own.map(|(_, _, kip, en, ko)| (Sentence { en, ko }, *kip))
}

/// API (empty: any), field, KIP, English, Korean.
const FIELDS: [(&str, &str, &str, &str, &str); 47] = [
    ("", "group", "", "The group.id that the request is about.", "요청이 가리키는 group.id."),
    (
        "",
        "member",
        "",
        "The id that the coordinator gave this member. It is empty when a member joins for the first time.",
        "코디네이터가 이 멤버에게 준 id. 처음 참여할 때는 비어 있다.",
    ),
    (
        "",
        "instance",
        "KIP-345",
        "group.instance.id: a static member keeps its place while it restarts.",
        "group.instance.id. 정적 멤버는 재시작하는 동안에도 자리를 지킨다.",
    ),
    (
        "",
        "generation",
        "",
        "The number of the rebalance. A request with an older one is refused with ILLEGAL_GENERATION.",
        "리밸런싱의 번호. 더 오래된 번호의 요청은 ILLEGAL_GENERATION으로 거부된다.",
    ),
    ("", "error", "", "The error's name in the protocol; absent where all is well.", "프로토콜의 오류 이름. 문제가 없으면 없다."),
    (
        "",
        "isolation_level",
        "KIP-98",
        "0: also records of transactions that are still open; 1: committed ones only.",
        "0: 진행 중인 트랜잭션의 레코드도 읽는다. 1: 커밋된 것만 읽는다.",
    ),
    (
        "ApiVersions",
        "software",
        "KIP-511",
        "The client's library, so that an operator can see who connects.",
        "클라이언트 라이브러리의 이름. 운영자가 누가 접속하는지 볼 수 있다.",
    ),
    ("ApiVersions", "software_version", "KIP-511", "The version of the client's library.", "클라이언트 라이브러리의 버전."),
    (
        "Metadata",
        "topics",
        "",
        "Asked: the topics that the client wants to know. Answered: each with its number of partitions.",
        "요청: 알고 싶은 토픽. 응답: 토픽과 파티션 개수.",
    ),
    ("Metadata", "brokers", "", "The brokers of the cluster by their node ids.", "클러스터의 브로커, 노드 id로."),
    ("Metadata", "errors", "", "Topics that cannot be told of, and why.", "알려 줄 수 없는 토픽과 그 이유."),
    (
        "FindCoordinator",
        "keys",
        "KIP-699",
        "The groups whose coordinator is looked for. Several at once since version 4.",
        "코디네이터를 찾는 그룹. 버전 4부터 한 번에 여러 개를 물을 수 있다.",
    ),
    (
        "FindCoordinator",
        "node",
        "",
        "The broker that coordinates the group: the leader of one partition of __consumer_offsets.",
        "그룹의 코디네이터인 브로커. __consumer_offsets의 한 파티션의 리더다.",
    ),
    (
        "JoinGroup",
        "session_timeout_ms",
        "",
        "session.timeout.ms: without a heartbeat for so long the member is taken out of the group.",
        "session.timeout.ms. 이 시간 동안 하트비트가 없으면 멤버를 그룹에서 뺀다.",
    ),
    (
        "JoinGroup",
        "rebalance_timeout_ms",
        "KIP-62",
        "max.poll.interval.ms: how long the coordinator waits for this member when the group shares anew.",
        "max.poll.interval.ms. 리밸런싱 때 코디네이터가 이 멤버를 기다리는 시간.",
    ),
    (
        "JoinGroup",
        "strategies",
        "",
        "The assignment strategies that the member offers, with its subscription. One that all members have is chosen.",
        "멤버가 제안하는 할당 전략과 구독. 모든 멤버가 가진 것 중에서 고른다.",
    ),
    ("JoinGroup", "strategy", "", "The assignment strategy that was chosen.", "선택된 할당 전략."),
    (
        "JoinGroup",
        "leader",
        "",
        "The member that makes the plan for all: a client, not the broker.",
        "모두의 할당을 정하는 멤버. 브로커가 아니라 클라이언트다.",
    ),
    (
        "JoinGroup",
        "members",
        "",
        "All members with their topics; told to the leader alone, who makes the plan.",
        "모든 멤버와 그 토픽. 할당을 정하는 리더에게만 알린다.",
    ),
    (
        "SyncGroup",
        "assignments",
        "",
        "The leader's plan, member by member; empty from everybody else.",
        "리더가 정한 할당, 멤버별로. 다른 멤버의 요청에는 비어 있다.",
    ),
    ("SyncGroup", "assignment", "", "The partitions that this member holds from now on.", "이 멤버가 이제부터 맡는 파티션."),
    (
        "LeaveGroup",
        "members",
        "KIP-345",
        "Who leaves; a member that goes without this is missed only when its session is over.",
        "떠나는 멤버. 이 요청 없이 사라지면 세션이 끝나야 알게 된다.",
    ),
    (
        "ConsumerGroupHeartbeat",
        "epoch",
        "KIP-848",
        "0 joins, −1 leaves, −2 is a static member that comes back; else the number of the assignment.",
        "0은 참여, −1은 탈퇴, −2는 돌아올 정적 멤버. 그 밖에는 할당의 번호.",
    ),
    (
        "ConsumerGroupHeartbeat",
        "owned",
        "KIP-848",
        "What the member still holds, so that the broker knows what is free.",
        "멤버가 아직 맡고 있는 파티션. 브로커가 무엇이 비었는지 알게 된다.",
    ),
    (
        "ConsumerGroupHeartbeat",
        "assignment",
        "KIP-848",
        "What the member shall hold; the broker makes the plan.",
        "멤버가 맡을 파티션. 브로커가 할당을 정한다.",
    ),
    ("ConsumerGroupHeartbeat", "assignor", "KIP-848", "The strategy that the broker shall use.", "브로커가 쓸 할당 전략."),
    (
        "ConsumerGroupHeartbeat",
        "heartbeat_interval_ms",
        "KIP-848",
        "How often to send a heartbeat: the broker says it, not the client.",
        "하트비트를 보내는 간격. 클라이언트가 아니라 브로커가 정한다.",
    ),
    (
        "ConsumerGroupHeartbeat",
        "rebalance_timeout_ms",
        "KIP-848",
        "How long the member has to give up what it is asked for.",
        "내놓으라는 파티션을 멤버가 내놓을 때까지의 시간.",
    ),
    ("ConsumerGroupHeartbeat", "topics", "KIP-848", "The topics that the member subscribes to.", "멤버가 구독하는 토픽."),
    (
        "ConsumerGroupHeartbeat",
        "pattern",
        "KIP-848",
        "A subscription by pattern, which the broker matches.",
        "패턴 구독. 브로커가 맞춰 본다.",
    ),
    (
        "OffsetCommit",
        "offsets",
        "",
        "The next offset to read of each partition: one past the last record that counts as done.",
        "파티션마다 다음에 읽을 오프셋. 끝낸 마지막 레코드보다 하나 크다.",
    ),
    (
        "OffsetCommit",
        "results",
        "",
        "One result for each partition: none where the offset was taken, else why not.",
        "파티션마다의 결과. 커밋되었으면 없고, 아니면 이유.",
    ),
    ("OffsetFetch", "partitions", "", "The partitions whose committed offsets are asked for.", "커밋된 오프셋을 묻는 파티션."),
    (
        "OffsetFetch",
        "offsets",
        "",
        "Where the group stopped; −1 where it never committed, then auto.offset.reset decides.",
        "그룹이 멈춘 곳. −1은 커밋이 없다는 뜻이며 auto.offset.reset이 정한다.",
    ),
    (
        "ListOffsets",
        "timestamps",
        "KIP-79",
        "−1 asks for the end of the log, −2 for its beginning, else for the first record from that time on.",
        "−1은 로그의 끝, −2는 처음, 그 밖에는 그 시각 이후의 첫 레코드를 묻는다.",
    ),
    ("ListOffsets", "offsets", "", "The offsets that were asked for.", "물어본 오프셋."),
    (
        "Fetch",
        "max_wait_ms",
        "",
        "fetch.wait.max.ms: so long the broker keeps the request while there is too little to send.",
        "fetch.wait.max.ms. 보낼 것이 모자라는 동안 브로커가 요청을 붙들어 두는 시간.",
    ),
    (
        "Fetch",
        "min_bytes",
        "",
        "fetch.min.bytes: the broker answers as soon as it has so much.",
        "fetch.min.bytes. 이만큼 모이면 브로커가 바로 응답한다.",
    ),
    (
        "Fetch",
        "max_bytes",
        "KIP-74",
        "fetch.max.bytes: the most that one answer brings.",
        "fetch.max.bytes. 응답 하나가 가져오는 최대 크기.",
    ),
    (
        "Fetch",
        "partition_max_bytes",
        "",
        "max.partition.fetch.bytes: the most of one partition.",
        "max.partition.fetch.bytes. 파티션 하나의 최대 크기.",
    ),
    (
        "Fetch",
        "offsets",
        "KIP-227",
        "The first offset wanted of each partition; within a fetch session only what has changed.",
        "파티션마다 읽기 시작할 오프셋. 페치 세션에서는 바뀐 것만 적는다.",
    ),
    (
        "Fetch",
        "partitions",
        "",
        "What came of each partition: the number of records and the offset of the first.",
        "파티션마다 온 것: 레코드 수와 첫 오프셋.",
    ),
    (
        "Produce",
        "acks",
        "",
        "0: no answer, 1: the leader has it, −1: all replicas in sync have it.",
        "0: 응답 없음, 1: 리더가 받음, −1: 동기화된 모든 복제본이 받음.",
    ),
    ("Produce", "partitions", "", "The partitions that the records go to.", "레코드를 쓰는 파티션."),
    (
        "Produce",
        "results",
        "",
        "One result for each partition: none where the records were written, else why not.",
        "파티션마다의 결과. 레코드가 쓰였으면 없고, 아니면 이유.",
    ),
    ("", "name", "", "The API's name: the recorder looks no further into it.", "API의 이름. 기록기는 그 안을 더 읽지 않는다."),
    (
        "opaque",
        "reason",
        "",
        "Why the recorder could not read it; it was forwarded as it came.",
        "기록기가 읽지 못한 이유. 받은 그대로 전달했다.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_s_own_field_goes_before_that_of_all() {
        assert_eq!(meaning("LeaveGroup", "members").map(|(_, kip)| kip), Some("KIP-345"));
        assert_eq!(meaning("JoinGroup", "generation").map(|(text, _)| text.get(Language::Ko).contains("번호")), Some(true));
        assert!(meaning("JoinGroup", "nothing").is_none());
    }

    /// Every field of every API, in every version, as `trace` is tested to read it.
    const READ: [&str; 2] = [
        include_str!("../../trace/tests/snapshots/meaning__requests_mean_the_same_in_every_version.snap"),
        include_str!("../../trace/tests/snapshots/meaning__answers_mean_the_same_in_every_version.snap"),
    ];

    #[test]
    fn every_field_that_is_read_has_a_sentence() {
        let lines = READ.iter().flat_map(|snapshot| snapshot.lines()).filter_map(|line| line.split_once(" {"));
        let mut known = 0;
        for (_, rest) in lines {
            let json = format!("{{{}", rest.trim_end_matches(" (to be rewritten)"));
            let frame: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
            let api = frame["api"].as_str().unwrap();
            for field in frame.keys().filter(|field| *field != "api") {
                assert!(meaning(api, field).is_some(), "what does `{field}` of {api} mean?");
                known += 1;
            }
        }
        assert!(known > FIELDS.len(), "the snapshots of trace are read");
    }

    #[test]
    fn every_sentence_is_whole_in_both_languages() {
        for (api, field, kip, en, ko) in FIELDS {
            assert!(en.ends_with('.') && ko.ends_with('.'), "{api}.{field}");
            assert!(ko.chars().any(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c)), "{api}.{field}");
            assert!(kip.is_empty() || kip.starts_with("KIP-"), "{api}.{field}");
        }
    }
}
