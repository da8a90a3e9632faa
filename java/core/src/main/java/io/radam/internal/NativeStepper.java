package io.radam.internal;

import static io.radam.internal.ffi.RadamH.radam_status_string;
import static io.radam.internal.ffi.RadamH.radam_step_f32$address;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.Hyperparameters;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_coefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Steps by the native library, which must be loaded. The coefficients are computed in Java, where a step's take a fraction
 * of what {@code radam_coefficients_at} takes, which cannot keep anything from one step to the next.
 */
public final class NativeStepper extends Stepper {
    /**
     * {@code radam_step_f32}, with addresses of the memory that belongs to the optimizer, which cannot be closed within a
     * step: for a segment, each call would have to see to that. It does for the values and the gradient, which can.
     */
    private static final FunctionDescriptor STEP_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle STEP = Linker.nativeLinker().downcallHandle(
            radam_step_f32$address(), STEP_DESCRIPTOR);
    /** Reaches arrays, and skips the change of the thread's state; but the garbage collector waits until it returns. */
    private static final MethodHandle CRITICAL_STEP = Linker.nativeLinker().downcallHandle(
            radam_step_f32$address(), STEP_DESCRIPTOR, Linker.Option.critical(true));

    /** So few elements take a vector target about ten microseconds from main memory, with all threads at work. */
    private static final long CRITICAL_ELEMENTS = 8192;
    /** Likewise of the scalar target, which takes several nanoseconds for each. */
    private static final long CRITICAL_ELEMENTS_SCALAR = 1024;

    private final JavaSchedule schedule = new JavaSchedule();
    private final CoefficientStruct struct = new CoefficientStruct();
    private final int target;
    private final long criticalElements;
    private final MemorySegment coefficients;
    private Hyperparameters hyperparameters;

    /**
     * A stepper on a target that this machine can run.
     *
     * @param arena owns its memory; must be usable from all threads that call it
     */
    public NativeStepper(int target, Arena arena) {
        this.target = target;
        criticalElements = target == RadamH.RADAM_TARGET_SCALAR() ? CRITICAL_ELEMENTS_SCALAR : CRITICAL_ELEMENTS;
        coefficients = radam_coefficients.allocate(arena);
    }

    @Override
    public void configure(Hyperparameters hyperparameters) {
        this.hyperparameters = hyperparameters;
    }

    @Override
    public void prepare(long step) {
        schedule.compute(hyperparameters, step);
        struct.write(schedule, coefficients);
    }

    @Override
    public void step(long begin, long end, MemorySegment values, MemorySegment gradient, MemorySegment expAvg,
            MemorySegment expAvgSq, MemorySegment maxExpAvgSq) {
        long m = expAvg.address();
        long v = expAvgSq.address();
        long max = maxExpAvgSq != null ? maxExpAvgSq.address() : 0;
        try {
            if (end - begin > criticalElements && values.isNative() && gradient.isNative()) {
                check((int) STEP.invokeExact(
                        target, coefficients.address(), begin, end, values, gradient, m, v, max));
                return;
            }
            for (long from = begin; from < end; from += criticalElements) {
                long to = Math.min(end, from + criticalElements);
                check((int) CRITICAL_STEP.invokeExact(
                        target, coefficients.address(), from, to, values, gradient, m, v, max));
            }
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
