package io.radam.demo;

import io.radam.Optimizer;
import java.util.ArrayList;
import java.util.List;
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
    private TorchParameters parameters;
    private Optimizer optimizer;
    private long optimizerNanos;
    private List<TorchParameters.Address> firstStep;
    private List<TorchParameters.Address> lastStep;

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
            parameters = new TorchParameters(network.parameters());
            List<RunResult.Epoch> curve = new ArrayList<>();
            optimizerNanos = 0;
            firstStep = null;
            long nanos = 0;
            try (Optimizer created = method.create(parameters.forOptimizer(), learningRate, settings.warmupSteps())) {
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
            parameters.forgetGradients();
            Tensor loss = torch.cross_entropy_loss(network.forward(batch.images()), batch.labels());
            loss.backward();

            // Safe behind autograd's back: the backward pass is over, and nothing it kept will be read again.
            long start = System.nanoTime();
            parameters.bindGradients(optimizer);
            optimizer.step();
            optimizerNanos += System.nanoTime() - start;

            lastStep = parameters.requireSameMemory(optimizer);
            if (firstStep == null) {
                firstStep = lastStep;
            }
            return loss.item_float();
        }
    }

    private RunResult.Epoch test(double trainingLoss) {
        try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
            Tensor scores = network.forward(test.images());
            double loss = torch.cross_entropy_loss(scores, test.labels()).item_float();
            long correct = torch.argmax(scores, new LongOptional(1), false)
                    .eq(test.labels()).sum().item_long();
            return new RunResult.Epoch(trainingLoss, loss, (double) correct / test.size());
        }
    }
}
