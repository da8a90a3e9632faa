package io.radam.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How an implementation is drawn, the same in every chart: ours in blue, other Java in green, peers in warm colours.
 * The hues are those of Okabe and Ito's palette, which colour-blind readers can tell apart; the markers help.
 */
record Look(Color color, Marker marker, Dash dash, float width) {
    private enum Dash {
        SOLID, DASHES, DOTS
    }

    private static final Color OURS = new Color(0x0072B2);
    private static final Color OURS_PALE = new Color(0x56B4E9);
    private static final Color JAVA = new Color(0x009E73);
    private static final Color JAVA_PALE = new Color(0x7FBF5F);

    private static final Map<String, Look> KNOWN = Map.ofEntries(
            Map.entry("radam-array", new Look(OURS_PALE, SeriesMarkers.SQUARE, Dash.SOLID, 2)),
            Map.entry("radam-bfloat16", new Look(OURS, SeriesMarkers.SQUARE, Dash.DASHES, 2)),
            Map.entry("radam-block8", new Look(OURS, SeriesMarkers.TRIANGLE_DOWN, Dash.DASHES, 2)),
            Map.entry("radam-jni", new Look(OURS_PALE, SeriesMarkers.TRIANGLE_UP, Dash.DASHES, 2)),
            Map.entry("radam-avx512", new Look(OURS, SeriesMarkers.CIRCLE, Dash.SOLID, 3)),
            Map.entry("radam-avx2", new Look(OURS, SeriesMarkers.DIAMOND, Dash.SOLID, 3)),
            Map.entry("radam-neon", new Look(OURS, SeriesMarkers.CIRCLE, Dash.SOLID, 3)),
            Map.entry("radam-scalar", new Look(OURS, SeriesMarkers.CROSS, Dash.DOTS, 1.5f)),
            Map.entry("radam-java", new Look(OURS_PALE, SeriesMarkers.PLUS, Dash.DOTS, 1.5f)),
            Map.entry("java-array", new Look(JAVA, SeriesMarkers.SQUARE, Dash.SOLID, 2)),
            Map.entry("java-segment", new Look(JAVA_PALE, SeriesMarkers.DIAMOND, Dash.SOLID, 2)),
            Map.entry("vector-api", new Look(JAVA, SeriesMarkers.TRIANGLE_UP, Dash.DASHES, 2)),
            Map.entry("limit", new Look(new Color(0x333333), SeriesMarkers.NONE, Dash.DASHES, 2)));

    private static final List<Look> OTHERS = List.of(
            new Look(new Color(0xD55E00), SeriesMarkers.CIRCLE, Dash.SOLID, 2),
            new Look(new Color(0xE69F00), SeriesMarkers.SQUARE, Dash.SOLID, 2),
            new Look(new Color(0xCC79A7), SeriesMarkers.DIAMOND, Dash.SOLID, 2),
            new Look(new Color(0x7A5230), SeriesMarkers.TRIANGLE_UP, Dash.SOLID, 2));

    /** @param index for those that are not known by name; each should have another */
    static Look of(String name, int index) {
        Look known = KNOWN.get(name);
        return known != null ? known : OTHERS.get(Math.floorMod(index, OTHERS.size()));
    }

    /** The same, but easy to tell from it. */
    Look thin() {
        return new Look(color, marker, Dash.DOTS, 1);
    }

    void applyTo(XYSeries series) {
        series.setMarker(marker);
        series.setMarkerColor(color);
        series.setLineColor(color).setLineStyle(stroke());
    }

    private BasicStroke stroke() {
        float[] pattern = switch (dash) {
            case SOLID -> null;
            case DASHES -> new float[] {8, 4};
            case DOTS -> new float[] {2, 3};
        };
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, pattern, 0);
    }
}
