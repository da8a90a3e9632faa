package io.radam.paper.translation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The batches of a training. Those of an epoch have every sentence once, but for a remainder. Sentences of a batch have
 * nearly the same length: filled up at random to the longest of a batch, more than a third of all pieces would be none.
 */
final class Epochs {
    private static final Comparator<Batch.Sentence> LENGTH = Comparator
            .comparingInt((Batch.Sentence sentence) -> sentence.target().length)
            .thenComparingInt(sentence -> sentence.source().length);

    private final List<Batch.Sentence> sentences;
    private final int size;
    private final long seed;
    private int current = -1;
    private List<Batch.Sentence> sorted;
    private int[] order;

    /**
     * Batches that are a function of the seed.
     *
     * @param size sentences in a batch
     */
    Epochs(List<Batch.Sentence> sentences, int size, long seed) {
        this.sentences = sentences;
        this.size = size;
        this.seed = seed;
    }

    /** Those of similar length together. */
    static List<Batch.Sentence> byLength(List<Batch.Sentence> sentences) {
        return sentences.stream().sorted(LENGTH).toList();
    }

    /**
     * The batch of a step.
     *
     * @param step from 1
     */
    List<Batch.Sentence> batch(int step) {
        int batches = sentences.size() / size;
        int epoch = (step - 1) / batches;
        if (epoch != current) {
            shuffle(epoch, batches);
        }
        int first = order[(step - 1) % batches] * size;
        return sorted.subList(first, first + size);
    }

    /** Sorting keeps the order of equals: which of them share a batch is new in each epoch. */
    private void shuffle(int epoch, int batches) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + epoch);
        sorted = byLength(Arrays.stream(order(random, sentences.size())).mapToObj(sentences::get).toList());
        order = order(random, batches);
        current = epoch;
    }

    private static int[] order(SplittableRandom random, int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }
}
