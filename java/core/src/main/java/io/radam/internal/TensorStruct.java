package io.radam.internal;

import io.radam.Rounding;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_tensor;
import java.lang.foreign.MemorySegment;

/** A {@link Tensor} as the C struct, without what is of one step. */
final class TensorStruct {
    private TensorStruct() {
    }

    static void write(Tensor t, MemorySegment c) {
        radam_tensor.struct_size(c, (int) radam_tensor.sizeof());
        radam_tensor.param_type(c, t.valuesType.ordinal());
        radam_tensor.grad_type(c, t.gradientType.ordinal());
        radam_tensor.state_type(c, t.stateType.ordinal());
        radam_tensor.copy_type(c, t.copyType == null ? 0 : t.copyType.ordinal());
        radam_tensor.param_rounding(c, rounding(t.rounding));
        radam_tensor.state_rounding(c, rounding(t.stateRounding));
        radam_tensor.length(c, t.length);
        radam_tensor.seed(c, t.seed);
        radam_tensor.average_rate(c, t.averageRate);
        radam_tensor.exp_avg(c, t.moments[Tensor.EXP_AVG]);
        radam_tensor.exp_avg_sq(c, t.moments[Tensor.EXP_AVG_SQ]);
        radam_tensor.max_exp_avg_sq(c, orNull(t.moments[Tensor.MAX_EXP_AVG_SQ]));
        radam_tensor.exp_avg_scale(c, orNull(t.scales[Tensor.EXP_AVG]));
        radam_tensor.exp_avg_sq_scale(c, orNull(t.scales[Tensor.EXP_AVG_SQ]));
        radam_tensor.max_exp_avg_sq_scale(c, orNull(t.scales[Tensor.MAX_EXP_AVG_SQ]));
    }

    private static int rounding(Rounding rounding) {
        return rounding == Rounding.NEAREST ? RadamH.RADAM_ROUND_NEAREST() : RadamH.RADAM_ROUND_STOCHASTIC();
    }

    /** Memory for a null pointer too. */
    static MemorySegment orNull(MemorySegment segment) {
        return segment == null ? MemorySegment.NULL : segment;
    }
}
