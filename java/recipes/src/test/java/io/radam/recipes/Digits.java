package io.radam.recipes;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

/** The demo's handwritten digits. */
final class Digits {
    static final Path FILE = Path.of(System.getProperty("project.folder"))
            .resolve("../demo/src/main/resources/io/radam/demo/digits.csv.gz");

    private Digits() {
    }

    static List<Digit> first(int count) {
        return KotlinDigitsKt.read(new File(FILE.toString())).subList(0, count);
    }

    static float[][] images(int count) {
        return first(count).stream().map(Digit::getPixels).toArray(float[][]::new);
    }

    static int[] labels(int count) {
        return first(count).stream().mapToInt(Digit::getLabel).toArray();
    }
}
