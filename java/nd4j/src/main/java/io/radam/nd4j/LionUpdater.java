package io.radam.nd4j;

import io.radam.Lion;
import java.util.Map;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Lion for DL4J and SameDiff. It wants a learning rate about a tenth of Adam's. Its weight decay, ten times that of
 * AdamW, is {@code weightDecay(...)} on the network's builder.
 *
 * {@snippet :
 * new NeuralNetConfiguration.Builder().updater(new LionUpdater(1e-4)).weightDecay(0.1)
 * }
 */
public final class LionUpdater extends FusedUpdater {
    private static final long serialVersionUID = 1;

    /**
     * With a fixed learning rate.
     *
     * @param learningRate at least 0, finite
     * @throws io.radam.InvalidHyperparameterException if it is out of range
     */
    public LionUpdater(double learningRate) {
        super(Lion.Preset.AUTHORS.hyperparameters().withLearningRate(learningRate));
    }

    /**
     * With a schedule of the learning rate.
     *
     * @param schedule the learning rate of each iteration
     */
    public LionUpdater(ISchedule schedule) {
        super(Lion.Preset.AUTHORS.hyperparameters(), schedule);
    }

    private LionUpdater(@JsonProperty("algorithm") String algorithm, @JsonProperty("learningRate") double learningRate,
            @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
            @JsonProperty("hyperparameters") Map<String, String> hyperparameters) {
        super(algorithm, learningRate, learningRateSchedule, hyperparameters);
    }
}
