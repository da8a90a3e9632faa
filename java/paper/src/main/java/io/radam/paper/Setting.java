package io.radam.paper;

import java.util.List;

/**
 * How much is computed.
 *
 * @param parameters     of the simulation of the variance, a multiple of 4,096
 * @param seeds          of each training
 * @param epochs         of each training on digits
 * @param steps          of each training of the Transformer
 * @param between        steps between two measurements of its perplexity
 * @param learningRates  that the Transformer is trained with; that of the figure is among them
 * @param size           of its network
 */
public record Setting(String name, int parameters, List<Long> seeds, int epochs, int steps, int between,
        List<Double> learningRates, Size size) {
    /** The Transformer: layers of the encoder, and as many of the decoder; width; pieces in the vocabulary. */
    public record Size(int layers, int width, int vocabulary) {
    }

    private static final List<Double> RATES = List.of(0.0005, 0.001, 0.002);
    private static final List<Double> MORE_RATES = List.of(0.00025, 0.0005, 0.001, 0.002, 0.004);
    private static final Size SIX_LAYERS = new Size(6, 64, 4000);

    /**
     * A setting by its name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Setting of(String name) {
        return switch (name) {
            // Shows in a minute that it all works. The network is too small, and trained too little, to show more.
            case "smoke" -> new Setting(name, 4096, List.of(1L), 1, 12, 4, List.of(0.001), new Size(2, 32, 1000));
            case "short" -> new Setting(name, 65_536, List.of(1L), 15, 800, 80, RATES, SIX_LAYERS);
            case "full" -> new Setting(name, 1_048_576, List.of(1L, 2L, 3L), 30, 2000, 100, MORE_RATES, SIX_LAYERS);
            default -> throw new IllegalArgumentException("paper.setting is smoke, short or full, not " + name);
        };
    }
}
