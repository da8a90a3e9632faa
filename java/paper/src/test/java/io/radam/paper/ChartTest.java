package io.radam.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ChartTest {
    private static final double NAN = Double.NaN;
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static Chart chart() {
        return new Chart("title", "x", "y").logarithmicY();
    }

    @Test
    void pointsThatAreNotFiniteAreLeftOut() throws IOException {
        byte[] without = Chart.png(chart().line("a", Color.RED, new double[] {1, 3}, new double[] {1, 4}));
        byte[] with = Chart.png(chart()
                .line("a", Color.RED, new double[] {1, 2, 3, 4}, new double[] {1, INFINITY, 4, NAN})
                .dashed("none", Color.BLUE, new double[] {1}, new double[] {NAN}));
        assertArrayEquals(without, with);
        assertFalse(Arrays.equals(without, Chart.png(chart()
                .line("a", Color.RED, new double[] {1, 2, 3}, new double[] {1, 3, 4}))));
    }

    @Test
    void crossesAreShownWhereThereAreSome() throws IOException {
        double[] x = {1, 2};
        byte[] without = Chart.png(chart().line("a", Color.RED, x, x));
        assertArrayEquals(without, Chart.png(chart().line("a", Color.RED, x, x)
                .crosses("b", Color.RED, new double[0], 1)));
        assertFalse(Arrays.equals(without, Chart.png(chart().line("a", Color.RED, x, x)
                .crosses("b", Color.RED, new double[] {1.5}, 1))));
        assertNotNull(ImageIO.read(new ByteArrayInputStream(Chart.png(chart().crosses("b", Color.RED, x, 1)))));
    }

    @Test
    void aChartMayHaveNoPointOrOne() throws IOException {
        for (Chart each : new Chart[] {chart(), chart().between(0, 1), chart().logarithmicX(),
                chart().line("a", Color.RED, new double[] {2}, new double[] {1})}) {
            assertNotNull(ImageIO.read(new ByteArrayInputStream(Chart.png(each))));
        }
    }
}
