package io.radam.sharded;

import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.StepOptions;
import io.radam.StepResult;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** A short training of a {@link Model}, the same on any collectives. */
final class Training {
    static final int STEPS = 7;
    /** A step in which the last rank has an infinite gradient. */
    static final int INFINITE = 3;

    /** What ranks have in the end: values, statistics, the state of the slices. */
    record Outcome(List<byte[]> contents, List<StepResult> results, List<List<byte[]>> states,
            List<long[]> slices) {
    }

    /** Which gradients a rank announces, in which order. */
    enum Announced {
        NONE, FROM_THE_LAST, FROM_THE_FIRST,
        /** Each rank others, in another order, in each step. */
        SOME;

        /** The order in which a rank computes its gradients in a step. */
        List<Integer> order(int parameters, int rank, int step) {
            List<Integer> order = new ArrayList<>(IntStream.range(0, parameters).boxed().toList());
            if (this == FROM_THE_LAST) {
                Collections.reverse(order);
            } else if (this == SOME) {
                Collections.shuffle(order, new Random(100L * rank + step));
            }
            return order;
        }

        boolean has(int parameter, int rank, int step) {
            return this == SOME ? (rank + step) % 4 != 0 && new Random(parameter + 31L * rank + step).nextInt(4) > 0
                    : this != NONE;
        }
    }

    private Training() {
    }

    /** By turns without statistics, clipped, and clipped by group; a skipped one is among them. */
    static StepOptions options(int step) {
        return switch (step % 3) {
            case 0 -> StepOptions.NONE.withSkipNonFinite(true).withLossScale(4).withMaxGradientValue(0.5);
            case 1 -> StepOptions.NONE.withMaxGradientNorm(1).withZeroGradients(true);
            default -> step == 2 ? StepOptions.NONE : StepOptions.NONE.withMaxGradientNorm(0.5).withNormPerGroup(true);
        };
    }

    static Outcome train(String algorithm, Model.Storage storage, Collectives collectives) {
        return train(new Model(storage, algorithm), builder -> builder, algorithm, collectives, Announced.NONE);
    }

    static Outcome train(Model model, UnaryOperator<OptimizerBuilder<?, ?>> settings, String algorithm,
            Collectives collectives, Announced announced) {
        try (ShardedOptimizer sharded = ShardedOptimizer.of(collectives, settings.apply(model.builder(algorithm)),
                model.storage.wire)) {
            return train(model, sharded, announced);
        }
    }

    /** With buckets of at least so many elements, and gradients that are announced as they are computed. */
    static Outcome train(String algorithm, Model.Storage storage, Collectives collectives, Announced announced,
            long bucketElements) {
        return train(new Model(storage, algorithm), algorithm, collectives, announced, bucketElements);
    }

    /** The same of a model that is made already. */
    static Outcome train(Model model, String algorithm, Collectives collectives, Announced announced,
            long bucketElements) {
        try (ShardedOptimizer sharded = ShardedOptimizer.of(collectives, model.builder(algorithm),
                model.storage.wire, bucketElements)) {
            return train(model, sharded, announced);
        }
    }

    private static Outcome train(Model model, ShardedOptimizer sharded, Announced announced) {
        List<StepResult> results = new ArrayList<>();
        for (int step = 1; step <= STEPS; step++) {
            backward(model, sharded, announced, step);
            results.add(sharded.step(options(step)));
            boolean zeroed = options(step).zeroGradients();
            for (Parameter parameter : model.parameters) {
                byte[] gradient = model.read(parameter.gradient());
                if (parameter.length() > 1) {
                    require(zeroed == isZero(gradient), "a gradient is zeroed: " + !zeroed);
                }
            }
        }
        sharded.gather();
        List<List<byte[]>> states = new ArrayList<>();
        List<long[]> slices = new ArrayList<>();
        for (Parameter parameter : model.parameters) {
            Parameter slice = sharded.slice(parameter);
            slices.add(new long[] {slice.first(), slice.length()});
            states.add(model.state(sharded.optimizer(), slice, 0, slice.length()));
        }
        return new Outcome(model.contents(), results, states, slices);
    }

    private static void backward(Model model, ShardedOptimizer sharded, Announced announced, int step) {
        int rank = sharded.collectives().rank();
        for (int i : announced.order(model.parameters.size(), rank, step)) {
            Parameter parameter = model.parameters.get(i);
            MemorySegment gradient = model.gradient(rank, step, i);
            if (i == 0 && step == INFINITE && rank == sharded.collectives().size() - 1) {
                gradient.fill((byte) 0xFF); // NaN in all types
            }
            model.write(gradient, parameter.gradient());
            if (announced.has(i, rank, step)) {
                sharded.gradientReady(parameter);
            }
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** A checksum of the values and statistics that all ranks have in common. */
    static String digest(Outcome outcome) {
        CRC32C crc = new CRC32C();
        outcome.contents().forEach(crc::update);
        outcome.results().forEach(result -> crc.update((result.applied() + " "
                + (result.statistics() == null ? null : result.statistics().norm())).getBytes()));
        return Long.toHexString(crc.getValue());
    }
}
