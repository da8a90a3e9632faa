package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2B;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Conversions to and from float32 by the Vector API, between native memory at addresses. Elements are whole vectors.
 * {@link Elements} and {@link Block8} do the same one by one, and have the formats. Each loop has all written out, with
 * its loads and stores: the compiler takes several of these loops into one method, and helpers no more, so that each
 * vector to or from them would be an object.
 */
final class BlockVectors {
    private static final VectorSpecies<Float> FLOATS = VectorRules.SPECIES;
    private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS = narrow(short.class);
    private static final VectorSpecies<Byte> BYTES = narrow(byte.class);
    private static final int MAGNITUDE = Integer.MAX_VALUE;
    private static final int INFINITY = 0x7F800000;
    private static final int BF16_NAN = 0x7FC0;
    /** The bits of 1. */
    private static final int ONE = 0x3F800000;
    /** What is between the exponents of binary16 and float. */
    private static final int BIAS = 112 << 23;
    private static final int CUT_OFF = Block8.CUT_OFF;
    private static final int RANDOM = (1 << CUT_OFF) - 1;

    private BlockVectors() {
    }

    /** Vectors of as many elements as those of floats have. */
    private static <E> VectorSpecies<E> narrow(Class<E> type) {
        return VectorSpecies.of(type, VectorShape.forBitSize(WIDTH * (type == byte.class ? 8 : 16)));
    }

