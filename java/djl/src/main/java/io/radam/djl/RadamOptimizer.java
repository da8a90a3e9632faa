package io.radam.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.radam.AdamSettings;
import io.radam.Algorithm;
import io.radam.AverageDecay;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.SgdSettings;
import io.radam.StateType;
import io.radam.StepOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;

/**
 * An optimizer for {@code optOptimizer} of DJL's training configuration. It steps the memory of PyTorch in place.
 * {@link RadamOptimizers} begins one of each algorithm.
 *
 * {@snippet :
 * TrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
 *         .optOptimizer(RadamOptimizers.radam().optLearningRateTracker(Tracker.fixed(1e-3f)).build());
 * try (Trainer trainer = new RadamTrainer(model, config)) { // or model.newTrainer(config)
 *     trainer.initialize(new Shape(1, 64));
 *     EasyTrain.fit(trainer, epochs, training, validation);
 * }
 * }
 *
 * <p>DJL's own trainer gives it one parameter after the other, each with a copy of its gradient. It takes any of DJL's
 * trainers in that way. A {@link RadamTrainer} steps all parameters at once, on the gradients themselves.
 *
 * <p>What differs from DJL's optimizers: {@code optClipGrad} cuts at both ends, as its documentation says. Each
 * parameter counts its own steps for the bias correction, also where it is unfrozen late. And {@code
 * optBeginNumUpdate} is what the learning rate's tracker counts from, and no more: the moments of a new optimizer are
 * new.
 *
 * <p>State belongs to the optimizer and is freed by {@link #close()}, or once nothing reaches the optimizer. State and
 * memory of parameters whose arrays alone were closed, not their model, are freed when others take their place.
 *
 * <p>Any thread may use an optimizer; calls wait for each other. Arrays that another thread closes during a step stay
 * in memory until the step has ended; only in the first step of a parameter, and with DJL's own trainer, they must not
 * be closed.
 */
public final class RadamOptimizer extends ai.djl.training.optimizer.Optimizer implements AutoCloseable {
    private final ParameterSteps steps;
    /** Of a step as DJL's trainer makes it: clipping by value, as the builder was told. */
    private final StepOptions options;

    private RadamOptimizer(Builder builder) {
        super(builder);
        List<Settings> settings = new ArrayList<>();
        for (Settings each : builder.groups) {
            settings.add(new Settings(each.shapes(), scaled(each.hyperparameters().toBuilder()),
                    each.tracker() == null ? builder.learningRateTracker : each.tracker()));
        }
        settings.add(new Settings(shape -> true,
                scaled(builder.hyperparameters.set(Hyperparameters.WEIGHT_DECAY, (double) getWeightDecay())),
                builder.learningRateTracker));
        options = clipGrad < 0 ? StepOptions.NONE : StepOptions.NONE.withMaxGradientValue(clipGrad);
        steps = new ParameterSteps(List.copyOf(settings), builder);
    }

    private Hyperparameters scaled(Hyperparameters.Builder hyperparameters) {
        return hyperparameters.set(Hyperparameters.GRADIENT_SCALE, (double) rescaleGrad).build();
    }

