package io.radam.internal;

import static io.radam.internal.ffi.RadamH.radam_coefficients_at;
import static io.radam.internal.ffi.RadamH.radam_status_string;
import static io.radam.internal.ffi.RadamH.radam_step_f32;
import static io.radam.internal.ffi.RadamH.radam_step_f32$address;
import static io.radam.internal.ffi.RadamH.radam_step_f32$descriptor;

import io.radam.Hyperparameters;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Steps by the native library, which must be loaded. */
public final class NativeStepper extends Stepper {
    /** Arrays are reached by a critical call, during which the garbage collector waits: so these are kept short. */
    private static final long CRITICAL_ELEMENTS = 8192;

    private static final MethodHandle CRITICAL_STEP = Linker.nativeLinker().downcallHandle(
            radam_step_f32$address(), radam_step_f32$descriptor(), Linker.Option.critical(true));

    private final int target;
    private final MemorySegment hyperparameters;
    private final MemorySegment coefficients;

    /**
     * A stepper on a target that this machine can run.
     *
     * @param arena owns its memory; must be usable from all threads that call it
     */
    public NativeStepper(int target, Arena arena) {
        this.target = target;
        hyperparameters = radam_hyperparameters.allocate(arena);
        coefficients = radam_coefficients.allocate(arena);
        radam_hyperparameters.struct_size(hyperparameters, (int) hyperparameters.byteSize());
        radam_coefficients.struct_size(coefficients, (int) coefficients.byteSize());
    }

    @Override
    public void configure(Hyperparameters h) {
        HyperparameterStruct.write(h, hyperparameters);
    }

    @Override
    public void prepare(long step) {
        check(radam_coefficients_at(hyperparameters, step, coefficients));
    }

    @Override
    public void step(long begin, long end, MemorySegment values, MemorySegment gradient, MemorySegment expAvg,
            MemorySegment expAvgSq, MemorySegment maxExpAvgSq) {
        MemorySegment max = maxExpAvgSq != null ? maxExpAvgSq : MemorySegment.NULL;
        if (values.isNative() && gradient.isNative()) {
            check(radam_step_f32(target, coefficients, begin, end, values, gradient, expAvg, expAvgSq, max));
            return;
        }
        for (long from = begin; from < end; from += CRITICAL_ELEMENTS) {
            long to = Math.min(end, from + CRITICAL_ELEMENTS);
            check(criticalStep(from, to, values, gradient, expAvg, expAvgSq, max));
        }
    }

    private int criticalStep(long begin, long end, MemorySegment values, MemorySegment gradient, MemorySegment expAvg,
            MemorySegment expAvgSq, MemorySegment max) {
        try {
            return (int) CRITICAL_STEP.invokeExact(
                    target, coefficients, begin, end, values, gradient, expAvg, expAvgSq, max);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    /** Everything was checked before the call, so a failure is a defect of this library. */
    private static void check(int status) {
        if (status != RadamH.RADAM_OK()) {
            throw new AssertionError("libradam: " + radam_status_string(status).getString(0));
        }
    }
}
