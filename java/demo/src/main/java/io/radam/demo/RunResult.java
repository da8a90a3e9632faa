package io.radam.demo;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one run of one optimizer gave.
 *
 * @param epochs the learning curve, one point after every epoch
 * @param nanos the whole training, without the tests in between
 * @param optimizerNanos the part of it that was in {@code step()}
 * @param firstStep where parameters and gradients were in the first step
 * @param lastStep and in the last one
 */
record RunResult(Method method, double learningRate, long seed, List<Epoch> epochs, long steps, long nanos,
                 long optimizerNanos, List<Address> firstStep, List<Address> lastStep) {

    /** Training loss is the mean over the epoch's mini-batches; the test follows the epoch. */
    record Epoch(double trainingLoss, double testLoss, double testAccuracy) {
    }

    Epoch last() {
        return epochs.getLast();
    }

    /** Gradients may move from step to step; what is stepped moves with them. */
    boolean zeroCopy() {
        return Stream.concat(firstStep.stream(), lastStep.stream()).allMatch(Address::same);
    }
}
