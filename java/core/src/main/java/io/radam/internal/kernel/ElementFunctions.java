package io.radam.internal.kernel;

/** 2^x and x^y of elements, operation by operation as {@code element_functions.h}. */
final class ElementFunctions {
    /** Added to a float of magnitude up to 2^22, it makes that an integer, whose bits are the lowest of the sum. */
    static final float TO_INTEGER = 0x1.8p23f;
    static final int ONE = 0x3F800000;
    static final int ROOT_OF_HALF = 0x3F3504F3;
    static final int SIGNIFICAND = 0x007FFFFF;

    private ElementFunctions() {
    }

    /** 2^x for x in [-126, 127]; a NaN stays NaN. */
    static float exp2(float x) {
        float sum = x + TO_INTEGER;
        return smallExp2(x - (sum - TO_INTEGER)) * powerOfTwo(Float.floatToRawIntBits(sum));
    }

    /** x^(high + low), which is in [0, 1]. An x is cut to [2^-125, 2^126]; a NaN stays NaN. */
    static float power(float x, float high, float low) {
        float inRange = Math.min(Math.max(x, 0x1p-125f), 0x1p126f);
        int sum = Float.floatToRawIntBits(inRange) + (ONE - ROOT_OF_HALF);
        float e = (float) (sum >>> 23) - 127;
        float u = Float.intBitsToFloat((sum & SIGNIFICAND) + ROOT_OF_HALF) - 1;
        float whole = high * e + TO_INTEGER;
        float rest = Math.fma(low, e, Math.fma(high, e, -(whole - TO_INTEGER)));
        rest = Math.fma(high, smallLog2(u), rest);
        rest = rest + (inRange - inRange); // NaN, if x is
        float more = rest + TO_INTEGER;
        return smallExp2(rest - (more - TO_INTEGER))
                * powerOfTwo(Float.floatToRawIntBits(whole) + Float.floatToRawIntBits(more));
    }

    private static float powerOfTwo(int n) {
        return Float.intBitsToFloat((n + 127) << 23);
    }

    private static float smallExp2(float x) {
        float sum = Math.fma(0x1.4498e8p-13f, x, 0x1.5f48c6p-10f);
        sum = Math.fma(sum, x, 0x1.3b2996p-7f);
        sum = Math.fma(sum, x, 0x1.c6aeccp-5f);
        sum = Math.fma(sum, x, 0x1.ebfbe2p-3f);
        sum = Math.fma(sum, x, 0x1.62e430p-1f);
        return Math.fma(sum, x, 1);
    }

    private static float smallLog2(float u) {
        float sum = Math.fma(-0x1.ceb882p-4f, u, 0x1.80a9aap-3f);
        sum = Math.fma(sum, u, -0x1.86606ep-3f);
        sum = Math.fma(sum, u, 0x1.a26640p-3f);
        sum = Math.fma(sum, u, -0x1.eac68ep-3f);
        sum = Math.fma(sum, u, 0x1.2782e4p-2f);
        sum = Math.fma(sum, u, -0x1.715a68p-2f);
        sum = Math.fma(sum, u, 0x1.ec7080p-2f);
        sum = Math.fma(sum, u, -0x1.715470p-1f);
        sum = Math.fma(sum, u, 0x1.715476p+0f);
        return sum * u;
    }
}