    static void fromBfloat16(int count, long from, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            ShortVector codes = ShortVector.fromMemorySegment(SHORTS, MEMORY, from + 2L * i, ORDER);
            IntVector bits = ((IntVector) codes.convertShape(S2I, INTS, 0)).lanewise(LSHL, 16);
            bits.reinterpretAsFloats().intoMemorySegment(MEMORY, to + 4L * i, ORDER);
        }
    }

    /** Rounds to nearest, ties to even. */
    static void toBfloat16(int count, long from, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, MEMORY, from + 4L * i, ORDER);
            IntVector code = bits.add(bits.lanewise(LSHR, 16).and(1)).add(0x7FFF).lanewise(LSHR, 16);
            code = code.blend(BF16_NAN, bits.and(MAGNITUDE).compare(GT, INFINITY));
            ((ShortVector) code.convertShape(I2S, SHORTS, 0)).intoMemorySegment(MEMORY, to + 2L * i, ORDER);
        }
    }

    /** Rounds stochastically, by the lowest 16 bits of each word after a shift. */
    static void toBfloat16(int count, long from, int[] words, int shift, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, MEMORY, from + 4L * i, ORDER);
            IntVector random = IntVector.fromArray(INTS, words, i).lanewise(LSHR, shift).and(0xFFFF);
            IntVector code = bits.add(random).lanewise(LSHR, 16);
            code = code.blend(BF16_NAN, bits.and(MAGNITUDE).compare(GT, INFINITY));
            ((ShortVector) code.convertShape(I2S, SHORTS, 0)).intoMemorySegment(MEMORY, to + 2L * i, ORDER);
        }
    }

    /** Likewise numbers that are not negative: what is above 0 stays above 0. */
    static void toPositiveBfloat16(int count, long from, int[] words, int shift, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, MEMORY, from + 4L * i, ORDER);
            IntVector random = IntVector.fromArray(INTS, words, i).lanewise(LSHR, shift).and(0xFFFF);
            IntVector code = bits.add(random).lanewise(LSHR, 16);
            code = code.blend(BF16_NAN, bits.and(MAGNITUDE).compare(GT, INFINITY)).max(bits.min(1));
            ((ShortVector) code.convertShape(I2S, SHORTS, 0)).intoMemorySegment(MEMORY, to + 2L * i, ORDER);
        }
    }

    static void fromFloat16(int count, long from, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            ShortVector codes = ShortVector.fromMemorySegment(SHORTS, MEMORY, from + 2L * i, ORDER);
            IntVector code = (IntVector) codes.convertShape(S2I, INTS, 0);
            IntVector magnitude = code.and(0x7FFF);
            IntVector normal = magnitude.lanewise(LSHL, 13).add(BIAS);
            IntVector bits = ((FloatVector) magnitude.convertShape(I2F, FLOATS, 0)).mul(0x1p-24f).reinterpretAsInts()
                    .blend(normal, magnitude.compare(GE, 0x400))
                    .blend(normal.add(BIAS), magnitude.compare(GE, Elements.F16_INFINITY));
            bits.or(code.and(Integer.MIN_VALUE)).reinterpretAsFloats().intoMemorySegment(MEMORY, to + 4L * i, ORDER);
        }
    }

    /** Rounds to nearest, ties to even, and keeps the highest bits of a NaN. */
    static void toFloat16(int count, long from, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, MEMORY, from + 4L * i, ORDER);
            IntVector magnitude = bits.and(MAGNITUDE);
            IntVector kept = magnitude.lanewise(LSHR, 13);
            IntVector normal = magnitude.sub(BIAS).add(kept.and(1)).add(0xFFF).lanewise(LSHR, 13);
            // The sum is rounded to multiples of the smallest subnormal.
            IntVector half = magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().and(0xFFFF)
                    .blend(normal, magnitude.compare(GE, Elements.F16_MIN_NORMAL))
                    .blend(Elements.F16_INFINITY, magnitude.compare(GE, Elements.F16_BEYOND))
                    .blend(kept.and(0x3FF).or(Elements.F16_NAN), magnitude.compare(GT, INFINITY));
            IntVector code = half.or(bits.lanewise(LSHR, 16).and(0x8000));
            ((ShortVector) code.convertShape(I2S, SHORTS, 0)).intoMemorySegment(MEMORY, to + 2L * i, ORDER);
        }
    }

    /** Rounds stochastically. What is subnormal as binary16 is counted in units of the smallest subnormal. */
    static void toFloat16(int count, long from, int[] words, int shift, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, MEMORY, from + 4L * i, ORDER);
            IntVector random = IntVector.fromArray(INTS, words, i).lanewise(LSHR, shift).and(0xFFFF);
            IntVector magnitude = bits.and(MAGNITUDE);
            IntVector normal = magnitude.sub(BIAS).add(random.lanewise(LSHR, 3)).lanewise(LSHR, 13);
            FloatVector units = magnitude.min(Elements.F16_MIN_NORMAL).reinterpretAsFloats().mul(0x1p24f);
            IntVector whole = (IntVector) units.convertShape(F2I, INTS, 0);
            FloatVector rest = units.sub((FloatVector) whole.convertShape(I2F, FLOATS, 0)).mul(65536);
            FloatVector least = ((FloatVector) random.convertShape(I2F, FLOATS, 0)).neg().add(65535.5f);
            VectorMask<Integer> up = rest.compare(GE, least).cast(INTS);
            IntVector half = whole.blend(whole.add(1), up)
                    .blend(normal, magnitude.compare(GE, Elements.F16_MIN_NORMAL))
                    .blend(Elements.F16_INFINITY, magnitude.compare(GE, Elements.F16_BEYOND))
                    .blend(Elements.F16_NAN, magnitude.compare(GT, INFINITY));
            IntVector code = half.or(bits.lanewise(LSHR, 16).and(0x8000));
            ((ShortVector) code.convertShape(I2S, SHORTS, 0)).intoMemorySegment(MEMORY, to + 2L * i, ORDER);
        }
    }

    /** Decodes 8-bit state of one block. */
    static void fromSigned(int count, long from, float scale, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            ByteVector codes = ByteVector.fromMemorySegment(BYTES, MEMORY, from + i, ORDER);
            IntVector code = (IntVector) codes.convertShape(B2I, INTS, 0);
            FloatVector level = code.and(127).lanewise(LSHL, CUT_OFF).add(ONE).reinterpretAsFloats();
            IntVector magnitude = level.sub(1).mul(scale).reinterpretAsInts();
            IntVector bits = magnitude.or(code.and(Integer.MIN_VALUE));
            bits.reinterpretAsFloats().intoMemorySegment(MEMORY, to + 4L * i, ORDER);
        }
    }

    static void fromUnsigned(int count, long from, float scale, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            ByteVector codes = ByteVector.fromMemorySegment(BYTES, MEMORY, from + i, ORDER);
            IntVector code = (IntVector) codes.convertShape(B2I, INTS, 0);
            FloatVector level = code.and(255).lanewise(LSHL, CUT_OFF).add(ONE).reinterpretAsFloats();
            level.sub(1).mul(scale).intoMemorySegment(MEMORY, to + 4L * i, ORDER);
        }
    }

    /** The bits of the largest magnitude. */
    static int largest(int count, long from) {
        IntVector largest = IntVector.zero(INTS);
        for (int i = 0; i < count; i += WIDTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, MEMORY, from + 4L * i, ORDER);
            largest = largest.max(bits.and(MAGNITUDE));
        }
        return largest.reduceLanes(MAX);
    }

    /** Encodes one block of 8-bit state. The first of its words is at an index. */
    static void toSigned(int count, long from, float scale, int[] words, int at, int shift, long to) {
        int bitsOfScale = Float.floatToRawIntBits(scale);
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector x = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 4L * i, ORDER);
            IntVector random = IntVector.fromArray(INTS, words, at + i).lanewise(LSHR, shift).and(RANDOM);
            IntVector distance = x.abs().add(scale).reinterpretAsInts().sub(bitsOfScale);
            IntVector code = distance.add(random).lanewise(LSHR, CUT_OFF).min(127);
            code = code.or(x.reinterpretAsInts().lanewise(LSHR, 24).and(0x80));
            ((ByteVector) code.convertShape(I2B, BYTES, 0)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
    }

    static void toUnsigned(int count, long from, float scale, int[] words, int at, int shift, long to) {
        int bitsOfScale = Float.floatToRawIntBits(scale);
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector x = FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 4L * i, ORDER);
            IntVector random = IntVector.fromArray(INTS, words, at + i).lanewise(LSHR, shift).and(RANDOM);
            IntVector distance = x.abs().add(scale).reinterpretAsInts().sub(bitsOfScale);
            IntVector code = distance.add(random).lanewise(LSHR, CUT_OFF).min(255);
            // An element that is not 0 has no code 0.
            code = code.max(x.reinterpretAsInts().and(MAGNITUDE).min(1));
            ((ByteVector) code.convertShape(I2B, BYTES, 0)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
    }

    /** Encodes one block of 8-bit state that has no scale. */
    static void clear(int count, long to) {
        for (int i = 0; i < count; i += WIDTH) {
            ((ByteVector) IntVector.zero(INTS).convertShape(I2B, BYTES, 0)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
    }
}
