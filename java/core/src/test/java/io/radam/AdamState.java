package io.radam;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state of Adam, buffer by buffer. */
final class AdamState {
    private AdamState() {
    }

    /** State in float32. {@code max} is null without AMSGrad. */
    static ParameterState of(long step, MemorySegment expAvg, MemorySegment expAvgSq, MemorySegment max) {
        return of(step, StateType.FLOAT32, expAvg, expAvgSq, max, null, null, null);
    }

    /** State of any type. */
    static ParameterState of(long step, StateType type, MemorySegment expAvg, MemorySegment expAvgSq,
            MemorySegment max, MemorySegment expAvgScale, MemorySegment expAvgSqScale, MemorySegment maxScale) {
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        buffers.put("exp_avg", new ParameterState.Buffer(expAvg, expAvgScale));
        buffers.put("exp_avg_sq", new ParameterState.Buffer(expAvgSq, expAvgSqScale));
        if (max != null) {
            buffers.put("max_exp_avg_sq", new ParameterState.Buffer(max, maxScale));
        }
        return new ParameterState(step, type, buffers);
    }

    static MemorySegment expAvg(ParameterState state) {
        return state.buffer("exp_avg").elements();
    }

    static MemorySegment expAvgSq(ParameterState state) {
        return state.buffer("exp_avg_sq").elements();
    }

    /** Null without AMSGrad. */
    static MemorySegment maxExpAvgSq(ParameterState state) {
        ParameterState.Buffer buffer = state.buffer("max_exp_avg_sq");
        return buffer == null ? null : buffer.elements();
    }

    static MemorySegment expAvgScale(ParameterState state) {
        return state.buffer("exp_avg").scales();
    }

    static MemorySegment expAvgSqScale(ParameterState state) {
        return state.buffer("exp_avg_sq").scales();
    }

    /** Null without AMSGrad. */
    static MemorySegment maxExpAvgSqScale(ParameterState state) {
        ParameterState.Buffer buffer = state.buffer("max_exp_avg_sq");
        return buffer == null ? null : buffer.scales();
    }
}
