package stoker_inside;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes with each of some mutants, in a class loader of its own each time. */
public final class Tests {
    private Tests() {}

    /** Takes the report's file, the project's class path, the mutants, milliseconds for each, the order, the classes. */
    public static void main(String[] words) throws Exception {
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        List<String> classes = List.of(words).subList(5, words.length);
        try (Writer report = Files.newBufferedWriter(Path.of(words[0]))) {
            for (String number : words[2].split(",")) {
                int mutant = Integer.parseInt(number);
                ClassLoader loader = Calls.loader(words[1]);
                Probe.start(mutant);
                Told told = new Told(report, mutant);
                boolean ended = Probe.within(Long.parseLong(words[3]), () -> run(classes, words[4], loader, told), loader);
                told.tell(Map.of("mutant", mutant, "ended", ended, "hung", ended ? "" : told.running));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void run(List<String> classes, String order, ClassLoader loader, Told told) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        request.configurationParameter("junit.jupiter.execution.parallel.enabled", "false");
        if (!order.isEmpty()) {
            request.configurationParameter("junit.jupiter.testmethod.order.default", order);
        }
        for (String each : classes) {
            try {
                request.selectors(DiscoverySelectors.selectClass(Class.forName(each, false, loader)));
            } catch (ClassNotFoundException | LinkageError error) {
                told.problem(String.valueOf(error));
            }
        }
        LauncherFactory.create().execute(request.build(), told);
    }

    private static final class Told implements TestExecutionListener {
        private final Writer report;
        private final int mutant;
        private volatile String running = "";

        Told(Writer report, int mutant) {
            this.report = report;
            this.mutant = mutant;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                Probe.start(mutant);
                running = test.getSource().orElse(null) instanceof MethodSource method ? method.getClassName() + "." + method.getMethodName() : "";
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable error = result.getThrowable().orElse(null);
            if (test.getSource().orElse(null) instanceof MethodSource method && test.isTest()) {
                Map<String, Object> told = new TreeMap<>(Map.of("mutant", mutant, "class", method.getClassName()));
                told.put("name", method.getMethodName());
                told.put("state", result.getStatus().name());
                told.put("message", error == null ? "" : String.valueOf(error));
                told.put("detail", error == null ? "" : trace(error));
                told.put("lines", Probe.lines());
                tell(told);
            } else if (error != null) {
                problem(String.valueOf(error));
            }
        }

        void problem(String text) {
            tell(Map.of("mutant", mutant, "problem", text));
        }

        /** A run that was given up must not write into the report of the next. */
        synchronized void tell(Map<String, Object> told) {
            try {
                report.write(Json.of(told) + "\n");
                report.flush();
            } catch (java.io.IOException error) {
                Runtime.getRuntime().halt(3);
            }
        }

        private static String trace(Throwable error) {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            return text.toString().substring(0, Math.min(800, text.getBuffer().length()));
        }
    }
}
