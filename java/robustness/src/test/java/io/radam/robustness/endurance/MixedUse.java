package io.radam.robustness.endurance;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.LearningRateSchedule;
import io.radam.Lion;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerSnapshot;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.PlateauSchedule;
import io.radam.RAdam;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.StateType;
import io.radam.StepOptions;
import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/** Short trainings that use all of the library. Each opens an optimizer, and closes it. */
final class MixedUse {
    private static final List<Supplier<OptimizerBuilder<?, ?>>> ALGORITHMS = List.of(RAdam::builder, Adam::builder,
            AdamW::builder, () -> SGD.builder().momentum(0.9), Lion::builder);

    private final SplittableRandom random;
    private final CheckpointFolder folder;
    private final ForkJoinPool shared;
    private long trainings;
    private long steps;

    /** The checkpoints go to a folder. The optimizers of some trainings share a pool. */
    MixedUse(long seed, Path folder, ForkJoinPool shared) {
        random = new SplittableRandom(seed);
        this.folder = CheckpointFolder.of(folder).keepLast(2);
        this.shared = shared;
    }

    /** The steps so far. */
    long steps() {
        return steps;
    }

    /** The trainings so far. */
    long trainings() {
        return trainings;
    }

    /** A training. Afterwards nothing of it is left but, now and then, a checkpoint. */
    void train() throws IOException {
        int number = (int) (trainings++ % 4096);
        StateType type = StateType.values()[number % 3];
        OptimizerBuilder<?, ?> builder = ALGORITHMS.get(number % ALGORITHMS.size()).get();
        builder.stateType(type).learningRate(1e-3).seed(number);
        ForkJoinPool own = number % 64 == 63 ? new ForkJoinPool(2) : null;
        switch (number & 3) {
            case 0 -> builder.sequential();
            case 1 -> { }
            default -> builder.pool(own != null ? own : shared);
        }
        // One in a hundred is large enough for threads, and one of these for huge pages.
        int length = number % 100 == 50 ? 200_000 : number % 1000 == 999 ? 1_500_000 : 0;
        try (Arena arena = number % 7 == 0 ? Arena.ofShared() : Arena.ofConfined()) {
            List<Parameter> parameters = parameters(arena, length);
            builder.parameters(parameters.subList(0, 3)).group(group -> group.parameters(parameters.subList(3, 6))
                    .name("second").weightDecay(0.01));
            try (Optimizer optimizer = builder.build()) {
                steps(optimizer, parameters);
                settings(optimizer);
                badInput(optimizer, parameters);
                otherParameters(optimizer, arena);
                snapshot(optimizer);
                if (number % 16 == 0) {
                    checkpoint(optimizer, number);
                }
                steps(optimizer, parameters);
            }
        }
        if (own != null) {
            own.close();
        }
    }

