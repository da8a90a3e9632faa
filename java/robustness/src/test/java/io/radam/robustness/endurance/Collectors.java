package io.radam.robustness.endurance;

import java.util.ArrayList;
import java.util.List;

/** The collectors that long runs are made with. */
final class Collectors {
    static final List<String> NAMES = List.of("G1", "Z", "Serial");

    private Collectors() {
    }

    /**
     * The options of a process whose resident memory is measured. Its heap is small, and all there from the beginning.
     * It sees two processors on each machine, and the runtime starts all its threads at once: else there would be more
     * of them by and by. In a short run, the compiler that takes tens of mebibytes by and by is left out.
     */
    static List<String> options(String collector, boolean isShort) {
        List<String> options = new ArrayList<>(List.of("-XX:+Use" + collector + "GC", "-Xms64m", "-Xmx64m",
                "-XX:+AlwaysPreTouch", "-XX:ActiveProcessorCount=2", "-XX:-UseDynamicNumberOfCompilerThreads",
                "-XX:-UseDynamicNumberOfGCThreads"));
        if (isShort) {
            options.add("-XX:TieredStopAtLevel=1");
        }
        return options;
    }
}
