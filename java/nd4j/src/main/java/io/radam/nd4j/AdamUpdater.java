package io.radam.nd4j;

import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import java.util.Map;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Adam for DL4J and SameDiff, by the rules of DL4J's own Adam, which adds epsilon to the root of the second moment as
 * it is. With {@code weightDecay(...)} on the network's builder, which is decoupled, it is AdamW.
 *
 * {@snippet :
 * new NeuralNetConfiguration.Builder().updater(new AdamUpdater(1e-3)).weightDecay(0.01) // AdamW
 * }
 *
 * <p>PyTorch's rules are {@code new FusedUpdater(Adam.Preset.PYTORCH.hyperparameters())}.
 */
public final class AdamUpdater extends FusedUpdater {
    private static final long serialVersionUID = 1;
    private static final Hyperparameters RULES =
            Adam.Preset.PYTORCH.hyperparameters().with(AdamSettings.EPSILON_PLACEMENT, EpsilonPlacement.PLAIN);

    /**
     * With a fixed learning rate.
     *
     * @param learningRate at least 0, finite
     * @throws io.radam.InvalidHyperparameterException if it is out of range
     */
    public AdamUpdater(double learningRate) {
        super(RULES.withLearningRate(learningRate));
    }

    /**
     * With a schedule of the learning rate.
     *
     * @param schedule the learning rate of each iteration
     */
    public AdamUpdater(ISchedule schedule) {
        super(RULES, schedule);
    }

    private AdamUpdater(@JsonProperty("algorithm") String algorithm, @JsonProperty("learningRate") double learningRate,
            @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
            @JsonProperty("hyperparameters") Map<String, String> hyperparameters) {
        super(algorithm, learningRate, learningRateSchedule, hyperparameters);
    }
}
