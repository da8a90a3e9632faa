package io.radam.sharded;

import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.StepOptions;
import io.radam.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
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
        return train(new Model(storage), builder -> builder, algorithm, collectives);
    }

    static Outcome train(Model model, UnaryOperator<OptimizerBuilder<?, ?>> settings, String algorithm,
            Collectives collectives) {
        OptimizerBuilder<?, ?> builder = settings.apply(model.builder(algorithm));
        try (ShardedOptimizer sharded = ShardedOptimizer.of(collectives, builder, model.storage.wire)) {
            List<StepResult> results = new ArrayList<>();
            for (int step = 1; step <= STEPS; step++) {
                model.backward(collectives.rank(), step);
                if (step == INFINITE && collectives.rank() == collectives.size() - 1) {
                    model.parameters.getFirst().gradient().fill((byte) 0xFF); // NaN in all types
                }
                results.add(sharded.step(options(step)));
                boolean zeroed = options(step).zeroGradients();
                for (Parameter parameter : model.parameters) {
                    byte[] gradient = Model.bytes(parameter.gradient());
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
                states.add(Model.state(sharded.optimizer(), slice, 0, slice.length()));
            }
            return new Outcome(model.contents(), results, states, slices);
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
