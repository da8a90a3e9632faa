package io.radam.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The learning curves, one column per learning rate: training loss above, test error below. */
final class Charts {

    private static final int WIDTH = 560;
    private static final int HEIGHT = 440;
    /** A logarithmic axis has no place for zero. */
    private static final double LOWEST_LOSS_SHOWN = 1e-5;
    private static final double LOWEST_ERROR_SHOWN = 0.1;
    private static final int SEED_OPACITY = 70;
    private static final Color GRID = new Color(0xE3E6EA);
    private static final Color INK = new Color(0x1F2933);

    /** Okabe and Ito's palette, which colour-blind readers can tell apart, and more. */
    private static final List<Color> COLORS = Stream.of(0x0072B2, 0xCC79A7, 0x7A5195, 0xD55E00, 0x009E73, 0xE69F00,
            0x56B4E9, 0x8C6D31, 0x000000, 0x999999).map(Color::new).toList();

    private final Outcome outcome;

    Charts(Outcome outcome) {
        this.outcome = outcome;
    }

    void writeTo(Path png) throws IOException {
        List<Double> learningRates = outcome.settings().learningRates();
        List<XYChart> charts = new ArrayList<>();
        learningRates.forEach(learningRate -> charts.add(trainingLoss(learningRate)));
        learningRates.forEach(learningRate -> charts.add(testError(learningRate)));
        try (OutputStream out = Files.newOutputStream(png)) {
            BitmapEncoder.saveBitmap(charts, 2, learningRates.size(), out, BitmapFormat.PNG);
        }
    }

    private XYChart trainingLoss(double learningRate) {
        XYChart chart = chart("Learning rate " + learningRate, "training loss", LOWEST_LOSS_SHOWN, 10);
        curves(chart, learningRate, epoch -> Math.max(epoch.trainingLoss(), LOWEST_LOSS_SHOWN));
        return chart;
    }

    /** The error is what an accuracy lacks of 100 %; its logarithm tells 98 % from 99 % and shows a failure too. */
    private XYChart testError(double learningRate) {
        XYChart chart = chart("Learning rate " + learningRate, "test error, %", LOWEST_ERROR_SHOWN, 100);
        curves(chart, learningRate, epoch -> Math.max(100 * (1 - epoch.testAccuracy()), LOWEST_ERROR_SHOWN));
        return chart;
    }

    private static XYChart chart(String title, String yAxis, double lowest, double highest) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title)
                .xAxisTitle("epoch").yAxisTitle(yAxis).build();
        AxesChartStyler style = chart.getStyler();
        style.setPlotGridLinesColor(GRID).setPlotGridLinesStroke(new BasicStroke(1))
                .setAxisTitleFont(font(Font.PLAIN)).setAxisTickLabelsFont(font(Font.PLAIN))
                .setXAxisMin(0.0).setYAxisLogarithmic(true).setYAxisMin(lowest).setYAxisMax(highest)
                .setYAxisTickLabelsFormattingFunction(Charts::plain);
        style.setChartBackgroundColor(Color.WHITE).setChartFontColor(INK).setChartTitleBoxVisible(false)
                .setChartTitleFont(font(Font.BOLD)).setLegendFont(font(Font.PLAIN))
                .setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE).setPlotBorderVisible(false).setChartPadding(12);
        return chart;
    }

    /** 0.0001, not 1E-4. */
    private static String plain(double number) {
        return new BigDecimal(Text.format("%.1g", number)).stripTrailingZeros().toPlainString();
    }

    private static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, 15);
    }

    /** A thin line for each seed, a thick one for their mean. */
    private void curves(XYChart chart, double learningRate, ToDoubleFunction<RunResult.Epoch> value) {
        for (Summary summary : outcome.summaries()) {
            if (summary.learningRate() == learningRate) {
                List<double[]> seeds = summary.runs().stream()
                        .map(run -> run.epochs().stream().mapToDouble(value).toArray()).toList();
                int number = outcome.settings().methods().indexOf(summary.method());
                Color color = COLORS.get(number % COLORS.size());
                Color pale = new Color(color.getRed(), color.getGreen(), color.getBlue(), SEED_OPACITY);
                for (int i = 0; i < seeds.size(); i++) {
                    line(chart, summary.method().label() + " " + i, seeds.get(i), pale, 1).setShowInLegend(false);
                }
                line(chart, summary.method().label(), mean(seeds), color, 2.5f);
            }
        }
    }

    private static XYSeries line(XYChart chart, String name, double[] y, Color color, float width) {
        double[] epochs = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            epochs[i] = i + 1;
        }
        XYSeries series = chart.addSeries(name, epochs, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color).setLineWidth(width);
        return series;
    }

    private static double[] mean(List<double[]> curves) {
        double[] mean = new double[curves.getFirst().length];
        for (double[] curve : curves) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += curve[i] / curves.size();
            }
        }
        return mean;
    }
}
