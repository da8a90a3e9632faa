package io.radam.recipes;

import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Softmax regression on handwritten digits. TensorFlow has variables and gradients, and radam steps them there. */
public class TensorFlowDigits implements AutoCloseable {
    static final int PIXELS = 64;
    static final int CLASSES = 10;

    final Graph graph = new Graph();
    final Session session = new Session(graph);
    final Placeholder<TFloat32> images;
    final Placeholder<TInt32> labels;
    final Variable<TFloat32> weights;
    final Variable<TFloat32> bias;
    final Operand<TFloat32> loss;
    final Operand<TInt64> classes;
    final List<Variable<TFloat32>> variables;
    final Output<?>[] gradients;
    final List<Parameter> parameters = new ArrayList<>();
    final Optimizer optimizer;

    TensorFlowDigits(OptimizerBuilder<?, ?> builder) {
        Ops tf = Ops.create(graph);
        images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, PIXELS)));
        labels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
        weights = tf.withName("weights").variable(tf.constant(new float[PIXELS][CLASSES]));
        bias = tf.withName("bias").variable(tf.constant(new float[CLASSES]));
        Operand<TFloat32> scores = tf.math.add(tf.linalg.matMul(images, weights), bias);
        // Not the sparse one: TensorFlow's C library, which is what Java has, knows no gradient of it.
        Operand<TFloat32> wanted = tf.oneHot(labels, tf.constant(CLASSES), tf.constant(1f), tf.constant(0f));
        loss = tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(scores, wanted).loss(), tf.constant(0));
        classes = tf.math.argMax(scores, tf.constant(1));
        variables = List.of(weights, bias);
        gradients = graph.addGradients(loss.asOutput(),
                variables.stream().map(Variable::asOutput).toArray(Output<?>[]::new));
        session.initialize();

        optimizer = builder.parametersLater().build();
        for (Variable<TFloat32> variable : variables) {
            parameters.add(Parameter.builder(memory(session, variable)).name(variable.op().name()).build());
        }
        optimizer.add(optimizer.groups().getFirst(), parameters);
    }

    /** One run of the graph and one step. Returns the loss before it. */
    float step(TFloat32 imageBatch, TInt32 labelBatch) {
        Session.Runner runner = session.runner().feed(images, imageBatch).feed(labels, labelBatch);
        variables.forEach(runner::fetch);
        for (Output<?> gradient : gradients) {
            runner.fetch(gradient);
        }
        try (Result result = runner.fetch(loss).run()) {
            for (int i = 0; i < parameters.size(); i++) {
                optimizer.bind(parameters.get(i),
                        memory(result.get(i)), memory(result.get(parameters.size() + i)));
            }
            optimizer.step();
            return ((TFloat32) result.get(2 * parameters.size())).getFloat();
        }
    }

    /** Where a variable is. Refuses one of which TensorFlow only gives copies: steps of these would be lost. */
    static MemorySegment memory(Session session, Operand<TFloat32> variable) {
        try (Result once = session.runner().fetch(variable).run();
                Result again = session.runner().fetch(variable).run()) {
            MemorySegment memory = memory(once.get(0));
            if (memory(again.get(0)).address() != memory.address()) {
                throw new IllegalArgumentException("TensorFlow gives copies of " + variable.op().name());
            }
            return memory;
        }
    }

    /** The tensor's own memory, for as long as the tensor is not closed. */
    static MemorySegment memory(Tensor tensor) {
        long address = tensor.asRawTensor().data().accept(new DataStorageVisitor<Long>() {
            @Override
            public Long visit(long address, long length, long scale) {
                return address;
            }

            @Override
            public Long fallback() {
                throw new IllegalStateException("TensorFlow does not tell where the tensor is: " + tensor);
            }
        });
        return MemorySegment.ofAddress(address).reinterpret(tensor.numBytes());
    }

    /** The share of the images for which the likeliest class is right. */
    double accuracy(TFloat32 imageBatch, TInt32 labelBatch) {
        try (Result result = session.runner().feed(images, imageBatch).fetch(classes).run()) {
            TInt64 found = (TInt64) result.get(0);
            long right = 0;
            for (long n = 0; n < found.size(); n++) {
                right += found.getLong(n) == labelBatch.getInt(n) ? 1 : 0;
            }
            return (double) right / found.size();
        }
    }

    @Override
    public void close() {
        optimizer.close();
        session.close();
        graph.close();
    }

    static TFloat32 images(int[][] lines) {
        return TFloat32.tensorOf(Shape.of(lines.length, PIXELS), tensor ->
                tensor.scalars().forEachIndexed((at, pixel) -> pixel.setFloat(lines[(int) at[0]][(int) at[1]] / 16f)));
    }

    static TInt32 labels(int[][] lines) {
        return TInt32.vectorOf(Arrays.stream(lines).mapToInt(line -> line[PIXELS]).toArray());
    }

    /** The first argument is the file with the digits: a line has 64 pixels from 0 to 16, and the label. */
    public static void main(String[] args) throws IOException {
        int[][] lines;
        try (var reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Path.of(args[0])))))) {
            lines = reader.lines().map(line -> Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray())
                    .toArray(int[][]::new);
        }
        int[][] seen = Arrays.copyOf(lines, 1500);
        int[][] unseen = Arrays.copyOfRange(lines, 1500, lines.length);
        try (TensorFlowDigits model = new TensorFlowDigits(RAdam.builder().learningRate(0.05).weightDecay(1e-3));
                TFloat32 seenImages = images(seen); TInt32 seenLabels = labels(seen);
                TFloat32 unseenImages = images(unseen); TInt32 unseenLabels = labels(unseen)) {
            for (int step = 0; step <= 200; step++) {
                float loss = model.step(seenImages, seenLabels);
                if (step % 100 == 0) {
                    System.out.printf(Locale.ROOT, "step %d: loss %.3f%n", step, loss);
                }
            }
            System.out.printf(Locale.ROOT, "right of the other digits: %.3f%n",
                    model.accuracy(unseenImages, unseenLabels));
        }
    }
}
