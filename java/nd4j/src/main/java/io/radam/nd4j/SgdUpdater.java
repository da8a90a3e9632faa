package io.radam.nd4j;

import io.radam.Hyperparameters;
import io.radam.SGD;
import io.radam.SgdSettings;
import java.util.Map;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent with momentum for DL4J and SameDiff, as {@code torch.optim.SGD} has it.
 *
 * {@snippet :
 * new NeuralNetConfiguration.Builder().updater(new SgdUpdater(0.1, 0.9))
 * }
 *
 * <p>Nesterov's momentum and dampening are settings of a {@link FusedUpdater}.
 */
public final class SgdUpdater extends FusedUpdater {
    private static final long serialVersionUID = 1;

    /**
     * With a fixed learning rate.
     *
     * @param learningRate at least 0, finite
     * @param momentum     in [0, 1); with 0 there is no state
     * @throws io.radam.InvalidHyperparameterException if one is out of range
     */
    public SgdUpdater(double learningRate, double momentum) {
        super(rules(momentum).withLearningRate(learningRate));
    }

    /**
     * With a schedule of the learning rate.
     *
     * @param schedule the learning rate of each iteration
     * @param momentum in [0, 1); with 0 there is no state
     * @throws io.radam.InvalidHyperparameterException if the momentum is out of range
     */
    public SgdUpdater(ISchedule schedule, double momentum) {
        super(rules(momentum), schedule);
    }

    private SgdUpdater(@JsonProperty("algorithm") String algorithm, @JsonProperty("learningRate") double learningRate,
            @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
            @JsonProperty("hyperparameters") Map<String, String> hyperparameters) {
        super(algorithm, learningRate, learningRateSchedule, hyperparameters);
    }

    private static Hyperparameters rules(double momentum) {
        return SGD.Preset.PYTORCH.hyperparameters().with(SgdSettings.MOMENTUM, momentum);
    }
}
