import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.sharded.Collectives;
import io.radam.sharded.ShardedOptimizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;

/**
 * Trains a small network on handwritten digits in several processes, each on its part of every batch. Then rank 0 does
 * the same alone, on whole batches, to compare.
 */
public class TrainDigits {
    static final int PIXELS = 64;
    static final int HIDDEN = 64;
    static final int CLASSES = 10;
    static final int BATCH = 64;
    static final int TESTED = 450;

    /** A digit of 8 by 8 pixels from 0 to 1, and what it shows. */
    record Digit(float[] pixels, int label) {
    }

    /** One hidden layer: weights and biases of both layers, and their gradients. */
    static final class Network {
        final float[][] values = {new float[HIDDEN * PIXELS], new float[HIDDEN], new float[CLASSES * HIDDEN],
            new float[CLASSES]};
        final float[][] gradients = Arrays.stream(values).map(v -> new float[v.length]).toArray(float[][]::new);
        final float[] hidden = new float[HIDDEN];
        final float[] scores = new float[CLASSES];

        /** All processes begin with the same values. */
        Network() {
            Random random = new Random(1);
            for (int layer = 0; layer < 4; layer += 2) {
                for (int i = 0; i < values[layer].length; i++) {
                    values[layer][i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / PIXELS));
                }
            }
        }

        OptimizerBuilder<?, ?> builder() {
            RAdam.Builder builder = RAdam.builder().learningRate(0.01);
            for (int i = 0; i < values.length; i++) {
                builder.parameter(Parameter.of(values[i], gradients[i]));
            }
            return builder;
        }

        /** The index of the highest score. */
        int classify(float[] pixels) {
            layer(values[0], values[1], pixels, hidden);
            for (int h = 0; h < HIDDEN; h++) {
                hidden[h] = Math.max(0, hidden[h]);
            }
            layer(values[2], values[3], hidden, scores);
            int best = 0;
            for (int c = 1; c < CLASSES; c++) {
                best = scores[c] > scores[best] ? c : best;
            }
            return best;
        }

        static void layer(float[] weights, float[] bias, float[] in, float[] out) {
            for (int o = 0; o < out.length; o++) {
                out[o] = bias[o];
                for (int i = 0; i < in.length; i++) {
                    out[o] += weights[o * in.length + i] * in[i];
                }
            }
        }

        /** Sets the gradients to those of the mean loss of some digits. */
        void backward(List<Digit> digits) {
            for (float[] gradient : gradients) {
                Arrays.fill(gradient, 0);
            }
            for (Digit digit : digits) {
                int best = classify(digit.pixels);
                double sum = 0;
                for (float score : scores) {
                    sum += Math.exp(score - scores[best]);
                }
                float[] hiddenErrors = new float[HIDDEN];
                for (int c = 0; c < CLASSES; c++) {
                    double probability = Math.exp(scores[c] - scores[best]) / sum;
                    float error = (float) (probability - (c == digit.label ? 1 : 0)) / digits.size();
                    gradients[3][c] += error;
                    for (int h = 0; h < HIDDEN; h++) {
                        gradients[2][c * HIDDEN + h] += error * hidden[h];
                        hiddenErrors[h] += error * values[2][c * HIDDEN + h];
                    }
                }
                for (int h = 0; h < HIDDEN; h++) {
                    float error = hidden[h] > 0 ? hiddenErrors[h] : 0;
                    gradients[1][h] += error;
                    for (int i = 0; i < PIXELS; i++) {
                        gradients[0][h * PIXELS + i] += error * digit.pixels[i];
                    }
                }
            }
        }

        double accuracy(List<Digit> digits) {
            return digits.stream().filter(digit -> classify(digit.pixels) == digit.label).count()
                    / (double) digits.size();
        }

        long checksum() {
            CRC32C crc = new CRC32C();
            for (float[] value : values) {
                crc.update(MemorySegment.ofArray(value).toArray(ValueLayout.JAVA_BYTE));
            }
            return crc.getValue();
        }
    }

    public static void main(String[] args) throws Exception {
        List<Digit> digits = read(Path.of(args[0]));
        int epochs = Integer.parseInt(args[1]);
        try (Collectives ranks = Collectives.open()) { // by MPI, or by sockets: as the process was started
            try {
                train(ranks, digits, epochs);
            } catch (Throwable e) {
                ranks.abort(e.toString());
                throw e;
            }
        }
    }

    static void train(Collectives ranks, List<Digit> digits, int epochs) {
        List<Digit> tests = digits.subList(0, TESTED);
        List<Digit> training = digits.subList(TESTED, digits.size());
        Network network = new Network();
        if (BATCH % ranks.size() != 0) {
            throw new IllegalArgumentException("a batch of " + BATCH + " digits cannot be divided evenly among "
                    + ranks.size() + " processes: take 1, 2, 4, 8, 16, 32 or 64");
        }
        int part = BATCH / ranks.size();
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(ranks, network.builder())) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int at = 0; at + BATCH <= training.size(); at += BATCH) {
                    int own = at + ranks.rank() * part;
                    network.backward(training.subList(own, own + part));
                    optimizer.step();
                }
            }
        }
        double accuracy = network.accuracy(tests);
        boolean same = haveAllTheSame(ranks, network.checksum());
        if (ranks.rank() == 0) {
            Network alone = new Network();
            try (Optimizer optimizer = alone.builder().build()) {
                for (int epoch = 0; epoch < epochs; epoch++) {
                    for (int at = 0; at + BATCH <= training.size(); at += BATCH) {
                        alone.backward(training.subList(at, at + BATCH));
                        optimizer.step();
                    }
                }
            }
            System.out.println("by " + ranks);
            System.out.println("the parameters are the same in all processes: " + same);
            System.out.printf(Locale.ROOT, "right of %d digits that were not trained on: %.3f; one process alone: "
                    + "%.3f%n", TESTED, accuracy, alone.accuracy(tests));
        }
        ranks.barrier(); // so that all end together
    }

    static boolean haveAllTheSame(Collectives ranks, long checksum) {
        long[] bytes = new long[ranks.size()];
        Arrays.fill(bytes, Long.BYTES);
        MemorySegment all = Arena.ofAuto().allocate(Long.BYTES * (long) ranks.size(), Long.BYTES);
        ranks.allGather(Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, checksum), all, bytes);
        return Arrays.stream(all.toArray(ValueLayout.JAVA_LONG)).allMatch(other -> other == checksum);
    }

    /** A line has 64 pixels from 0 to 16, and the label. All processes have the same order. */
    static List<Digit> read(Path file) throws IOException {
        try (var reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file))))) {
            List<Digit> digits = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                int[] numbers = Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray();
                float[] pixels = new float[PIXELS];
                for (int i = 0; i < PIXELS; i++) {
                    pixels[i] = numbers[i] / 16f;
                }
                digits.add(new Digit(pixels, numbers[PIXELS]));
            }
            Collections.shuffle(digits, new Random(1));
            return digits;
        }
    }
}
