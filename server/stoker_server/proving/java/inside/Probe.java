package stoker_inside;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What a probed method tells: which of its lines run; and which of its mutants it is to be. */
public final class Probe {
    public static volatile int mutant;
    private static final int MOST_TURNS = 300_000;
    private static final Set<Integer> LINES = ConcurrentHashMap.newKeySet();
    private static final Set<Thread> ABANDONED = ConcurrentHashMap.newKeySet();
    private static volatile int turns;

    private Probe() {}

    /** A line runs. A thread that was given up must not be counted for the one that came after it. */
    public static void at(int line) {
        if (!ABANDONED.isEmpty() && ABANDONED.contains(Thread.currentThread())) {
            throw new Endless();
        }
        LINES.add(line);
    }

    /** A loop turns. */
    public static void turn() {
        if (++turns > MOST_TURNS || (!ABANDONED.isEmpty() && ABANDONED.contains(Thread.currentThread()))) {
            throw new Endless();
        }
    }

    /** The body of the mutant that must fail. */
    public static void fail() {
        throw new Endless();
    }

    static void start(int number) {
        LINES.clear();
        turns = 0;
        mutant = number;
    }

    static Set<Integer> lines() {
        return new TreeSet<>(LINES);
    }

    /** Run something for so long at most. */
    static boolean within(long milliseconds, Runnable task, ClassLoader loader) throws InterruptedException {
        Thread thread = new Thread(task, "main");
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        thread.start();
        thread.join(milliseconds);
        if (thread.isAlive()) {
            ABANDONED.add(thread);
            return false;
        }
        return true;
    }

    /** No exception of the project's: nothing but a test of everything catches it. */
    public static final class Endless extends Error {
        Endless() {
            super("stoker: stopped", null, false, false);
        }
    }
}
