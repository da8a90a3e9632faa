package io.radam;

import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.api.function.Executable;

/** Asserts that bad input is refused with a message that helps, and changes nothing. */
final class Misuse {
    private Misuse() {
    }

    /** Fails unless the call throws exactly this, and its message has these parts, such as the values at fault. */
    static <T extends Throwable> T refused(Class<T> type, Executable call, Object... parts) {
        T thrown = assertThrowsExactly(type, call);
        for (Object part : parts) {
            assertTrue(String.valueOf(thrown.getMessage()).contains(String.valueOf(part)),
                    () -> "the message lacks \"" + part + "\": " + thrown.getMessage());
        }
        return thrown;
    }

    /** As {@link #refused}. The training then goes on as if the call had not been made. */
    static <T extends Throwable> void harmless(Class<T> type, Consumer<Training> call, Object... parts) {
        try (Training disturbed = Training.begun(); Training undisturbed = Training.begun()) {
            refused(type, () -> call.accept(disturbed), parts);
            undisturbed.snapshot().assertSame(disturbed.snapshot());
            disturbed.steps(3);
            undisturbed.steps(3);
            undisturbed.snapshot().assertSame(disturbed.snapshot());
        }
    }
}
