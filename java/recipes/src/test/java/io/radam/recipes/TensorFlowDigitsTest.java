package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.AdamW;
import io.radam.RAdam;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class TensorFlowDigitsTest {
    private static TFloat32 images;
    private static TInt32 labels;

    @BeforeAll
    static void read() {
        List<Digit> digits = Digits.first(100);
        images = TFloat32.tensorOf(Shape.of(digits.size(), 64), tensor -> tensor.scalars()
                .forEachIndexed((at, pixel) -> pixel.setFloat(digits.get((int) at[0]).getPixels()[(int) at[1]])));
        labels = TInt32.vectorOf(digits.stream().mapToInt(Digit::getLabel).toArray());
    }

    @AfterAll
    static void close() {
        images.close();
        labels.close();
    }

    @Test
    void variablesGetTheBitsOfPlainMemory() {
        try (TensorFlowDigits model = new TensorFlowDigits(RAdam.builder().learningRate(0.05).weightDecay(1e-3));
                Reference reference = new Reference(RAdam.builder().learningRate(0.05).weightDecay(1e-3))) {
            reference.add(values(model));
            float first = 0;
            float last = 0;
            for (int step = 1; step <= 60; step++) {
                reference.step(gradients(model));
                last = model.step(images, labels);
                first = step == 1 ? last : first;
                reference.assertSame(values(model));
            }

            assertEquals(Math.log(10), first, 1e-6, "of ten classes that are as likely as each other");
            assertTrue(last < first / 2, "the loss went from " + first + " to " + last);
        }
    }

    @Test
    void theVariablesThemselvesAreStepped() {
        try (TensorFlowDigits model = new TensorFlowDigits(RAdam.builder().learningRate(0.05))) {
            List<Long> addresses = addresses(model);
            for (int step = 1; step <= 20; step++) {
                model.step(images, labels);
                assertEquals(addresses, model.parameters.stream()
                        .map(parameter -> model.optimizer.values(parameter).address()).toList());
                assertEquals(addresses, addresses(model));
            }
        }
    }

    /** Adam as TensorFlow has it, and ours with epsilon where that adds it: to the square root, not corrected. */
    @Test
    void adamTrainsAsTensorFlowsOwn() {
        try (TensorFlowDigits model = new TensorFlowDigits(
                        AdamW.builder(AdamW.Preset.AUTHORS).learningRate(0.01).weightDecay(0).epsilon(1e-7));
                TensorFlowDigits other = new TensorFlowDigits(RAdam.builder())) {
            Ops tf = Ops.create(other.graph);
            Variable<TFloat32> beta1Power = tf.variable(tf.constant(0.9f));
            Variable<TFloat32> beta2Power = tf.variable(tf.constant(0.999f));
            List<Op> applications = new ArrayList<>();
            for (int i = 0; i < other.variables.size(); i++) {
                Variable<TFloat32> variable = other.variables.get(i);
                float[] zeros = new float[Math.toIntExact(variable.shape().size())];
                Operand<TFloat32> zero = tf.reshape(tf.constant(zeros), tf.constant(variable.shape()));
                applications.add(tf.train.applyAdam(variable, tf.variable(zero), tf.variable(zero), beta1Power,
                        beta2Power, tf.constant(0.01f), tf.constant(0.9f), tf.constant(0.999f), tf.constant(1e-7f),
                        gradientOf(other, i)));
            }
            List<Op> powers = List.of(tf.assign(beta1Power, tf.math.mul(beta1Power, tf.constant(0.9f))),
                    tf.assign(beta2Power, tf.math.mul(beta2Power, tf.constant(0.999f))));
            other.session.initialize();

            for (int step = 1; step <= 50; step++) {
                model.step(images, labels);
                Session.Runner runner = other.session.runner().feed(other.images, images).feed(other.labels, labels);
                applications.forEach(runner::addTarget);
                runner.run().close();
                Session.Runner after = other.session.runner();
                powers.forEach(after::addTarget);
                after.run().close();
            }

            for (int i = 0; i < 2; i++) {
                assertArrayEquals(values(other).get(i), values(model).get(i), 1e-5f);
            }
        }
    }

    /** What TensorFlow saves is what was stepped. Steps go on from what it restores. */
    @Test
    void stepsAreInCheckpointsOfTensorFlow(@TempDir Path folder) {
        String file = folder.resolve("model").toString();
        try (TensorFlowDigits model = new TensorFlowDigits(RAdam.builder().learningRate(0.05))) {
            for (int step = 1; step <= 10; step++) {
                model.step(images, labels);
            }
            List<float[]> saved = values(model);
            List<Long> addresses = addresses(model);
            model.session.save(file);
            model.step(images, labels);
            assertTrue(saved.getFirst()[100] != values(model).getFirst()[100]);
            model.session.restore(file);

            for (int i = 0; i < 2; i++) {
                assertArrayEquals(saved.get(i), values(model).get(i));
            }
            assertEquals(addresses, addresses(model));
            model.step(images, labels);
            assertTrue(saved.getFirst()[100] != values(model).getFirst()[100]);
        }
    }

    @SuppressWarnings("unchecked")
    private static Operand<TFloat32> gradientOf(TensorFlowDigits model, int variable) {
        return (Output<TFloat32>) model.gradients[variable];
    }

    /** As TensorFlow reads them. */
    private static List<float[]> values(TensorFlowDigits model) {
        return fetch(model, model.variables);
    }

    private static List<float[]> gradients(TensorFlowDigits model) {
        return fetch(model, List.of(gradientOf(model, 0), gradientOf(model, 1)));
    }

    private static List<float[]> fetch(TensorFlowDigits model, List<? extends Operand<TFloat32>> operands) {
        Session.Runner runner = model.session.runner().feed(model.images, images).feed(model.labels, labels);
        operands.forEach(runner::fetch);
        List<float[]> values = new ArrayList<>();
        try (Result result = runner.run()) {
            for (int i = 0; i < operands.size(); i++) {
                TFloat32 tensor = (TFloat32) result.get(i);
                float[] copy = new float[Math.toIntExact(tensor.size())];
                tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(copy, false, false)));
                values.add(copy);
            }
        }
        return values;
    }

    private static List<Long> addresses(TensorFlowDigits model) {
        return model.variables.stream().map(v -> TensorFlowDigits.memory(model.session, v).address()).toList();
    }
}
