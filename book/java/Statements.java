// Asks Java's consumer whether what the pages say of it is so, on a real Kafka; book/java/statements.txt is its output, and the appendix
// shows it. Run it again when the client's version changes. It ends with exit code 1 where a statement is not so.
//
//   mvn dependency:copy -Dartifact=org.apache.kafka:kafka-clients:4.3.1 -DoutputDirectory=jars
//   mvn dependency:copy -Dartifact=org.slf4j:slf4j-api:2.0.17 -DoutputDirectory=jars
//   docker compose up --wait
//   java -cp 'jars/*' book/java/Statements.java localhost:9092 2> log.txt > book/java/statements.txt

import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.AppInfoParser;

class Statements {
    static final Duration LOOK = Duration.ofMillis(200);
    static String bootstrap;
    static Admin admin;
    static int number;
    /** A consumer that is closed does not tell its group any more. */
    static final Map<KafkaConsumer<?, ?>, String> groups = new IdentityHashMap<>();
    static boolean all = true;

    interface Question {
        boolean isSo() throws Exception;
    }

    static void say(String page, String statement, Question question) {
        String seen;
        try {
            seen = question.isSo() ? "✓" : "✗";
        } catch (Exception thrown) {
            seen = "✗ " + thrown;
        }
        all &= seen.equals("✓");
        System.out.println(seen + " " + page + "  " + statement);
    }

    public static void main(String[] arguments) throws Exception {
        bootstrap = arguments[0];
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        System.out.println("kafka-clients " + AppInfoParser.getVersion());
        joining();
        configuration();
        reading();
        positions();
        leaving();
        admin.close();
        System.exit(all ? 0 : 1);
    }

    static void joining() {
        say("1.1", "Under the classic protocol it joins inside poll: after subscribe alone the group has no member.", () -> {
            try (var consumer = consumer(topic(0), Map.of())) {
                Thread.sleep(2_000);
                return members(group(consumer)) == 0;
            }
        });
        say("1.1", "With group.protocol=consumer one poll starts the joining, and the rest happens in the background.", () -> {
            try (var consumer = consumer(topic(0), Map.of("group.protocol", "consumer"))) {
                consumer.poll(Duration.ZERO);
                return until(() -> members(group(consumer)) == 1);
            }
        });
        say("1.2", "A second thread that calls the consumer gets a ConcurrentModificationException.", () -> {
            try (var consumer = consumer(topic(0), Map.of()); var threads = new Threads()) {
                var polling = threads.submit(() -> consumer.poll(Duration.ofSeconds(3)));
                Thread.sleep(500);
                boolean isRefused = isThrown(ConcurrentModificationException.class, consumer::subscription);
                polling.get();
                return isRefused;
            }
        });
        say("2.1", "A static member that is closed sends no LeaveGroup: the group keeps it.", () -> {
            var consumer = consumer(topic(1), Map.of("group.instance.id", "C1"));
            read(consumer, 1);
            consumer.close();
            return members(group(consumer)) == 1;
        });
        say("2.1", "With CloseOptions and LEAVE_GROUP a static member leaves.", () -> {
            var consumer = consumer(topic(1), Map.of("group.instance.id", "C1"));
            read(consumer, 1);
            consumer.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            return until(() -> members(group(consumer)) == 0);
        });
    }

