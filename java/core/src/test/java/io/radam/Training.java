package io.radam;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;

/**
 * An optimizer in the middle of its work: two groups, parameters in native memory and in arrays, and the same gradients
 * in every training, so that two of them can be compared.
 */
final class Training implements AutoCloseable {
    private static final int LENGTH = 37;

    final List<Parameter> parameters;
    final Optimizer optimizer;
    private long steps;

    /** A training that has not begun, of an optimizer with some settings of its own. */
    Training(Consumer<RAdam.Builder> settings) {
        Arena arena = Arena.ofAuto();
        parameters = List.of(
                Parameter.of(arena.allocate(4 * LENGTH, 4), arena.allocate(4 * LENGTH, 4)),
                Parameter.of(new float[LENGTH], new float[LENGTH]),
                Parameter.of(arena.allocate(4 * LENGTH, 4), arena.allocate(4 * LENGTH, 4)));
        for (int i = 0; i < parameters.size(); i++) {
            Numbers.put(Numbers.random(i, LENGTH), parameters.get(i).values());
        }
        RAdam.Builder builder = RAdam.builder()
                .learningRate(0.01)
                .weightDecay(0.1)
                .parameters(parameters.subList(0, 2))
                .group(group -> group.parameter(parameters.get(2)).learningRate(0.1).amsgrad(true));
        settings.accept(builder);
        optimizer = builder.build();
    }

    /** A sequential training that has begun: rectified steps are among those that it has made. */
    static Training begun() {
        Training training = new Training(RAdam.Builder::sequential);
        training.steps(7);
        return training;
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            nextGradients();
            optimizer.step();
        }
    }

    /** Puts the gradients of the next step in place. */
    void nextGradients() {
        steps++;
        for (int i = 0; i < parameters.size(); i++) {
            Numbers.put(Numbers.random(1000 * steps + i, LENGTH), parameters.get(i).gradient());
        }
    }

    Snapshot snapshot() {
        return Snapshot.of(optimizer);
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
