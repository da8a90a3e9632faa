package io.radam.sharded;

import io.radam.OptimizerBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** One of the processes that {@link MpiTest} starts by mpirun, and {@link SocketProcessesTest} without it. */
final class MpiChild {
    /** What is trained: an algorithm and a storage. */
    private static final String[][] TRAININGS = {
        {"RAdam of PyTorch", "MASTERS"}, {"Adam with AMSGrad", "FLOAT16_BLOCK8"}, {"Lion", "ROUNDED_ON_THE_WAY"},
        {"AdamP by rows", "FLOAT32"}};

    private MpiChild() {
    }

    public static void main(String[] arguments) throws Exception {
        if (System.getProperty(SocketSettings.SIZE) != null) {
            try (Collectives collectives = Collectives.open()) {
                if (arguments[0].equals("work")) {
                    work(collectives);
                } else {
                    untilItFails(collectives);
                }
            }
            return;
        }
        try (MpiCollectives collectives = MpiCollectives.open(Duration.ofMinutes(2))) {
            switch (arguments[0]) {
                case "work" -> {
                    inMpiThatIsStarted();
                    work(collectives);
                    catchNullReferences();
                }
                case "hang" -> hang(collectives, Path.of(arguments[1]));
                case "mismatch" -> mismatch(collectives);
                case "kill" -> kill(collectives);
                default -> throw new IllegalArgumentException(Arrays.toString(arguments));
            }
        }
    }

    private static void work(Collectives collectives) {
        bits(collectives);
        bytes(collectives);
        differ(collectives);
    }

    /** Makes steps until another rank is ended or stopped. */
    private static void untilItFails(Collectives collectives) {
        Model model = new Model(Model.Storage.FLOAT32);
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder("AdamW"))) {
            for (int step = 1;; step++) {
                model.backward(collectives.rank(), step);
                if (step % 2 == 0) {
                    model.parameters.reversed().forEach(optimizer::gradientReady);
                }
                optimizer.step();
                if (step == 5) {
                    System.out.println("makes steps");
                }
            }
        } catch (CollectivesException e) {
            System.out.println(e.ranks() + " " + e.getMessage());
        }
    }

    /** The JVM still gets the signals that compiled code sends it. UCX, which MPICH loads, would take them. */
    private static void catchNullReferences() {
        int[] some = new int[1];
        for (int i = 0; i < 100_000; i++) { // until it is compiled
            lengthOf(some);
        }
        try {
            lengthOf(null);
            throw new AssertionError("null has a length");
        } catch (NullPointerException e) {
            System.out.println("a null reference was caught");
        }
    }

    private static int lengthOf(int[] numbers) {
        return numbers.length;
    }

    private static void bits(Collectives collectives) {
        System.out.println("rank " + collectives.rank() + " of " + collectives.size() + " has" + digests(collectives));
    }

    /** Of trainings whose results must not depend on what the collectives are. */
    static String digests(Collectives collectives) {
        StringBuilder digests = new StringBuilder();
        for (String[] training : TRAININGS) {
            digests.append(' ').append(Training.digest(
                    Training.train(training[0], Model.Storage.valueOf(training[1]), collectives)));
        }
        for (Training.Announced announced : Training.Announced.values()) {
            digests.append(' ').append(Training.digest(
                    Training.train("AdamW", Model.Storage.MASTERS, collectives, announced, 10_000)));
        }
        return digests.toString();
    }

    private static void bytes(Collectives collectives) {
        for (long most : new long[] {0, 1, 100, 70_000, 3_000_000}) {
            CollectivesTest.requireExchange(collectives, most);
            CollectivesTest.requireAllGather(collectives, most);
            collectives.barrier();
        }
        System.out.println("all bytes have arrived");
    }

    private static void hang(MpiCollectives collectives, Path folder) throws Exception {
        Model model = new Model(Model.Storage.FLOAT32);
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder("AdamW"))) {
            model.backward(collectives.rank(), 1);
            optimizer.step();
            collectives.barrier();
            if (collectives.rank() == 1) {
                Thread.sleep(Duration.ofMinutes(10));
            }
            collectives.setTimeout(Duration.ofSeconds(10));
            List<byte[]> before = model.contents();
            try {
                if (collectives.rank() == 0) {
                    model.parameters.reversed().forEach(optimizer::gradientReady);
                }
                optimizer.step();
            } catch (CollectivesException e) {
                if (collectives.rank() == 0) {
                    // The launcher may end before it has passed on what this process prints.
                    Files.writeString(folder.resolve("hang"), e.getMessage() + "; parameters are as before the step: "
                            + Arrays.deepEquals(before.toArray(), model.contents().toArray()));
                    collectives.abort(e.getMessage());
                }
                Thread.sleep(Duration.ofMinutes(10));
            }
        }
    }

    /** Other collectives of the same processes, which do not end MPI when they are closed. */
    private static MpiCollectives another(Duration timeout) {
        return new MpiCollectives(MpiLibrary.load(System.getenv()), timeout.toNanos());
    }

    private static void inMpiThatIsStarted() {
        for (int i = 0; i < 3; i++) {
            try (MpiCollectives collectives = another(Duration.ofMinutes(2))) {
                CollectivesTest.requireAllGather(collectives, 100);
            }
        }
    }

    /** Rank 1 gives rank 0 something else than this expects. */
    private static void mismatch(MpiCollectives ranks) {
        for (long[] lengths : new long[][] {{5, 4}, {5, 6}, {5, 0}, {0, 3}, {100_000, 200_000}}) {
            // A long message that is refused stays with rank 1, which need not wait for that.
            Duration timeout = ranks.rank() == 0 ? Duration.ofMinutes(2) : Duration.ofSeconds(1);
            try (MpiCollectives collectives = another(timeout)) {
                String outcome = outcome(() -> collectives.allGather(allocate(lengths[1] * collectives.rank()),
                        allocate(lengths[collectives.rank()]), new long[] {0, lengths[collectives.rank()]}));
                if (collectives.rank() == 0) {
                    System.out.println(lengths[1] + " for " + lengths[0] + ": " + outcome);
                }
            }
            ranks.barrier();
        }
        try (MpiCollectives collectives = another(Duration.ofSeconds(1))) {
            System.out.println("another call: " + outcome(() -> {
                if (collectives.rank() == 0) {
                    collectives.barrier();
                } else {
                    collectives.allGather(allocate(1), allocate(2), new long[] {1, 1});
                }
            }));
        }
        ranks.barrier();
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes);
    }

    private static String outcome(Runnable call) {
        try {
            call.run();
            return "nothing";
        } catch (CollectivesException e) {
            return e.ranks() + " " + e.getMessage();
        }
    }

    private static void kill(MpiCollectives collectives) {
        Model model = new Model(Model.Storage.FLOAT32);
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder("AdamW"))) {
            for (int step = 1; step <= 20; step++) {
                model.backward(collectives.rank(), step);
                optimizer.step();
                if (step == 5 && collectives.rank() == 1) {
                    System.out.println("rank 1 ends itself");
                    System.out.flush();
                    Runtime.getRuntime().halt(9);
                }
            }
            System.out.println("made all steps");
        }
    }

    private static void differ(Collectives collectives) {
        Model model = new Model(Model.Storage.FLOAT32);
        OptimizerBuilder<?, ?> builder = model.builder("AdamW");
        builder.learningRate(collectives.rank() == 1 ? 0.5 : 0.1);
        try (ShardedOptimizer _ = ShardedOptimizer.of(collectives, builder)) {
            System.out.println("was built");
        } catch (RankMismatchException e) {
            System.out.println(e.getMessage());
        }
    }
}
