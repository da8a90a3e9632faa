package io.radam.bench.peers;

import io.radam.EpsilonPlacement;
import io.radam.bench.Inputs;
import io.radam.bench.NetworkTrainer;
import io.radam.bench.Point.Suite;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import io.radam.nd4j.AdamUpdater;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What DL4J does to a network's parameters in a step: its updater turns gradients to updates in place, which are
 * subtracted. DL4J keeps all parameters of a network in one array.
 */
public abstract class Nd4jUpdater implements NetworkTrainer {
    private static final String OWN = "nd4j-updater";

    private final String name;
    private final String description;

    private Nd4jUpdater(String name, String description) {
        this.name = name;
        this.description = description;
    }

    /** ND4J's updater. */
    public static final class Own extends Nd4jUpdater {
        /** For the service loader. */
        public Own() {
            super(OWN, "ND4J 1.0.0-M2.1, the updater of its Adam, and subi");
        }

        @Override
        IUpdater config() {
            return new Adam(Rule.LEARNING_RATE, Rule.BETA1, Rule.BETA2, Rule.EPSILON);
        }
    }

    /** Our updater. */
    public static final class Ours extends Nd4jUpdater {
        /** For the service loader. */
        public Ours() {
            super("radam-nd4j", "the updater of radam-nd4j, and ND4J's subi");
        }

        @Override
        IUpdater config() {
            return new AdamUpdater(Rule.LEARNING_RATE);
        }
    }

    abstract IUpdater config();

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
    public String baseline(Suite suite) {
        return OWN;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.PLAIN;
    }

    @Override
    public Training create(Work work, int threads) {
        Nd4jAdam.configure(threads);
        return new Steps(work.size(), config());
    }

    @Override
    public Epochs train(String network, int threads) {
        Nd4jAdam.configure(threads);
        return new Dl4jNetwork(network, config());
    }

    private static final class Steps implements Training {
        private final INDArray values;
        private final INDArray numbers;
        private final INDArray gradient;
        private final INDArray state;
        private final GradientUpdater<?> updater;
        private int steps;

        Steps(int size, IUpdater config) {
            values = Nd4j.createFromArray(Inputs.values(size));
            numbers = Nd4j.zeros(DataType.FLOAT, size);
            gradient = Nd4j.zeros(DataType.FLOAT, size);
            state = Nd4j.zeros(DataType.FLOAT, config.stateSize(size));
            updater = config.instantiate(state, true);
        }

        @Override
        public void setGradients(float[] from) {
            numbers.assign(Nd4j.createFromArray(from));
        }

        @Override
        public void prepare() {
            gradient.assign(numbers);
        }

        @Override
        public void step() {
            updater.applyUpdater(gradient, steps++, 0);
            values.subi(gradient);
        }

        @Override
        public float[] parameters() {
            return values.toFloatVector();
        }

        @Override
        public void close() {
            for (INDArray array : new INDArray[] {values, numbers, gradient, state}) {
                array.close();
            }
        }
    }
}
