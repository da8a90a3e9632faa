package io.radam.nd4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Real handwritten digits of 8x8 pixels, in batches. */
final class Digits {
    static final int PIXELS = 64;
    static final int CLASSES = 10;
    /** A power of two, by which a gradient is divided without rounding. */
    static final int BATCH = 64;

    private Digits() {
    }

    /** All full batches, in the order of the file. */
    static List<DataSet> batches() {
        List<DataSet> batches = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(
                Digits.class.getResourceAsStream("/io/radam/demo/digits.csv.gz")), StandardCharsets.US_ASCII))) {
            List<String> all = lines.readAllLines();
            for (int i = 0; i + BATCH <= all.size(); i += BATCH) {
                batches.add(batch(all.subList(i, i + BATCH)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return batches;
    }

    private static DataSet batch(List<String> lines) {
        float[][] pixels = new float[BATCH][PIXELS];
        float[][] labels = new float[BATCH][CLASSES];
        for (int i = 0; i < BATCH; i++) {
            String[] fields = lines.get(i).split(",");
            for (int j = 0; j < PIXELS; j++) {
                pixels[i][j] = Integer.parseInt(fields[j]) / 16f;
            }
            labels[i][Integer.parseInt(fields[PIXELS])] = 1;
        }
        return new DataSet(Nd4j.createFromArray(pixels), Nd4j.createFromArray(labels));
    }
}
