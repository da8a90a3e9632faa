package io.radam.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/** Real handwritten digits, 8x8 pixels each, in a training set and a held-out test set. */
public record Digits(List<Digit> training, List<Digit> test) {

    static final int SIDE = 8;
    static final int CLASSES = 10;

    private static final int PIXELS = SIDE * SIDE;
    private static final float MAX_PIXEL = 16;
    private static final int TEST_IMAGES_PER_CLASS = 45;
    private static final long SPLIT_SEED = 20200425;

    /** One image, row by row and scaled to 0..1, and what it shows. */
    public record Digit(float[] pixels, int label) {
    }

    /**
     * Splits by a seed of its own, so that every run of every optimizer is tested on the same images. Each digit has
     * the same number of test images: otherwise the luck of the draw would decide how hard the test is.
     */
    public static Digits load() throws IOException {
        List<Digit> all = read();
        Collections.shuffle(all, new Random(SPLIT_SEED));
        List<Digit> training = new ArrayList<>();
        List<Digit> test = new ArrayList<>();
        int[] tested = new int[CLASSES];
        for (Digit digit : all) {
            boolean held = tested[digit.label()] < TEST_IMAGES_PER_CLASS;
            if (held) {
                tested[digit.label()]++;
            }
            (held ? test : training).add(digit);
        }
        return new Digits(List.copyOf(training), List.copyOf(test));
    }

    private static List<Digit> read() throws IOException {
        List<Digit> digits = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Digits.class.getResourceAsStream("digits.csv.gz")), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                digits.add(parse(line));
            }
        }
        return digits;
    }

    private static Digit parse(String line) {
        String[] fields = line.split(",");
        if (fields.length != PIXELS + 1) {
            throw new IllegalArgumentException(
                    "a digit has " + PIXELS + " pixels and a label, this line has " + fields.length + " fields");
        }
        float[] pixels = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = Integer.parseInt(fields[i]) / MAX_PIXEL;
        }
        return new Digit(pixels, Integer.parseInt(fields[PIXELS]));
    }
}
