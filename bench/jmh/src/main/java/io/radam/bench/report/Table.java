package io.radam.bench.report;

import io.radam.bench.Point;
import io.radam.bench.Point.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A table, for the terminal and for HTML.
 *
 * @param heads of the columns; the first column is text and the others are numbers
 * @param groups rows that belong together
 */
record Table(List<String> heads, List<List<List<String>>> groups) {
    private static final Map<String, String> METHODS = Map.of(
            "step", "a step of 1,000 parameters",
            "bindAndStep", "other gradients bound, and a step",
            "ffmStep", "radam_step_f32 by FFM",
            "ffmStepOnArrays", "radam_step_f32 by FFM, on float[] (critical call)",
            "jniStep", "radam_step_f32 by JNI (JavaCPP)",
            "ffmNothing", "a function that does nothing by FFM",
            "jniNothing", "a function that does nothing by JNI (JavaCPP)");

    private static final Map<Suite, String> WHAT = Map.of(
            Suite.OVERHEAD, "whole step",
            Suite.BINDING, "for each of 1,000",
            Suite.CALLS, "call alone");

    /** Every size, fastest first. */
    static Table sizes(Results results) {
        return new Table(
                List.of("implementation", "threads", "parameters", "M param/s", "GB/s", "one step", "x ours", "spread"),
                groups(results.rows(Suite.SIZES), row -> List.of(name(row, results), threads(row), size(row),
                        Text.millions(row.parametersPerSecond()), Text.significant(row.gigabytesPerSecond()),
                        Text.time(row.nanos()), Text.ratio(row.ratio()), Text.percent(row.spread()))));
    }

    /** The same number of parameters in ever more tensors. */
    static Table tensors(Results results) {
        return new Table(
                List.of("implementation", "threads", "tensors", "parameters each", "one step", "x ours", "spread"),
                groups(results.rows(Suite.TENSORS), row -> List.of(name(row, results), threads(row),
                        Text.count(row.point().tensors()), Text.count(row.point().size() / row.point().tensors()),
                        Text.time(row.nanos()), Text.ratio(row.ratio()), Text.percent(row.spread()))));
    }

    /** Steps as users of frameworks make them. */
    static Table models(Results results) {
        return new Table(
                List.of("implementation", "threads", "model", "parameters", "tensors", "one step", "x framework's",
                        "spread"),
                groups(results.byFramework(Suite.MODELS), row -> List.of(row.point().implementation(), threads(row),
                        row.point().work().name(), size(row), Text.count(row.point().tensors()),
                        Text.time(row.nanos()), Text.ratio(row.ratio()), Text.percent(row.spread()))));
    }

    /** Epochs of training. */
    static Table epochs(Results results) {
        return new Table(
                List.of("implementation", "threads", "network", "parameters", "an epoch", "x framework's", "spread"),
                groups(results.byFramework(Suite.EPOCHS), row -> List.of(row.point().implementation(), threads(row),
                        row.point().work().name(), size(row), Text.time(row.nanos()), Text.ratio(row.ratio()),
                        Text.percent(row.spread()))));
    }

    /** Whole steps of next to no parameters, binding, and calls alone. */
    static Table overhead(Results results) {
        List<List<List<String>>> groups = new ArrayList<>();
        for (Suite suite : List.of(Suite.OVERHEAD, Suite.BINDING, Suite.CALLS)) {
            groups.addAll(groups(results.rows(suite), row -> List.of(
                    suite.isOfMethods() ? METHODS.get(row.point().implementation()) : name(row, results),
                    WHAT.get(suite),
                    Text.time(row.nanos()), Text.ratio(row.ratio()), Text.percent(row.spread()))));
        }
        return new Table(List.of("implementation", "what", "time", "x ours", "spread"), groups);
    }

    private interface Cells {
        List<String> of(Row row);
    }

    /** A group for each size, number of tensors and of threads. */
    private static List<List<List<String>>> groups(List<Row> rows, Cells cells) {
        List<List<List<String>>> groups = new ArrayList<>();
        Point last = null;
        for (Row row : rows) {
            Point point = row.point();
            if (last == null || last.size() != point.size() || last.tensors() != point.tensors()
                    || last.threads() != point.threads()) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(cells.of(row));
            last = point;
        }
        return groups;
    }

    private static String name(Row row, Results results) {
        String name = row.point().implementation();
        return name.equals(results.best()) ? name + " *" : name;
    }

    private static String threads(Row row) {
        return String.valueOf(row.point().threads());
    }

    private static String size(Row row) {
        return Text.count(row.point().size());
    }

    /** Columns of one width, an empty line between groups. */
    String text() {
        List<List<String>> rows = Stream.concat(Stream.of(heads), groups.stream().flatMap(List::stream)).toList();
        int[] widths = new int[heads.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        append(text, heads, widths);
        for (List<List<String>> group : groups) {
            text.append('\n');
            group.forEach(row -> append(text, row, widths));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder(Text.format("%-" + widths[0] + "s", row.getFirst()));
        for (int i = 1; i < widths.length; i++) {
            line.append(Text.format("  %" + widths[i] + "s", row.get(i)));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    String html() {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
        heads.forEach(head -> html.append("<th>").append(Text.escape(head)).append("</th>"));
        html.append("</tr></thead>\n");
        for (List<List<String>> group : groups) {
            html.append("<tbody>\n");
            for (List<String> row : group) {
                html.append(row.getFirst().endsWith(" *") ? "<tr class=\"ours\">" : "<tr>");
                row.forEach(cell -> html.append("<td>").append(Text.escape(cell)).append("</td>"));
                html.append("</tr>\n");
            }
            html.append("</tbody>\n");
        }
        return html.append("</table></div>\n").toString();
    }
}
