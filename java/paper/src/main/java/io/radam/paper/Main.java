package io.radam.paper;

import io.radam.Backend;
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
        List<Figure> figures = Figure.of(System.getProperty("paper.figures", Figure.ALL));
        Path output = Path.of(System.getProperty("paper.output", "report")).toAbsolutePath();
        Results results = new Results(output.resolve(setting.name()));
        OUT.println("RAdam's paper, " + setting.name() + " setting; steps by " + Backend.preferred());
        List<Section> sections = new ArrayList<>();
        for (Figure figure : figures) {
            sections.add(figure.make(setting, results));
            OUT.println();
            sections.getLast().findings().forEach(finding -> OUT.println("- " + finding));
            OUT.println();
        }
        Path html = output.resolve("index-" + setting.name() + ".html");
        Report.write(html, Figure.command(setting, figures), results.origin(), sections,
                time(System.nanoTime() - start));
        OUT.println("Report: " + html);
        System.exit(0);
    }

    private static String time(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        return Text.format("%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
    }
}
