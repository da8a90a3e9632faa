package io.radam.bench.report;

import io.radam.bench.Point.Suite;
import io.radam.bench.implementation.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results as a page beside the charts. Its frame is {@code report.html}. */
final class HtmlReport {
    private HtmlReport() {
    }

    /** @param missing why there are no charts; empty if there are */
    static void write(Path file, Results results, String missing) throws IOException {
        String page = template();
        for (Map.Entry<String, String> entry : values(results, missing).entrySet()) {
            page = page.replace("{{" + entry.getKey() + "}}", entry.getValue());
        }
        Files.writeString(file, page);
    }

    private static String template() throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.html")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> values(Results results, String missing) {
        return Map.ofEntries(
                Map.entry("figures", figures(results)),
                Map.entry("allThreads", Text.threads(results.allThreads())),
                Map.entry("best", Text.escape(results.best())),
                Map.entry("missing", missing.isEmpty() ? "" : "<p class=\"missing\">" + Text.escape(missing) + "</p>"),
                Map.entry("charts", missing.isEmpty() ? "" : " hidden"),
                Map.entry("sizes", Table.sizes(results).html()),
                Map.entry("tensors", Table.tensors(results).html()),
                Map.entry("models", Table.models(results).html()),
                Map.entry("epochs", Table.epochs(results).html()),
                Map.entry("noEpochs", hidden(results, Suite.EPOCHS)),
                Map.entry("noModels", hidden(results, Suite.MODELS)),
                Map.entry("noSizes", hidden(results, Suite.SIZES)),
                Map.entry("noTensors", hidden(results, Suite.TENSORS)),
                Map.entry("noOverhead", hidden(results, Suite.OVERHEAD, Suite.BINDING, Suite.CALLS)),
                Map.entry("overhead", Table.overhead(results).html()),
                Map.entry("implementations", implementations(results)),
                Map.entry("machine", items(Machine.description())),
                Map.entry("setting", Text.escape(results.setting())),
                Map.entry("minutes", Text.format("%.1f", results.seconds() / 60)),
                Map.entry("rounds", String.valueOf(results.measurements().stream().mapToInt(m -> m.round()).max()
                        .orElse(0))));
    }

    private static String hidden(Results results, Suite... suites) {
        return Arrays.stream(suites).allMatch(suite -> results.rows(suite).isEmpty()) ? " hidden" : "";
    }

    /** How fast ours is at the largest and at a small size, and how near to the limit. */
    private static String figures(Results results) {
        List<Row> rows = results.rows(Suite.SIZES);
        if (rows.isEmpty()) {
            return "";
        }
        List<Row> ours = rows.stream().filter(row -> row.point().implementation().equals(results.best())).toList();
        return figure(ours.getFirst(), rows) + figure(ours.getLast(), rows);
    }

    private static String figure(Row ours, List<Row> rows) {
        Optional<Row> limit = rows.stream().filter(row -> row.point().implementation().equals(Limit.NAME)
                && row.point().size() == ours.point().size() && row.point().threads() == ours.point().threads())
                .findAny();
        return "<div><b>" + Text.millions(ours.parametersPerSecond()) + " M/s</b><span>parameters per second by "
                + Text.escape(ours.point().implementation()) + ", " + Text.count(ours.point().size()) + " of them, "
                + Text.threads(ours.point().threads())
                + limit.map(row -> "; " + Text.percent(1 / row.ratio()) + " of the limit's speed").orElse("")
                + "</span></div>\n";
    }

    private static String implementations(Results results) {
        return results.implementations().stream().map(i -> item(i.name(), i.description()))
                .collect(Collectors.joining());
    }

    private static String items(Map<String, String> items) {
        return items.entrySet().stream().map(entry -> item(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    }

    private static String item(String term, String description) {
        return "<dt>" + Text.escape(term) + "</dt><dd>" + Text.escape(description) + "</dd>\n";
    }
}
