package io.radam.internal.kernel;

import io.radam.DType;
import io.radam.Rounding;
import io.radam.StateType;
import io.radam.internal.ffi.RadamH;

/** The constants of {@code radam.h} for the constants of Java's enums. */
public final class NativeCodes {
    private NativeCodes() {
    }

    public static int of(DType type) {
        return switch (type) {
            case FLOAT32 -> RadamH.RADAM_TYPE_F32();
            case BFLOAT16 -> RadamH.RADAM_TYPE_BF16();
            case FLOAT16 -> RadamH.RADAM_TYPE_F16();
        };
    }

    static int of(StateType type) {
        return switch (type) {
            case FLOAT32 -> RadamH.RADAM_STATE_F32();
            case BFLOAT16 -> RadamH.RADAM_STATE_BF16();
            case BLOCK8 -> RadamH.RADAM_STATE_BLOCK8();
        };
    }

    static int of(Rounding rounding) {
        return switch (rounding) {
            case NEAREST -> RadamH.RADAM_ROUND_NEAREST();
            case STOCHASTIC -> RadamH.RADAM_ROUND_STOCHASTIC();
        };
    }
}
