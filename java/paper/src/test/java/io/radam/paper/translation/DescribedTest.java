package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.paper.Section;
import io.radam.paper.Setting;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DescribedTest {
    private static final Training.Text TEXT = text();

    private static Training.Text text() {
        Batch.Sentence sentence = new Batch.Sentence(new int[] {4}, new int[] {4, 5});
        return new Training.Text(List.of(sentence), List.of(sentence), 6);
    }

    /** Whose gradients are not finite from step 10 on if the perplexity is not. */
    private static Curve curve(Method method, long seed, double first, double last) {
        double[] small = new double[1 + Magnitudes.COUNTS];
        small[0] = -1;
        small[3] = 1;
        double[] later = small.clone();
        later[0] = -10;
        if (!Double.isFinite(last)) {
            later[3] = 0;
            later[1 + Magnitudes.BINS] = 12_345;
        }
        return new Curve(Trial.of(method, seed),
                List.of(new double[] {6, first, first}, new double[] {12, last, last}, small, later));
    }

    private static Section described(List<Long> seeds, Stream<Curve> curves) throws IOException {
        Setting setting = new Setting("test", 4096, seeds, 1, 12, 12, 6, List.of(), new Setting.Size(1, 16, 6));
        return new Described(setting, TEXT, curves.toList()).section();
    }

    @Test
    void whatDivergedIsSaid() throws IOException {
        List<Long> seeds = List.of(1L, 2L);
        Section section = described(seeds, Described.METHODS.stream().flatMap(method -> seeds.stream()
                .map(seed -> curve(method, seed, 20, method == Method.RADAM ? Double.NaN : 10 * seed))));
        List<String> findings = section.findings();
        assertEquals("These trainings diverged, with a perplexity that is infinite or NaN: RAdam with seed 1, RAdam "
                + "with seed 2. The charts leave such points out.", findings.getFirst());
        assertEquals("After 12 steps the held-out perplexity of Adam without warm-up and of RAdam: 14.1, diverged.",
                findings.get(1));
        assertEquals("Against Adam with a warm-up of 3 steps: RAdam cannot be compared, for one of them diverged, "
                + "Adam-2k has 1.00 times its perplexity (1.00 to 1.00 over the seeds), Adam-eps has 1.00 times its "
                + "perplexity (1.00 to 1.00 over the seeds).", findings.get(2));
        assertTrue(findings.get(4).contains(
                "with RAdam 100 % at step 1 and none at step 10, where 12,345 are infinite or NaN"), findings.get(4));
        assertTrue(findings.get(5).contains("a factor of up to 2.00"), findings.get(5));
        assertTrue(section.html().contains("<td>diverged (diverged to diverged)</td>"));
        assertFalse((section.html() + findings).contains("Infinity"));
    }

    @Test
    void allMayDiverge() throws IOException {
        for (double last : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Section section = described(List.of(1L, 2L), Described.METHODS.stream()
                    .flatMap(method -> Stream.of(curve(method, 1, last, last), curve(method, 2, last, last))));
            assertEquals("Every optimizer diverged with a seed.", section.findings().getLast());
        }
    }

    @Test
    void nothingIsSaidOfDivergenceWhereThereIsNone() throws IOException {
        List<String> findings = described(List.of(1L), Described.METHODS.stream()
                .map(method -> curve(method, 1, 20, 10))).findings();
        assertFalse(findings.toString().contains("diverge"), findings.toString());
    }
}
