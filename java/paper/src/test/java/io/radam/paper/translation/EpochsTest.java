package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochsTest {
    private static final int SIZE = 8;
    private static final int BATCHES = 5;
    private static final List<Batch.Sentence> SENTENCES = sentences();

    private static List<Batch.Sentence> sentences() {
        SplittableRandom random = new SplittableRandom(1);
        return IntStream.range(0, SIZE * BATCHES).mapToObj(_ -> new Batch.Sentence(
                new int[1 + random.nextInt(3)], new int[1 + random.nextInt(4)])).toList();
    }

    private static List<List<Batch.Sentence>> epoch(Epochs epochs, int number) {
        return IntStream.rangeClosed(1, BATCHES)
                .mapToObj(step -> List.copyOf(epochs.batch(number * BATCHES + step))).toList();
    }

    private static int longest(List<Batch.Sentence> batch) {
        return batch.stream().mapToInt(sentence -> sentence.target().length).max().orElseThrow();
    }

    private static int shortest(List<Batch.Sentence> batch) {
        return batch.stream().mapToInt(sentence -> sentence.target().length).min().orElseThrow();
    }

    @Test
    void anEpochHasEverySentenceOnce() {
        Epochs epochs = new Epochs(SENTENCES, SIZE, 1);
        for (int number = 0; number < 3; number++) {
            List<Batch.Sentence> all = epoch(epochs, number).stream().flatMap(List::stream).toList();
            assertEquals(SENTENCES.size(), all.size());
            assertEquals(new HashSet<>(SENTENCES), new HashSet<>(all));
        }
    }

    @Test
    void sentencesOfABatchAreNeighboursInLength() {
        List<List<Batch.Sentence>> batches = new ArrayList<>(epoch(new Epochs(SENTENCES, SIZE, 1), 0));
        batches.sort(Comparator.comparingInt(EpochsTest::shortest).thenComparingInt(EpochsTest::longest));
        for (int i = 1; i < BATCHES; i++) {
            assertTrue(shortest(batches.get(i)) >= longest(batches.get(i - 1)));
        }
    }

    @Test
    void seedAndEpochDecide() {
        List<List<Batch.Sentence>> first = epoch(new Epochs(SENTENCES, SIZE, 1), 0);
        assertEquals(first, epoch(new Epochs(SENTENCES, SIZE, 1), 0));
        assertNotEquals(first, epoch(new Epochs(SENTENCES, SIZE, 1), 1));
        assertNotEquals(first, epoch(new Epochs(SENTENCES, SIZE, 2), 0));
    }

    /** One that goes on from a checkpoint begins within an epoch. */
    @Test
    void aStepDoesNotDependOnThoseBefore() {
        Epochs epochs = new Epochs(SENTENCES, SIZE, 1);
        epoch(epochs, 0);
        int step = BATCHES + 2;
        assertEquals(new Epochs(SENTENCES, SIZE, 1).batch(step), epochs.batch(step));
    }
}
