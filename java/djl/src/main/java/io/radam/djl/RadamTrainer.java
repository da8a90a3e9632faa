package io.radam.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import io.radam.InvalidParameterException;
import io.radam.LossScaler;
import io.radam.OptimizerStateException;
import io.radam.StepOptions;
import io.radam.StepResult;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A trainer that steps all parameters of a model in one call, on the gradients themselves. It takes the place of {@code
 * model.newTrainer(config)}:
 *
 * {@snippet :
 * try (Trainer trainer = new RadamTrainer(model, config).optMaxGradientNorm(1)) {
 *     trainer.initialize(new Shape(1, 64));
 *     EasyTrain.fit(trainer, epochs, training, validation);
 * }
 * }
 *
 * <p>The configuration's optimizer has to be a {@link RadamOptimizer}, and there is one device, the CPU. A parameter
 * that no backward pass has reached so far is left alone, and so is one that is frozen. Gradients are set to zero in
 * the pass that reads them.
 *
 * <p>Unlike {@code model.newTrainer}, it does not unfreeze the parameters of a loaded model, unless the whole model
 * came from a file of PyTorch.
 */
public final class RadamTrainer extends Trainer {
    private final RadamOptimizer optimizer;
    private StepOptions options;
    private LossScaler lossScaler;
    private StepResult lastStep;
    private volatile boolean closed;
    /** The block that the parameters below are of. */
    private Block block;
    private List<NamedParameter> parameters;

    /**
     * A trainer.
     *
     * @param model  whose block is set
     * @param config whose optimizer is a {@link RadamOptimizer}
     * @throws InvalidParameterException if the optimizer is another, the model is of another engine or has no block, or
     *     there are several devices or one that is not the CPU
     */
    public RadamTrainer(Model model, TrainingConfig config) {
        RadamOptimizer radam = optimizerOf(config);
        requireUsable(model, config);
        prepare(model.getBlock(), config);
        super(model, config);
        optimizer = radam;
        options = radam.options().withZeroGradients(true);
    }

    private static RadamOptimizer optimizerOf(TrainingConfig config) {
        if (config.getOptimizer() instanceof RadamOptimizer radam) {
            return radam;
        }
        throw new InvalidParameterException("the configuration's optimizer is " + config.getOptimizer()
                + ": set one of RadamOptimizers by optOptimizer, or use model.newTrainer for others");
    }

    private static void requireUsable(Model model, TrainingConfig config) {
        String engine = model.getNDManager().getEngine().getEngineName();
        if (!engine.equals("PyTorch")) {
            throw new InvalidParameterException("the model is of the engine " + engine + ", but only models of DJL's "
                    + "PyTorch engine can be trained here: use Model.newInstance(name, \"PyTorch\")");
        }
        if (model.getBlock() == null) {
            throw new InvalidParameterException("the model has no block: set it by setBlock before making a trainer");
        }
        Device[] devices = config.getDevices();
        if (devices.length != 1 || !devices[0].equals(Device.cpu())) {
            throw new InvalidParameterException("the configuration's devices are " + Arrays.toString(devices)
                    + ", but steps are made on cpu() alone: use optDevices(new Device[] {Device.cpu()})");
        }
    }

    /** What DJL's model does before it makes a trainer. */
    private static void prepare(Block block, TrainingConfig config) {
        if (block instanceof SymbolBlock) {
            block.freezeParameters(false, parameter -> parameter.getType() != Parameter.Type.RUNNING_MEAN
                    && parameter.getType() != Parameter.Type.RUNNING_VAR);
        }
        for (Pair<Initializer, Predicate<Parameter>> pair : config.getInitializers()) {
            if (pair.getKey() != null && pair.getValue() != null) {
                block.setInitializer(pair.getKey(), pair.getValue());
            }
        }
        for (Parameter parameter : block.getParameters().values()) {
            // Values that were loaded do not have gradients yet.
            if (parameter.isInitialized() && parameter.requiresGradient() && !parameter.getArray().hasGradient()) {
                parameter.getArray().setRequiresGradient(true);
            }
        }
    }

    /**
     * Clips gradients by the norm of all of them together. A step whose gradients are not all finite is then skipped.
     *
     * @param norm the largest norm; more than 0, infinite for no clipping
     * @return this trainer
     * @throws io.radam.InvalidHyperparameterException if it is out of range
     */
    public RadamTrainer optMaxGradientNorm(double norm) {
        options = options.withMaxGradientNorm(norm);
        return this;
    }

    /**
     * Multiplies the loss by the scale of a scaler before each backward pass of this trainer's collectors, and divides
     * the gradients by it in the step. A step whose gradients are not all finite is skipped, and makes the scale
     * smaller.
     *
     * @param scaler the scaler, which steps of this trainer update
     * @return this trainer
     */
    public RadamTrainer optLossScaler(LossScaler scaler) {
        lossScaler = Objects.requireNonNull(scaler, "scaler");
        options = options.withSkipNonFinite(true);
        return this;
    }

    /**
     * Initializes the block, as any trainer of DJL, and gets hold of its parameters: from then on, a step is safe from
     * other threads that close the model.
     *
     * @param shapes of the inputs
     * @throws InvalidParameterException if an array is of another engine than DJL's PyTorch, or closed
     * @throws OptimizerStateException if the optimizer is closed
     */
    @Override
    public void initialize(Shape... shapes) {
        super.initialize(shapes);
        optimizer.steps().hold(parameters());
    }

    /**
     * A collector, which multiplies losses by the loss scale if there is one.
     *
     * @return a new collector
     */
    @Override
    public GradientCollector newGradientCollector() {
        GradientCollector collector = super.newGradientCollector();
        return lossScaler == null ? collector : new ScalingCollector(collector, lossScaler);
    }

    /**
     * Steps all parameters that have a gradient, and sets the gradients to zero, also where the step is skipped.
     *
     * @throws OptimizerStateException if the trainer or the optimizer is closed, or no parameter has a gradient;
     *     nothing is changed
     * @throws InvalidParameterException as {@link RadamOptimizer#update}, or if the block is not initialized or is
     *     closed; nothing is changed
     * @throws io.radam.InvalidHyperparameterException if the learning rate is out of range; nothing is changed
     */
    @Override
    public void step() {
        if (closed) {
            throw new OptimizerStateException("the trainer is closed: make a new one to go on");
        }
        long begin = System.nanoTime();
        StepOptions now = lossScaler == null ? options : options.withLossScale(lossScaler.scale());
        lastStep = optimizer.steps().stepAll(parameters(), now);
        if (lossScaler != null) {
            lossScaler.update(lastStep.applied());
        }
        addMetric("step", begin);
    }

    private List<NamedParameter> parameters() {
        Block present = getModel().getBlock();
        if (present != block) {
            parameters = NamedParameter.of(present);
            block = present;
        }
        return parameters;
    }

    /**
     * The outcome of the latest step: whether it was made and, if it was to clip by norm or to scale the loss, the
     * norms of the gradients.
     *
     * @return null before the first step
     */
    public StepResult lastStep() {
        return lastStep;
    }

    /**
     * Tells listeners that training has ended, and frees what the trainer has. Model and optimizer stay open. Closing
     * again does nothing. A step that another thread makes meanwhile goes on to its end.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            super.close();
        }
    }
}
