package io.radam.sharded;

import io.radam.Adam;
import io.radam.AdamHD;
import io.radam.AdamP;
import io.radam.AdamW;
import io.radam.AverageDecay;
import io.radam.CautiousAdamW;
import io.radam.CautiousLion;
import io.radam.Conversions;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.LAMB;
import io.radam.LARS;
import io.radam.Lion;
import io.radam.NAdam;
import io.radam.NovoGrad;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.RAdam;
import io.radam.Ranger;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.SGDP;
import io.radam.SgdHD;
import io.radam.StableAdamW;
import io.radam.StateType;
import io.radam.YellowFin;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A model whose gradients are random, but the same in all processes for a rank and a step. Its parameters are such that
 * cuts are within a parameter, at the beginning of one, and that a rank has no element of some.
 */
final class Model {
    /** How the model is stored. */
    enum Storage {
        FLOAT32(DType.FLOAT32, DType.FLOAT32, StateType.FLOAT32, DType.FLOAT32),
        MASTERS(DType.FLOAT32, DType.BFLOAT16, StateType.FLOAT32, DType.FLOAT32),
        SPLIT(DType.BFLOAT16, DType.BFLOAT16, StateType.FLOAT32, DType.FLOAT32),
        BFLOAT16(DType.BFLOAT16, DType.BFLOAT16, StateType.BFLOAT16, DType.FLOAT32),
        FLOAT16_BLOCK8(DType.FLOAT16, DType.FLOAT16, StateType.BLOCK8, DType.FLOAT32),
        ROUNDED_ON_THE_WAY(DType.FLOAT32, DType.FLOAT32, StateType.BLOCK8, DType.BFLOAT16),
        FLOAT16_ROUNDED(DType.FLOAT32, DType.FLOAT16, StateType.FLOAT32, DType.BFLOAT16);

        final DType values;
        final DType gradients;
        final StateType state;
        final DType wire;

        Storage(DType values, DType gradients, StateType state, DType wire) {
            this.values = values;
            this.gradients = gradients;
            this.state = state;
            this.wire = wire;
        }
    }

    /** The algorithms' builders. */
    static final Map<String, Supplier<OptimizerBuilder<?, ?>>> ALGORITHMS = algorithms();

    /** Those for which it matters what a row is. */
    static final Map<String, Supplier<OptimizerBuilder<?, ?>>> ROW_ALGORITHMS = rowAlgorithms();
    /** The second group is of another algorithm, which measures no rows, but has them whole. */
    private static final String BESIDE_OTHERS = "AdamP beside LAMB, centralized";

    private static final long[][] SHAPES = {{20_000}, {3}, {5}, {8192}, {777}, {30_001}, {1}};
    /**
     * How many elements a parameter has, and its rows. Ranks would cut a row of each longer one where pieces of 8,192
     * elements end: they cut the first and the third at multiples of 9 and of 5 pieces, and the second not at all.
     */
    private static final long[][] SHAPES_OF_ROWS = {
        {9 * 25_000, 9}, {3 * 9_001, 9_001}, {9 * 10_240, 10_240}, {777}, {500, 1}, {20_000, 16}, {30_001}};

    final Storage storage;
    final List<Parameter> parameters = new ArrayList<>();
    /** The GPU that has the parameters; null where they are in memory of the host. */
    CudaDevice device;
    private final long[][] shapes;

    Model(Storage storage) {
        this(storage, SHAPES);
    }

    /** The model to train by an algorithm, with rows where these matter. */
    Model(Storage storage, String algorithm) {
        this(storage, ROW_ALGORITHMS.containsKey(algorithm) ? SHAPES_OF_ROWS : SHAPES);
    }

    private Model(Storage storage, long[][] shapes) {
        this.storage = storage;
        this.shapes = shapes;
        for (int i = 0; i < shapes.length; i++) {
            long length = shapes[i][0];
            Parameter.Builder builder = Parameter.builder(random(i, length, storage.values, 1),
                            allocate(length, storage.gradients))
                    .name("p" + i).valuesType(storage.values).gradientType(storage.gradients)
                    .rounding(Rounding.STOCHASTIC);
            if (shapes[i].length > 1) {
                builder.rowLength(shapes[i][1]);
            }
            if (storage == Storage.MASTERS) {
                builder.copy(allocate(length, DType.BFLOAT16), DType.BFLOAT16);
                builder.average(allocate(length, DType.FLOAT32), AverageDecay.constant(0.9));
            }
            if (storage == Storage.SPLIT) {
                // Any bits are lower halves.
                builder.split(random(100 + i, length, DType.FLOAT16, 1));
            }
            parameters.add(builder.build());
        }
    }

    /** Moves the parameters to a GPU, or leaves them where they are. Returns the model. */
    Model on(CudaDevice there) {
        device = there;
        if (there != null) {
            parameters.replaceAll(this::copy);
        }
        return this;
    }

