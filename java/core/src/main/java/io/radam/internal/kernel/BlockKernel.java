package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.radam.Coefficients.Mode;
import io.radam.DType;
import io.radam.Rounding;
import io.radam.StateType;
import io.radam.internal.schedule.AdamSchedule;
import java.lang.foreign.MemorySegment;

/**
 * Steps of tensors that are not all float32, or with options, in Java: block by block through arrays, as
 * {@code step_blocks.h} does it.
 */
final class BlockKernel {
    private static final int BLOCK = Block8.SIZE;
    private static final ThreadLocal<BlockKernel> OF_THREAD = ThreadLocal.withInitial(BlockKernel::new);

    private final MemorySegment values = buffer();
    private final MemorySegment gradient = buffer();
    private final MemorySegment[] moments = {buffer(), buffer(), buffer()};
    private final MemorySegment[] withoutMax = {moments[0], moments[1], null};

    private BlockKernel() {
    }

    private static MemorySegment buffer() {
        return MemorySegment.ofArray(new float[BLOCK]);
    }

    /** Elements begin to end of a tensor, by a rule whose schedule is computed. */
    static void step(JavaKernel rule, AdamSchedule schedule, Tensor t, long begin, long end) {
        BlockKernel stepper = OF_THREAD.get();
        long at = begin;
        while (at < end) {
            long stop = Math.min(end, (at / BLOCK + 1) * BLOCK);
            stepper.stepBlock(rule, schedule, t, at, (int) (stop - at));
            at = stop;
        }
    }

    private void stepBlock(JavaKernel rule, AdamSchedule schedule, Tensor t, long begin, int count) {
        boolean amsgrad = t.state[2] != null;
        long seed = StochasticBits.seedOfStep(t.seed, t.step);
        unpack(t.valuesType, t.values, begin, count, values);
        unpack(t.gradientType, t.gradient, begin, count, gradient);
        float gradScale = schedule.gradScale;
        if (t.clipValue > 0) {
            // The gradient is scaled before it is cut, so only the sign is left for the rule.
            clip(Math.abs(gradScale), t.clipValue, count);
            gradScale = Math.copySign(1, gradScale);
        }
        for (int moment = 0; moment < (amsgrad ? 3 : 2); moment++) {
            unpackMoment(t, moment, begin, count);
        }

        rule.step(0, count, gradScale, values, gradient, amsgrad ? moments : withoutMax);

        if (schedule.mode != Mode.SECOND_MOMENT_ONLY) {
            packMoment(t, 0, seed, begin, count);
        }
        packMoment(t, 1, seed, begin, count);
        if (amsgrad) {
            packMoment(t, 2, seed, begin, count);
        }
        if (schedule.mode == Mode.ADAPTIVE || schedule.mode == Mode.MOMENTUM) {
            pack(t, t.valuesType, t.values, seed, begin, count);
        }
        if (t.copy != null) {
            pack(t, t.copyType, t.copy, seed, begin, count);
        }
        if (t.average != null) {
            average(t, begin, count);
        }
        if (t.zeroGradient) {
            for (long i = begin; i < begin + count; i++) {
                Elements.storeNearest(t.gradientType, t.gradient, i, 0);
            }
        }
    }

    private static void unpack(DType type, MemorySegment from, long begin, int count, MemorySegment to) {
        for (int i = 0; i < count; i++) {
            to.setAtIndex(JAVA_FLOAT, i, Elements.load(type, from, begin + i));
        }
    }

    private void clip(float scale, float most, int count) {
        for (int i = 0; i < count; i++) {
            float g = scale * gradient.getAtIndex(JAVA_FLOAT, i);
            g = -most > g ? -most : g; // a NaN stays
            gradient.setAtIndex(JAVA_FLOAT, i, most < g ? most : g);
        }
    }

    private void pack(Tensor t, DType type, MemorySegment to, long seed, long begin, int count) {
        long key = StochasticBits.key(seed, begin / BLOCK, StochasticBits.VALUES_AND_MAX);
        int first = (int) (begin % BLOCK);
        for (int i = 0; i < count; i++) {
            float x = values.getAtIndex(JAVA_FLOAT, i);
            if (t.rounding == Rounding.STOCHASTIC) {
                int r = StochasticBits.word(key, first + i) & 0xFFFF;
                Elements.storeStochastic(type, to, begin + i, x, r);
            } else {
                Elements.storeNearest(type, to, begin + i, x);
            }
        }
    }

    /** Of the values as they are stored. */
    private static void average(Tensor t, long begin, int count) {
        for (long i = begin; i < begin + count; i++) {
            float a = t.average.getAtIndex(JAVA_FLOAT, i);
            float p = Elements.load(t.valuesType, t.values, i);
            t.average.setAtIndex(JAVA_FLOAT, i, Math.fma(t.averageRate, p - a, a));
        }
    }

    private void unpackMoment(Tensor t, int moment, long begin, int count) {
        MemorySegment from = t.state[moment];
        MemorySegment to = moments[moment];
        if (t.stateType != StateType.BLOCK8) {
            unpack(t.stateType == StateType.FLOAT32 ? DType.FLOAT32 : DType.BFLOAT16, from, begin, count, to);
            return;
        }
        float scale = t.scales[moment].getAtIndex(JAVA_FLOAT, begin / BLOCK);
        for (int i = 0; i < count; i++) {
            byte code = from.get(JAVA_BYTE, begin + i);
            to.setAtIndex(JAVA_FLOAT, i, Block8.decode(code, scale, moment == 0));
        }
    }

    private void packMoment(Tensor t, int moment, long seed, long begin, int count) {
        boolean first = moment == 0;
        MemorySegment from = moments[moment];
        MemorySegment to = t.state[moment];
        long key = StochasticBits.key(seed, begin / BLOCK,
                moment == 2 ? StochasticBits.VALUES_AND_MAX : StochasticBits.MOMENTS);
        float scale = t.stateType == StateType.BLOCK8 ? chooseScale(t, moment, begin, count) : 0;
        for (int i = 0; i < count; i++) {
            float x = from.getAtIndex(JAVA_FLOAT, i);
            int word = t.stateRounding == Rounding.NEAREST
                    ? StochasticBits.NEAREST
                    : StochasticBits.word(key, (int) (begin % BLOCK) + i);
            int r = first ? word & 0xFFFF : word >>> 16;
            switch (t.stateType) {
                case FLOAT32 -> to.setAtIndex(JAVA_FLOAT, begin + i, x);
                case BFLOAT16 -> {
                    short code = Elements.bf16Stochastic(x, r);
                    // A second moment above 0 stays above 0.
                    to.setAtIndex(JAVA_SHORT, begin + i, !first && x > 0 && code == 0 ? 1 : code);
                }
                case BLOCK8 -> to.set(JAVA_BYTE, begin + i, Block8.encode(x, r, scale, first));
            }
        }
    }

    private float chooseScale(Tensor t, int moment, long begin, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(moments[moment].getAtIndex(JAVA_FLOAT, i)) & Integer.MAX_VALUE;
            largest = Math.max(largest, bits);
        }
        float scale = Block8.scale(largest, moment == 0);
        t.scales[moment].setAtIndex(JAVA_FLOAT, begin / BLOCK, scale);
        return scale;
    }
}
