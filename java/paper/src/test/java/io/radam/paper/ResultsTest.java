package io.radam.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path folder;

    @Test
    void rowsComeBackToTheLastBit() throws IOException {
        Results results = new Results(folder);
        List<double[]> rows = List.of(new double[] {1, 1.0 / 3, 1e-300}, new double[] {2, Double.POSITIVE_INFINITY, 0});
        Files.createFile(results.checkpoint("run"));
        results.write("run", "steps=3", rows);
        List<double[]> read = results.read("run", "steps=3").orElseThrow();
        assertEquals(2, read.size());
        assertArrayEquals(rows.get(0), read.get(0));
        assertArrayEquals(rows.get(1), read.get(1));
        assertTrue(Files.notExists(results.checkpoint("run")), "what is finished needs no checkpoint");
    }

    @Test
    void whatWasMadeOtherwiseIsNotUsed() throws IOException {
        Results results = new Results(folder);
        results.write("run", "steps=3", List.of(new double[] {1}));
        assertTrue(results.read("run", "steps=4").isEmpty());
        assertTrue(results.read("another", "steps=3").isEmpty());
    }

    @Test
    void itSaysHowManyRunsEarlierCallsFinished() throws IOException {
        Results first = new Results(folder);
        first.read("run", "steps=3");
        first.write("run", "steps=3", List.of(new double[] {1}));
        assertEquals("Runs that this call finished: all 1.", first.origin());
        Results second = new Results(folder);
        second.read("run", "steps=3");
        second.read("another", "steps=3");
        second.write("another", "steps=3", List.of(new double[] {1}));
        assertEquals("Runs that this call finished: 1 of 2. Earlier calls finished the others, which were read.",
                second.origin());
    }

    @Test
    void aRunOfTwoFiguresIsFinishedByTheCallThatMadeIt() throws IOException {
        Results results = new Results(folder);
        results.write("run", "steps=3", List.of(new double[] {1}));
        assertTrue(results.read("run", "steps=3").isPresent());
        assertEquals("Runs that this call finished: all 1.", results.origin());
    }

    @Test
    void anUnknownSettingSaysWhichThereAre() {
        assertEquals("paper.setting is smoke, short or full, not long",
                assertThrows(IllegalArgumentException.class, () -> Setting.of("long")).getMessage());
    }
}
