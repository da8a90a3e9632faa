package io.radam.paper.rates;

/** Where the true part of successes is, with a confidence of 95 %. */
record Interval(double low, double high) {
    /** The normal distribution is within so many standard deviations with a probability of 95 %. */
    private static final double Z = 1.959964;

    /**
     * Wilson's interval. It has a width also where every trial succeeded.
     *
     * @param part of the trials that succeeded
     */
    static Interval of(double part, long trials) {
        double correction = Z * Z / trials;
        double centre = (part + correction / 2) / (1 + correction);
        double half = Math.sqrt(part * (1 - part) * correction + correction * correction / 4) / (1 + correction);
        return new Interval(centre - half, centre + half);
    }
}
