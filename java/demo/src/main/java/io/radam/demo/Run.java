package io.radam.demo;

import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.ScheduleFree;
import io.radam.pytorch.TorchOptimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trains one network from scratch with one optimizer. */
final class Run {

    private final Batches training;
    private final Batches test;
    private final Settings settings;

    private Network network;
    private Map<String, Tensor> parameters;
    private TorchOptimizer optimizer;
    private long optimizerNanos;
    private List<Address> firstStep;
    private List<Address> lastStep;

    Run(Batches training, Batches test, Settings settings) {
        this.training = training;
        this.test = test;
        this.settings = settings;
    }

    /**
     * The seed decides the initial weights and the order of the images, so the optimizers that are compared start from
     * the same network and see the same mini-batches.
     */
    RunResult train(Method method, double learningRate, long seed, int epochs, Runnable afterEpoch) {
        // Frees libtorch's objects when the run ends; Java's garbage collector would not know how large they are.
        try (PointerScope _ = new PointerScope()) {
            torch.manual_seed(seed);
            network = new Network();
            parameters = TorchOptimizer.namedParameters(network);
            List<RunResult.Epoch> curve = new ArrayList<>();
            optimizerNanos = 0;
            firstStep = null;
            long nanos = 0;
            try (TorchOptimizer created = TorchOptimizer.of(
                    method.builder(learningRate, settings.warmupSteps()), network)) {
                optimizer = created;
                for (int epoch = 0; epoch < epochs; epoch++) {
                    long start = System.nanoTime();
                    double trainingLoss = trainEpoch();
                    nanos += System.nanoTime() - start;
                    curve.add(test(trainingLoss));
                    afterEpoch.run();
                }
            }
            return new RunResult(method, learningRate, seed, curve, (long) epochs * settings.stepsPerEpoch(), nanos,
                    optimizerNanos, firstStep, lastStep);
        }
    }

    /** @return the mean loss; the images that do not fill a last mini-batch wait for another epoch's order */
    private double trainEpoch() {
        try (PointerScope _ = new PointerScope()) {
            Batches shuffled = training.shuffled();
            double loss = 0;
            for (int i = 0; i < settings.stepsPerEpoch(); i++) {
                loss += step(shuffled.batch(i, settings.batchSize()));
            }
            return loss / settings.stepsPerEpoch();
        }
    }

    private double step(Batches batch) {
        try (PointerScope _ = new PointerScope()) {
            optimizer.zero_grad();
            Tensor loss = torch.cross_entropy_loss(network.forward(batch.images()), batch.labels());
            loss.backward();

            long start = System.nanoTime();
            optimizer.step();
            optimizerNanos += System.nanoTime() - start;

            lastStep = Address.requireSame(parameters, optimizer);
            if (firstStep == null) {
                firstStep = lastStep;
            }
            return loss.item_float();
        }
    }

    /** Of Schedule-Free the model is the average, which takes the values' place meanwhile. */
    private RunResult.Epoch test(double trainingLoss) {
        Optimizer core = optimizer.core();
        if (!ScheduleFree.has(core.algorithm())) {
            return testNetwork(trainingLoss);
        }
        try (Arena arena = Arena.ofConfined()) {
            List<Runnable> restore = new ArrayList<>();
            for (Parameter parameter : core.groups().getFirst().parameters()) {
                MemorySegment values = parameter.values();
                MemorySegment trained = arena.allocate(values.byteSize(), Float.BYTES).copyFrom(values);
                restore.add(() -> values.copyFrom(trained));
                ScheduleFree.average(core, parameter, values);
            }
            try {
                return testNetwork(trainingLoss);
            } finally {
                restore.forEach(Runnable::run);
            }
        }
    }

    private RunResult.Epoch testNetwork(double trainingLoss) {
        try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
            Tensor scores = network.forward(test.images());
            double loss = torch.cross_entropy_loss(scores, test.labels()).item_float();
            long correct = torch.argmax(scores, new LongOptional(1), false)
                    .eq(test.labels()).sum().item_long();
            return new RunResult.Epoch(trainingLoss, loss, (double) correct / test.size());
        }
    }
}
