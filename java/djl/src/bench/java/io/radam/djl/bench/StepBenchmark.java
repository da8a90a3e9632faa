package io.radam.djl.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.radam.djl.RadamOptimizer;
import io.radam.djl.RadamOptimizers;
import io.radam.djl.RadamTrainer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The time of {@code trainer.step()} for the parameters of a ResNet-18, with DJL's Adam and with ours. The ways to step
 * take turns, with a backward pass before each step that is not measured.
 */
public final class StepBenchmark {
    private static final int WARM_UP = 20;

    private StepBenchmark() {
    }

    /**
     * Measures, and prints the medians.
     *
     * @param arguments the threads of a step, and how many steps to measure of each way
     */
    public static void main(String[] arguments) {
        int threads = Integer.parseInt(arguments[0]);
        int steps = Integer.parseInt(arguments[1]);
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("DJL's Adam", new Way(Optimizer.adam().build(), false));
        ways.put("drop-in", new Way(ours(threads), false));
        ways.put("RadamTrainer", new Way(ours(threads), true));
        double[][] times = new double[ways.size()][steps];
        for (int step = -WARM_UP; step < steps; step++) {
            int i = 0;
            for (Way way : ways.values()) {
                double time = way.step();
                if (step >= 0) {
                    times[i++][step] = time;
                }
            }
        }
        System.out.printf(Locale.ROOT, "%,d parameters in %d tensors, %d thread(s), medians of %d steps%n",
                Arrays.stream(ResNet18.SIZES).sum(), ResNet18.SIZES.length, threads, steps);
        int i = 0;
        double djl = 0;
        for (String name : ways.keySet()) {
            Arrays.sort(times[i]);
            double median = times[i][steps / 2];
            djl = i++ == 0 ? median : djl;
            System.out.printf(Locale.ROOT, "%-13s %8.2f ms  %5.1f times as fast%n", name, median, djl / median);
        }
        ways.values().forEach(Way::close);
    }

    private static RadamOptimizer ours(int threads) {
        RadamOptimizer.Builder builder = RadamOptimizers.adam();
        return (threads == 1 ? builder.optSequential() : builder).build();
    }

    /** A way to step: a model of its own, and a trainer. */
    private static final class Way implements AutoCloseable {
        private final Model model = Model.newInstance("resnet18", Device.cpu(), "PyTorch");
        private final Trainer trainer;

        Way(Optimizer optimizer, boolean whole) {
            model.setBlock(new ResNet18());
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer)
                    .optDevices(new Device[] {Device.cpu()});
            trainer = whole ? new RadamTrainer(model, config) : model.newTrainer(config);
            trainer.initialize(new Shape(1));
        }

        /** The milliseconds of a step. */
        double step() {
            // What is made in the scope is closed with it.
            try (NDScope scope = new NDScope(); GradientCollector collector = trainer.newGradientCollector()) {
                NDArray input = model.getNDManager().ones(new Shape(1));
                collector.backward(trainer.forward(new NDList(input)).singletonOrThrow());
                scope.suppressNotUsedWarning();
            }
            long begin = System.nanoTime();
            trainer.step();
            return (System.nanoTime() - begin) * 1e-6;
        }

        @Override
        public void close() {
            trainer.close();
            model.close();
        }
    }
}
