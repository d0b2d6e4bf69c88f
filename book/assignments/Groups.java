// Lets real groups of Java's consumer agree on the same groups as book/assignments/librdkafka.jsonl, on a running Kafka, and prints what
// they agreed on: book/assignments/java.jsonl is its output. The jars are those of a Kafka distribution, the folder libs.
//
//   java -cp 'libs/*' book/assignments/Groups.java localhost:9092 < book/assignments/librdkafka.jsonl > book/assignments/java.jsonl

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.AppInfoParser;

class Groups {
    static final ObjectMapper JSON = new ObjectMapper();
    /** A group in which nothing has changed for this long, several heartbeats, has settled. */
    static final long QUIET_MS = 1_500;
    static final long WITHIN_MS = 60_000;

    public static void main(String[] arguments) throws Exception {
        var jobs = new ArrayList<Callable<String>>();
        for (var line : new String(System.in.readAllBytes()).split("\n")) {
            var group = JSON.readTree(line);
            switch (group.get("strategy").asText()) {
                case "range" -> jobs.add(() -> follow(arguments[0], "range", RangeAssignor.class, group));
                case "roundrobin" -> jobs.add(() -> follow(arguments[0], "roundrobin", RoundRobinAssignor.class, group));
                case "cooperative-sticky" -> {
                    jobs.add(() -> follow(arguments[0], "sticky", StickyAssignor.class, group));
                    jobs.add(() -> follow(arguments[0], "cooperative-sticky", CooperativeStickyAssignor.class, group));
                }
                default -> { }
            }
        }
        var pool = Executors.newFixedThreadPool(4);
        for (var line : pool.invokeAll(jobs)) {
            System.out.println(line.get());
        }
        pool.shutdown();
    }

    /** Runs one group through its steps. */
    static String follow(String address, String strategy, Class<?> assignor, JsonNode group) throws Exception {
        var prefix = UUID.randomUUID().toString().substring(0, 8);
        var topics = new TreeMap<String, Integer>();
        group.get("topics").fields().forEachRemaining(topic -> topics.put(topic.getKey(), topic.getValue().asInt()));
        try (var admin = Admin.create(Map.of("bootstrap.servers", address))) {
            var there = topics.entrySet().stream().filter(topic -> topic.getValue() > 0)
                .map(topic -> new NewTopic(prefix + "." + topic.getKey(), topic.getValue(), (short) 1)).toList();
            admin.createTopics(there).all().get();
            var running = new TreeMap<String, Member>();
            var steps = JSON.createArrayNode();
            for (var step : group.get("steps")) {
                var members = step.get("members");
                for (var id : List.copyOf(running.keySet())) {
                    if (!members.has(id)) {
                        running.remove(id).leave();
                    }
                }
                for (var it = members.fields(); it.hasNext();) {
                    var member = it.next();
                    if (!running.containsKey(member.getKey())) {
                        var wants = new ArrayList<String>();
                        member.getValue().forEach(topic -> wants.add(prefix + "." + topic.asText()));
                        running.put(member.getKey(), new Member(address, prefix, assignor, member.getKey(), wants));
                    }
                }
                var held = settle(running, topics.values().stream().mapToInt(count -> count).sum());
                var told = steps.addObject();
                told.set("assignment", JSON.valueToTree(shown(held, prefix)));
                told.set("members", members);
            }
            for (var member : running.values()) {
                member.leave();
            }
            admin.deleteTopics(there.stream().map(NewTopic::name).toList()).all().get();
            var line = JSON.createObjectNode();
            line.put("by", "kafka-clients " + AppInfoParser.getVersion());
            line.set("steps", steps);
            line.put("strategy", strategy);
            line.set("topics", JSON.valueToTree(topics));
            return JSON.writeValueAsString(line);
        }
    }

    static Map<String, List<String>> shown(Map<String, Set<TopicPartition>> held, String prefix) {
        var shown = new TreeMap<String, List<String>>();
        held.forEach((id, some) -> shown.put(id, some.stream().map(of -> of.toString().substring(prefix.length() + 1)).sorted().toList()));
        return shown;
    }

    /** Waits until each partition has one owner and nothing has changed for a while. */
    static Map<String, Set<TopicPartition>> settle(Map<String, Member> running, int all) throws Exception {
        for (var began = System.currentTimeMillis(); System.currentTimeMillis() - began < WITHIN_MS; Thread.sleep(20)) {
            var held = new TreeMap<String, Set<TopicPartition>>();
            running.forEach((id, member) -> held.put(id, member.held));
            var owned = new HashSet<TopicPartition>();
            held.values().forEach(owned::addAll);
            var quiet = running.values().stream().allMatch(member -> member.assigned && System.currentTimeMillis() - member.changed > QUIET_MS);
            if (quiet && owned.size() == all && held.values().stream().mapToInt(Set::size).sum() == all) {
                return held;
            }
        }
        throw new IllegalStateException("the group does not settle");
    }

    /** A member on a thread of its own; notes what it holds after each rebalance. */
    static class Member implements ConsumerRebalanceListener, Runnable {
        final KafkaConsumer<byte[], byte[]> consumer;
        final Thread thread = new Thread(this);
        volatile Set<TopicPartition> held = Set.of();
        volatile boolean assigned, stop;
        volatile long changed = System.currentTimeMillis();

        Member(String address, String group, Class<?> assignor, String id, List<String> topics) {
            var properties = new Properties();
            properties.putAll(Map.of("bootstrap.servers", address, "group.id", group, "client.id", id, "heartbeat.interval.ms", "100"));
            properties.put("partition.assignment.strategy", assignor.getName());
            consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer.subscribe(topics, this);
            thread.start();
        }

        public void run() {
            while (!stop) {
                consumer.poll(Duration.ofMillis(50));
            }
            consumer.close();
        }

        void leave() throws InterruptedException {
            stop = true;
            thread.join();
        }

        void note() {
            held = Set.copyOf(consumer.assignment());
            changed = System.currentTimeMillis();
        }

        public void onPartitionsRevoked(Collection<TopicPartition> gone) {
            note();
            held = new HashSet<>(held);
            held.removeAll(gone);
        }

        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            note();
            assigned = true;
        }
    }
}
