package io.radam.internal.kernel;

/** The functions of elements as {@code radam.h} documents them, with integers for what is a whole number. */
public final class PlainFunctions {
    private PlainFunctions() {
    }

    /** 2^x. */
    public static float exp2(float x) {
        float n = (float) Math.rint(x);
        float sum = 0x1.4498e8p-13f;
        for (float k : new float[] {0x1.5f48c6p-10f, 0x1.3b2996p-7f, 0x1.c6aeccp-5f, 0x1.ebfbe2p-3f,
            0x1.62e430p-1f, 1}) {
            sum = Math.fma(sum, x - n, k);
        }
        return Math.scalb(sum, (int) n);
    }

    /** x^(y + z). */
    public static float power(float x, float y, float z) {
        if (Float.isNaN(x)) {
            return x;
        }
        float cut = Math.clamp(x, 0x1p-125f, 0x1p126f);
        int n = Math.getExponent(cut);
        float c = Math.scalb(cut, -n);
        if (c >= 2 * 0x1.6a09e6p-1f) {
            c /= 2;
            n++;
        }
        float k = (float) Math.rint(y * (float) n);
        float b = -0x1.ceb882p-4f;
        for (float next : new float[] {0x1.80a9aap-3f, -0x1.86606ep-3f, 0x1.a26640p-3f, -0x1.eac68ep-3f, 0x1.2782e4p-2f,
            -0x1.715a68p-2f, 0x1.ec7080p-2f, -0x1.715470p-1f, 0x1.715476p+0f}) {
            b = Math.fma(b, c - 1, next);
        }
        b *= c - 1;
        float r = Math.fma(y, b, Math.fma(z, n, Math.fma(y, n, -k)));
        return Math.scalb(exp2(r), (int) k);
    }
}
