package io.radam.bench.implementation;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Training;
import io.radam.bench.Work;
import java.lang.foreign.MemorySegment;

/**
 * The loop of {@link JavaArray} for native memory, which it reaches in blocks, through arrays that stay in the first
 * cache. A loop over the segments themselves is several times slower: C2 of JDK 25 vectorizes no loop that stores to
 * one segment and loads from another, since the two might overlap. The fallback of io.radam goes through arrays too.
 */
public final class JavaSegment implements Implementation {
    /** Four blocks of 4 KiB: half of a common first cache. */
    private static final int BLOCK = 1024;

    private static final ThreadLocal<Blocks> BLOCKS = ThreadLocal.withInitial(Blocks::new);

    @Override
    public String name() {
        return "java-segment";
    }

    @Override
    public String description() {
        return "The same loop for MemorySegment, by way of small arrays";
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.BIAS_CORRECTED;
    }

    @Override
    public Training create(Work work, int threads) {
        return new SegmentTraining(work.size(), threads, JavaSegment::step);
    }

    private static void step(int from, int to, AdamCoefficients c, MemorySegment values, MemorySegment gradients,
            MemorySegment expAvg, MemorySegment expAvgSq) {
        Blocks blocks = BLOCKS.get();
        for (int begin = from; begin < to; begin += BLOCK) {
            long offset = begin * JAVA_FLOAT.byteSize();
            int count = Math.min(BLOCK, to - begin);
            MemorySegment.copy(values, JAVA_FLOAT, offset, blocks.values, 0, count);
            MemorySegment.copy(gradients, JAVA_FLOAT, offset, blocks.gradients, 0, count);
            MemorySegment.copy(expAvg, JAVA_FLOAT, offset, blocks.expAvg, 0, count);
            MemorySegment.copy(expAvgSq, JAVA_FLOAT, offset, blocks.expAvgSq, 0, count);
            JavaArray.step(0, count, c, blocks.values, blocks.gradients, blocks.expAvg, blocks.expAvgSq);
            MemorySegment.copy(blocks.values, 0, values, JAVA_FLOAT, offset, count);
            MemorySegment.copy(blocks.expAvg, 0, expAvg, JAVA_FLOAT, offset, count);
            MemorySegment.copy(blocks.expAvgSq, 0, expAvgSq, JAVA_FLOAT, offset, count);
        }
    }

    private static final class Blocks {
        final float[] values = new float[BLOCK];
        final float[] gradients = new float[BLOCK];
        final float[] expAvg = new float[BLOCK];
        final float[] expAvgSq = new float[BLOCK];
    }
}
