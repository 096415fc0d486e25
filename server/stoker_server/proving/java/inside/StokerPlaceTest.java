package stoker_inside;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tells how the project runs its tests: it is run by the project's own runner, in the copy alone. */
class StokerPlaceTest {
    @org.junit.jupiter.api.Test
    void tells() throws Exception {
        Class<?> launcher = Class.forName("org.junit.platform.launcher.Launcher");
        List<String> told = new ArrayList<>();
        for (String name : Arrays.asList("surefire.test.class.path", "java.class.path", "jdk.module.path")) {
            told.add(System.getProperty(name, ""));
        }
        told.add(Paths.get(launcher.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
        told.add(System.getProperty("user.dir"));
        told.add(System.getProperty("java.home"));
        told.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        Files.write(Paths.get(System.getenv("STOKER_PLACE"), "place.txt"), told);
    }
}
