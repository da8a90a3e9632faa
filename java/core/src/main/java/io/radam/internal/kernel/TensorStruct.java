package io.radam.internal.kernel;

import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_tensor;
import java.lang.foreign.MemorySegment;

/** Writes a {@link Tensor} as {@code radam_tensor}. */
public final class TensorStruct {
    private TensorStruct() {
    }

    /** Writes all fields but those that change from step to step. */
    public static void write(Tensor t, MemorySegment c) {
        radam_tensor.struct_size(c, (int) radam_tensor.sizeof());
        radam_tensor.param_type(c, t.lowerHalves == null ? NativeCodes.of(t.valuesType) : RadamH.RADAM_TYPE_SPLIT());
        radam_tensor.grad_type(c, NativeCodes.of(t.gradientType));
        radam_tensor.state_type(c, NativeCodes.of(t.stateType));
        radam_tensor.copy_type(c, t.copyType == null ? 0 : NativeCodes.of(t.copyType));
        radam_tensor.param_rounding(c, NativeCodes.of(t.rounding));
        radam_tensor.state_rounding(c, NativeCodes.of(t.stateRounding));
        radam_tensor.length(c, t.length);
        radam_tensor.seed(c, t.seed);
        radam_tensor.first(c, t.first);
        radam_tensor.output(c, t.updatesGradient ? RadamH.RADAM_OUTPUT_UPDATE() : RadamH.RADAM_OUTPUT_PARAM());
        radam_tensor.lookahead(c, t.lookahead ? 1 : 0);
        radam_tensor.grad_mean(c, orNull(t.gradientMeans));
        radam_tensor.row_length(c, t.rowLength);
        for (int i = 0; i < t.state.length; i++) {
            radam_tensor.state(c, i, orNull(t.state[i]));
            radam_tensor.state_scale(c, i, orNull(t.scales[i]));
        }
    }

    /** A segment, or {@link MemorySegment#NULL} in place of null. */
    public static MemorySegment orNull(MemorySegment segment) {
        return segment == null ? MemorySegment.NULL : segment;
    }
}
