package stoker_inside;

import java.util.Collection;
import java.util.Map;

/** Writes reports: the JDK has nothing that does. */
final class Json {
    private Json() {}

    static String of(Object value) {
        if (value instanceof Map<?, ?> map) {
            StringBuilder text = new StringBuilder("{");
            map.forEach((key, each) -> text.append(text.length() > 1 ? "," : "").append(of(key)).append(":").append(of(each)));
            return text.append("}").toString();
        }
        if (value instanceof Collection<?> list) {
            StringBuilder text = new StringBuilder("[");
            list.forEach(each -> text.append(text.length() > 1 ? "," : "").append(of(each)));
            return text.append("]").toString();
        }
        return value instanceof Number || value instanceof Boolean || value == null ? String.valueOf(value) : quoted(String.valueOf(value));
    }

    static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char each : value.toCharArray()) {
            if (each == '"' || each == '\\') {
                text.append('\\').append(each);
            } else if (each < ' ' || each > '~') {
                text.append(String.format("\\u%04x", (int) each));
            } else {
                text.append(each);
            }
        }
        return text.append('"').toString();
    }
}
