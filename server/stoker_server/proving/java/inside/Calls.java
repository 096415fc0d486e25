package stoker_inside;

import java.io.File;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the generated calls, each twice as it is and once with each mutant. */
public final class Calls {
    private static final long CALL_MILLISECONDS = 1500;

    private Calls() {}

    /** Takes the report's file, the project's class path, the class of the calls, their numbers, the mutants, the time. */
    public static void main(String[] words) throws Exception {
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        ClassLoader loader = loader(words[1]);
        Class<?> calls = Class.forName(words[2], true, loader);
        String[] mutants = words[4].isEmpty() ? new String[0] : words[4].split(",");
        long deadline = System.nanoTime() + Long.parseLong(words[5]) * 1_000_000;
        try (Writer report = Files.newBufferedWriter(Path.of(words[0]))) {
            for (String number : words[3].split(",")) {
                Method method = calls.getDeclaredMethod("c" + number, Seen.class);
                method.setAccessible(true);
                String seen = made(method, 0, loader);
                Object lines = Probe.lines();
                boolean steady = seen != null && seen.equals(made(method, 0, loader));
                List<Integer> kills = new ArrayList<>();
                for (String each : mutants) {
                    int mutant = Integer.parseInt(each);
                    if (steady && System.nanoTime() < deadline && !seen.equals(made(method, mutant, loader))) {
                        kills.add(mutant);
                    }
                }
                report.write("[" + number + "," + seen + "," + steady + "," + Json.of(lines) + "," + Json.of(kills) + "]\n");
                report.flush();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    static ClassLoader loader(String path) throws Exception {
        List<URL> places = new ArrayList<>();
        for (String each : path.split(File.pathSeparator)) {
            places.add(new File(each).toURI().toURL());
        }
        return new URLClassLoader(places.toArray(new URL[0]), Calls.class.getClassLoader());
    }

    private static String made(Method method, int mutant, ClassLoader loader) throws InterruptedException {
        Seen seen = new Seen();
        Probe.start(mutant);
        boolean ended = Probe.within(CALL_MILLISECONDS, () -> make(method, seen), loader);
        return ended ? seen.finished() : null;
    }

    private static void make(Method method, Seen seen) {
        try {
            method.invoke(null, seen);
        } catch (InvocationTargetException error) {
            seen.threw(error.getCause());
        } catch (ReflectiveOperationException | LinkageError error) {
            seen.report.put("kind", "unfit");
        }
    }
}
