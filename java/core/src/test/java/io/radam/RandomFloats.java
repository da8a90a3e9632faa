package io.radam;

import java.util.random.RandomGenerator;

/** Values that real training has, and those that it should never have. */
final class RandomFloats {
    private static final float[] SPECIAL = {0, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Math.nextDown(Float.MIN_NORMAL),
        Float.MIN_NORMAL, 1, -1, 1e-20f, 1e19f, -2e19f, 1e30f, Float.MAX_VALUE, -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};

    private RandomFloats() {
    }

    /** Mostly ordinary, and now and then anything: but not so often that all elements end as NaN. */
    static void fill(RandomGenerator random, float[] values) {
        double scale = Math.pow(10, random.nextInt(-8, 5));
        int rarity = random.nextBoolean() ? 500 : 20;
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(rarity) == 0 ? unusual(random) : ordinary(random, scale);
        }
    }

    /** The numbers of {@link #fill} without signs, for a second moment. */
    static void fillPositive(RandomGenerator random, float[] values) {
        fill(random, values);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
    }

    private static float ordinary(RandomGenerator random, double scale) {
        int kind = random.nextInt(8);
        if (kind == 0) {
            return 0;
        }
        return (float) (scale * random.nextDouble(-2, 2));
    }

    private static float unusual(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Float.intBitsToFloat(random.nextInt()); // of any magnitude
            default -> Float.intBitsToFloat(random.nextInt() & 0x807f_ffff); // subnormal
        };
    }
}
