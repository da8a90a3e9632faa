package io.radam.bench.report;

import com.google.gson.JsonArray;
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
            drawCharts(folder, new Charts(results));
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
        out.println("One step of 16 parameters; gradients that are bound anew; and calls of libradam alone");
        out.println(Table.overhead(results).text());
        out.println("The same parameters in ever more tensors");
        out.println(Table.tensors(results).text());
        out.println("Steps by size, fastest first. * is ours, which \"x ours\" compares with: 0.5 is half as fast");
        out.println(Table.sizes(results).text());
    }

    private static void drawCharts(Path folder, Charts charts) throws IOException {
        for (String name : new String[] {ONE_THREAD, ALL_THREADS, BY_SIZE, BY_TENSORS}) {
            // None of an earlier run may be left to stand beside new tables.
            Files.deleteIfExists(folder.resolve(name));
        }
        charts.throughput(folder.resolve(ONE_THREAD), 1);
        charts.throughputOfAllThreads(folder.resolve(ALL_THREADS));
        charts.costBySize(folder.resolve(BY_SIZE));
        charts.costByTensors(folder.resolve(BY_TENSORS));
    }
}
