package io.radam.internal.kernel;

import static io.radam.internal.kernel.ElementFunctions.ONE;
import static io.radam.internal.kernel.ElementFunctions.ROOT_OF_HALF;
import static io.radam.internal.kernel.ElementFunctions.SIGNIFICAND;
import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * {@link ElementFunctions} by the Vector API: of whole vectors, from one address to another, which may be the same.
 * Each loop has all written out, as {@link VectorRules} says, and constants as vectors: the loop of a power is so long
 * that the compiler takes no method of ours into its end, as {@link ChunkVectors} says.
 */
final class ElementFunctionsVectors {
    private static final FloatVector TO_INTEGER = all(ElementFunctions.TO_INTEGER);
    private static final FloatVector FLOAT_ONE = all(1);
    private static final FloatVector BIAS = all(127);
    private static final FloatVector LEAST = all(0x1p-125f);
    private static final FloatVector MOST = all(0x1p126f);
    // The coefficients of 2^x and of log2(1 + u), by their degrees.
    private static final FloatVector EXP1 = all(0x1.62e430p-1f);
    private static final FloatVector EXP2 = all(0x1.ebfbe2p-3f);
    private static final FloatVector EXP3 = all(0x1.c6aeccp-5f);
    private static final FloatVector EXP4 = all(0x1.3b2996p-7f);
    private static final FloatVector EXP5 = all(0x1.5f48c6p-10f);
    private static final FloatVector EXP6 = all(0x1.4498e8p-13f);
    private static final FloatVector LOG1 = all(0x1.715476p+0f);
    private static final FloatVector LOG2 = all(-0x1.715470p-1f);
    private static final FloatVector LOG3 = all(0x1.ec7080p-2f);
    private static final FloatVector LOG4 = all(-0x1.715a68p-2f);
    private static final FloatVector LOG5 = all(0x1.2782e4p-2f);
    private static final FloatVector LOG6 = all(-0x1.eac68ep-3f);
    private static final FloatVector LOG7 = all(0x1.a26640p-3f);
    private static final FloatVector LOG8 = all(-0x1.86606ep-3f);
    private static final FloatVector LOG9 = all(0x1.80a9aap-3f);
    private static final FloatVector LOG10 = all(-0x1.ceb882p-4f);

    private ElementFunctionsVectors() {
    }

    static void exp2(int count, long from, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, from + 4L * i, ORDER);
            FloatVector whole = x.add(TO_INTEGER);
            x = x.sub(whole.sub(TO_INTEGER));
            FloatVector sum = x.fma(EXP6, EXP5);
            sum = sum.fma(x, EXP4);
            sum = sum.fma(x, EXP3);
            sum = sum.fma(x, EXP2);
            sum = sum.fma(x, EXP1);
            sum = sum.fma(x, FLOAT_ONE);
            IntVector power = whole.reinterpretAsInts().add(127).lanewise(LSHL, 23);
            sum.mul(power.reinterpretAsFloats()).intoMemorySegment(MEMORY, to + 4L * i, ORDER);
        }
    }

    static void power(int count, long from, float high, float low, long to) {
        FloatVector exponent = all(high);
        FloatVector restOfExponent = all(low);
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, from + 4L * i, ORDER);
            x = x.blend(LEAST, x.compare(LT, LEAST)).blend(MOST, x.compare(GT, MOST));
            IntVector bits = x.reinterpretAsInts().add(ONE - ROOT_OF_HALF);
            FloatVector e = ((FloatVector) bits.lanewise(LSHR, 23).convertShape(I2F, SPECIES, 0)).sub(BIAS);
            FloatVector u = bits.and(SIGNIFICAND).add(ROOT_OF_HALF).reinterpretAsFloats().sub(FLOAT_ONE);
            FloatVector logarithm = u.fma(LOG10, LOG9);
            logarithm = logarithm.fma(u, LOG8);
            logarithm = logarithm.fma(u, LOG7);
            logarithm = logarithm.fma(u, LOG6);
            logarithm = logarithm.fma(u, LOG5);
            logarithm = logarithm.fma(u, LOG4);
            logarithm = logarithm.fma(u, LOG3);
            logarithm = logarithm.fma(u, LOG2);
            logarithm = logarithm.fma(u, LOG1).mul(u);
            FloatVector whole = e.mul(exponent).add(TO_INTEGER);
            FloatVector rest = e.fma(restOfExponent, e.fma(exponent, whole.sub(TO_INTEGER).neg()));
            rest = logarithm.fma(exponent, rest).add(x.sub(x)); // NaN, if x is
            FloatVector more = rest.add(TO_INTEGER);
            rest = rest.sub(more.sub(TO_INTEGER));
            FloatVector sum = rest.fma(EXP6, EXP5);
            sum = sum.fma(rest, EXP4);
            sum = sum.fma(rest, EXP3);
            sum = sum.fma(rest, EXP2);
            sum = sum.fma(rest, EXP1);
            sum = sum.fma(rest, FLOAT_ONE);
            IntVector n = whole.reinterpretAsInts().add(more.reinterpretAsInts());
            FloatVector power = n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
            sum.mul(power).intoMemorySegment(MEMORY, to + 4L * i, ORDER);
        }
    }
}
