package io.radam.robustness.endurance;

import java.util.Arrays;
import java.util.List;

/**
 * How resident memory changed in a long run. The first third of the time is warm-up. The growth is the median of the
 * last quarter of the samples after it, over the median of the first quarter; the spread is the distance between the
 * largest and the smallest of them all, over their median.
 */
record Trend(double growthPercent, double spreadPercent, long medianKib) {
    /** One of the lines that {@link Soak} prints. */
    record Sample(double seconds, long residentKib, long files, long threads, long mappings) {
        static Sample of(String line) {
            String[] fields = line.split(" ");
            return new Sample(Double.parseDouble(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]), Long.parseLong(fields[4]));
        }
    }

    static Trend of(List<Sample> samples) {
        double end = samples.getLast().seconds;
        long[] kib = samples.stream().filter(sample -> sample.seconds >= end / 3)
                .mapToLong(Sample::residentKib).toArray();
        long first = median(Arrays.copyOf(kib, (kib.length + 3) / 4));
        long last = median(Arrays.copyOfRange(kib, kib.length - (kib.length + 3) / 4, kib.length));
        long middle = median(kib);
        long least = Arrays.stream(kib).min().orElseThrow();
        long most = Arrays.stream(kib).max().orElseThrow();
        return new Trend(100.0 * (last - first) / first, 100.0 * (most - least) / middle, middle);
    }

    private static long median(long... numbers) {
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
