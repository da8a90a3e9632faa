package io.radam.paper;

import io.radam.paper.rates.RatesFigure;
import io.radam.paper.translation.QuestionsFigure;
import io.radam.paper.translation.TranslationFigure;
import io.radam.paper.variance.VarianceFigure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures that can be made. */
enum Figure {
    VARIANCE(VarianceFigure::make),
    TRANSLATION(TranslationFigure::make),
    QUESTIONS(QuestionsFigure::make),
    RATES(RatesFigure::make);

    /** All of them, in the order of the report. */
    static final String ALL = names(List.of(values()));

    /** Computes a figure, or reads what was computed before. */
    private interface Maker {
        Section make(Setting setting, Results results) throws IOException;
    }

    private final Maker maker;

    Figure(Maker maker) {
        this.maker = maker;
    }

    Section make(Setting setting, Results results) throws IOException {
        return maker.make(setting, results);
    }

    /**
     * Figures by their names, with commas between.
     *
     * @throws IllegalArgumentException if there is none of one of the names
     */
    static List<Figure> of(String names) {
        return Arrays.stream(names.split(",")).map(String::strip).map(Figure::named).distinct().toList();
    }

    private static Figure named(String name) {
        return Arrays.stream(values()).filter(figure -> figure.toString().equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("paper.figures are " + ALL.replace(",", ", ") + ", not " + name));
    }

    /** What makes the report of these figures. */
    static String command(Setting setting, List<Figure> figures) {
        String command = "mvn -B -Ppaper -Dpaper.setting=" + setting.name();
        return names(figures).equals(ALL) ? command : command + " -Dpaper.figures=" + names(figures);
    }

    private static String names(List<Figure> figures) {
        return figures.stream().map(Figure::toString).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
