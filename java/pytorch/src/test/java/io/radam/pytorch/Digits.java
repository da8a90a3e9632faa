package io.radam.pytorch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Real handwritten digits, 8x8 pixels each. */
record Digits(Tensor images, Tensor labels) {
    private static final int PIXELS = 64;
    private static final int BATCH = 64;

    static Digits load() {
        try (var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(
                Digits.class.getResourceAsStream("/io/radam/demo/digits.csv.gz")), StandardCharsets.US_ASCII))) {
            List<String> all = lines.lines().toList();
            float[] images = new float[all.size() * PIXELS];
            long[] labels = new long[all.size()];
            for (int i = 0; i < labels.length; i++) {
                String[] fields = all.get(i).split(",");
                for (int j = 0; j < PIXELS; j++) {
                    images[i * PIXELS + j] = Integer.parseInt(fields[j]) / 16f;
                }
                labels[i] = Long.parseLong(fields[PIXELS]);
            }
            return new Digits(torch.tensor(images).view(labels.length, PIXELS), torch.tensor(labels));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The batch of a step; after the last comes the first. */
    Digits batch(int step) {
        long start = step * (long) BATCH % (labels.numel() / BATCH * BATCH);
        return new Digits(images.narrow(0, start, BATCH), labels.narrow(0, start, BATCH));
    }
}
