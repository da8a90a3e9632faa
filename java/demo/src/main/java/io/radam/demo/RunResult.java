package io.radam.demo;

import java.util.List;

/**
 * What one run of one optimizer gave.
 *
 * @param epochs the learning curve, one point after every epoch
 * @param nanos the whole training, without the tests in between
 * @param optimizerNanos the part of it inside {@code optimizer.step()}
 * @param before where the parameters were before the first step
 * @param after and after the last one
 */
record RunResult(Method method, double learningRate, long seed, List<Epoch> epochs, long steps, long nanos,
                 long optimizerNanos, List<TorchParameters.Address> before, List<TorchParameters.Address> after) {

    /** Training loss is the mean over the epoch's mini-batches; the test follows the epoch. */
    record Epoch(double trainingLoss, double testLoss, double testAccuracy) {
    }

    Epoch last() {
        return epochs.getLast();
    }

    boolean zeroCopy() {
        return before.equals(after) && before.stream().allMatch(TorchParameters.Address::same);
    }
}