    /**
     * Steps one parameter, and sets its gradient to zero, as DJL leaves to its optimizers. DJL's trainer calls this.
     *
     * @param parameterId the parameter
     * @param weight      its values, which are changed in place
     * @param grad        its gradient, or a copy of it
     * @throws io.radam.InvalidParameterException if an array is not one of DJL's PyTorch engine on the CPU, float32
     *     or float16, dense and contiguous; if it is closed; or if the parameter is trained on several devices
     *     at once. Nothing is changed
     * @throws io.radam.InvalidHyperparameterException if the learning rate is out of range; nothing is changed
     * @throws io.radam.OptimizerStateException if the optimizer is closed, or its algorithm moves the learning rate by
     *     the gradients of all parameters, which a {@link RadamTrainer} has; nothing is changed
     */
    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
        Objects.requireNonNull(parameterId, "parameterId");
        steps.step(parameterId, weight, grad, options);
    }

    /**
     * Exchanges the values of a block's parameters with the averages that are kept of them, in place. To evaluate or
     * export the averages, call it, do that, and call it again before training goes on. With Schedule-Free, and without
     * {@code optAverages}, these are the averages of iterates, which are the model to use; until the values are back,
     * the optimizer takes no step, and loads and saves no state. A checkpoint to resume from, of the model and the
     * optimizer, is made before the exchange.
     *
     * {@snippet :
     * optimizer.exchangeAverages(model.getBlock());
     * model.save(folder, "averaged");
     * optimizer.exchangeAverages(model.getBlock());
     * }
     *
     * <p>Averages of iterates need as much memory as the values, until the values are back. Where a model is closed
     * meanwhile, there is nothing to put back.
     *
     * @param block whose parameters are exchanged, as far as they have made a step
     * @throws io.radam.InvalidParameterException if an array is closed or cannot be used; nothing is changed
     * @throws io.radam.OptimizerStateException if no averages are kept and the algorithm is not Schedule-Free, some of
     *     the parameters have averages of iterates and others have their values, or the optimizer is closed; nothing
     *     is changed
     */
    public void exchangeAverages(Block block) {
        steps.exchangeAverages(NamedParameter.of(block));
    }

    /**
     * Saves the state of a block's parameters: moments, step numbers, averages, and the number of updates that the
     * learning rate's tracker has come to. Parameters have the names that the block gives them. Settings are not saved,
     * nor are the parameters' values, which {@code Model.save} saves. The file has the safetensors format. A file that
     * is there is replaced once the new one is whole. State belongs to the values: save the model before {@link
     * #exchangeAverages}, too, not in between.
     *
     * @param path  the file
     * @param block whose parameters are trained
     * @throws IOException if the file cannot be written
     * @throws io.radam.OptimizerStateException if parameters have the averages of Schedule-Free's iterates, or the
     *     optimizer is closed
     */
    public void save(Path path, Block block) throws IOException {
        steps.save(NamedParameter.of(block), path);
    }

    /**
     * Takes up saved state, for a block with the same names. Training then goes on with the bits of uninterrupted
     * training, if values and settings are those of then, too. With state of a small type, which is rounded at random,
     * this holds for {@link RadamTrainer} alone: DJL's trainer steps parameters in another order in each run.
     *
     * @param path  the file
     * @param block whose parameters are to be trained; initialized
     * @throws IOException if the file cannot be read, or is not whole; nothing is changed
     * @throws io.radam.InvalidSnapshotException if the file is of another kind of optimizer, of other parameters, or
     *     of settings with other buffers, such as AMSGrad's or Lookahead's; nothing is changed
     * @throws io.radam.InvalidParameterException if the block is not initialized, or its arrays cannot be stepped;
     *     nothing is changed
     * @throws io.radam.OptimizerStateException if parameters have the averages of Schedule-Free's iterates, or the
     *     optimizer is closed; nothing is changed
     */
    public void load(Path path, Block block) throws IOException {
        steps.load(NamedParameter.of(block), path);
    }

    /**
     * Frees the state. Arrays of the model are not touched, unless they have the averages of Schedule-Free's iterates:
     * these get their values back, where they are open. Closing again does nothing.
     */
    @Override
    public void close() {
        steps.close();
    }

    ParameterSteps steps() {
        return steps;
    }

    StepOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return "RadamOptimizer[" + steps + "]";
    }

    /**
     * Builds an optimizer. Its methods are named as those of DJL's builders.
     */
    public static final class Builder extends OptimizerBuilder<Builder> {
        /** Checked when all are set: some go together. */
        final Hyperparameters.Builder hyperparameters;
        final Algorithm algorithm;
        final List<Settings> groups = new ArrayList<>();
        ParameterTracker learningRateTracker;
        AverageDecay averages;
        StateType stateType = StateType.FLOAT32;
        ForkJoinPool pool;
        boolean sequential;
        long seed;
        int beginNumUpdate;

        Builder(Hyperparameters preset) {
            hyperparameters = preset.toBuilder();
            algorithm = preset.algorithm();
            learningRateTracker = Tracker.fixed((float) preset.learningRate());
            super.optWeightDecays((float) preset.weightDecay());
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The learning rate of each step. A {@link Tracker} gives all parameters the same; another tracker may give
         * each its own. Where the algorithm {@linkplain Algorithm#movesLearningRate moves it}, training begins with the
         * first, and a later one is set where it differs from that before.
         *
         * @param tracker a fixed rate of the algorithm's default unless set
         * @return this builder
         */
        public Builder optLearningRateTracker(ParameterTracker tracker) {
            learningRateTracker = Objects.requireNonNull(tracker, "tracker");
            return this;
        }

        /**
         * The decay rate of the first moment; of Adam, AdamW, RAdam, NAdam, Adamax, AdaBelief, ADOPT, Yogi, QHAdam,
         * AdEMAMix, AdaMod, AdaBound, diffGrad, Padam, Schedule-Free AdamW and RAdam, LAMB, NovoGrad, StableAdamW,
         * Adan, Lion, Adam-HD, AdamP, and cautious AdamW and Lion.
         *
         * @param beta1 in [0, 1); with Schedule-Free not 0
         * @return this builder
         * @throws io.radam.InvalidHyperparameterException if the algorithm has none
         */
        public Builder optBeta1(float beta1) {
            return optOwn(AdamSettings.BETA1, beta1);
        }

        /**
         * The decay rate of the second moment, of Adamax's largest magnitude, of Lion's only average, or of Adan's
         * average of differences; of Adam, AdamW, RAdam, NAdam, Adamax, AdaBelief, ADOPT, Yogi, QHAdam, AdEMAMix,
         * AdaMod, AdaBound, diffGrad, Padam, Schedule-Free AdamW and RAdam, LAMB, NovoGrad, StableAdamW, Adan, Lion,
         * Adam-HD, AdamP, and cautious AdamW and Lion.
         *
         * @param beta2 in [0, 1)
         * @return this builder
         * @throws io.radam.InvalidHyperparameterException if the algorithm has none
         */
        public Builder optBeta2(float beta2) {
            return optOwn(AdamSettings.BETA2, beta2);
        }

        /**
         * What keeps the denominator from being 0; of all but SGD, Schedule-Free SGD, SGD-HD, QHM, YellowFin, Lion and
         * cautious Lion.
         *
         * @param epsilon at least 0; with Adadelta and COCOB not 0
         * @return this builder
         * @throws io.radam.InvalidHyperparameterException if the algorithm has none
         */
        public Builder optEpsilon(float epsilon) {
            return optOwn(AdamSettings.EPSILON, epsilon);
        }

        /**
         * The momentum; of SGD, LARS, Schedule-Free SGD, SGD-HD, SGDP, RMSprop, QHM, MADGRAD and YellowFin.
         *
         * @param momentum in [0, 1); with Schedule-Free SGD not 0
         * @return this builder
         * @throws io.radam.InvalidHyperparameterException if the algorithm has none
         */
        public Builder optMomentum(float momentum) {
            return optOwn(SgdSettings.MOMENTUM, momentum);
        }

        /**
         * Any other hyperparameter, such as {@code opt(AdamSettings.AMSGRAD, true)}. Learning rate, weight decay and
         * gradient scale are {@link #optLearningRateTracker}, {@code optWeightDecays} and {@code setRescaleGrad}.
         *
         * @param <T>            the type of its values
         * @param hyperparameter one of the algorithm's
         * @param value          the value
         * @return this builder
         * @throws io.radam.InvalidHyperparameterException if the algorithm has none
         */
        public <T> Builder opt(Hyperparameter<T> hyperparameter, T value) {
            hyperparameters.set(hyperparameter, value);
            return this;
        }

        /**
         * Gives parameters of some shapes other settings, or another algorithm. Biases and the scales of normalization
         * have one dimension:
         *
         * {@snippet :
         * Hyperparameters ofBiases = AdamW.Preset.PYTORCH.hyperparameters().withWeightDecay(0);
         * RadamOptimizers.adamW().optWeightDecays(0.05f).optGroup(shape -> shape.dimension() == 1, ofBiases);
         * }
         *
         * <p>The learning rate is that of the optimizer's tracker, and so is the gradients' scale. Where several groups
         * have a shape, it is in the first of them.
         *
         * @param shapes          which
         * @param hyperparameters all settings of the group but the learning rate and the gradient scale
         * @return this builder
         */
        public Builder optGroup(Predicate<Shape> shapes, Hyperparameters hyperparameters) {
            groups.add(new Settings(Objects.requireNonNull(shapes, "shapes"),
                    Objects.requireNonNull(hyperparameters, "hyperparameters"), null));
            return this;
        }

        /**
         * The same with a learning rate of its own, as another algorithm needs it.
         *
         * {@snippet :
         * Hyperparameters ofBiases = AdamW.Preset.PYTORCH.hyperparameters();
         * RadamOptimizers.lion().optLearningRateTracker(Tracker.fixed(1e-4f))
         *         .optGroup(shape -> shape.dimension() == 1, ofBiases, Tracker.fixed(1e-3f));
         * }
         *
         * @param shapes              which
         * @param hyperparameters     all settings of the group but the learning rate and the gradient scale
         * @param learningRateTracker the learning rate of each step
         * @return this builder
         */
        public Builder optGroup(Predicate<Shape> shapes, Hyperparameters hyperparameters,
                ParameterTracker learningRateTracker) {
            groups.add(new Settings(Objects.requireNonNull(shapes, "shapes"),
                    Objects.requireNonNull(hyperparameters, "hyperparameters"),
                    Objects.requireNonNull(learningRateTracker, "learningRateTracker")));
            return this;
        }

        /**
         * The number of updates that the tracker of the learning rate counts from. To go on with the state of earlier
         * training, load that.
         *
         * @param beginNumUpdate at least 0; 0 unless set
         * @return this builder
         */
        @Override
        public Builder optBeginNumUpdate(int beginNumUpdate) {
            this.beginNumUpdate = beginNumUpdate;
            return super.optBeginNumUpdate(beginNumUpdate);
        }

        /**
         * How the state is stored.
         *
         * @param stateType float32 unless set
         * @return this builder
         */
        public Builder optStateType(StateType stateType) {
            this.stateType = Objects.requireNonNull(stateType, "stateType");
            return this;
        }

        /**
         * Keeps an exponential moving average of the values of each parameter, in float32, which begins as a copy of
         * them. Not with {@linkplain Hyperparameters#LOOKAHEAD_STEPS Lookahead}, whose slow weights are an average
         * themselves; {@link #build} refuses both.
         *
         * @param decay of each step, such as {@code AverageDecay.constant(0.999)}
         * @return this builder
         */
        public Builder optAverages(AverageDecay decay) {
            averages = Objects.requireNonNull(decay, "decay");
            return this;
        }

        /**
         * The seed of stochastic rounding, which state of a small type is rounded by.
         *
         * @param seed any number; 0 unless set
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * The pool whose threads share the work of a step. Unless set, it is the common pool.
         *
         * @param pool is not shut down by the optimizer
         * @return this builder
         */
        public Builder optPool(ForkJoinPool pool) {
            this.pool = Objects.requireNonNull(pool, "pool");
            return this;
        }

        /**
         * Has the thread that calls make the whole step.
         *
         * @return this builder
         */
        public Builder optSequential() {
            sequential = true;
            return this;
        }

        /**
         * Builds the optimizer. Settings are checked here, since some go together.
         *
         * @return a new optimizer
         * @throws io.radam.InvalidHyperparameterException if a setting is out of range, or there are both averages and
         *     Lookahead
         * @throws io.radam.BackendException if the native library was asked for by name and cannot be used
         */
        public RadamOptimizer build() {
            return new RadamOptimizer(this);
        }

        /** Sets the algorithm's own hyperparameter of a name. Another's, which is refused, if it has none. */
        private Builder optOwn(Hyperparameter<Double> other, double value) {
            for (Hyperparameter<?> own : algorithm.hyperparameters()) {
                if (own.name().equals(other.name())) {
                    return optText(own, String.valueOf(value));
                }
            }
            return opt(other, value);
        }

        private <T> Builder optText(Hyperparameter<T> hyperparameter, String text) {
            return opt(hyperparameter, hyperparameter.parse(text));
        }
    }
}
