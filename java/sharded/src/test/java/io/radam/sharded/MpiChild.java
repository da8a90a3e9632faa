package io.radam.sharded;

import io.radam.OptimizerBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** One of the processes that {@link MpiTest} starts by mpirun. */
final class MpiChild {
    /** What is trained: an algorithm and a storage. */
    static final String[][] TRAININGS = {
        {"RAdam of PyTorch", "MASTERS"}, {"Adam with AMSGrad", "FLOAT16_BLOCK8"}, {"Lion", "ROUNDED_ON_THE_WAY"}};

    private MpiChild() {
    }

    public static void main(String[] arguments) throws Exception {
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments[1]));
        try (MpiCollectives collectives = MpiCollectives.open(timeout)) {
            switch (arguments[0]) {
                case "work" -> {
                    bits(collectives);
                    bytes(collectives);
                    differ(collectives);
                }
                case "hang" -> hang(collectives);
                case "kill" -> kill(collectives);
                default -> throw new IllegalArgumentException(Arrays.toString(arguments));
            }
        }
    }

    private static void bits(MpiCollectives collectives) {
        StringBuilder said = new StringBuilder("rank " + collectives.rank() + " of " + collectives.size() + " has");
        for (String[] training : TRAININGS) {
            said.append(' ').append(Training.digest(
                    Training.train(training[0], Model.Storage.valueOf(training[1]), collectives)));
        }
        System.out.println(said);
    }

    private static void bytes(MpiCollectives collectives) {
        for (long most : new long[] {0, 1, 100, 70_000, 3_000_000}) {
            CollectivesTest.requireExchange(collectives, most);
            CollectivesTest.requireAllGather(collectives, most);
            collectives.barrier();
        }
        System.out.println("all bytes have arrived");
    }

    private static void hang(MpiCollectives collectives) throws Exception {
        Model model = new Model(Model.Storage.FLOAT32);
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder("AdamW"))) {
            model.backward(collectives.rank(), 1);
            optimizer.step();
            if (collectives.rank() == 1) {
                Thread.sleep(Duration.ofMinutes(10));
            }
            List<byte[]> before = model.contents();
            try {
                optimizer.step();
            } catch (CollectivesException e) {
                if (collectives.rank() == 0) {
                    System.out.println(e.getMessage() + "; parameters are as before the step: "
                            + Arrays.deepEquals(before.toArray(), model.contents().toArray()));
                    System.out.flush();
                    collectives.abort(e.getMessage());
                }
                Thread.sleep(Duration.ofMinutes(10));
            }
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

    private static void differ(MpiCollectives collectives) {
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
