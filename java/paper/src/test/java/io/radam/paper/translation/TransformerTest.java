package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.radam.demo.Torch;
import io.radam.paper.Setting;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TransformerTest {
    private static final int VOCABULARY = 20;
    private static final Setting.Size SIZE = new Setting.Size(2, 16, VOCABULARY);

    @BeforeAll
    static void start() throws IOException {
        Torch.start();
    }

    private static float[] scores(long seed, Batch.Sentence... sentences) {
        return scores(false, seed, sentences);
    }

    private static float[] scores(boolean preNorm, long seed, Batch.Sentence... sentences) {
        try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
            Tensor scores = new Transformer(SIZE, preNorm, VOCABULARY, seed)
                    .forward(Batch.of(List.of(sentences))).contiguous();
            float[] numbers = new float[(int) scores.numel()];
            scores.data_ptr_float().get(numbers, 0, numbers.length);
            return numbers;
        }
    }

    private static Batch.Sentence sentence(int[] source, int... target) {
        return new Batch.Sentence(source, target);
    }

    @Test
    void laterPiecesOfTheTargetDoNotChangeEarlierScores() {
        int[] source = {5, 6, 7};
        float[] one = scores(1, sentence(source, 8, 9, 10));
        float[] other = scores(1, sentence(source, 8, 9, 11));
        int same = 3 * VOCABULARY; // of begin, 8 and 9
        assertArrayEquals(Arrays.copyOf(one, same), Arrays.copyOf(other, same));
        assertFalse(Arrays.equals(one, other));
    }

    @Test
    void theSourceCounts() {
        assertFalse(Arrays.equals(scores(1, sentence(new int[] {5, 6}, 8)), scores(1, sentence(new int[] {6, 5}, 8))));
    }

    @Test
    void thePlaceOfLayerNormCounts() {
        Batch.Sentence sentence = sentence(new int[] {5, 6}, 8);
        assertFalse(Arrays.equals(scores(false, 1, sentence), scores(true, 1, sentence)));
    }

    @Test
    void whatFillsUpABatchDoesNotChangeScores() {
        Batch.Sentence shorter = sentence(new int[] {5, 6}, 8);
        float[] alone = scores(1, shorter);
        float[] beside = scores(1, shorter, sentence(new int[] {7, 7, 7, 7, 7}, 9, 9, 9, 9));
        assertArrayEquals(alone, Arrays.copyOf(beside, alone.length), 1e-5f);
    }

    @Test
    void theSeedDecides() {
        Batch.Sentence sentence = sentence(new int[] {5, 6}, 8);
        assertArrayEquals(scores(1, sentence), scores(1, sentence));
        assertFalse(Arrays.equals(scores(1, sentence), scores(2, sentence)));
    }

    @Test
    void aBatchEndsEachSentence() {
        try (PointerScope _ = new PointerScope()) {
            Batch batch = Batch.of(List.of(sentence(new int[] {5}, 8), sentence(new int[] {5, 6}, 9, 10)));
            long[] next = new long[6];
            batch.next().data_ptr_long().get(next, 0, 6);
            assertArrayEquals(new long[] {8, WordPieces.END, WordPieces.PAD, 9, 10, WordPieces.END}, next);
            long[] target = new long[6];
            batch.target().contiguous().data_ptr_long().get(target, 0, 6);
            assertArrayEquals(new long[] {WordPieces.BEGIN, 8, WordPieces.PAD, WordPieces.BEGIN, 9, 10}, target);
            assertEquals(5, batch.pieces());
        }
    }
}
