package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.BOUND;
import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.MINUS_BOUND;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static io.radam.internal.kernel.VectorRules.load;
import static io.radam.internal.kernel.VectorRules.store;
import static io.radam.internal.kernel.VectorRules.unlessZero;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.Schedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rules by the Vector API that have more arithmetic than the compiler takes into one loop: beyond 18,000 nodes of its
 * graph, of which each operation makes hundreds, it takes in the API's own methods, but no others, so that vectors
 * between these are objects. So rules make several loops over a chunk that the first cache has room for. The first loop
 * puts the gradient as rules use it into memory of its own, the rule makes the update of that, in place and by loops
 * over native memory alone, which call nothing but the API, and the last moves the values by it.
 */
abstract sealed class ChunkVectors extends VectorRule permits AdanVectors, CocobVectors, DiffGradVectors,
        MadgradVectors, PadamVectors, ScheduleFreeSgdVectors, ScheduleFreeAdamWVectors {
    /** The elements of a chunk. */
    private static final int CHUNK = 512;
    /** How many bytes after its updates a copy of a chunk's values is, for rules that need it. */
    static final long VALUES = (long) CHUNK * Float.BYTES;
    private static final Spares<MemorySegment> UPDATES = new Spares<>(() -> Arena.ofAuto().allocate(2 * VALUES, 64));

    private final Schedule schedule;

    ChunkVectors(Schedule schedule) {
        this.schedule = schedule;
    }

    @Override
    final int width() {
        return WIDTH;
    }

    /** Whether updates depend on values. */
    boolean needsValues() {
        return false;
    }

    final void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        MemorySegment updates = UPDATES.take();
        for (int i = 0; i < count; i += CHUNK) {
            int length = Math.min(CHUNK, count - i);
            long at = (long) i * Float.BYTES;
            loadGradient(length, schedule, values, gradient, offset + at, updates.address());
            if (needsValues()) {
                MemorySegment.copy(values, offset + at, updates, VALUES, (long) length * Float.BYTES);
            }
            makeUpdates(this, length, state, stateOffset + at, updates.address());
            move(length, schedule, values, offset + at, updates.address());
        }
        UPDATES.giveBack(updates);
    }

    final void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        MemorySegment updates = UPDATES.take();
        for (int i = 0; i < count; i += CHUNK) {
            int length = Math.min(CHUNK, count - i);
            long at = (long) i * Float.BYTES;
            loadGradient(length, schedule, values, firstValue + i, gradient, firstGradient + i, updates.address());
            if (needsValues()) {
                MemorySegment.copy(values, firstValue + i, updates, JAVA_FLOAT, VALUES, length);
            }
            makeUpdates(this, length, state, stateOffset + at, updates.address());
            move(length, schedule, values, firstValue + i, updates.address());
        }
        UPDATES.giveBack(updates);
    }

    /** Each rule has a call of its own, as in {@link VectorRule}. Updates are at an address, and gradients before. */
    private static void makeUpdates(ChunkVectors rule, int count, long[] state, long stateOffset, long updates) {
        switch (rule) {
            case AdanVectors r -> r.makeUpdates(count, state, stateOffset, updates);
            case CocobVectors r -> r.makeUpdates(count, state, stateOffset, updates);
            case DiffGradVectors r -> r.makeUpdates(count, state, stateOffset, updates);
            case MadgradVectors r -> r.makeUpdates(count, state, stateOffset, updates);
            case PadamVectors r -> r.makeUpdates(count, state, stateOffset, updates);
            case ScheduleFreeSgdVectors r -> r.makeUpdates(count, state, stateOffset, updates);
            case ScheduleFreeAdamWVectors r -> r.makeUpdates(count, state, stateOffset, updates);
        }
    }

    private static void loadGradient(int count, Schedule schedule, MemorySegment values, MemorySegment gradient,
            long offset, long to) {
        FloatVector scale = all(schedule.gradScale);
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decays = unlessZero(schedule.l2);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = load(gradient, offset + at).mul(scale);
            g = g.blend(l2.fma(load(values, offset + at), g), decays);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            g.intoMemorySegment(MEMORY, to + at, ORDER);
        }
    }

    private static void loadGradient(int count, Schedule schedule, float[] values, int firstValue, float[] gradient,
            int firstGradient, long to) {
        FloatVector scale = all(schedule.gradScale);
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decays = unlessZero(schedule.l2);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = load(gradient, firstGradient + i).mul(scale);
            g = g.blend(l2.fma(load(values, firstValue + i), g), decays);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            g.intoMemorySegment(MEMORY, to + at, ORDER);
        }
    }

    private static void move(int count, Schedule schedule, MemorySegment values, long offset, long updates) {
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, offset + at);
            FloatVector update = FloatVector.fromMemorySegment(SPECIES, MEMORY, updates + at, ORDER);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, offset + at);
        }
    }

    private static void move(int count, Schedule schedule, float[] values, int firstValue, long updates) {
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector p = load(values, firstValue + i);
            FloatVector update = FloatVector.fromMemorySegment(SPECIES, MEMORY, updates + (long) i * Float.BYTES,
                    ORDER);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, firstValue + i);
        }
    }

    /** Moves both moments as {@link Rule#moveMoments} does, in the form for usual rates. */
    static void moveMoments(int count, float firstRate, float secondRate, long gradients, long expAvg,
            long expAvgSq) {
        FloatVector oneMinusBeta1 = all(firstRate);
        FloatVector oneMinusBeta2 = all(secondRate);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvg + at, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            m = g.sub(m).fma(oneMinusBeta1, m);
            v = g.fma(g, v.neg()).fma(oneMinusBeta2, v);
            m.intoMemorySegment(MEMORY, expAvg + at, ORDER);
            v.intoMemorySegment(MEMORY, expAvgSq + at, ORDER);
        }
    }
}
