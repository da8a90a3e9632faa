package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.demo.Torch;
import io.radam.paper.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    private static final int VOCABULARY = 20;
    private static final Setting SETTING =
            new Setting("test", 4096, List.of(1L), 1, 12, 12, 4, List.of(), new Setting.Size(1, 16, VOCABULARY));

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        Torch.start();
    }

    /** Whose target is its source, which can be learnt. */
    private static Training.Text text() {
        SplittableRandom random = new SplittableRandom(1);
        List<Batch.Sentence> sentences = IntStream.range(0, 200).mapToObj(_ -> {
            int[] pieces = random.ints(3 + random.nextInt(3), 4, VOCABULARY).toArray();
            return new Batch.Sentence(pieces, pieces);
        }).toList();
        return new Training.Text(sentences.subList(0, 150), sentences.subList(150, 200), VOCABULARY);
    }

    private static List<double[]> run(Method method, Path checkpoint, int stopAfter) throws IOException {
        int[] steps = {0};
        return new Training(Trial.of(method, 1), SETTING, text(), () -> {
            if (++steps[0] == stopAfter) {
                throw new Interrupted();
            }
        }).run(checkpoint);
    }

    @Test
    void oneThatWasInterruptedGoesOnToTheSameNumbers() throws IOException {
        for (Method method : List.of(Method.ADAM_2K, Method.RADAM)) {
            List<double[]> whole = run(method, folder.resolve(method + "-whole"), 0);
            Path checkpoint = folder.resolve(method + "-parts");
            assertThrows(Interrupted.class, () -> run(method, checkpoint, 6));
            assertTrue(Files.exists(checkpoint));
            assertThrows(Interrupted.class, () -> run(method, checkpoint, 10));
            List<double[]> parts = run(method, checkpoint, 0);
            assertEquals(whole.size(), parts.size());
            for (int i = 0; i < whole.size(); i++) {
                assertArrayEquals(whole.get(i), parts.get(i));
            }
        }
    }

    @Test
    void aCheckpointOfAnotherSettingIsNotUsed() throws IOException {
        Path checkpoint = folder.resolve("checkpoint");
        assertThrows(Interrupted.class, () -> run(Method.RADAM, checkpoint, 6));
        Setting longer = new Setting("test", 4096, List.of(1L), 1, 16, 16, 4, List.of(), SETTING.size());
        int[] steps = {0};
        List<double[]> rows = new Training(Trial.of(Method.RADAM, 1), longer, text(), () -> steps[0]++).run(checkpoint);
        assertEquals(4, rows.get(0)[0]);
        assertEquals(16, rows.get(3)[0]);
        assertEquals(16, steps[0]);
    }

    @Test
    void whatDecidesTheNumbersIsAllInTheText() {
        String made = Training.made(Trial.of(Method.ADAM_WARMUP, 1), SETTING);
        for (String each : List.of("seed=1", "norm=post", "steps=12", "batch=32", "learningRate=0.002", "warmupSteps=3",
                "epsilonPlacement=PLAIN")) {
            assertTrue(made.contains(each), each + " in " + made);
        }
    }

    @Test
    void itLearns() throws IOException {
        Curve curve = new Curve(Trial.of(Method.ADAM, 1), run(Method.ADAM, folder.resolve("checkpoint"), 0));
        assertArrayEquals(new double[] {4, 8, 12}, curve.steps());
        assertTrue(curve.last() < curve.heldOut()[0], curve.heldOut()[0] + " to " + curve.last());
    }

    @Test
    void gradientsAreCountedByMagnitude() throws IOException {
        Curve curve = new Curve(Trial.of(Method.RADAM, 1), run(Method.RADAM, folder.resolve("checkpoint"), 0));
        double[] counts = curve.counts(10);
        assertEquals(1, Magnitudes.below(1, counts), 1e-9);
        assertTrue(Magnitudes.below(-16, counts) < 0.1);
        assertEquals(0, curve.notFinite(10));
        assertFalse(curve.diverged());
    }
}
