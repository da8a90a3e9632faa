package io.radam.bench.implementation;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.bench.NativeFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of {@code radam.h} by the Foreign Function and Memory API, with nothing around them. */
public final class LibradamFfm {
    /** {@code radam_step_f32}. */
    public static final MethodHandle STEP;
    /** {@code radam_step_f32} as a critical call. Values and gradients may be arrays; the state goes by address. */
    public static final MethodHandle STEP_ARRAYS;
    /** {@code radam_abi_version}, which does nothing but return. */
    public static final MethodHandle ABI_VERSION;

    private static final int OK = 0;
    private static final int PRESET_ADAM_PYTORCH = 5;
    /** The sizes of the structs; the library refuses others. */
    private static final int HYPERPARAMETERS_BYTES = 232;
    private static final int COEFFICIENTS_BYTES = 112;

    private static final SymbolLookup LIBRARY =
            SymbolLookup.libraryLookup(NativeFiles.file(NativeFiles.LIBRADAM), Arena.global());

    static {
        FunctionDescriptor step = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS,
                ADDRESS, ADDRESS);
        STEP = function("radam_step_f32", step);
        STEP_ARRAYS = function("radam_step_f32", step, Linker.Option.critical(true));
        ABI_VERSION = function("radam_abi_version", FunctionDescriptor.of(JAVA_INT));
    }

    private LibradamFfm() {
    }

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), type, options);
    }

    /** The coefficients of Adam's first step, as a {@code radam_coefficients}. */
    public static MemorySegment coefficients(Arena arena) {
        MemorySegment hyperparameters = arena.allocate(HYPERPARAMETERS_BYTES, Long.BYTES);
        MemorySegment coefficients = arena.allocate(COEFFICIENTS_BYTES, Long.BYTES);
        hyperparameters.set(ValueLayout.JAVA_INT, 0, HYPERPARAMETERS_BYTES);
        coefficients.set(ValueLayout.JAVA_INT, 0, COEFFICIENTS_BYTES);
        MethodHandle init = function("radam_hyperparameters_init", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        MethodHandle at = function("radam_coefficients_at",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
        try {
            require((int) init.invokeExact(hyperparameters, PRESET_ADAM_PYTORCH));
            require((int) at.invokeExact(hyperparameters, 1L, coefficients));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
        return coefficients;
    }

    /** Fails unless the status that a function has returned is that of success. */
    public static void require(int status) {
        if (status != OK) {
            throw new IllegalStateException("libradam reports status " + status);
        }
    }
}
