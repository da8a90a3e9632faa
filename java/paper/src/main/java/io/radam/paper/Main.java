package io.radam.paper;

import io.radam.Backend;
import io.radam.paper.rates.RatesFigure;
import io.radam.paper.translation.TranslationFigure;
import io.radam.paper.variance.VarianceFigure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes figures of the paper anew, prints what came out and writes a report. Settings are system properties:
 * {@code paper.setting}, {@code paper.figures} and {@code paper.output}.
 */
public final class Main {
    private static final PrintStream OUT = System.out;

    private Main() {
    }

    /** Makes them. */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        Setting setting = Setting.of(System.getProperty("paper.setting", "short"));
        Path output = Path.of(System.getProperty("paper.output", "report")).toAbsolutePath();
        Results results = new Results(output.resolve(setting.name()));
        OUT.println("RAdam's paper, " + setting.name() + " setting; steps by " + Backend.preferred());
        List<Section> sections = new ArrayList<>();
        for (String figure : System.getProperty("paper.figures", "variance,translation,rates").split(",")) {
            sections.add(switch (figure) {
                case "variance" -> VarianceFigure.make(setting, results);
                case "translation" -> TranslationFigure.make(setting, results);
                case "rates" -> RatesFigure.make(setting, results);
                default -> throw new IllegalArgumentException("paper.figures are variance, translation and rates, not " + figure);
            });
            OUT.println();
            sections.getLast().findings().forEach(finding -> OUT.println("- " + finding));
            OUT.println();
        }
        Path html = output.resolve("index-" + setting.name() + ".html");
        Report.write(html, setting, sections, time(System.nanoTime() - start));
        OUT.println("Report: " + html);
        System.exit(0);
    }

    private static String time(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        return Text.format("%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
    }
}
