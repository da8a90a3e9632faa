package io.radam;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that another thread closes in the middle of a step: an exception, and no use of it after that. */
@Tag("vectors")
class ClosedWhileSteppingTest {
    private static final int ATTEMPTS = 60;
    /** An attempt ends when the other thread happens to close between two calls, which on a busy machine takes long. */
    private static final long ENOUGH_NANOS = 1_500_000_000L;

    @ParameterizedTest
    @Timeout(600)
    @ValueSource(ints = {16, 5000, 300_000})
    void theStepFails(int length) throws InterruptedException {
        for (Backend backend : List.of(Backend.preferred(), Backend.named("java"))) {
            theStepFails(length, builder -> builder.backend(backend).sequential());
            theStepFails(length, builder -> builder.backend(backend));
        }
    }

    private static void theStepFails(int length, Consumer<RAdam.Builder> setting) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < ATTEMPTS && (i == 0 || System.nanoTime() - start < ENOUGH_NANOS); i++) {
            Arena arena = Arena.ofShared();
            RAdam.Builder builder = RAdam.builder().parameters(parameters(arena, length));
            setting.accept(builder);
            try (Optimizer optimizer = builder.build()) {
                optimizer.step();
                Thread closer = Thread.ofPlatform().start(() -> close(arena));
                assertFails(optimizer);
                Thread.interrupted(); // the JVM interrupts a thread that is in Java code within closed memory
                closer.join();
            }
        }
    }

    /** Of 400,000 elements, short or long. */
    private static List<Parameter> parameters(Arena arena, int length) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i * (length + 100) < 400_000; i++) {
            parameters.add(Parameter.of(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4)));
        }
        return parameters;
    }

    /** Closing is refused while a call is in the memory. */
    private static void close(Arena arena) {
        while (arena.scope().isAlive()) {
            try {
                arena.close();
            } catch (IllegalStateException e) {
                Thread.onSpinWait();
            }
        }
    }

    private static void assertFails(Optimizer optimizer) {
        while (true) {
            try {
                optimizer.step();
            } catch (InvalidParameterException e) {
                assertTrue(e.getMessage().contains("closed"), e::getMessage);
                return;
            } catch (IllegalStateException e) {
                assertFalse(e instanceof OptimizerStateException, e::toString);
                assertTrue(e.getMessage().contains("closed"), e::getMessage);
            }
        }
    }
}
