package io.radam.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Inputs;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Adam of the Deep Java Library, on its PyTorch engine: one call of the optimizer for each tensor. */
public final class DjlAdam implements Implementation {
    @Override
    public String name() {
        return "djl";
    }

    @Override
    public String description() {
        return "Deep Java Library 0.36, ai.djl.training.optimizer.Adam, on PyTorch 2.7.1";
    }

    @Override
    public boolean isPeer() {
        return true;
    }

    @Override
    public boolean takesTensors() {
        return true;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.PLAIN;
    }

    @Override
    public Training create(Work work, int threads) {
        configure(threads);
        return new Arrays(work);
    }

    static Adam adam() {
        return Adam.builder().optLearningRateTracker(Tracker.fixed((float) Rule.LEARNING_RATE))
                .optBeta1((float) Rule.BETA1).optBeta2((float) Rule.BETA2).optEpsilon((float) Rule.EPSILON).build();
    }

    /** Sets what DJL reads when its engine starts. */
    static void configure(int threads) {
        // Its native library is on the class path; it must not look elsewhere.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", Path.of(System.getProperty("bench.cache", ".cache"), "djl").toString());
        System.setProperty("PYTORCH_FLAVOR", "cpu");
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }

    private static final class Arrays implements Training {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final List<NDArray> weights = new ArrayList<>();
        private final List<NDArray> gradients = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final Work work;
        private final Adam adam = adam();

        Arrays(Work work) {
            this.work = work;
            float[][] values = work.split(Inputs.values(work.size()));
            for (int i = 0; i < values.length; i++) {
                weights.add(manager.create(values[i]));
                gradients.add(manager.zeros(weights.getLast().getShape()));
                names.add("weight" + i);
            }
        }

        @Override
        public void setGradients(float[] from) {
            float[][] parts = work.split(from);
            for (int i = 0; i < parts.length; i++) {
                gradients.get(i).set(parts[i]);
            }
        }

        @Override
        public void step() {
            for (int i = 0; i < work.tensors(); i++) {
                adam.update(names.get(i), weights.get(i), gradients.get(i));
            }
        }

        @Override
        public float[] parameters() {
            return work.join(i -> weights.get(i).toFloatArray());
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
