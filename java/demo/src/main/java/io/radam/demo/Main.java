package io.radam.demo;

import io.radam.Backend;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Trains a classifier in PyTorch for Java with our optimizers, prints what came out and writes a report. */
public final class Main {

    private static final PrintStream OUT = System.out;

    private Main() {
    }

    /**
     * Settings are system properties: {@code demo.short=true}, {@code demo.algorithms=radam,lion,...}, {@code
     * demo.learningRates=0.01,...} and {@code demo.output=FOLDER}.
     */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        Path output = Path.of(System.getProperty("demo.output", "report")).toAbsolutePath();
        Files.createDirectories(output);

        Digits digits = Digits.load();
        int trainingImages = digits.training().size();
        Settings settings = (Boolean.getBoolean("demo.short")
                ? Settings.brief(trainingImages) : Settings.full(trainingImages))
                .with(property("algorithms"), property("learningRates"));
        String backend = Backend.preferred().toString();
        OUT.println("RAdam demo, " + settings.name() + " setting: " + settings.runs()
                + " trainings of a convolutional network in PyTorch for Java");
        OUT.println("optimizer: " + backend);
        Path libtorch = Torch.start();
        OUT.println("libtorch:  " + libtorch);

        ProgressBar progress = new ProgressBar(OUT, settings.runs(), settings.epochs());
        List<RunResult> runs = new Experiment(digits, settings).run(progress);
        Outcome outcome = Outcome.of(settings, digits, libtorch, backend, runs, System.nanoTime() - start);
        new Terminal(OUT).print(outcome);
        writeReport(outcome, output);
        System.exit(exitStatus(outcome));
    }

    private static String property(String name) {
        return System.getProperty("demo." + name, "");
    }

    /** What makes the same report again. */
    static String command() {
        return "mvn -B -Pdemo" + Stream.of("short", "algorithms", "learningRates")
                .filter(name -> !property(name).isBlank() && !property(name).equals("false"))
                .map(name -> " -Ddemo." + name + "=" + property(name)).collect(Collectors.joining());
    }

    private static void writeReport(Outcome outcome, Path output) throws IOException {
        Path curves = output.resolve("learning-curves.png");
        String missing = "";
        try {
            new Charts(outcome).writeTo(curves);
        } catch (RuntimeException | LinkageError | InternalError e) {
            // Java draws text with the system's fonts, and a small server has none. The rest of the report needs none.
            missing = "No learning curves: Java could not draw them, most likely because this machine has no fonts; "
                    + "install some with \"apt-get install fontconfig fonts-dejavu-core\" and run again. (" + e + ")";
            OUT.println(missing);
            Files.deleteIfExists(curves);
            curves = null;
        }
        Path html = output.resolve("index.html");
        new Report(outcome).writeTo(html, curves, missing);
        OUT.println();
        if (curves != null) {
            OUT.println("Learning curves: " + curves);
        }
        OUT.println("Report:          " + html);
    }

    private static int exitStatus(Outcome outcome) {
        if (!outcome.accurate()) {
            OUT.println("FAILED: RAdam's test accuracy is below what is required.");
        }
        if (!outcome.zeroCopy()) {
            OUT.println("FAILED: what was stepped is not where libtorch keeps it.");
        }
        return outcome.accurate() && outcome.zeroCopy() ? 0 : 1;
    }
}
