package io.radam.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real handwritten digits of 8x8 pixels, the demo's. */
final class Digits {
    static final int SIDE = 8;
    static final int PIXELS = SIDE * SIDE;
    static final int CLASSES = 10;
    static final int BATCH = 64;
    private static final float LARGEST = 16;

    private Digits() {
    }

    /**
     * A batch.
     *
     * @param pixels of all images, one after the other
     */
    record Batch(float[] pixels, int[] labels) {
    }

    /** All full batches, in the order of the file. */
    static List<Batch> batches() {
        List<String> lines = lines();
        List<Batch> batches = new ArrayList<>();
        for (int begin = 0; begin + BATCH <= lines.size(); begin += BATCH) {
            batches.add(batch(lines.subList(begin, begin + BATCH)));
        }
        return batches;
    }

    private static List<String> lines() {
        try (var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(
                Digits.class.getResourceAsStream("/io/radam/demo/digits.csv.gz")), StandardCharsets.US_ASCII))) {
            return lines.readAllLines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Batch batch(List<String> lines) {
        Batch batch = new Batch(new float[BATCH * PIXELS], new int[BATCH]);
        for (int i = 0; i < BATCH; i++) {
            String[] fields = lines.get(i).split(",");
            for (int j = 0; j < PIXELS; j++) {
                batch.pixels[i * PIXELS + j] = Integer.parseInt(fields[j]) / LARGEST;
            }
            batch.labels[i] = Integer.parseInt(fields[PIXELS]);
        }
        return batch;
    }
}
