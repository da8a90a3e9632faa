package io.radam.internal.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** How the processor computes, which native code may change for the thread that calls it. Of Linux on x86-64. */
public final class FloatEnvironment {
    /** The processor's flags FTZ and DAZ, in the register MXCSR. */
    private static final int FLUSH = 0x8040;
    /** Where a {@code fenv_t} has that register, and how long it is. */
    private static final long MXCSR = 28;
    private static final long LENGTH = 32;

    private static final MethodHandle GET = function("fegetenv");
    private static final MethodHandle SET = function("fesetenv");
    private static volatile float half = 0.5f;

    private FloatEnvironment() {
    }

    private static MethodHandle function(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /**
     * Has the current thread flush subnormal numbers to zero, or not.
     *
     * @param on whether it should
     * @return whether such numbers count now
     */
    public static boolean flush(boolean on) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment environment = arena.allocate(LENGTH, 16);
            assertEquals(0, (int) GET.invokeExact(environment));
            int register = environment.get(ValueLayout.JAVA_INT, MXCSR);
            environment.set(ValueLayout.JAVA_INT, MXCSR, on ? register | FLUSH : register & ~FLUSH);
            assertEquals(0, (int) SET.invokeExact(environment));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return Float.MIN_NORMAL * half > 0;
    }
}
