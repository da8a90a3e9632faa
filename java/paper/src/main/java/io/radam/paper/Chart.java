package io.radam.paper;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over an axis, as a picture. */
public final class Chart {
    /** Okabe and Ito's palette, which colour-blind readers can tell apart. */
    public static final List<Color> COLORS = List.of(new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73),
            new Color(0xCC79A7), new Color(0xE69F00), new Color(0x56B4E9));

    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;
    private static final Color INK = new Color(0x1F2933);
    private static final Color GRID = new Color(0xE3E6EA);
    private static final BasicStroke DASHES =
            new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);

    private final XYChart chart;

    /** A chart without lines. */
    public Chart(String title, String x, String y) {
        chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y).build();
        var style = chart.getStyler();
        style.setPlotGridLinesColor(GRID).setAxisTitleFont(font(Font.PLAIN)).setAxisTickLabelsFont(font(Font.PLAIN));
        style.setChartBackgroundColor(Color.WHITE).setChartFontColor(INK).setChartTitleBoxVisible(false)
                .setChartTitleFont(font(Font.BOLD)).setLegendFont(font(Font.PLAIN).deriveFont(12f))
                .setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE).setPlotBorderVisible(false).setChartPadding(12);
    }

    private static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, 14);
    }

    /** Makes the axis of steps logarithmic. */
    public Chart logarithmicX() {
        chart.getStyler().setXAxisLogarithmic(true);
        return this;
    }

    /** Makes the axis of values logarithmic, with numbers at 1, 2 and 5 times the powers of ten. */
    public Chart logarithmicY() {
        chart.getStyler().setYAxisLogarithmic(true).setYAxisLogarithmicDecadeOnly(false)
                .setYAxisTickLabelsFormattingFunction(Chart::label);
        return this;
    }

    /** Nothing for the other multiples, whose numbers would lie on each other. */
    private static String label(double value) {
        int exponent = (int) Math.floor(Math.log10(value) + 1e-9);
        long digit = Math.round(value / Math.pow(10, exponent));
        if (digit != 1 && digit != 2 && digit != 5) {
            return "";
        }
        return exponent < -3 ? digit + "e" + exponent : BigDecimal.valueOf(digit, -exponent).toPlainString();
    }

    /** The range of values that is shown. */
    public Chart between(double lowest, double highest) {
        chart.getStyler().setYAxisMin(lowest).setYAxisMax(highest);
        return this;
    }

    /** Adds a line through the points that are finite. Without any, the chart stays as it is. */
    public Chart line(String name, Color color, double[] x, double[] y) {
        return add(name, color, x, y, series -> series.setLineWidth(2.5f));
    }

    /** The same, dashed. */
    public Chart dashed(String name, Color color, double[] x, double[] y) {
        return add(name, color, x, y, series -> series.setLineStyle(DASHES));
    }

    /** Adds crosses at one height, where there is no value to show. Without any, the chart stays as it is. */
    public Chart crosses(String name, Color color, double[] x, double height) {
        double[] y = new double[x.length];
        Arrays.fill(y, height);
        return add(name, color, x, y, series -> series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
                .setMarker(SeriesMarkers.CROSS).setMarkerColor(color));
    }

    private Chart add(String name, Color color, double[] x, double[] y, Consumer<XYSeries> style) {
        int[] finite = IntStream.range(0, y.length).filter(i -> Double.isFinite(y[i])).toArray();
        if (finite.length > 0) {
            XYSeries series = chart.addSeries(name, Arrays.stream(finite).mapToDouble(i -> x[i]).toArray(),
                    Arrays.stream(finite).mapToDouble(i -> y[i]).toArray());
            series.setMarker(SeriesMarkers.NONE);
            series.setLineColor(color);
            style.accept(series);
        }
        return this;
    }

    /** Charts side by side, as an HTML image. */
    public static String html(String alternative, Chart... charts) throws IOException {
        return "<img alt=\"" + Text.escape(alternative) + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(png(charts)) + "\">\n";
    }

    /** Charts side by side, as a PNG file. */
    public static byte[] png(Chart... charts) throws IOException {
        List<XYChart> all = new ArrayList<>();
        for (Chart each : charts) {
            if (each.chart.getSeriesCollection().isEmpty()) {
                // XChart fails at a logarithmic axis without points.
                each.chart.getStyler().setXAxisLogarithmic(false).setYAxisLogarithmic(false);
            }
            all.add(each.chart);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BitmapEncoder.saveBitmap(all, 1, all.size(), out, BitmapFormat.PNG);
        return out.toByteArray();
    }
}
