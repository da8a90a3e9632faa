package io.radam.robustness.crash;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.Lion;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerSnapshot;
import io.radam.Parameter;
import io.radam.PlateauSchedule;
import io.radam.RAdam;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.StateType;
import io.radam.StepOptions;
import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.CheckpointFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A training that is always the same: its gradients and losses follow from the number of the step. It has all that a
 * checkpoint keeps: parameters of several kinds in two groups, a loss scaler that some steps reduce, a plateau
 * schedule, and the number of the step as a string.
 */
final class Training implements AutoCloseable {
    /** Algorithms and types of state. */
    enum Kind {
        RADAM(() -> RAdam.builder(RAdam.Preset.PYTORCH), StateType.FLOAT32, Rounding.NEAREST),
        ADAM(Adam::builder, StateType.BLOCK8, Rounding.STOCHASTIC),
        AMSGRAD(() -> Adam.builder().amsgrad(true), StateType.BFLOAT16, Rounding.STOCHASTIC),
        // In files, of which nothing may be left, and nothing is needed; of the tests' sizes more than may be in memory.
        ADAMW(() -> AdamW.builder().stateOnDisk(Path.of("target"), 1 << 20), StateType.BFLOAT16, Rounding.NEAREST),
        SGD_MOMENTUM(() -> SGD.builder().momentum(0.9).nesterov(true), StateType.FLOAT32, Rounding.NEAREST),
        LION(Lion::builder, StateType.BLOCK8, Rounding.STOCHASTIC);

        private final Supplier<OptimizerBuilder<?, ?>> builder;
        private final StateType stateType;
        private final Rounding stateRounding;

        Kind(Supplier<OptimizerBuilder<?, ?>> builder, StateType stateType, Rounding stateRounding) {
            this.builder = builder;
            this.stateType = stateType;
            this.stateRounding = stateRounding;
        }
    }

    private static final String STEP = "step";

    /** What is done with a checkpoint. */
    interface Use {
        void of(Checkpoint checkpoint) throws IOException;
    }

    private final Arena arena = Arena.ofConfined();
    private final Kind kind;
    private final List<Parameter> parameters;
    private final MemorySegment noise32;
    private final MemorySegment noise16;
    private final Optimizer optimizer;
    private final LossScaler scaler = new LossScaler(1024, 2, 0.5, 3);
    private final PlateauSchedule plateau = new PlateauSchedule(0.5, 2, 1e-4, 1, 0.01);
    private long step;

