package io.radam.bench.peers;

import io.radam.Adam;
import io.radam.EpsilonPlacement;
import io.radam.bench.Inputs;
import io.radam.bench.NetworkTrainer;
import io.radam.bench.Point.Suite;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import io.radam.pytorch.TorchOptimizer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** {@code optimizer.step()} of PyTorch for Java (Bytedeco). {@link LibtorchFused} is what they are compared with. */
public abstract class LibtorchSteps implements NetworkTrainer {
    private static final String OWN = "libtorch";

    private final String name;
    private final String description;

    private LibtorchSteps(String name, String description) {
        this.name = name;
        this.description = description;
    }

    /** libtorch's optimizer. */
    public static final class Own extends LibtorchSteps {
        /** For the service loader. */
        public Own() {
            super(OWN, "PyTorch 2.10, the Adam of its C++ library, by PyTorch for Java (Bytedeco)");
        }

        @Override
        Stepper stepper(TensorVector parameters, int threads) {
            // Its other defaults are the rule's, as the check makes sure of.
            org.bytedeco.pytorch.Adam adam =
                    new org.bytedeco.pytorch.Adam(parameters, new AdamOptions(Rule.LEARNING_RATE));
            return new Stepper() {
                @Override
                public void step() {
                    try (PointerScope _ = new PointerScope()) {
                        adam.step();
                    }
                }

                @Override
                public void zeroGrad() {
                    adam.zero_grad();
                }

                @Override
                public void close() {
                    adam.close();
                }
            };
        }
    }

    /** Our optimizer. */
    public static final class Ours extends LibtorchSteps {
        /** For the service loader. */
        public Ours() {
            super("radam-pytorch", "the Adam of radam-pytorch, on PyTorch for Java");
        }

        @Override
        Stepper stepper(TensorVector parameters, int threads) {
            Adam.Builder builder = Adam.builder().learningRate(Rule.LEARNING_RATE);
            if (threads == 1) {
                builder.sequential();
            }
            TorchOptimizer adam = TorchOptimizer.of(builder, parameters);
            return new Stepper() {
                @Override
                public void step() {
                    adam.step();
                }

                @Override
                public void zeroGrad() {
                    adam.zero_grad();
                }

                @Override
                public void close() {
                    adam.close();
                }
            };
        }
    }

    /** An optimizer of either kind. */
    interface Stepper extends AutoCloseable {
        void step();

        void zeroGrad();

        @Override
        void close();
    }

    abstract Stepper stepper(TensorVector parameters, int threads);

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
        return suite == Suite.MODELS ? "libtorch-fused" : OWN;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.BIAS_CORRECTED;
    }

    @Override
    public Training create(Work work, int threads) {
        Libtorch.load();
        torch.set_num_threads(threads);
        return new Steps(work, threads);
    }

    @Override
    public Epochs train(String network, int threads) {
        Libtorch.load();
        torch.set_num_threads(threads);
        return new LibtorchNetwork(network, parameters -> stepper(parameters, threads));
    }

    private final class Steps implements Training {
        private final Work work;
        private final List<Tensor> parameters = new ArrayList<>();
        private final List<FloatPointer> gradients = new ArrayList<>();
        private final Stepper stepper;

        Steps(Work work, int threads) {
            this.work = work;
            for (float[] values : work.split(Inputs.values(work.size()))) {
                Tensor parameter = torch.tensor(values).set_requires_grad(true);
                Tensor gradient = torch.zeros(values.length);
                parameter.mutable_grad().put(gradient);
                parameters.add(parameter);
                gradients.add(gradient.data_ptr_float());
            }
            stepper = stepper(new TensorVector(parameters.toArray(Tensor[]::new)), threads);
        }

        @Override
        public void setGradients(float[] from) {
            float[][] parts = work.split(from);
            for (int i = 0; i < parts.length; i++) {
                gradients.get(i).put(parts[i]);
            }
        }

        @Override
        public void step() {
            stepper.step();
        }

        @Override
        public float[] parameters() {
            return work.join(i -> {
                float[] values = new float[work.sizes()[i]];
                parameters.get(i).data_ptr_float().get(values);
                return values;
            });
        }

        @Override
        public void close() {
            stepper.close();
            gradients.forEach(FloatPointer::close);
            parameters.forEach(Tensor::close);
        }
    }
}
