package io.radam.bench.report;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Measurement;
import io.radam.bench.Point;
import io.radam.bench.Point.Suite;
import io.radam.bench.Training;
import io.radam.bench.Work;
import java.util.ArrayList;
import java.util.List;

/** Results of two implementations, made up. Theirs has a name that HTML and JSON must escape. */
final class Example {
    static final String OURS = "ours";
    /** A framework's own optimizer, and ours in its place. */
    static final String FRAMEWORKS = "framework";
    static final String ADAPTER = "adapter";
    static final String THEIRS = "<their \"x\">";

    private Example() {
    }

    static Results results() {
        List<Measurement> measurements = new ArrayList<>();
        for (int threads : new int[] {1, 2}) {
            for (int size : new int[] {1000, 1_000_000}) {
                // The machine is half as fast in the second round; theirs takes 2, 2 and 4 times as long.
                add(measurements, new Point(Suite.SIZES, OURS, Work.of(size, 1), threads), size, 2 * size, size);
                add(measurements, new Point(Suite.SIZES, THEIRS, Work.of(size, 1), threads), 2 * size, 4 * size, 4 * size);
            }
        }
        for (int tensors : new int[] {1, 10}) {
            add(measurements, new Point(Suite.TENSORS, OURS, Work.of(1000, tensors), 1), 1000 * tensors);
            add(measurements, new Point(Suite.TENSORS, OURS, Work.of(1000, tensors), 2), 500 * tensors);
        }
        add(measurements, new Point(Suite.MODELS, FRAMEWORKS, Work.named("resnet18"), 1), 9e6, 12e6);
        add(measurements, new Point(Suite.MODELS, ADAPTER, Work.named("resnet18"), 1), 3e6, 3e6);
        add(measurements, new Point(Suite.OVERHEAD, OURS, Work.of(16, 1), 1), 100);
        add(measurements, new Point(Suite.BINDING, "bindAndStep", Work.of(16_000, 1000), 1), 120);
        add(measurements, new Point(Suite.CALLS, "ffmStep", Work.of(16, 1), 1), 10);
        return new Results("test", 60, OURS, 2, List.of(new Named(OURS, null), new Named(THEIRS, null),
                new Named(FRAMEWORKS, FRAMEWORKS), new Named(ADAPTER, FRAMEWORKS)), measurements);
    }

    private static void add(List<Measurement> to, Point point, double... nanos) {
        for (int round = 1; round <= nanos.length; round++) {
            to.add(new Measurement(point, round, nanos[round - 1]));
        }
    }

    private record Named(String name, String baseline) implements Implementation {
        @Override
        public String baseline(Suite suite) {
            return baseline;
        }

        @Override
        public String description() {
            return "a & b";
        }

        @Override
        public EpsilonPlacement epsilonPlacement() {
            return EpsilonPlacement.PLAIN;
        }

        @Override
        public Training create(Work work, int threads) {
            throw new AssertionError("a report measures nothing");
        }
    }
}
