package io.radam.bench.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import io.radam.EpsilonPlacement;
import io.radam.bench.Inputs;
import io.radam.bench.NetworkTrainer;
import io.radam.bench.Point.Suite;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import io.radam.djl.RadamOptimizer;
import io.radam.djl.RadamOptimizers;
import io.radam.djl.RadamTrainer;
import java.util.ArrayList;
import java.util.List;

/** {@code trainer.step()} of the Deep Java Library, after a backward pass. */
public abstract class DjlTrainer implements NetworkTrainer {
    private static final String OWN = "djl-trainer";

    private final String name;
    private final String description;

    private DjlTrainer(String name, String description) {
        this.name = name;
        this.description = description;
    }

    /** DJL's trainer with DJL's Adam. */
    public static final class Own extends DjlTrainer {
        /** For the service loader. */
        public Own() {
            super(OWN, "Deep Java Library 0.36 on PyTorch 2.7.1: trainer.step() with its Adam");
        }

        @Override
        Trainer trainer(Model model, int threads) {
            return model.newTrainer(config(DjlAdam.adam()));
        }
    }

    /** DJL's trainer with our Adam. */
    public static final class DropIn extends DjlTrainer {
        /** For the service loader. */
        public DropIn() {
            super("radam-djl", "the same with the Adam of radam-djl");
        }

        @Override
        Trainer trainer(Model model, int threads) {
            return model.newTrainer(config(ours(threads)));
        }
    }

    /** Our trainer. */
    public static final class Whole extends DjlTrainer {
        /** For the service loader. */
        public Whole() {
            super("radam-djl-trainer", "the same with radam-djl's RadamTrainer");
        }

        @Override
        Trainer trainer(Model model, int threads) {
            return new RadamTrainer(model, config(ours(threads)));
        }
    }

    abstract Trainer trainer(Model model, int threads);

    private static DefaultTrainingConfig config(Optimizer optimizer) {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()});
    }

    private static RadamOptimizer ours(int threads) {
        RadamOptimizer.Builder builder = RadamOptimizers.adam()
                .optLearningRateTracker(Tracker.fixed((float) Rule.LEARNING_RATE));
        return (threads == 1 ? builder.optSequential() : builder).build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public boolean isPeer() {
        return name.equals(OWN);
    }

    @Override
    public boolean takesTensors() {
        return true;
    }

    @Override
    public String baseline(Suite suite) {
        return OWN;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.PLAIN;
    }

    @Override
    public Training create(Work work, int threads) {
        DjlAdam.configure(threads);
        return new Steps(work, threads);
    }

    @Override
    public Epochs train(String network, int threads) {
        DjlAdam.configure(threads);
        return new DjlNetwork(network, model -> trainer(model, threads));
    }

    private final class Steps implements Training {
        private final Work work;
        private final Model model = Model.newInstance("model", Device.cpu(), "PyTorch");
        private final Tensors tensors;
        private final Trainer trainer;

        Steps(Work work, int threads) {
            this.work = work;
            tensors = new Tensors(model, work);
            model.setBlock(tensors);
            trainer = trainer(model, threads);
            trainer.initialize(new Shape(1));
        }

        @Override
        public void setGradients(float[] from) {
            float[][] parts = work.split(from);
            for (int i = 0; i < parts.length; i++) {
                tensors.gradients.get(i).set(parts[i]);
            }
        }

        @Override
        public void prepare() {
            // What is made in the scope is closed with it.
            try (NDScope scope = new NDScope(); GradientCollector collector = trainer.newGradientCollector()) {
                NDArray input = model.getNDManager().ones(new Shape(1));
                collector.backward(trainer.forward(new NDList(input)).singletonOrThrow());
                scope.suppressNotUsedWarning();
            }
        }

        @Override
        public void step() {
            trainer.step();
        }

        @Override
        public float[] parameters() {
            return work.join(i -> tensors.parameters.get(i).getArray().toFloatArray());
        }

        @Override
        public void close() {
            trainer.close();
            model.close();
        }
    }

    /** The tensors of a model without its layers. The loss is the sum of products with their gradients. */
    private static final class Tensors extends AbstractBlock {
        private final List<Parameter> parameters = new ArrayList<>();
        private final List<NDArray> gradients = new ArrayList<>();

        Tensors(Model model, Work work) {
            for (float[] values : work.split(Inputs.values(work.size()))) {
                Shape shape = new Shape(values.length);
                parameters.add(addParameter(Parameter.builder().setName("tensor" + parameters.size())
                        .setType(Parameter.Type.WEIGHT).optShape(shape)
                        .optInitializer((manager, itsShape, type) -> manager.create(values, itsShape)).build()));
                gradients.add(model.getNDManager().zeros(shape));
            }
        }

        @Override
        protected NDList forwardInternal(ParameterStore store, NDList inputs, boolean training,
                PairList<String, Object> params) {
            NDArray loss = inputs.head().getManager().zeros(new Shape());
            for (int i = 0; i < gradients.size(); i++) {
                NDArray values = store.getValue(parameters.get(i), inputs.head().getDevice(), training);
                loss = loss.add(values.mul(gradients.get(i)).sum());
            }
            return new NDList(loss);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return new Shape[] {new Shape()};
        }
    }
}