    static void configuration() {
        say("2.2", "A heartbeat.interval.ms that is not below session.timeout.ms is refused.", () ->
            isThrown(Exception.class, () -> consumer(topic(0), Map.of("heartbeat.interval.ms", "6000", "session.timeout.ms", "6000"))));
        say("3.1", "A property that it does not know is no error.", () -> {
            consumer(topic(0), Map.of("fetch.min.byte", "1")).close();
            return true;
        });
        say("3.1", "Where no host name can be resolved, the constructor throws \"No resolvable bootstrap urls\".", () -> {
            try {
                consumer(topic(0), Map.of("bootstrap.servers", "no-such-host.invalid:9092")).close();
                return false;
            } catch (KafkaException thrown) {
                return String.valueOf(thrown.getCause()).contains("No resolvable bootstrap urls");
            }
        });
        say("3.2", "Without key.deserializer the consumer is not made.", () ->
            isThrown(KafkaException.class, () -> new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", "G1"))));
        say("3.2", "IntegerDeserializer gives null for no value and throws unless there are four bytes.", () -> {
            var four = new IntegerDeserializer();
            return four.deserialize("T1", null) == null && four.deserialize("T1", new byte[] { 0, 0, 0, 7 }) == 7
                && isThrown(Exception.class, () -> four.deserialize("T1", new byte[3]));
        });
        say("3.2", "StringDeserializer never throws: it puts U+FFFD for what it cannot read.", () ->
            new StringDeserializer().deserialize("T1", new byte[] { 'a', (byte) 0xff }).equals("a\uFFFD"));
        say("3.4", "auto.offset.reset takes by_duration:PT1H.", () -> {
            consumer(topic(0), Map.of("auto.offset.reset", "by_duration:PT1H")).close();
            return true;
        });
        say("4.2", "subscribe takes a list or a Pattern: the second call throws IllegalStateException.", () -> {
            try (var consumer = consumer(topic(0), Map.of())) {
                return isThrown(IllegalStateException.class, () -> consumer.subscribe(Pattern.compile("T.*")));
            }
        });
    }

    static void reading() {
        say("3.2", "A record that cannot be read: poll throws RecordDeserializationException, again and again.", () -> {
            try (var consumer = consumer(topic(1), Map.of("value.deserializer", IntegerDeserializer.class.getName()))) {
                return read(consumer, 1) instanceof RecordDeserializationException
                    && isThrown(RecordDeserializationException.class, () -> consumer.poll(LOOK))
                    && consumer.position(consumer.assignment().iterator().next()) == 0;
            }
        });
        say("3.4", "With none, poll throws NoOffsetForPartitionException where nothing is committed.", () -> {
            try (var consumer = consumer(topic(1), Map.of("auto.offset.reset", "none"))) {
                return read(consumer, 1) instanceof NoOffsetForPartitionException;
            }
        });
        say("3.4", "With none, poll throws OffsetOutOfRangeException where the offset is gone.", () -> {
            try (var consumer = consumer(topic(1), Map.of("auto.offset.reset", "none"))) {
                commit(consumer, 99);
                return read(consumer, 1) instanceof OffsetOutOfRangeException;
            }
        });
        say("3.4", "With latest and automatic commits the position is committed though no record has come.", () -> {
            var consumer = consumer(topic(3), Map.of("auto.offset.reset", "latest"));
            assign(consumer);
            consumer.poll(LOOK);
            consumer.close();
            return committed(consumer) == 3;
        });
        say("3.6", "45 records and a max.poll.records of 20: three calls return 20, 20 and 5.", () -> {
            try (var consumer = consumer(topic(45), Map.of("max.poll.records", "20"))) {
                var counts = new ArrayList<Integer>();
                until(() -> {
                    int count = consumer.poll(LOOK).count();
                    if (count > 0) counts.add(count);
                    return counts.stream().mapToInt(i -> i).sum() == 45;
                });
                return counts.equals(List.of(20, 20, 5));
            }
        });
        say("4.2", "A missing topic: poll gives nothing and throws nothing.", () -> {
            try (var consumer = consumer("no.such.topic." + UUID.randomUUID(), Map.of())) {
                return consumer.poll(Duration.ofSeconds(2)).isEmpty();
            }
        });
    }

    static void positions() {
        say("6.1", "commitSync() without arguments commits all that the last poll has returned.", () -> {
            var consumer = consumer(topic(5), Map.of("enable.auto.commit", "false"));
            read(consumer, 5);
            consumer.commitSync();
            boolean isSo = committed(consumer) == 5;
            consumer.close();
            return isSo;
        });
        say("7.1", "Automatic commits have no timer: ten intervals after a poll nothing is committed; the next poll commits.", () -> {
            var consumer = consumer(topic(5), Map.of("auto.commit.interval.ms", "200"));
            read(consumer, 5);
            Thread.sleep(2_000);
            boolean isNone = committed(consumer) == -1;
            consumer.poll(LOOK);
            boolean isSo = isNone && until(() -> committed(consumer) == 5);
            consumer.close();
            return isSo;
        });
        say("7.2", "What a poll commits automatically is what earlier calls have returned, not what it returns itself.", () -> {
            var consumer = consumer(topic(10), Map.of("auto.commit.interval.ms", "1", "max.poll.records", "5"));
            read(consumer, 5);
            Thread.sleep(50);
            int second = consumer.poll(LOOK).count();
            boolean isSo = second == 5 && until(() -> committed(consumer) == 5);
            consumer.close();
            return isSo;
        });
        say("5.2", "close() with automatic commits commits what the last poll has returned, processed or not.", () -> {
            var consumer = consumer(topic(5), Map.of());
            read(consumer, 5);
            consumer.close();
            return committed(consumer) == 5;
        });
        say("8.2", "A member that was too long away: commitSync() throws CommitFailedException.", () -> {
            try (var consumer = consumer(topic(1), Map.of("enable.auto.commit", "false", "max.poll.interval.ms", "1000"))) {
                read(consumer, 1);
                until(() -> members(group(consumer)) == 0);
                return isThrown(CommitFailedException.class, consumer::commitSync);
            }
        });
        say("9.1", "commitAsync calls its callback from within a later poll, with null where the commit was taken.", () -> {
            try (var consumer = consumer(topic(1), Map.of("enable.auto.commit", "false"))) {
                read(consumer, 1);
                var heard = new ArrayList<Object>();
                consumer.commitAsync((offsets, error) -> heard.add(error == null ? Thread.currentThread() : error));
                Thread.sleep(1_000);
                boolean isSilent = heard.isEmpty();
                consumer.poll(LOOK);
                return isSilent && heard.equals(List.of(Thread.currentThread()));
            }
        });
        say("9.3", "A listener without onPartitionsLost gets onPartitionsRevoked for lost partitions, and its commit fails.", () -> {
            var told = new ArrayList<String>();
            var consumer = consumer(null, Map.of("enable.auto.commit", "false", "max.poll.interval.ms", "1000"));
            consumer.subscribe(List.of(topic(1)), new ConsumerRebalanceListener() {
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    told.add("revoked " + isThrown(CommitFailedException.class, consumer::commitSync));
                }

                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                }
            });
            read(consumer, 1);
            until(() -> members(group(consumer)) == 0);
            consumer.poll(LOOK);
            boolean isSo = told.equals(List.of("revoked true"));
            consumer.close();
            return isSo;
        });
    }

