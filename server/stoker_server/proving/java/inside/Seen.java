package stoker_inside;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one call does, as far as a test can tell. The generated calls report to it. */
public final class Seen {
    final Map<String, Object> report = new LinkedHashMap<>();
    private final Literal literal = new Literal();
    private final Map<String, String> before = new LinkedHashMap<>();
    private final Map<String, String> changed = new LinkedHashMap<>();
    private boolean began;

    /** A value that the call may change. */
    public void before(String name, Object value) {
        before.put(name, written(value));
    }

    /** What comes now is the call. */
    public void began() {
        began = true;
    }

    /** The call ended without a result. */
    public void done() {
        report.put("kind", "void");
        report.put("text", "");
    }

    /** The call's result. */
    public void gave(Object value) {
        try {
            report.put("kind", "value");
            report.put("text", literal.of(value));
            report.put("type", value != null && value.getClass().isArray() ? "array" : "");
        } catch (Literal.Unfit unfit) {
            opaque(value);
        }
    }

    private void opaque(Object value) {
        report.put("kind", "opaque");
        report.put("text", "");
        try {
            boolean tells = value.getClass().getMethod("toString").getDeclaringClass() != Object.class;
            String text = tells && !value.getClass().isArray() ? value.toString() : null;
            if (text != null && text.length() < 300) {
                report.put("kind", "value");
                report.put("form", "{}.toString()");
                report.put("text", Literal.quoted(text, '"'));
            }
        } catch (ReflectiveOperationException | RuntimeException error) {
            report.put("kind", "opaque");
        }
    }

    /** What a value is after the call. */
    public void after(String name, Object value) {
        String text = written(value);
        if (!text.equals(before.get(name))) {
            changed.put(name, text);
        }
    }

    private String written(Object value) {
        try {
            return value instanceof StringBuilder ? Literal.quoted(value.toString(), '"') : literal.of(value);
        } catch (Literal.Unfit unfit) {
            return "";
        }
    }

    void threw(Throwable error) {
        if (!began || error instanceof VirtualMachineError) {
            report.put("kind", "unfit");
            return;
        }
        report.put("kind", "raises");
        report.put("text", error.getMessage() == null ? "" : Literal.quoted(error.getMessage(), '"'));
        try {
            report.put("type", literal.name(error.getClass()));
        } catch (Literal.Unfit unfit) {
            report.put("kind", "unfit");
        }
        StackTraceElement[] trace = error.getStackTrace();
        report.put("from", trace.length > 0 ? trace[0].getClassName() : "");
    }

    String finished() {
        report.putIfAbsent("kind", "unfit");
        report.put("changed", changed);
        report.put("imports", literal.imports);
        return Json.of(report);
    }
}
