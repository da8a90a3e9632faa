package io.radam.internal.kernel;

import static io.radam.internal.ffi.RadamH.radam_gradient_statistics$address;
import static io.radam.internal.ffi.RadamH.radam_status_string;
import static io.radam.internal.ffi.RadamH.radam_step$address;
import static io.radam.internal.ffi.RadamH.radam_step_f32$address;
import static io.radam.internal.ffi.RadamH.radam_tensor_sums$address;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_tensor;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Steps by the native library, which must be loaded. Java computes the coefficients. It can keep powers from step to
 * step, and so needs a fraction of the time of {@code radam_coefficients_at}.
 */
public final class NativeKernel extends Kernel {
    /**
     * {@code radam_step_f32}. Memory of the optimizer is passed by address: it cannot be closed within a step. Values
     * and gradient are passed as segments, because they can be closed, and the call keeps segments alive.
     */
    private static final FunctionDescriptor STEP_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle STEP = Linker.nativeLinker().downcallHandle(
            radam_step_f32$address(), STEP_DESCRIPTOR);
    /** Can access arrays, and is cheaper to call. But the garbage collector waits until it returns. */
    private static final MethodHandle CRITICAL_STEP = Linker.nativeLinker().downcallHandle(
            radam_step_f32$address(), STEP_DESCRIPTOR, Linker.Option.critical(true));

    /**
     * {@code radam_step}, with the caller's memory as segments and the optimizer's by address. A null pointer is a
     * native segment, so a call that accesses an array passes it as a segment of a critical call.
     */
    private static final FunctionDescriptor MIXED_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle MIXED_STEP = Linker.nativeLinker().downcallHandle(
            radam_step$address(), MIXED_DESCRIPTOR);
    private static final MethodHandle CRITICAL_MIXED_STEP = Linker.nativeLinker().downcallHandle(
            radam_step$address(), MIXED_DESCRIPTOR, Linker.Option.critical(true));
    private static final FunctionDescriptor STATISTICS_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    /** A range of the statistics takes about ten microseconds too. */
    private static final MethodHandle CRITICAL_STATISTICS = Linker.nativeLinker().downcallHandle(
            radam_gradient_statistics$address(), STATISTICS_DESCRIPTOR, Linker.Option.critical(true));

    /** {@code radam_tensor_sums}, with the caller's memory as segments. */
    private static final FunctionDescriptor SUMS_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle SUMS = Linker.nativeLinker().downcallHandle(
            radam_tensor_sums$address(), SUMS_DESCRIPTOR);
    /**
     * A piece takes less than twenty microseconds by a vector target, subnormal numbers or not. It cannot be cut, because
     * the order of its sums would be another.
     */
    private static final MethodHandle CRITICAL_SUMS = Linker.nativeLinker().downcallHandle(
            radam_tensor_sums$address(), SUMS_DESCRIPTOR, Linker.Option.critical(true));

    /**
     * The elements of a critical call of a vector target. The garbage collector must not wait for more than 50
     * microseconds. A call takes two or three, but ten times as long where all numbers are subnormal, because a
     * processor then needs a hundred cycles for an operation. In cache, 8192 elements would be 2 % faster, and 1024 be
     * 7 % slower.
     */
    private static final long CRITICAL_ELEMENTS = 2048;
    /** Likewise of a step with conversions, which takes twice as long. A multiple of a block's elements. */
    private static final long CRITICAL_ELEMENTS_MIXED = 1024;
    /** Likewise of the scalar target, which takes several nanoseconds for each, and about a hundred if subnormal. */
    private static final long CRITICAL_ELEMENTS_SCALAR = 256;

    private static final long STATE_OFFSET = radam_tensor.state$offset();

    private final int target;
    private final long criticalElements;
    private final long criticalElementsMixed;
    private final MemorySegment coefficients;
    private boolean isLayerwise;
    /**
     * For sums over arrays by the scalar target, for which the garbage collector would wait ten times as long. They are
     * the same. Null for other targets.
     */
    private final JavaKernel javaSums;
    /** For sums of rows in arrays: the garbage collector would wait for a row, which may have any length. */
    private JavaKernel javaRows;

    /**
     * A kernel for a target that this machine can run.
     *
     * @param arena owns its memory; must be usable from all threads that call it
     */
    public NativeKernel(int target, Arena arena) {
        this.target = target;
        boolean scalar = target == RadamH.RADAM_TARGET_SCALAR();
        criticalElements = scalar ? CRITICAL_ELEMENTS_SCALAR : CRITICAL_ELEMENTS;
        criticalElementsMixed = scalar ? CRITICAL_ELEMENTS_SCALAR : CRITICAL_ELEMENTS_MIXED;
        coefficients = radam_coefficients.allocate(arena);
        javaSums = scalar ? new JavaKernel() : null;
    }

