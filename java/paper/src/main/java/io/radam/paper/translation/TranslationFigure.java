package io.radam.paper.translation;

import io.radam.paper.Chart;
import io.radam.paper.Results;
import io.radam.paper.Section;
import io.radam.paper.Setting;
import java.io.IOException;
import java.util.List;

/**
 * A Transformer that translates, by optimizers with and without warm-up: what the paper's own first figure shows.
 */
public final class TranslationFigure {
    private TranslationFigure() {
    }

    /** Trains, and says what came out. */
    public static Section make(Setting setting, Results results) throws IOException {
        Trainings trainings = new Trainings(setting, results);
        Described described = new Described(setting, trainings.text(), trainings.of(trials(setting)));
        results.picture("translation", Chart.png(described.picture()));
        return described.section();
    }

    /** Seeds come first, so that one that is broken off has whole comparisons. */
    private static List<Trial> trials(Setting setting) {
        return setting.seeds().stream().flatMap(seed -> Described.METHODS.stream()
                .map(method -> Trial.of(method, seed))).toList();
    }
}
