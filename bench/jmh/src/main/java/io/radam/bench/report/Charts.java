package io.radam.bench.report;

import io.radam.bench.Implementation;
import io.radam.bench.Point.Suite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** The charts. All axes are logarithmic: sizes and speeds both span orders of magnitude. */
final class Charts {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 620;
    private static final Color GRID = new Color(0xE3E6EA);
    private static final Color INK = new Color(0x1F2933);
    private static final int LEGEND_LINE = 40;
    private static final int MARKER = 9;

    private final Results results;
    private final List<String> peers;

    Charts(Results results) {
        this.results = results;
        peers = results.implementations().stream().filter(Implementation::isPeer).map(Implementation::name).toList();
    }

    /** Parameters per second, and the memory limit, over the number of parameters. */
    void throughput(Path png, int threads) throws IOException {
        XYChart chart = chart("Adam steps by " + Text.threads(threads), "parameters", "million parameters per second");
        lines(chart, rows(Suite.SIZES, threads), "", look -> look, row -> row.point().size(),
                row -> row.parametersPerSecond() / 1e6);
        write(chart, png);
    }

    /** The same with all threads, on a machine that has more than one. */
    void throughputOfAllThreads(Path png) throws IOException {
        throughput(png, results.allThreads());
    }

    /** Nanoseconds per parameter over the number of parameters. */
    void costBySize(Path png) throws IOException {
        XYChart chart = chart("Cost of a parameter, 1 thread", "parameters", "nanoseconds per parameter");
        lines(chart, rows(Suite.SIZES, 1), "", look -> look, row -> row.point().size(), Row::nanosPerParameter);
        write(chart, png);
    }

    /** The time of a step over the number of tensors. */
    void costByTensors(Path png) throws IOException {
        List<Row> rows = results.rows(Suite.TENSORS);
        String title = Text.count(rows.getFirst().point().size()) + " parameters in ever more tensors";
        XYChart chart = chart(title, "tensors", "microseconds per step");
        lines(chart, rows(Suite.TENSORS, 1), ", 1 thread", look -> look, row -> row.point().tensors(),
                row -> row.nanos() / 1e3);
        if (results.allThreads() > 1) {
            String threads = ", " + Text.threads(results.allThreads());
            lines(chart, rows(Suite.TENSORS, results.allThreads()), threads, Look::thin, row -> row.point().tensors(),
                    row -> row.nanos() / 1e3);
        }
        write(chart, png);
    }

    private List<Row> rows(Suite suite, int threads) {
        return results.rows(suite).stream().filter(row -> row.point().threads() == threads).toList();
    }

    /** A line for each implementation. The y axis ends at powers of ten, which are what gets labels. */
    private void lines(XYChart chart, List<Row> rows, String suffix, UnaryOperator<Look> look, ToDoubleFunction<Row> x,
            ToDoubleFunction<Row> y) {
        for (Implementation implementation : results.implementations()) {
            String name = implementation.name();
            List<Row> points = rows.stream().filter(row -> row.point().implementation().equals(name))
                    .sorted(Comparator.comparingDouble(x)).toList();
            if (!points.isEmpty()) {
                double[] ys = points.stream().mapToDouble(y).toArray();
                XYSeries series = chart.addSeries(name + suffix, points.stream().mapToDouble(x).toArray(), ys);
                look.apply(Look.of(name, peers.indexOf(name))).applyTo(series);
                include(chart.getStyler(), ys);
            }
        }
    }

    private static void include(XYStyler style, double[] ys) {
        double lowest = Math.pow(10, Math.floor(Math.log10(Statistics.min(ys))));
        double highest = Math.pow(10, Math.ceil(Math.log10(Statistics.max(ys))));
        style.setYAxisMin(style.getYAxisMin() == null ? lowest : Math.min(lowest, style.getYAxisMin()));
        style.setYAxisMax(style.getYAxisMax() == null ? highest : Math.max(highest, style.getYAxisMax()));
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y)
                .build();
        XYStyler style = chart.getStyler();
        style.setPlotGridLinesColor(GRID).setPlotGridLinesStroke(new BasicStroke(1))
                .setAxisTitleFont(font(Font.PLAIN)).setAxisTickLabelsFont(font(Font.PLAIN))
                .setXAxisLogarithmic(true).setXAxisLogarithmicDecadeOnly(true).setYAxisLogarithmic(true)
                .setXAxisTickLabelsFormattingFunction(Text::decade)
                .setYAxisTickLabelsFormattingFunction(Charts::plain);
        style.setMarkerSize(MARKER).setChartBackgroundColor(Color.WHITE).setChartFontColor(INK)
                .setChartTitleBoxVisible(false).setChartTitleFont(font(Font.BOLD)).setLegendFont(font(Font.PLAIN))
                .setLegendPosition(LegendPosition.OutsideE).setLegendSeriesLineLength(LEGEND_LINE)
                .setLegendBorderColor(Color.WHITE).setPlotBorderVisible(false).setChartPadding(12);
        return chart;
    }

    private static String plain(double number) {
        return number >= 1 ? Text.format("%,.0f", number) : Text.format("%.2g", number);
    }

    private static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, 15);
    }

    private static void write(XYChart chart, Path png) throws IOException {
        try (OutputStream out = Files.newOutputStream(png)) {
            BitmapEncoder.saveBitmap(List.of(chart), 1, 1, out, BitmapFormat.PNG);
        }
    }
}