    static void leaving() {
        say("9.3", "close() calls onPartitionsRevoked.", () -> {
            var told = new ArrayList<String>();
            var consumer = consumer(null, Map.of());
            consumer.subscribe(List.of(topic(1)), new ConsumerRebalanceListener() {
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    told.add("revoked " + partitions.size());
                }

                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                }
            });
            read(consumer, 1);
            consumer.close();
            return told.equals(List.of("revoked 1"));
        });
        say("10.1", "wakeup() from another thread makes the poll that waits throw WakeupException.", () -> {
            try (var consumer = consumer(topic(0), Map.of()); var threads = new Threads()) {
                var polling = threads.submit(() -> isThrown(WakeupException.class, () -> consumer.poll(Duration.ofSeconds(20))));
                Thread.sleep(500);
                consumer.wakeup();
                return polling.get();
            }
        });
        say("10.1", "A wakeup() while nothing waits makes the next call throw: a poll, or a commitSync.", () -> {
            try (var consumer = consumer(topic(1), Map.of("enable.auto.commit", "false"))) {
                read(consumer, 1);
                consumer.wakeup();
                boolean isPoll = isThrown(WakeupException.class, () -> consumer.poll(LOOK));
                consumer.wakeup();
                return isPoll && isThrown(WakeupException.class, consumer::commitSync);
            }
        });
    }

    /** A consumer of a group of its own, subscribed to `topic` unless that is null. */
    static KafkaConsumer<String, Object> consumer(String topic, Map<String, String> more) {
        var properties = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest"));
        String group = "statements." + UUID.randomUUID();
        properties.put("group.id", group);
        properties.put("key.deserializer", StringDeserializer.class.getName());
        properties.put("value.deserializer", StringDeserializer.class.getName());
        properties.putAll(more);
        var consumer = new KafkaConsumer<String, Object>(properties);
        groups.put(consumer, group);
        if (topic != null) consumer.subscribe(List.of(topic));
        return consumer;
    }

    /** A new topic with one partition and so many records. */
    static String topic(int records) throws Exception {
        String name = "statements." + ++number + "." + UUID.randomUUID();
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        var properties = Map.<String, Object>of("bootstrap.servers", bootstrap, "enable.idempotence", "false");
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int n = 0; n < records; n++) producer.send(new ProducerRecord<>(name, 0, null, "sign-up " + n)).get();
        }
        return name;
    }

    /** Polls until so many records have come; gives what a poll threw, if one did. */
    static Exception read(KafkaConsumer<?, ?> consumer, int records) throws Exception {
        int[] read = { 0 };
        try {
            if (!until(() -> (read[0] += consumer.poll(LOOK).count()) >= records)) throw new TimeoutException("no records");
            return null;
        } catch (KafkaException thrown) {
            return thrown;
        }
    }

    static void assign(KafkaConsumer<?, ?> consumer) throws Exception {
        until(() -> {
            consumer.poll(LOOK);
            return !consumer.assignment().isEmpty();
        });
    }

    static String group(KafkaConsumer<?, ?> consumer) {
        return groups.get(consumer);
    }

    static int members(String group) throws Exception {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().size();
        } catch (ExecutionException notThere) {
            return 0;
        }
    }

    /** What the group of a consumer has committed; -1 where nothing. */
    static long committed(KafkaConsumer<?, ?> consumer) throws Exception {
        var offsets = admin.listConsumerGroupOffsets(group(consumer)).partitionsToOffsetAndMetadata().get();
        return offsets.values().stream().filter(Objects::nonNull).mapToLong(OffsetAndMetadata::offset).findAny().orElse(-1);
    }

    static void commit(KafkaConsumer<?, ?> consumer, long offset) throws Exception {
        var partition = new TopicPartition(consumer.subscription().iterator().next(), 0);
        admin.alterConsumerGroupOffsets(group(consumer), Map.of(partition, new OffsetAndMetadata(offset))).all().get();
    }

    static boolean until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) return false;
            Thread.sleep(20);
        }
        return true;
    }

    interface Action {
        void run() throws Exception;
    }

    static boolean isThrown(Class<? extends Exception> kind, Action action) {
        try {
            action.run();
            return false;
        } catch (Exception thrown) {
            return kind.isInstance(thrown);
        }
    }

    /** One thread that ends with its block. */
    static class Threads implements AutoCloseable {
        private final ExecutorService one = Executors.newSingleThreadExecutor();

        <T> Future<T> submit(Callable<T> task) {
            return one.submit(task);
        }

        public void close() {
            one.shutdown();
        }
    }
}