    /** Six parameters, in arrays and native memory, of several types; the first of a given length, unless that is 0. */
    private List<Parameter> parameters(Arena arena, int length) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int elements = i == 0 && length > 0 ? length : 1 + random.nextInt(2000);
            DType valuesType = DType.values()[i % 3];
            DType gradientType = DType.values()[i % 2];
            boolean inArrays = i % 2 == 1;
            Parameter.Builder builder = Parameter.builder(memory(arena, valuesType, elements, inArrays),
                    memory(arena, gradientType, elements, inArrays)).valuesType(valuesType).gradientType(gradientType);
            if (i > 2) {
                builder.rounding(Rounding.STOCHASTIC);
            }
            if (valuesType == DType.FLOAT32 && i > 0) {
                builder.copy(memory(arena, DType.BFLOAT16, elements, inArrays), DType.BFLOAT16);
            }
            if (i == 4) {
                builder.average(memory(arena, DType.FLOAT32, elements, inArrays), AverageDecay.biasCorrected(0.99));
            }
            parameters.add(builder.name("p" + i).build());
        }
        return parameters;
    }

    private static MemorySegment memory(Arena arena, DType type, int elements, boolean inArray) {
        if (!inArray) {
            return arena.allocate((long) elements * type.bytes(), type.bytes());
        }
        return type == DType.FLOAT32
                ? MemorySegment.ofArray(new float[elements])
                : MemorySegment.ofArray(new short[elements]);
    }

    /** Steps with all options, under a schedule, with a loss scaler that meets gradients which are not finite. */
    private void steps(Optimizer optimizer, List<Parameter> parameters) {
        LearningRateSchedule schedule = LearningRateSchedule.cosine(50).afterWarmup(10);
        PlateauSchedule plateau = new PlateauSchedule();
        LossScaler scaler = new LossScaler();
        MemorySegment float32 = parameters.getFirst().gradient();
        for (int i = 1; i <= 20; i++) {
            float32.set(ValueLayout.JAVA_FLOAT, 0, i % 5 == 0 ? Float.POSITIVE_INFINITY : random.nextFloat());
            plateau.update(1.0 / i);
            optimizer.setLearningRateFactor(schedule.factor(i) * plateau.factor());
            scaler.update(optimizer.step(StepOptions.NONE.withLossScale(scaler.scale()).withSkipNonFinite(true)
                    .withMaxGradientNorm(1).withNormPerGroup(i % 2 == 0)).applied());
            float32.set(ValueLayout.JAVA_FLOAT, 0, 1);
            optimizer.step();
            optimizer.step(optimizer.group("second"));
            optimizer.step(parameters.get(i % parameters.size()));
            steps += 4;
        }
        optimizer.gradientStatistics();
        optimizer.step(StepOptions.NONE.withMaxGradientValue(0.5).withZeroGradients(true));
        optimizer.zeroGradients();
        optimizer.writeCopies();
        steps++;
    }

    private static void settings(Optimizer optimizer) {
        for (ParameterGroup group : optimizer.groups()) {
            group.update(h -> h.withLearningRate(2e-3).withWeightDecay(0.02));
            group.setLearningRate(1e-3);
            group.coefficients(7);
        }
    }

    /** Calls that have to fail. */
    private static void badInput(Optimizer optimizer, List<Parameter> parameters) {
        Parameter parameter = parameters.getFirst();
        requireFails(InvalidParameterException.class,
                () -> optimizer.bind(parameter, MemorySegment.ofArray(new float[(int) parameter.length() + 1])));
        requireFails(InvalidParameterException.class, () -> optimizer.bind(parameter, parameter.values()));
        requireFails(InvalidHyperparameterException.class, () -> optimizer.setLearningRateFactor(Double.NaN));
        requireFails(InvalidHyperparameterException.class,
                () -> optimizer.groups().getFirst().setLearningRate(-1));
        requireFails(InvalidParameterException.class, () -> optimizer.add(optimizer.groups().getLast(), parameter));
        Arena closed = Arena.ofConfined();
        MemorySegment gradient = closed.allocate(parameter.gradient().byteSize(), Float.BYTES);
        optimizer.bind(parameter, gradient);
        closed.close();
        requireFails(InvalidParameterException.class, optimizer::step);
        optimizer.bind(parameter, parameter.gradient());
        Optimizer other = RAdam.builder().parametersLater().build();
        other.close();
        requireFails(OptimizerStateException.class, other::step);
    }

    private static void requireFails(Class<? extends RuntimeException> expected, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (expected.isInstance(e)) {
                return;
            }
            throw e;
        }
        throw new AssertionError("a call did not fail with " + expected);
    }

    /** Parameters come and go, and gradients are unbound and bound. */
    private void otherParameters(Optimizer optimizer, Arena arena) {
        Parameter late = Parameter.of(memory(arena, DType.FLOAT32, 300, false),
                memory(arena, DType.FLOAT32, 300, true));
        Parameter latest = Parameter.of(memory(arena, DType.FLOAT32, 40, true),
                memory(arena, DType.FLOAT32, 40, false));
        optimizer.add(optimizer.groups().getFirst(), List.of(late));
        ParameterGroup third = optimizer.addGroup(group -> group.name("third").parameter(latest));
        optimizer.step();
        optimizer.unbind(late);
        optimizer.step();
        optimizer.bind(late, memory(arena, DType.FLOAT32, 300, false), memory(arena, DType.FLOAT32, 300, false));
        optimizer.step();
        steps += 3;
        optimizer.remove(late);
        optimizer.remove(third.parameters().getFirst());
    }

    private static void snapshot(Optimizer optimizer) {
        OptimizerSnapshot snapshot = optimizer.snapshot();
        optimizer.step();
        optimizer.restore(snapshot);
    }

    private void checkpoint(Optimizer optimizer, int number) throws IOException {
        Checkpoint checkpoint = Checkpoint.of(optimizer).withParameters().withAverages().lossScaler(new LossScaler())
                .plateau(new PlateauSchedule()).put("number", "" + number);
        Path file = folder.write(checkpoint, number);
        optimizer.step();
        checkpoint.restore(file);
    }
}
