// Prints the defaults of Java's consumer as JSON, read from the client itself: book/properties/java.json is its output.
//
//   mvn dependency:copy -Dartifact=org.apache.kafka:kafka-clients:4.3.1 -DoutputDirectory=jars
//   mvn dependency:copy -Dartifact=org.slf4j:slf4j-api:2.0.17 -DoutputDirectory=jars
//   java -cp 'jars/*' book/properties/ConsumerDefaults.java > book/properties/java.json

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.AppInfoParser;

class ConsumerDefaults {
    public static void main(String[] none) {
        var lines = new java.util.TreeMap<String, String>();
        for (ConfigDef.ConfigKey key : ConsumerConfig.configDef().configKeys().values()) {
            var value = ConfigDef.NO_DEFAULT_VALUE.equals(key.defaultValue) ? null : ConfigDef.convertToString(key.defaultValue, key.type);
            var range = key.validator == null ? null : key.validator.toString();
            lines.put(key.name, "{ \"default\": " + json(value) + ", \"range\": " + json(range) + " }");
        }
        var body = new StringBuilder();
        lines.forEach((name, line) -> body.append(body.isEmpty() ? "" : ",\n").append("    ").append(json(name)).append(": ").append(line));
        System.out.println("{\n  \"version\": " + json(AppInfoParser.getVersion()) + ",\n  \"properties\": {\n" + body + "\n  }\n}");
    }

    static String json(String text) {
        return text == null ? "null" : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + "\"";
    }
}
