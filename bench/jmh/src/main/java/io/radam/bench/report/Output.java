package io.radam.bench.report;

import com.google.gson.JsonArray;
import io.radam.bench.Point.Suite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Everything that is told about the results, on the terminal and in files. */
public final class Output {
    private static final String ONE_THREAD = "throughput-1-thread.png";
    private static final String ALL_THREADS = "throughput-all-threads.png";
    private static final String BY_SIZE = "cost-by-size.png";
    private static final String BY_TENSORS = "cost-by-tensors.png";

    private Output() {
    }

    /** @param raw JMH's own results */
    public static void write(Path folder, Results results, JsonArray raw, PrintStream out) throws IOException {
        print(results, out);
        JsonReport.write(folder.resolve("results.json"), results, raw);
        String missing = "";
        try {
            deleteCharts(folder);
            if (results.rows(Suite.SIZES).isEmpty() || results.rows(Suite.TENSORS).isEmpty()) {
                missing = "No charts: the suites that they show were not measured.";
                out.println(missing);
            } else {
                drawCharts(folder, new Charts(results));
            }
        } catch (RuntimeException | LinkageError | InternalError e) {
            // Java draws text with the system's fonts, and a small server has none. The rest of the report needs none.
            missing = "No charts: Java could not draw them, most likely because this machine has no fonts; install some"
                    + " with \"apt-get install fontconfig fonts-dejavu-core\" and run again. (" + e + ")";
            out.println(missing);
        }
        HtmlReport.write(folder.resolve("index.html"), results, missing);
        out.println("Report: " + folder.resolve("index.html"));
        out.println("Data:   " + folder.resolve("results.json"));
    }

    private static void print(Results results, PrintStream out) {
        out.println();
        print(out, "One step of 16 parameters; gradients that are bound anew; and calls of libradam alone",
                Table.overhead(results));
        print(out, "The same parameters in ever more tensors", Table.tensors(results));
        print(out, "Models, as users of frameworks step them; compared with the framework's own optimizer",
                Table.models(results));
        print(out, "An epoch of training on 1,792 digits, batches of 64; compared with the framework's own optimizer",
                Table.epochs(results));
        print(out, "Steps by size, fastest first. * is ours, which \"x ours\" compares with: 0.5 is half as fast",
                Table.sizes(results));
    }

    private static void print(PrintStream out, String title, Table table) {
        if (!table.groups().isEmpty()) {
            out.println(title);
            out.println(table.text());
        }
    }

    /** None of an earlier run may be left to stand beside new tables. */
    private static void deleteCharts(Path folder) throws IOException {
        for (String name : new String[] {ONE_THREAD, ALL_THREADS, BY_SIZE, BY_TENSORS}) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    private static void drawCharts(Path folder, Charts charts) throws IOException {
        charts.throughput(folder.resolve(ONE_THREAD), 1);
        charts.throughputOfAllThreads(folder.resolve(ALL_THREADS));
        charts.costBySize(folder.resolve(BY_SIZE));
        charts.costByTensors(folder.resolve(BY_TENSORS));
    }
}
