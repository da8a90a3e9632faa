package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.radam.Adadelta;
import io.radam.Adagrad;
import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Adamax;
import io.radam.NAdam;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.RMSprop;
import io.radam.SGD;
import io.radam.StepOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that begins in PyTorch, goes on here, and goes on in PyTorch again is that of PyTorch alone, but for
 * rounding.
 */
class TorchExchangeTest {
    private static final long[][] SHAPES = {{3, 4}, {5}, {2, 3, 2}, {}, {4}};
    private static final int FIRST_GROUP = 2;
    private static final double LEARNING_RATE = 0.01;
    private static final Map<String, Object> SECOND = Map.of("lr", LEARNING_RATE / 3, "weight_decay", 0.25);

    /** Half of the distance from 1 to the next float. */
    private static final double ROUNDING = 0x1p-24;
    /**
     * Gradients have sizes from 0.5 to 1.5. A moment or a buffer is at most 1.5 / (1 - 0.9), is rounded up to three
     * times in a step, and remembers some 10 steps: 15 * 3 * 10. Adam divides its moment, of at most 1.5, by a root of
     * at least 0.5, which is less. The update itself is rounded a few times more.
     */
    private static final double ROUNDINGS_OF_UPDATE = 512;

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        add("adam", "Adam", Map.of(), Adam::builder);
        add("amsgrad", "Adam", Map.of("amsgrad", true, "weight_decay", 0.1, "betas", List.of(0.8, 0.99), "eps", 1e-3),
                () -> Adam.builder().amsgrad(true));
        add("maximize", "Adam", Map.of("maximize", true), Adam::builder);
        add("adamw", "AdamW", Map.of("weight_decay", 0.1), AdamW::builder);
        add("adamw-amsgrad", "AdamW", Map.of("amsgrad", true, "maximize", true), () -> AdamW.builder().amsgrad(true));
        // The file has 3 steps, and rectification begins with the sixth.
        add("radam", "RAdam", Map.of("weight_decay", 0.1), () -> RAdam.builder(RAdam.Preset.PYTORCH));
        add("radam-late", "RAdam", Map.of("betas", List.of(0.85, 0.98)), List.of(12, 3, 2),
                () -> RAdam.builder(RAdam.Preset.PYTORCH));
        add("nadam", "NAdam", Map.of("weight_decay", 0.1), NAdam::builder);
        // PyTorch rounds the product of momenta to float in each step.
        add("nadam-late", "NAdam", Map.of("betas", List.of(0.85, 0.98), "momentum_decay", 0.1), List.of(30, 3, 2),
                NAdam::builder);
        add("sgd", "SGD", Map.of("weight_decay", 0.1), SGD::builder);
        add("momentum", "SGD", Map.of("momentum", 0.9, "weight_decay", 0.1, "dampening", 0.3, "maximize", true),
                () -> SGD.builder().momentum(0.5));
        add("nesterov", "SGD", Map.of("momentum", 0.8, "nesterov", true), () -> SGD.builder().momentum(0.5));
        // A quotient is at most 1 / (1 - alpha)^0.5, and the momentum adds up two of them.
        add("rmsprop", "RMSprop", Map.of("weight_decay", 0.1, "alpha", 0.9, "maximize", true), RMSprop::builder);
        add("rmsprop-momentum", "RMSprop", Map.of("alpha", 0.9, "momentum", 0.5, "eps", 1e-3),
                () -> RMSprop.builder().momentum(0.9));
        add("rmsprop-centered", "RMSprop", Map.of("alpha", 0.9, "centered", true, "eps", 0.1),
                () -> RMSprop.builder().centered(true));
        // It has state of the parameter that never has a gradient, too.
        add("adagrad", "Adagrad", Map.of("lr_decay", 0.1, "initial_accumulator_value", 0.25, "eps", 1e-3),
                Adagrad::builder);
        add("adamax", "Adamax", Map.of("betas", List.of(0.8, 0.99), "eps", 1e-3, "weight_decay", 0.1), Adamax::builder);
        add("adadelta", "Adadelta", Map.of("rho", 0.8, "eps", 1e-3, "weight_decay", 0.1, "maximize", true),
                Adadelta::builder);
    }

    @TempDir
    Path folder;

    /**
     * A training.
     *
     * @param settings that PyTorch gets
     * @param second   those in which its second group differs
     * @param steps    in PyTorch, here, in PyTorch again
     * @param builder  with settings that the file has to replace
     */
    private record Case(String optimizer, Map<String, Object> settings, Map<String, Object> second,
            List<Integer> steps, Supplier<OptimizerBuilder<?, ?>> builder) {
        /** For Python. */
        Map<String, Object> description() {
            return Map.of("optimizer", optimizer, "settings", settings, "second", second, "steps", steps);
        }
    }

    private static void add(String name, String optimizer, Map<String, Object> settings,
            Supplier<OptimizerBuilder<?, ?>> builder) {
        add(name, optimizer, settings, List.of(3, 5, 4), builder);
    }

    private static void add(String name, String optimizer, Map<String, Object> settings, List<Integer> steps,
            Supplier<OptimizerBuilder<?, ?>> builder) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put("lr", LEARNING_RATE);
        CASES.put(name, new Case(optimizer, all, SECOND, steps, builder));
    }

    // ---------------------------------------------------------------------------------------------------------- here

    /** The parameters of {@link #SHAPES}, and an optimizer of two groups. */
    private final class Training implements AutoCloseable {
        final String name;
        final List<Parameter> parameters = new ArrayList<>();
        final Optimizer optimizer;

        Training(String name, String values) throws IOException {
            this.name = name;
            for (float[] array : arrays(values, SHAPES.length)) {
                parameters.add(Parameter.builder(MemorySegment.ofArray(array),
                        MemorySegment.ofArray(new float[array.length])).name("p" + parameters.size()).build());
            }
            OptimizerBuilder<?, ?> builder = CASES.get(name).builder.get();
            builder.parameters(parameters.subList(0, FIRST_GROUP));
            optimizer = builder.build();
            optimizer.addGroup(group -> group.parameters(parameters.subList(FIRST_GROUP, SHAPES.length)));
        }

        Training train(int begin, int end) throws IOException {
            for (int step = begin; step < end; step++) {
                List<float[]> gradients = arrays(name + ".gradient" + step, SHAPES.length - 1);
                for (int i = 0; i < gradients.size(); i++) {
                    parameters.get(i).gradient().copyFrom(MemorySegment.ofArray(gradients.get(i)));
                }
                optimizer.step(parameters.subList(0, gradients.size()), StepOptions.NONE);
            }
            return this;
        }

        /** The values of all parameters, one after the other. */
        float[] values() {
            ByteBuffer all = ByteBuffer.allocate(parameters.stream()
                    .mapToInt(parameter -> (int) parameter.values().byteSize()).sum());
            parameters.forEach(parameter -> all.put(parameter.values().toArray(ValueLayout.JAVA_BYTE)));
            float[] values = new float[all.capacity() / Float.BYTES];
            all.flip().order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
            return values;
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    private List<float[]> arrays(String file, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
        List<float[]> arrays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = 1;
            for (long size : SHAPES[i]) {
                length *= (int) size;
            }
            float[] array = new float[length];
            for (int j = 0; j < length; j++) {
                array[j] = bytes.getFloat();
            }
            arrays.add(array);
        }
        assertEquals(0, bytes.remaining());
        return arrays;
    }

    private float[] floats(String file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    private static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int i = 0; i < SHAPES.length; i++) {
            shapes.put("p" + i, SHAPES[i]);
        }
        return shapes;
    }

    private static boolean isNear(float[] expected, float[] actual, int steps) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            double bound = steps * ROUNDING
                    * (ROUNDINGS_OF_UPDATE * LEARNING_RATE + 2 * Math.abs(expected[i]));
            if (!(Math.abs(expected[i] - actual[i]) <= bound)) {
                return false;
            }
        }
        return true;
    }

    private void python(String command) throws Exception {
        Map<String, Object> descriptions = new LinkedHashMap<>();
        CASES.forEach((name, training) -> descriptions.put(name, training.description()));
        Path cases = Files.writeString(folder.resolve("cases.json"), new Gson().toJson(descriptions));
        TorchPython.run(folder, "torch_exchange.py", command, cases.toString(), folder.toString());
    }

    @Test
    void thereAndBack() throws Exception {
        python("save");
        for (Map.Entry<String, Case> each : CASES.entrySet()) {
            String name = each.getKey();
            int begin = each.getValue().steps.get(0);
            int there = each.getValue().steps.get(1);
            try (Training restored = new Training(name, name + ".begin");
                    Training fromAll = new Training(name, name + ".begin");
                    Training anew = new Training(name, name + ".begin")) {
                TorchCheckpoint.of(restored.optimizer).shapes(shapes()).restore(folder.resolve(name + ".pt"));
                restored.train(begin, begin + there);
                float[] expected = floats(name + ".middle");
                assertTrue(isNear(expected, restored.values(), there), name);

                // Beside a model's values, and by names.
                TorchCheckpoint.of(fromAll.optimizer).at("all", 0).names(List.of("p0", "p1", "p2", "p3", "p4"))
                        .restore(folder.resolve(name + "-all.pt"));
                assertEquals(List.of(), differences(restored, fromAll.train(begin, begin + there)), name);

                // The comparison can fail.
                assertTrue(!isNear(expected, anew.train(begin, begin + there).values(), there), name);

                TorchCheckpoint.of(restored.optimizer).shapes(shapes()).write(folder.resolve(name + ".java.pt"));
                write(restored.values(), name + ".java");
            }
        }
        python("goes_on");
        for (Map.Entry<String, Case> each : CASES.entrySet()) {
            List<Integer> steps = each.getValue().steps;
            assertTrue(isNear(floats(each.getKey() + ".end"), floats(each.getKey() + ".back"),
                    steps.get(1) + steps.get(2)), each.getKey());
        }
    }

    /** Of state, bit by bit. */
    private static List<String> differences(Training one, Training other) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < SHAPES.length; i++) {
            Parameter parameter = other.parameters.get(i);
            int number = i;
            one.optimizer.state(one.parameters.get(i)).buffers().forEach((buffer, content) -> {
                if (content.elements().mismatch(other.optimizer.state(parameter).buffer(buffer).elements()) != -1) {
                    differences.add(number + buffer);
                }
            });
            if (one.optimizer.stepCount(one.parameters.get(i)) != other.optimizer.stepCount(parameter)) {
                differences.add(i + "step");
            }
        }
        return differences;
    }

    private void write(float[] values, String file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(folder.resolve(file), bytes.array());
    }
}