    @Override
    public void load(StepCoefficients c) {
        c.write(coefficients);
        isLayerwise = c.isLayerwise();
        if (isLayerwise && javaSums != null) {
            javaSums.load(c);
        }
        if (c.algorithm().measuresRows()) {
            if (javaRows == null) {
                javaRows = new JavaKernel();
            }
            javaRows.load(c);
        }
    }

    @Override
    public void adopt(Tensor t, Arena arena) {
        MemorySegment c = radam_tensor.allocate(arena);
        TensorStruct.write(t, c);
        t.struct = c;
        t.structAddress = c.address();
    }

    @Override
    public void load(Tensor t) {
        if (!t.plain || isLayerwise) {
            radam_tensor.step(t.struct, t.step);
            radam_tensor.clip_value(t.struct, t.clipValue);
            radam_tensor.average_rate(t.struct, t.averageRate);
            radam_tensor.zero_grad(t.struct, t.zeroGradient ? 1 : 0);
            radam_tensor.row_decay(t.struct, t.decaysRows ? t.rowDecay : MemorySegment.NULL);
        }
    }

    @Override
    public void step(Tensor t, long begin, long end) {
        try {
            if (t.plain) {
                stepPlain(t, begin, end);
            } else {
                stepMixed(t, begin, end);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    private void stepPlain(Tensor t, long begin, long end) throws Throwable {
        MemorySegment values = t.values;
        MemorySegment gradient = t.gradient;
        long state = t.structAddress + STATE_OFFSET;
        if (end - begin > criticalElements && values.isNative() && gradient.isNative()) {
            check((int) STEP.invokeExact(
                    target, coefficients.address(), begin, end, values, gradient, state));
            return;
        }
        for (long from = begin; from < end; from += criticalElements) {
            long to = Math.min(end, from + criticalElements);
            check((int) CRITICAL_STEP.invokeExact(
                    target, coefficients.address(), from, to, values, gradient, state));
        }
    }

    private void stepMixed(Tensor t, long begin, long end) throws Throwable {
        MemorySegment copy = TensorStruct.orNull(t.copyOrLowerHalves());
        MemorySegment average = TensorStruct.orNull(t.average);
        if (end - begin > criticalElementsMixed && t.values.isNative() && t.gradient.isNative() && copy.isNative()
                && average.isNative()) {
            check((int) MIXED_STEP.invokeExact(target, coefficients.address(), t.structAddress, begin, end,
                    t.values, t.gradient, copy, average));
            return;
        }
        for (long from = begin; from < end; from += criticalElementsMixed) {
            long to = Math.min(end, from + criticalElementsMixed);
            check((int) CRITICAL_MIXED_STEP.invokeExact(target, coefficients.address(), t.structAddress, from, to,
                    t.values, t.gradient, copy, average));
        }
    }

    @Override
    public void gradientStatistics(Tensor t, long begin, long end, StatisticsTable table, int entry) {
        try {
            check((int) CRITICAL_STATISTICS.invokeExact(target, NativeCodes.of(t.gradientType), begin, end, t.gradient,
                    table.address(entry)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    @Override
    public void gradientMeans(Tensor t, long firstRow, long endRow) {
        if (!t.gradient.isNative()) {
            // The garbage collector would wait for a row, which may have any length.
            JavaKernel.gradientMeansOf(t, firstRow, endRow);
            return;
        }
        check(RadamH.radam_gradient_means(target, NativeCodes.of(t.gradientType), t.rowLength, firstRow, endRow,
                t.gradient, t.gradientMeans));
    }

    @Override
    public void sums(Tensor t, long begin, long end, SumsTable table, int entry) {
        MemorySegment lowerHalves = TensorStruct.orNull(t.lowerHalves);
        boolean isNative = t.values.isNative() && t.gradient.isNative() && lowerHalves.isNative();
        if (!isNative && javaSums != null) {
            javaSums.sums(t, begin, end, table, entry);
            return;
        }
        try {
            if (isNative) {
                check((int) SUMS.invokeExact(target, coefficients.address(), t.structAddress, begin, end, t.values,
                        t.gradient, lowerHalves, table.address(entry)));
            } else {
                check((int) CRITICAL_SUMS.invokeExact(target, coefficients.address(), t.structAddress, begin, end,
                        t.values, t.gradient, lowerHalves, table.address(entry)));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    @Override
    public void rowSums(Tensor t, long firstRow, long endRow) {
        MemorySegment lowerHalves = TensorStruct.orNull(t.lowerHalves);
        if (!t.values.isNative() || !t.gradient.isNative() || !lowerHalves.isNative()) {
            javaRows.rowSums(t, firstRow, endRow);
            return;
        }
        check(RadamH.radam_row_sums(target, coefficients, t.struct, firstRow, endRow, t.values, t.gradient, lowerHalves,
                t.rowSums));
    }

    /** Everything was checked before the call, so a failure is a defect of this library. */
    private static void check(int status) {
        if (status != RadamH.RADAM_OK()) {
            throw new AssertionError("libradam: " + radam_status_string(status).getString(0));
        }
    }
}
