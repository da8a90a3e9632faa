package io.radam.bench;

/**
 * What came out for a point in one round.
 *
 * @param nanos of a step or call, the median of the round's iterations
 */
public record Measurement(Point point, int round, double nanos) {
}
