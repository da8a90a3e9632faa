package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SeedsTest {
    private static Seeds seeds(String label, double... last) {
        return new Seeds(label, last);
    }

    @Test
    void seedsAreComparedInPairs() {
        assertEquals("RAdam has 0.50 times its perplexity (0.40 to 0.63 over the seeds)",
                seeds("RAdam", 40, 126).against(seeds("Adam", 100, 200)));
        assertEquals("RAdam has 0.40 times its perplexity", seeds("RAdam", 40).against(seeds("Adam", 100)));
    }

    @Test
    void whatDivergedIsNotCompared() {
        Seeds finite = seeds("Adam", 100, 200);
        for (double last : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Seeds diverged = seeds("RAdam", 40, last);
            assertEquals("RAdam cannot be compared, for one of them diverged", diverged.against(finite));
            assertEquals("Adam cannot be compared, for one of them diverged", finite.against(diverged));
            assertEquals("diverged", Seeds.shown(diverged.mean()));
        }
    }

    @Test
    void severalSeedsAreShownWithTheirRange() {
        assertEquals("141 (100 to 200)", seeds("Adam", 200, 100).shown());
        assertEquals("100", seeds("Adam", 100).shown());
    }
}