    private Parameter copy(Parameter p) {
        Parameter.Builder builder = Parameter.builder(copy(p.values()), copy(p.gradient())).name(p.name())
                .valuesType(p.valuesType()).gradientType(p.gradientType()).rounding(p.rounding());
        if (p.rowLength() > 0) {
            builder.rowLength(p.rowLength());
        }
        if (p.copy() != null) {
            builder.copy(copy(p.copy()), p.copyType()).average(copy(p.average()), p.averageDecay());
        }
        if (p.lowerHalves() != null) {
            builder.split(copy(p.lowerHalves()));
        }
        return builder.build();
    }

    /** A copy of memory of the host where the parameters are. */
    MemorySegment copy(MemorySegment host) {
        MemorySegment memory = device.allocate(host.byteSize(), Arena.ofAuto());
        device.copy(host, memory);
        return memory;
    }

    /** Copies memory of the host to where the parameters are. */
    void write(MemorySegment host, MemorySegment memory) {
        if (device == null) {
            memory.copyFrom(host);
        } else {
            device.copy(host, memory);
        }
    }

    /** What is in memory where the parameters are. */
    byte[] read(MemorySegment memory) {
        if (device == null) {
            return bytes(memory);
        }
        byte[] bytes = new byte[(int) memory.byteSize()];
        device.copy(memory, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private static Map<String, Supplier<OptimizerBuilder<?, ?>>> algorithms() {
        Map<String, Supplier<OptimizerBuilder<?, ?>>> all = new LinkedHashMap<>();
        all.put("RAdam", RAdam::builder);
        all.put("RAdam of PyTorch", () -> RAdam.builder(RAdam.Preset.PYTORCH));
        all.put("Adam with AMSGrad", () -> Adam.builder().amsgrad(true));
        all.put("AdamW", AdamW::builder);
        all.put("NAdam", NAdam::builder);
        all.put("SGD", () -> SGD.builder().momentum(0.9));
        all.put("Lion", Lion::builder);
        all.put("LAMB", LAMB::builder);
        all.put("LARS", () -> LARS.builder().momentum(0.9));
        all.put("cautious AdamW", CautiousAdamW::builder);
        all.put("cautious Lion", CautiousLion::builder);
        all.put("SGD-HD", () -> SgdHD.builder().momentum(0.9).hypergradLr(1e-4));
        all.put("SGDN-HD", () -> SgdHD.builder().momentum(0.9).nesterov(true).hypergradLr(1e-4));
        all.put("YellowFin", () -> YellowFin.builder().curvWinWidth(3));
        all.put("Adam-HD", () -> AdamHD.builder().hypergradLr(1e-4));
        all.put("NovoGrad", () -> NovoGrad.builder().amsgrad(true));
        all.put("StableAdamW", () -> StableAdamW.builder().clipThreshold(0.5));
        return all;
    }

    private static Map<String, Supplier<OptimizerBuilder<?, ?>>> rowAlgorithms() {
        Map<String, Supplier<OptimizerBuilder<?, ?>>> all = new LinkedHashMap<>();
        // Of random numbers, all rows are projected for the first delta, and some parameters as one row for the second.
        all.put("AdamP by rows", () -> AdamP.builder().delta(10));
        all.put("AdamP by tensors", () -> AdamP.builder().delta(0.8).nesterov(true));
        all.put("SGDP by rows", () -> SGDP.builder().momentum(0.9).delta(10));
        all.put("SGDP by tensors", () -> SGDP.builder().momentum(0.9).nesterov(true).delta(0.8));
        all.put("AdamP, centralized", () -> AdamP.builder().delta(10).centralizeGradients(true));
        all.put("AdamW, centralized", () -> AdamW.builder().centralizeGradients(true));
        all.put("LAMB, centralized", () -> LAMB.builder().centralizeGradients(true));
        all.put("Ranger, centralized", () -> Ranger.builder().centralizeGradients(true));
        all.put(BESIDE_OTHERS, () -> AdamP.builder().delta(10));
        return all;
    }

    /** A builder with all parameters, in two groups. */
    OptimizerBuilder<?, ?> builder(String algorithm) {
        Map<String, Supplier<OptimizerBuilder<?, ?>>> some =
                ROW_ALGORITHMS.containsKey(algorithm) ? ROW_ALGORITHMS : ALGORITHMS;
        return withGroups(algorithm, some.get(algorithm).get());
    }

    private <B extends OptimizerBuilder<B, G>, G extends ParameterGroup.Builder<G>> OptimizerBuilder<?, ?> withGroups(
            String algorithm, OptimizerBuilder<B, G> builder) {
        List<Parameter> second = parameters.subList(3, parameters.size());
        builder.parameters(parameters.subList(0, 3)).learningRate(0.01).weightDecay(0.1).gradientScale(3)
                .seed(99).stateType(storage.state);
        if (device != null) {
            builder.device(device);
        }
        return algorithm.equals(BESIDE_OTHERS)
                ? builder.group(LAMB.Preset.NVIDIA.hyperparameters().with(Hyperparameters.CENTRALIZE_GRADIENTS, true),
                        group -> group.name("second").parameters(second))
                : builder.group(group -> group.name("second").parameters(second).learningRate(0.02));
    }

    private static MemorySegment allocate(long length, DType type) {
        return Arena.ofAuto().allocate(length * type.bytes(), 64);
    }

    private static MemorySegment random(long seed, long length, DType type, float scale) {
        MemorySegment floats = allocate(length, DType.FLOAT32);
        SplittableRandom random = new SplittableRandom(seed);
        for (long i = 0; i < length; i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (random.nextInt() >> 8) * 0x1p-23f * scale);
        }
        MemorySegment converted = allocate(length, type);
        Conversions.convert(floats, DType.FLOAT32, converted, type);
        return converted;
    }

    /** The gradient of a rank in a step. */
    MemorySegment gradient(int rank, int step, int parameter) {
        return random(1000L * rank + 100_000L * step + parameter, shapes[parameter][0], storage.gradients, 0.1f);
    }

    /** Writes a rank's gradients of a step. */
    void backward(int rank, int step) {
        for (int i = 0; i < parameters.size(); i++) {
            write(gradient(rank, step, i), parameters.get(i).gradient());
        }
    }

    /** The gradient of the ranks together: each as it is on the way, then added one after the other in float32. */
    MemorySegment summedGradient(int ranks, int step, int parameter) {
        long length = shapes[parameter][0];
        MemorySegment sum = onTheWay(gradient(0, step, parameter), length);
        for (int rank = 1; rank < ranks; rank++) {
            MemorySegment next = onTheWay(gradient(rank, step, parameter), length);
            for (long i = 0; i < length; i++) {
                float added = sum.getAtIndex(ValueLayout.JAVA_FLOAT, i) + next.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                sum.setAtIndex(ValueLayout.JAVA_FLOAT, i, added);
            }
        }
        return sum;
    }

    private MemorySegment onTheWay(MemorySegment gradient, long length) {
        MemorySegment rounded = allocate(length, storage.wire);
        Conversions.convert(gradient, storage.gradients, rounded, storage.wire);
        MemorySegment floats = allocate(length, DType.FLOAT32);
        Conversions.convert(rounded, storage.wire, floats, DType.FLOAT32);
        return floats;
    }

    /** Parameters with the same values, but float32 gradients, for one process that gets the sums. */
    Model forSums() {
        Model same = new Model(storage, shapes);
        for (int i = 0; i < parameters.size(); i++) {
            Parameter p = same.parameters.get(i);
            Parameter.Builder builder = Parameter.builder(p.values(), allocate(p.length(), DType.FLOAT32))
                    .name(p.name()).valuesType(p.valuesType()).rounding(p.rounding());
            if (p.rowLength() > 0) {
                builder.rowLength(p.rowLength());
            }
            if (p.copy() != null) {
                builder.copy(p.copy(), p.copyType()).average(p.average(), p.averageDecay());
            }
            if (p.lowerHalves() != null) {
                builder.split(p.lowerHalves());
            }
            same.parameters.set(i, builder.build());
        }
        return same;
    }

    /** All bytes that steps write for the parameters, but the state. */
    List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>();
        for (Parameter parameter : parameters) {
            contents.add(read(parameter.values()));
            if (parameter.lowerHalves() != null) {
                contents.add(read(parameter.lowerHalves()));
            }
            if (parameter.copy() != null) {
                contents.add(read(parameter.copy()));
                contents.add(read(parameter.average()));
            }
        }
        return contents;
    }

    /** The state of a parameter, or of a slice of it cut out of that of the whole. */
    List<byte[]> state(Optimizer optimizer, Parameter parameter, long first, long length) {
        List<byte[]> contents = new ArrayList<>();
        ParameterState state = optimizer.state(parameter);
        for (ParameterState.Buffer buffer : state.buffers().values()) {
            // Lookahead's are float32, whatever the others are.
            long bytes = buffer.elements().byteSize() / Math.max(1, parameter.length());
            contents.add(read(buffer.elements().asSlice(first * bytes, length * bytes)));
            if (buffer.scales() != null && length > 0) {
                contents.add(read(buffer.scales().asSlice(first / 256 * 4, (length + 255) / 256 * 4)));
            }
        }
        contents.add(bytes(MemorySegment.ofArray(state.numbers().values().stream().mapToDouble(x -> x).toArray())));
        return contents;
    }

    static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }
}
