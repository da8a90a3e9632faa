package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Hyperparameters;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_hyperparameters;
import io.radam.internal.ffi.radam_sums;
import io.radam.internal.library.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The native library's own schedule, with structs to call it with. */
final class NativeSchedule {
    final MemorySegment hyperparameters;
    final MemorySegment coefficients;
    final MemorySegment sums;
    final MemorySegment numbers;
    final MemorySegment reduced;

    NativeSchedule(Arena arena) {
        assertTrue(NativeLibrary.outcome().loaded(), NativeLibrary.outcome().failure());
        hyperparameters = radam_hyperparameters.allocate(arena);
        coefficients = radam_coefficients.allocate(arena);
        sums = radam_sums.allocate(arena);
        numbers = arena.allocate(ValueLayout.JAVA_DOUBLE, RadamH.RADAM_MAX_NUMBERS());
        reduced = radam_coefficients.allocate(arena);
        radam_sums.struct_size(sums, (int) sums.byteSize());
        radam_coefficients.struct_size(reduced, (int) reduced.byteSize());
        radam_hyperparameters.struct_size(hyperparameters, (int) hyperparameters.byteSize());
        radam_coefficients.struct_size(coefficients, (int) coefficients.byteSize());
    }

    /** Fills {@link #hyperparameters} with a RADAM_PRESET. */
    void init(int preset) {
        assertEquals(RadamH.RADAM_OK(), RadamH.radam_hyperparameters_init(hyperparameters, preset));
    }

    /** Fills {@link #coefficients}. */
    void compute(Hyperparameters h, long step) {
        HyperparameterStruct.write(h, hyperparameters);
        assertEquals(RadamH.RADAM_OK(), RadamH.radam_coefficients_at(hyperparameters, step, coefficients));
    }

    /** The status of {@link #hyperparameters}. */
    int check() {
        return RadamH.radam_hyperparameters_check(hyperparameters);
    }
}
