package io.radam.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real handwritten digits, 8x8 pixels each: the demo's. */
final class Digits {
    static final int PIXELS = 64;
    static final int CLASSES = 10;

    private static final float MAX_PIXEL = 16;
    private static final List<int[]> LINES = read();

    private Digits() {
    }

    private static List<int[]> read() {
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Digits.class.getResourceAsStream("digits.csv.gz")), StandardCharsets.US_ASCII))) {
            return lines.lines()
                    .map(line -> Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int count() {
        return LINES.size();
    }

    static NDArray images(NDManager manager, int first, int count) {
        float[] pixels = new float[count * PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = LINES.get((first + i / PIXELS) % count())[i % PIXELS] / MAX_PIXEL;
        }
        return manager.create(pixels, new Shape(count, PIXELS));
    }

    static NDArray labels(NDManager manager, int first, int count) {
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            labels[i] = LINES.get((first + i) % count())[PIXELS];
        }
        return manager.create(labels);
    }

    /** Images and labels, counted around the end. */
    static NDList batch(NDManager manager, int first, int count) {
        return new NDList(images(manager, first, count), labels(manager, first, count));
    }

    static ArrayDataset dataset(NDManager manager, int first, int count, int batchSize) {
        return new ArrayDataset.Builder().setData(images(manager, first, count))
                .optLabels(labels(manager, first, count)).setSampling(batchSize, false).build();
    }
}
