package io.radam.paper.translation;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Sentences as tensors, filled up to the longest of the batch.
 *
 * @param source     pieces, (sentences, length)
 * @param target     begin, and the pieces so far, (sentences, other length)
 * @param next       the piece after each of the target, and end
 * @param sourceMask minus infinity at what fills up, (sentences, 1, 1, length)
 * @param targetMask minus infinity at later pieces, (1, 1, other length, other length)
 * @param pieces     in {@code next}, without what fills up
 */
record Batch(Tensor source, Tensor target, Tensor next, Tensor sourceMask, Tensor targetMask, int pieces) {
    /** A pair of sentences as pieces, without begin and end. */
    record Sentence(int[] source, int[] target) {
    }

    static Batch of(List<Sentence> sentences) {
        int rows = sentences.size();
        int length = sentences.stream().mapToInt(sentence -> sentence.source().length).max().orElseThrow();
        int targetLength = 1 + sentences.stream().mapToInt(sentence -> sentence.target().length).max().orElseThrow();
        long[] source = new long[rows * length];
        long[] target = new long[rows * targetLength];
        long[] next = new long[rows * targetLength];
        float[] mask = new float[rows * length];
        int pieces = 0;
        for (int row = 0; row < rows; row++) {
            Sentence sentence = sentences.get(row);
            for (int i = 0; i < length; i++) {
                boolean filled = i >= sentence.source().length;
                source[row * length + i] = filled ? WordPieces.PAD : sentence.source()[i];
                mask[row * length + i] = filled ? Float.NEGATIVE_INFINITY : 0;
            }
            int words = sentence.target().length;
            int at = row * targetLength;
            target[at] = WordPieces.BEGIN;
            next[at + words] = WordPieces.END;
            for (int i = 0; i < words; i++) {
                target[at + i + 1] = sentence.target()[i];
                next[at + i] = sentence.target()[i];
            }
            pieces += words + 1;
        }
        return new Batch(torch.tensor(source).view(rows, length), torch.tensor(target).view(rows, targetLength),
                torch.tensor(next), torch.tensor(mask).view(rows, 1, 1, length), causal(targetLength), pieces);
    }

    private static Tensor causal(int length) {
        float[] mask = new float[length * length];
        for (int row = 0; row < length; row++) {
            for (int column = row + 1; column < length; column++) {
                mask[row * length + column] = Float.NEGATIVE_INFINITY;
            }
        }
        return torch.tensor(mask).view(1, 1, length, length);
    }
}
