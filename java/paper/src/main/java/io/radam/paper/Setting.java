package io.radam.paper;

import java.util.List;

/**
 * How much is computed.
 *
 * @param parameters     of the simulation of the variance, a multiple of 4,096
 * @param seeds          of each training
 * @param epochs         of each training on digits
 * @param steps          of each training of the Transformer
 * @param questionSteps  of each training of the questions, of which there are many
 * @param between        steps between two measurements of the Transformer's perplexity
 * @param learningRates  that the Transformer is trained with; that of the figure is among them
 * @param size           of its network
 */
public record Setting(String name, int parameters, List<Long> seeds, int epochs, int steps, int questionSteps,
        int between, List<Double> learningRates, Size size) {
    /** The Transformer: layers of the encoder, and as many of the decoder; width; pieces in the vocabulary. */
    public record Size(int layers, int width, int vocabulary) {
    }

    private static final List<Double> RATES = List.of(0.001, 0.002, 0.004);
    private static final List<Double> MORE_RATES = List.of(0.0002, 0.0005, 0.001, 0.002, 0.004);
    private static final Size SIX_LAYERS = new Size(6, 64, 4000);

    /**
     * A setting by its name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Setting of(String name) {
        return switch (name) {
            // Shows in a minute that it all works. The network is too small, and trained too little, to show more.
            case "smoke" -> new Setting(name, 4096, List.of(1L), 1, 12, 12, 4, List.of(0.002),
                    new Size(2, 32, 1000));
            case "short" -> new Setting(name, 65_536, List.of(1L), 15, 640, 640, 80, RATES, SIX_LAYERS);
            case "full" -> new Setting(name, 1_048_576, List.of(1L, 2L, 3L), 30, 2500, 800, 100, MORE_RATES,
                    SIX_LAYERS);
            default -> throw new IllegalArgumentException("paper.setting is smoke, short or full, not " + name);
        };
    }

    /** This one, as the questions train by it. */
    public Setting ofQuestions() {
        return new Setting(name, parameters, seeds, epochs, questionSteps, questionSteps, between, learningRates, size);
    }
}
