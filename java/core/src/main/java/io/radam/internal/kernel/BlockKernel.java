package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.radam.DType;
import io.radam.Rounding;
import io.radam.StateType;
import io.radam.internal.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Steps in Java. They go through arrays of floats, some blocks at a time, unless {@link VectorBlocks} has them. Blocks
 * are counted in the whole tensor, of which a tensor may be a slice. For one thread at a time.
 */
final class BlockKernel {
    private static final int BLOCK = Block8.SIZE;
    /** The elements of the arrays, which the first cache has room for. More at once cost less for each. */
    static final int MOST = 4 * BLOCK;
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new float[MOST]).asReadOnly();

    /** Floats, and the same memory as a segment, by which their bits can be had. */
    private record Buffer(float[] floats, MemorySegment asSegment) {
        Buffer(float[] floats) {
            this(floats, MemorySegment.ofArray(floats));
        }
    }

    private final Buffer values = buffer();
    private final Buffer oldValues = buffer();
    private final Buffer gradient = buffer();
    private final Buffer[] buffers;
    /** Their arrays, but null where the tensor does not have one. */
    private final float[][] state;
    private final boolean[] signed;
    // Of layer-wise algorithms.
    private final float[][] termArrays = {oldValues.floats, new float[MOST]};
    private final double[][] sums = new double[SumsTable.SUMS][SquareSums.COUNT];
    private final RowSums rowSums = new RowSums();
    private final int[] gradientBits = new int[MOST];
    private final BlockElements elements = new BlockElements(MOST);
    private final Block8Elements blocks8 = new Block8Elements();
    private final BlockWords words = new BlockWords(MOST);
    /** What steps by the Vector API; null if nothing does. */
    private final VectorBlocks vectors;

    /** A kernel for algorithms with as many buffers of state, each of which is signed or not. */
    BlockKernel(List<Boolean> signs) {
        buffers = new Buffer[signs.size()];
        signed = new boolean[buffers.length];
        state = new float[buffers.length][];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = buffer();
            signed[i] = signs.get(i);
        }
        vectors = VectorBlocks.of(MOST, words, signs);
    }

    private static Buffer buffer() {
        return new Buffer(new float[MOST]);
    }

    /**
     * Steps elements {@code begin} to {@code end} of a tensor by a rule, whose schedule has the coefficients of the
     * step. Where the vector rule, which may be null, has the step, it makes it of all but the last few.
     */
    void step(Rule rule, VectorRule vectorRule, Schedule schedule, Tensor t, long begin, long end) {
        boolean byVectors = vectors != null && VectorBlocks.has(vectorRule, t);
        long at = begin;
        while (at < end) {
            int count = (int) (Math.min(end, ((t.first + at) / MOST + 1) * MOST - t.first) - at);
            int whole = byVectors ? VectorBlocks.whole(t, count) : 0;
            if (whole > 0) {
                stepByVectors(vectorRule, schedule, t, at, whole);
                at += whole;
            } else {
                stepBlocks(rule, schedule, t, at, count);
                at += count;
            }
        }
    }

    private void stepByVectors(VectorRule rule, Schedule schedule, Tensor t, long begin, int count) {
        words.present(t, begin, count);
        vectors.step(rule, schedule, t, begin, count);
        if (t.copy != null || t.average != null) {
            elements.load(t.valuesType, t.values, begin, count, values.floats);
        }
        finish(t, begin, count);
    }

    private void stepBlocks(Rule rule, Schedule schedule, Tensor t, long begin, int count) {
        words.present(t, begin, count);
        unpackValues(t, begin, count);
        unpackStates(t, begin, count);
        if (t.updatesGradient) {
            System.arraycopy(values.floats, 0, oldValues.floats, 0, count);
        }

        if (t.decaysRows) {
            stepRows(rule, schedule.gradScale, t, begin, count);
        } else {
            step(rule, schedule.gradScale, t.clipValue, count);
        }
        requireOwnArrays(t);

        for (int i = 0; i < state.length; i++) {
            if (state[i] != null && schedule.movesState(i)) {
                packState(t, i, begin, count);
            }
        }
        boolean moved = schedule.movesValues();
        if (t.takesSlowWeights()) {
            average(t, begin, count, gradient); // of which nothing is needed any more
            System.arraycopy(gradient.floats, 0, values.floats, 0, count);
            moved = true;
        }
        if (t.updatesGradient) {
            packUpdate(moved, t, begin, count);
            return;
        }
        if (moved && t.lowerHalves == null) {
            pack(t, t.valuesType, t.values, begin, count);
        } else if (moved) {
            elements.storeSplit(t.values, t.lowerHalves, begin, count, values.asSegment);
        }
        finish(t, begin, count);
    }

    /** Loads values and gradient. */
    private void unpackValues(Tensor t, long begin, int count) {
        if (t.lowerHalves == null) {
            elements.load(t.valuesType, t.values, begin, count, values.floats);
        } else {
            elements.loadSplit(t.values, t.lowerHalves, begin, count, values.floats);
        }
        elements.load(t.gradientType, t.gradient, begin, count, gradient.floats);
        if (t.gradientMeans != null) {
            centralize(t, begin, count);
        }
    }

    /** Subtracts the mean of each row from its gradients. */
    private void centralize(Tensor t, long begin, int count) {
        int end;
        for (int i = 0; i < count; i = end) {
            long place = t.first + begin + i;
            end = (int) Math.min(count, i + t.rowLength - place % t.rowLength);
            subtract(i, end, t.gradientMeans.getAtIndex(JAVA_FLOAT, t.rowOf(place)), gradient.floats);
        }
    }

    private static void subtract(int begin, int end, float mean, float[] gradient) {
        for (int i = begin; i < end; i++) {
            gradient[i] -= mean;
        }
    }

    private void unpackStates(Tensor t, long begin, int count) {
        for (int i = 0; i < state.length; i++) {
            state[i] = t.state[i] == null ? null : buffers[i].floats;
            if (state[i] != null) {
                unpackState(t, i, begin, count);
            }
        }
    }

    /**
     * Sums over elements {@code begin} to {@code end}, for a step by a layer-wise algorithm. Nothing of the tensor is
     * changed.
     */
    void sums(Terms terms, Tensor t, long begin, long end, SumsTable table, int entry) {
        for (double[] each : sums) {
            Arrays.fill(each, 0);
        }
        for (long at = begin; at < end; at += MOST) {
            int count = (int) Math.min(MOST, end - at);
            unpackValues(t, at, count);
            if (terms.readState) {
                unpackStates(t, at, count);
            }
            float scale = terms.gradScale();
            if (t.clipValue > 0) {
                clip(scale, t.clipValue, count);
                scale = Math.copySign(1, scale);
            }
            terms.compute(count, scale, values.floats, gradient.floats, state, termArrays);
            if (terms.areProducts) {
                for (int i = 0; i < terms.sums; i++) {
                    ProductSums.add(count, t.first + at, termArrays[terms.left(i)], termArrays[terms.right(i)],
                            sums[i]);
                }
            } else {
                for (int i = 0; i < terms.sums; i++) {
                    SquareSums.add(count, t.first + at, termArrays[i], sums[i]);
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            table.set(entry, i, SquareSums.total(sums[i]));
        }
    }

    /** Writes the sums of some rows of a tensor. Nothing else of it is changed. */
    void rowSums(RowTerms terms, Tensor t, long firstRow, long endRow) {
        long begin = firstRow * t.rowLength;
        long end = endRow * t.rowLength;
        long row = firstRow;
        // From the beginning of a block, since state of 8 bits is read by blocks.
        for (long at = begin - begin % BLOCK; at < end; at += MOST) {
            int count = (int) Math.min(MOST, end - at);
            unpackValues(t, at, count);
            unpackStates(t, at, count);
            float scale = terms.gradScale();
            if (t.clipValue > 0) {
                clip(scale, t.clipValue, count);
                scale = Math.copySign(1, scale);
            }
            terms.compute(count, scale, gradient.floats, state, oldValues.floats);
            int to;
            for (int i = (int) Math.max(0, begin - at); i < count; i = to) {
                to = (int) Math.min(count, i + t.rowLength - rowSums.added());
                rowSums.add(i, to, gradient.floats, values.floats, oldValues.floats);
                if (rowSums.added() == t.rowLength) {
                    rowSums.finish(t.rowSums, row++);
                }
            }
        }
    }

    /** Scales gradients, but for the sign, and clips them. */
    private void clip(float gradScale, float clipValue, int count) {
        Rule.scale(count, Math.abs(gradScale), gradient.floats);
        Rule.bound(count, clipValue, gradient.floats);
    }

    /** Does what is left after the step of values and state. */
    private void finish(Tensor t, long begin, int count) {
        if (t.copy != null) {
            pack(t, t.copyType, t.copy, begin, count);
        }
        if (t.average != null && !t.lookahead) {
            average(t, begin, count);
        }
        if (t.zeroGradient) {
            zeroGradient(t, begin, count);
        }
    }

    /** A rule of the user may have put another array in place of one, whose numbers would be lost. */
    private void requireOwnArrays(Tensor t) {
        for (int i = 0; i < state.length; i++) {
            if (state[i] != (t.state[i] == null ? null : buffers[i].floats)) {
                throw new IllegalStateException("a rule has to write its state into the arrays that it is given, but "
                        + "buffer " + i + " has another array than before, or none");
            }
        }
    }

    private static void zeroGradient(Tensor t, long begin, int count) {
        int bytes = t.gradientType.bytes();
        MemorySegment.copy(ZEROS, 0, t.gradient, begin * bytes, (long) count * bytes);
    }

    private void step(Rule rule, float gradScale, float clipValue, int count) {
        float largest = rule.needsLargest() ? largestGradient(count) : Float.NaN;
        if (clipValue > 0) {
            // The gradient is scaled before it is clipped, so only the sign of the scale is left for the rule.
            clip(gradScale, clipValue, count);
            rule.step(count, Math.copySign(1, gradScale), Math.min(Math.abs(gradScale) * largest, clipValue),
                    values.floats, gradient.floats, state);
        } else {
            rule.step(count, gradScale, largest, values.floats, gradient.floats, state);
        }
    }

    /** Likewise, with the decay of each row. */
    private void stepRows(Rule rule, float gradScale, Tensor t, long begin, int count) {
        float scale = gradScale;
        if (t.clipValue > 0) {
            clip(gradScale, t.clipValue, count);
            scale = Math.copySign(1, gradScale);
        }
        int end;
        for (int i = 0; i < count; i = end) {
            long place = t.first + begin + i;
            end = (int) Math.min(count, i + t.rowLength - place % t.rowLength);
            rule.stepRow(i, end, scale, t.rowDecay.getAtIndex(JAVA_FLOAT, t.rowOf(place)), values.floats,
                    gradient.floats, state);
        }
    }

    private float largestGradient(int count) {
        MemorySegment.copy(gradient.asSegment, JAVA_INT, 0, gradientBits, 0, count);
        return Float.intBitsToFloat(Block8Elements.largest(count, gradientBits));
    }

    private void pack(Tensor t, DType type, MemorySegment to, long begin, int count) {
        if (t.rounding == Rounding.STOCHASTIC && type != DType.FLOAT32) {
            elements.storeStochastic(type, to, begin, count, values.floats, values.asSegment,
                    words.ofValues(), 0);
        } else {
            elements.storeNearest(type, to, begin, count, values.floats, values.asSegment);
        }
    }

    private void packUpdate(boolean moved, Tensor t, long begin, int count) {
        if (!moved) {
            zeroGradient(t, begin, count); // also where a value is infinite
            return;
        }
        subtract(count, oldValues.floats, values.floats, gradient.floats);
        elements.storeNearest(t.gradientType, t.gradient, begin, count, gradient.floats, gradient.asSegment);
    }

    private static void subtract(int count, float[] from, float[] numbers, float[] differences) {
        for (int i = 0; i < count; i++) {
            differences[i] = from[i] - numbers[i];
        }
    }

    /** Updates the average, by the values as they are stored. */
    private void average(Tensor t, long begin, int count) {
        if (t.valuesType != DType.FLOAT32 && t.lowerHalves == null) {
            elements.load(t.valuesType, t.values, begin, count, values.floats);
        }
        average(t, begin, count, oldValues); // not in use: it is for tensors that have no average
    }

    /** Moves the average, or the slow weights, towards the present values, and leaves it in a buffer. */
    private void average(Tensor t, long begin, int count, Buffer average) {
        elements.load(DType.FLOAT32, t.average, begin, count, average.floats);
        average(count, t.averageRate, values.floats, average.floats);
        elements.storeNearest(DType.FLOAT32, t.average, begin, count, average.floats, average.asSegment);
    }

    private static void average(int count, float rate, float[] values, float[] average) {
        for (int i = 0; i < count; i++) {
            float a = average[i];
            average[i] = Math.fma(rate, Rule.bounded(values[i] - a, Float.MAX_VALUE), a);
        }
    }

    private void unpackState(Tensor t, int buffer, long begin, int count) {
        MemorySegment from = t.state[buffer];
        float[] to = state[buffer];
        switch (t.stateType) {
            case FLOAT32 -> elements.load(DType.FLOAT32, from, begin, count, to);
            case BFLOAT16 -> elements.load(DType.BFLOAT16, from, begin, count, to);
            case BLOCK8 -> {
                for (int at = 0; at < count; at += BLOCK) {
                    float scale = t.scales[buffer].getAtIndex(JAVA_FLOAT, (begin + at) / BLOCK);
                    blocks8.load(from, begin + at, Math.min(BLOCK, count - at), scale, signed[buffer], to, at);
                }
            }
        }
    }

    private void packState(Tensor t, int buffer, long begin, int count) {
        Buffer from = buffers[buffer];
        MemorySegment to = t.state[buffer];
        if (t.stateType == StateType.FLOAT32) {
            elements.storeNearest(DType.FLOAT32, to, begin, count, from.floats, from.asSegment);
            return;
        }
        boolean block8 = t.stateType == StateType.BLOCK8;
        int[] random = words.ofState(buffer, block8);
        int shift = words.shiftOfState(buffer, block8);
        if (block8) {
            for (int at = 0; at < count; at += BLOCK) {
                float scale = blocks8.store(to, begin + at, Math.min(BLOCK, count - at), signed[buffer], from.floats,
                        from.asSegment, at, random, shift);
                t.scales[buffer].setAtIndex(JAVA_FLOAT, (begin + at) / BLOCK, scale);
            }
        } else if (signed[buffer]) {
            elements.storeStochastic(DType.BFLOAT16, to, begin, count, from.floats, from.asSegment, random, shift);
        } else {
            elements.storePositive(to, begin, count, from.asSegment, random, shift);
        }
    }
}
