package io.radam.recipes;

import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.StepOptions;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/** Softmax regression on handwritten digits. The model is an Arrow table, where radam steps it. */
public class ArrowDigits implements AutoCloseable {
    static final int PIXELS = 64;
    static final int CLASSES = 10;

    final BufferAllocator allocator = new RootAllocator();
    /** A column for each class: the weights of the pixels, then the bias. */
    final VectorSchemaRoot model = table();
    final VectorSchemaRoot gradients = table();
    final Arena arena = Arena.ofShared();
    final Optimizer optimizer;

    ArrowDigits() {
        RAdam.Builder builder = RAdam.builder().learningRate(0.05);
        for (int c = 0; c < CLASSES; c++) {
            FieldVector weights = model.getVector(c);
            builder.parameter(Parameter.builder(memory(weights, arena), memory(gradients.getVector(c), arena))
                    .name(weights.getName()).build());
        }
        optimizer = builder.build();
    }

    private VectorSchemaRoot table() {
        return VectorSchemaRoot.of(IntStream.range(0, CLASSES).mapToObj(c -> {
            Float4Vector column = new Float4Vector("digit " + c, allocator);
            column.allocateNew(PIXELS + 1);
            IntStream.rangeClosed(0, PIXELS).forEach(i -> column.set(i, 0));
            column.setValueCount(PIXELS + 1);
            return column;
        }).toArray(FieldVector[]::new));
    }

    /** The vector's own memory. The arena keeps it, also if the vector is closed or gets other memory. */
    static MemorySegment memory(FieldVector vector, Arena arena) {
        if (vector.getNullCount() > 0) {
            throw new IllegalArgumentException("there are nulls among the values of " + vector.getField());
        }
        ArrowBuf buffer = vector.getDataBuffer();
        buffer.getReferenceManager().retain();
        return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret((long) Float.BYTES * vector.getValueCount(),
                arena, ignored -> buffer.getReferenceManager().release());
    }

    /** Adds the gradient of the mean loss, and returns that. */
    double backward(float[][] images, int[] labels) {
        double loss = 0;
        for (int n = 0; n < images.length; n++) {
            double[] probabilities = probabilities(images[n]);
            loss -= Math.log(probabilities[labels[n]]);
            for (int c = 0; c < CLASSES; c++) {
                Float4Vector gradient = (Float4Vector) gradients.getVector(c);
                float error = (float) (probabilities[c] - (c == labels[n] ? 1 : 0)) / images.length;
                for (int i = 0; i < PIXELS; i++) {
                    gradient.set(i, gradient.get(i) + error * images[n][i]);
                }
                gradient.set(PIXELS, gradient.get(PIXELS) + error);
            }
        }
        return loss / images.length;
    }

    /** One call for all columns. The gradients are zero after it. */
    void step() {
        optimizer.step(StepOptions.NONE.withZeroGradients(true));
    }

    double[] probabilities(float[] image) {
        double[] exponentials = new double[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            Float4Vector weights = (Float4Vector) model.getVector(c);
            float score = weights.get(PIXELS);
            for (int i = 0; i < PIXELS; i++) {
                score += weights.get(i) * image[i];
            }
            exponentials[c] = Math.exp(score);
        }
        double sum = Arrays.stream(exponentials).sum();
        return Arrays.stream(exponentials).map(exponential -> exponential / sum).toArray();
    }

    /** The share of the images for which the likeliest class is right. */
    double accuracy(float[][] images, int[] labels) {
        int right = 0;
        for (int n = 0; n < images.length; n++) {
            double[] probabilities = probabilities(images[n]);
            right += probabilities[labels[n]] == Arrays.stream(probabilities).max().getAsDouble() ? 1 : 0;
        }
        return (double) right / images.length;
    }

    /** The model as a file, for all that reads Arrow. */
    void save(Path file) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile());
                ArrowFileWriter writer = new ArrowFileWriter(model, null, out.getChannel())) {
            writer.writeBatch();
        }
    }

    @Override
    public void close() {
        optimizer.close();
        arena.close();
        gradients.close();
        model.close();
        allocator.close();
    }

    /** The file with the digits, where a line has 64 pixels from 0 to 16 and the label; the file for the model. */
    public static void main(String[] args) throws IOException {
        int[][] lines;
        try (var reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Path.of(args[0])))))) {
            lines = reader.lines().map(line -> Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray())
                    .toArray(int[][]::new);
        }
        float[][] images = new float[lines.length][PIXELS];
        int[] labels = new int[lines.length];
        for (int n = 0; n < lines.length; n++) {
            labels[n] = lines[n][PIXELS];
            for (int i = 0; i < PIXELS; i++) {
                images[n][i] = lines[n][i] / 16f;
            }
        }

        float[][] seen = Arrays.copyOf(images, 1500);
        float[][] unseen = Arrays.copyOfRange(images, 1500, images.length);
        try (ArrowDigits digits = new ArrowDigits()) {
            for (int step = 0; step <= 200; step++) {
                double loss = digits.backward(seen, labels);
                if (step % 100 == 0) {
                    System.out.printf(Locale.ROOT, "step %d: loss %.3f%n", step, loss);
                }
                digits.step();
            }
            System.out.printf(Locale.ROOT, "right of the other digits: %.3f%n",
                    digits.accuracy(unseen, Arrays.copyOfRange(labels, 1500, labels.length)));
            digits.save(Path.of(args[1]));
        }
    }
}