    /**
     * A training that has made no step.
     *
     * @param length the number of elements of each parameter
     */
    Training(Kind kind, int length) {
        this.kind = kind;
        noise32 = noise(DType.FLOAT32, length);
        noise16 = noise(DType.BFLOAT16, length);
        parameters = List.of(
                Parameter.builder(MemorySegment.ofArray(new float[length]), MemorySegment.ofArray(new float[length]))
                        .name("array").build(),
                Parameter.builder(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4))
                        .name("average")
                        .average(arena.allocate(4L * length, 4), AverageDecay.biasCorrected(0.9)).build(),
                // A parameter of 16 bits, whose values are in 32.
                Parameter.builder(arena.allocate(4L * length, 4), arena.allocate(2L * length, 2))
                        .name("master").gradientType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC)
                        .copy(arena.allocate(2L * length, 2), DType.BFLOAT16).build(),
                Parameter.builder(arena.allocate(2L * length, 2), arena.allocate(2L * length, 2)).name("half")
                        .valuesType(DType.BFLOAT16).gradientType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC).build());
        parameters.forEach(parameter ->
                fill(parameter.values(), parameter.valuesType(), parameter.name().hashCode()));
        optimizer = optimizer(parameters.subList(0, 2), parameters.subList(2, 4));
        // A restore writes copies anew. Here they are written from the beginning.
        optimizer.writeCopies();
    }

    private Optimizer optimizer(List<Parameter> first, List<Parameter> second) {
        OptimizerBuilder<?, ?> builder = kind.builder.get();
        builder.parameters(first);
        builder.stateType(kind.stateType);
        builder.stateRounding(kind.stateRounding);
        builder.learningRate(0.01);
        builder.weightDecay(0.1);
        builder.seed(-5);
        Optimizer optimizer = builder.build();
        optimizer.addGroup(group -> group.name("16 bits").parameters(second).learningRate(0.003));
        return optimizer;
    }

    private static MemorySegment noise(DType type, int length) {
        SplittableRandom random = new SplittableRandom(1);
        MemorySegment noise = MemorySegment.ofArray(new float[length]);
        for (long i = 0; i < length; i++) {
            float value = (float) (random.nextDouble() - 0.5);
            if (type == DType.FLOAT32) {
                noise.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            } else {
                noise.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToIntBits(value) >> 16));
            }
        }
        return noise;
    }

    /** Puts noise there that begins with some element of it. This is quick, so that most of the time is a write's. */
    private void fill(MemorySegment values, DType type, long first) {
        MemorySegment noise = type == DType.FLOAT32 ? noise32 : noise16;
        long length = values.byteSize();
        long begin = Math.floorMod(first * type.bytes(), length);
        MemorySegment.copy(noise, begin, values, 0, length - begin);
        MemorySegment.copy(noise, 0, values, length - begin, begin);
    }

    /** The number of steps so far, also those that the loss scaler had skipped. */
    long step() {
        return step;
    }

    /** Makes the next step. */
    void train() {
        step++;
        for (Parameter parameter : parameters) {
            fill(parameter.gradient(), parameter.gradientType(), 31 * step + parameter.name().hashCode());
        }
        if (step % 7 == 0) {
            parameters.getFirst().gradient().setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, Float.POSITIVE_INFINITY);
        }
        // Of odd steps, a parameter has no gradient, so that their numbers of steps differ.
        List<Parameter> stepped = parameters.subList((int) (step % 2), parameters.size());
        StepOptions options = StepOptions.NONE.withLossScale(scaler.scale()).withSkipNonFinite(true);
        scaler.update(optimizer.step(stepped, options).applied());
        plateau.update(new SplittableRandom(step).nextDouble());
        optimizer.setLearningRateFactor(plateau.factor());
    }

    /** Makes steps up to one. */
    Training trainTo(long last) {
        while (step < last) {
            train();
        }
        return this;
    }

    /** All of it. */
    Checkpoint checkpoint() {
        return checkpoint(optimizer);
    }

    /**
     * What one of two processes would have of it: of each group, one parameter.
     *
     * @param rank 0 or 1
     */
    void usePart(int rank, Use use) throws IOException {
        OptimizerSnapshot whole = optimizer.snapshot();
        List<OptimizerSnapshot.Group> groups = whole.groups().stream().map(group -> new OptimizerSnapshot.Group(
                group.name(), group.hyperparameters(), group.stateType(), group.stateRounding(),
                List.of(group.parameters().get(rank)))).toList();
        try (Optimizer part = optimizer(List.of(parameters.get(rank)), List.of(parameters.get(2 + rank)))) {
            part.restore(new OptimizerSnapshot(whole.algorithm(), whole.seed(), whole.learningRateFactor(),
                    whole.nextRandomIndex(), groups));
            use.of(checkpoint(part));
        }
    }

    private Checkpoint checkpoint(Optimizer optimizer) {
        return Checkpoint.of(optimizer).withParameters().withAverages().lossScaler(scaler).plateau(plateau)
                .put(STEP, String.valueOf(step));
    }

    /** Goes on from a file. */
    void restore(Path file) throws IOException {
        try (CheckpointFile opened = Checkpoint.read(file)) {
            opened.verify();
            opened.restore(checkpoint());
            step = Long.parseLong(opened.get(STEP));
        }
    }

    /** A hash of all that steps change and depend on. */
    String digest() {
        MessageDigest digest = sha256();
        add(digest, step + " " + optimizer.learningRateFactor() + " " + scaler.scale() + " " + scaler.appliedInARow()
                + " " + plateau.state());
        optimizer.groups().forEach(group -> add(digest, group.hyperparameters().toString()));
        for (Parameter parameter : parameters) {
            add(digest, optimizer.stepCount(parameter) + " " + optimizer.randomIndex(parameter));
            add(digest, parameter.values());
            add(digest, parameter.copy());
            add(digest, parameter.average());
            optimizer.state(parameter).buffers().forEach((name, buffer) -> {
                add(digest, name);
                add(digest, buffer.elements());
                add(digest, buffer.scales());
            });
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(MessageDigest digest, MemorySegment bytes) {
        if (bytes != null) {
            digest.update(bytes.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Override
    public void close() {
        optimizer.close();
        arena.close();
    }
}
