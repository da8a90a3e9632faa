package io.radam.nd4j;

import io.radam.RAdam;
import java.util.Map;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * RAdam for DL4J and SameDiff, by the rules of the paper's authors.
 *
 * {@snippet :
 * MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
 *         .updater(new RAdamUpdater(1e-3))
 *         .list()
 *         .layer(new DenseLayer.Builder().nIn(64).nOut(32).activation(Activation.RELU).build())
 *         .layer(new OutputLayer.Builder(LossFunction.MCXENT).nIn(32).nOut(10).activation(Activation.SOFTMAX).build())
 *         .build();
 * }
 *
 * <p>The authors' first five steps update the moments, and leave the parameters. Other rules are those of another
 * {@link io.radam.RAdam.Preset}: {@code new FusedUpdater(RAdam.Preset.PYTORCH.hyperparameters())}.
 */
public final class RAdamUpdater extends FusedUpdater {
    private static final long serialVersionUID = 1;

    /**
     * With a fixed learning rate.
     *
     * @param learningRate at least 0, finite
     * @throws io.radam.InvalidHyperparameterException if it is out of range
     */
    public RAdamUpdater(double learningRate) {
        super(RAdam.Preset.AUTHORS.hyperparameters().withLearningRate(learningRate));
    }

    /**
     * With a schedule of the learning rate.
     *
     * @param schedule the learning rate of each iteration
     */
    public RAdamUpdater(ISchedule schedule) {
        super(RAdam.Preset.AUTHORS.hyperparameters(), schedule);
    }

    private RAdamUpdater(@JsonProperty("algorithm") String algorithm, @JsonProperty("learningRate") double learningRate,
            @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
            @JsonProperty("hyperparameters") Map<String, String> hyperparameters) {
        super(algorithm, learningRate, learningRateSchedule, hyperparameters);
    }
}
