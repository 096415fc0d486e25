package stoker_inside;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Period;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Values as Java source. What can't be written down so that it equals the value has none. */
final class Literal {
    private static final int LONGEST = 2000;
    private static final int MOST = 40;
    private static final boolean OLD = Integer.getInteger("stoker.level", 17) < 9;
    final Set<String> imports = new TreeSet<>();

    /** No literal equals it. */
    static final class Unfit extends Exception {}

    String of(Object value) throws Unfit {
        String text = written(value);
        if (text.length() > LONGEST) {
            throw new Unfit();
        }
        return text;
    }

    private String written(Object value) throws Unfit {
        if (value == null || value instanceof Boolean || value instanceof Integer) {
            return String.valueOf(value);
        }
        if (value instanceof String text) {
            return quoted(text, '"');
        }
        if (value instanceof Character each) {
            return quoted(String.valueOf(each), '\'');
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (value instanceof Enum<?> each) {
            return name(each.getDeclaringClass()) + "." + each.name();
        }
        if (value instanceof Class<?> type) {
            return name(type) + ".class";
        }
        if (value.getClass().isArray()) {
            return array(value);
        }
        if (value instanceof Collection<?> || value instanceof Map<?, ?> || value instanceof Optional<?>) {
            return collected(value);
        }
        return other(value);
    }

    private String number(Number value) throws Unfit {
        if (value instanceof Long) {
            return value.equals(Long.MIN_VALUE) ? "Long.MIN_VALUE" : value + "L";
        }
        if (value instanceof Double each) {
            return each.isNaN() ? "Double.NaN" : each.isInfinite() ? (each > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY") : each.toString();
        }
        if (value instanceof Float each) {
            return each.isNaN() ? "Float.NaN" : each.isInfinite() ? (each > 0 ? "Float.POSITIVE_INFINITY" : "Float.NEGATIVE_INFINITY") : each + "f";
        }
        if (value instanceof Byte || value instanceof Short) {
            return "(" + (value instanceof Byte ? "byte" : "short") + ") " + value;
        }
        if (value.getClass() == BigDecimal.class || value.getClass() == BigInteger.class) {
            return "new " + name(value.getClass()) + "(\"" + value + "\")";
        }
        throw new Unfit();
    }

    private String array(Object value) throws Unfit {
        int length = Array.getLength(value);
        if (length > MOST) {
            throw new Unfit();
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            String text = written(Array.get(value, i));
            parts.add(text.startsWith("(byte) ") || text.startsWith("(short) ") ? text.substring(text.indexOf(' ') + 1) : text);
        }
        return "new " + name(value.getClass()) + " {" + String.join(", ", parts) + "}";
    }

    private String collected(Object value) throws Unfit {
        List<String> parts = new ArrayList<>();
        if (value instanceof Optional<?> optional) {
            imports.add("java.util.Optional");
            return optional.isPresent() ? "Optional.of(" + written(optional.get()) + ")" : "Optional.empty()";
        }
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> each : map.entrySet()) {
                parts.add(inner(each.getKey()) + ", " + inner(each.getValue()));
            }
            if (parts.size() > 10 || (OLD && !parts.isEmpty()) || map.containsValue(null)) {
                throw new Unfit();
            }
            parts.sort(null);
            imports.add(OLD ? "java.util.Collections" : "java.util.Map");
            return OLD ? "Collections.emptyMap()" : "Map.of(" + String.join(", ", parts) + ")";
        }
        boolean isSet = value instanceof Set<?>;
        if ((!isSet && !(value instanceof List<?>)) || ((Collection<?>) value).size() > MOST) {
            throw new Unfit();
        }
        boolean hasNull = false;
        for (Object each : (Collection<?>) value) {
            hasNull |= each == null;
            parts.add(inner(each));
        }
        String all = isSet ? String.join(", ", sorted(parts)) : String.join(", ", parts);
        if (OLD || hasNull) {
            imports.add("java.util.Arrays");
            imports.add(isSet ? "java.util.HashSet" : "java.util.Arrays");
            return isSet ? "new HashSet<>(Arrays.asList(" + all + "))" : "Arrays.asList(" + all + ")";
        }
        imports.add(isSet ? "java.util.Set" : "java.util.List");
        return (isSet ? "Set" : "List") + ".of(" + all + ")";
    }

    private static List<String> sorted(List<String> parts) {
        parts.sort(null);
        return parts;
    }

    private String inner(Object value) throws Unfit {
        if (value != null && value.getClass().isArray()) {
            throw new Unfit();
        }
        return written(value);
    }

    private String other(Object value) throws Unfit {
        Class<?> type = value.getClass();
        if (value instanceof Temporal || type == Duration.class || type == Period.class) {
            return name(type) + ".parse(" + quoted(value.toString(), '"') + ")";
        }
        if (type == UUID.class) {
            return name(type) + ".fromString(\"" + value + "\")";
        }
        if (type == Locale.class) {
            return name(type) + ".forLanguageTag(\"" + ((Locale) value).toLanguageTag() + "\")";
        }
        if (!type.isRecord()) {
            throw new Unfit();
        }
        List<String> parts = new ArrayList<>();
        for (RecordComponent each : type.getRecordComponents()) {
            try {
                each.getAccessor().setAccessible(true);
                parts.add(inner(each.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException | RuntimeException error) {
                throw new Unfit();
            }
        }
        return "new " + name(type) + "(" + String.join(", ", parts) + ")";
    }

    /** A type as the source has it, with the import that it needs. */
    String name(Class<?> type) throws Unfit {
        Class<?> plain = type;
        while (plain.isArray()) {
            plain = plain.getComponentType();
        }
        String canonical = type.getCanonicalName();
        if (canonical == null || Modifier.isPrivate(plain.getModifiers())) {
            throw new Unfit();
        }
        Class<?> top = plain;
        while (top.getEnclosingClass() != null) {
            top = top.getEnclosingClass();
        }
        if (!plain.isPrimitive() && !top.getPackageName().equals("java.lang")) {
            imports.add(top.getCanonicalName());
        }
        String in = plain.getPackageName();
        return plain.isPrimitive() || in.isEmpty() ? canonical : canonical.substring(in.length() + 1);
    }

    static String quoted(String value, char quote) {
        StringBuilder text = new StringBuilder().append(quote);
        for (char each : value.toCharArray()) {
            int at = "\n\t\r\b\f\\".indexOf(each);
            if (at >= 0) {
                text.append('\\').append("ntrbf\\".charAt(at));
            } else if (each == quote) {
                text.append('\\').append(each);
            } else if (each >= ' ' && each <= '~') {
                text.append(each);
            } else {
                text.append(String.format("\\u%04x", (int) each));
            }
        }
        return text.append(quote).toString();
    }
}
