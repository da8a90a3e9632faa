package io.radam.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The results as one HTML file that needs no other. Its frame is {@code report.html}. */
final class Report {

    private final Outcome outcome;

    Report(Outcome outcome) {
        this.outcome = outcome;
    }

    /**
     * @param curves the learning curves as PNG, or null
     * @param missing why there are none
     */
    void writeTo(Path html, Path curves, String missing) throws IOException {
        String page = template();
        for (Map.Entry<String, String> entry : values(curves, missing).entrySet()) {
            page = page.replace("{{" + entry.getKey() + "}}", entry.getValue());
        }
        Files.writeString(html, page);
    }

    private static String template() throws IOException {
        try (InputStream in = Report.class.getResourceAsStream("report.html")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Map<String, String> values(Path curves, String missing) throws IOException {
        Settings settings = outcome.settings();
        Summary best = outcome.best(settings.first());
        return Map.ofEntries(
                Map.entry("accuracy", Text.percent(best.testAccuracy())),
                Map.entry("bestLearningRate", String.valueOf(best.learningRate())),
                Map.entry("required", settings.requiredAccuracy() == 0 ? "" : Text.format(" (%s required: %s)",
                        Text.percent(settings.requiredAccuracy()), outcome.accurate() ? "reached" : "not reached")),
                Map.entry("method", escape(best.method().label())),
                Map.entry("share", Text.percent(share(best.method()))),
                Map.entry("zeroCopy", outcome.zeroCopy() ? "0 copies" : "moved"),
                Map.entry("totalSteps", Text.format("%,d", outcome.totalSteps())),
                Map.entry("runs", String.valueOf(outcome.runs().size())),
                Map.entry("results", results()),
                Map.entry("findings", new Findings(outcome).sentences().stream()
                        .map(sentence -> "<li>" + escape(sentence) + "</li>").collect(Collectors.joining("\n"))),
                Map.entry("curves", curves(curves, missing)),
                Map.entry("times", times()),
                Map.entry("addresses", addresses()),
                Map.entry("settings", settings()),
                Map.entry("command", Main.command()));
    }

    private double share(Method method) {
        return outcome.times().stream().filter(time -> time.method() == method).findFirst().orElseThrow().share();
    }

    private String results() {
        StringBuilder rows = new StringBuilder();
        for (Summary summary : outcome.summaries()) {
            boolean firstOfRate = summary.method() == outcome.settings().first();
            boolean best = outcome.best(summary.method()) == summary;
            rows.append(firstOfRate ? "<tr class=\"group\">" : "<tr>")
                    .append(cell(firstOfRate ? String.valueOf(summary.learningRate()) : ""))
                    .append(cell(summary.method().label()))
                    .append(best ? "<td><strong>" + Text.percent(summary.testAccuracy()) + "</strong></td>"
                            : cell(Text.percent(summary.testAccuracy())))
                    .append(cell(Text.range(summary.lowestTestAccuracy(), summary.highestTestAccuracy())))
                    .append(cell(Text.loss(summary.testLoss())))
                    .append(cell(Text.loss(summary.trainingLoss())))
                    .append("</tr>\n");
        }
        return rows.toString();
    }

    private String times() {
        return outcome.times().stream().map(time -> row(time.method().label(), Text.format("%,d", time.steps()),
                Text.seconds(time.trainingNanos()), Text.seconds(time.optimizerNanos()), Text.percent(time.share()),
                Text.microseconds(time.nanosPerStep()))).collect(Collectors.joining());
    }

    private String addresses() {
        StringBuilder rows = new StringBuilder();
        List<Address> first = outcome.firstRun().firstStep();
        List<Address> last = outcome.firstRun().lastStep();
        for (int i = 0; i < first.size(); i++) {
            Address begin = first.get(i);
            Address end = last.get(i);
            rows.append(row(begin.name(), Text.format("%,d", begin.elements()), Text.address(begin.torchValues()),
                    Text.address(begin.steppedValues()), Text.address(end.torchValues()),
                    Text.address(end.steppedValues())));
            rows.append(row(begin.name() + ".grad", Text.format("%,d", begin.elements()),
                    Text.address(begin.torchGradient()), Text.address(begin.steppedGradient()),
                    Text.address(end.torchGradient()), Text.address(end.steppedGradient())));
        }
        return rows.toString();
    }

    private String settings() throws IOException {
        Settings settings = outcome.settings();
        Digits digits = outcome.digits();
        String data = Text.format(
                "%,d handwritten digits of 8x8 pixels: %,d to train on, %d held out, %d of each digit; "
                        + "the same split in every run",
                digits.training().size() + digits.test().size(), digits.training().size(), digits.test().size(),
                digits.test().size() / Digits.CLASSES);
        String training = Text.format(
                "%d epochs of %d mini-batches of %d = %d steps; cross-entropy; constant learning rate; "
                        + "all else as by default; where there is warm-up, linear, over the first %d steps",
                settings.epochs(), settings.stepsPerEpoch(), settings.batchSize(), settings.steps(),
                settings.warmupSteps());
        String seeds = settings.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ": a seed decides the initial weights and the order of the images, the same for every optimizer";
        return item("Data", data)
                + item("Network", Text.format("%s; %,d parameters", Network.DESCRIPTION, outcome.parameters()))
                + item("Training", training)
                + item("Seeds", seeds)
                + item("Optimizer", outcome.backend())
                + item("PyTorch", "org.bytedeco:pytorch:" + Torch.version() + ", one thread, " + outcome.libtorch())
                + item("Machine", Machine.describe())
                + item("Time", Text.seconds(outcome.nanos()) + " for all runs (" + settings.name() + " setting)");
    }

    private static String curves(Path png, String missing) throws IOException {
        if (png == null) {
            return "<p class=\"missing\">" + escape(missing) + "</p>";
        }
        return "<img alt=\"Learning curves\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(Files.readAllBytes(png)) + "\">"
                + "<p class=\"quiet\">Thin lines: one seed each. Thick lines: their mean. "
                + "Test error is 100 % less the test accuracy.</p>";
    }

    private static String item(String term, String description) {
        return "<dt>" + escape(term) + "</dt><dd>" + escape(description) + "</dd>\n";
    }

    private static String row(String... cells) {
        return "<tr>" + List.of(cells).stream().map(Report::cell).collect(Collectors.joining()) + "</tr>\n";
    }

    private static String cell(String text) {
        return "<td>" + escape(text) + "</td>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
