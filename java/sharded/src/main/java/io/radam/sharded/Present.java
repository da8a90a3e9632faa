package io.radam.sharded;

import io.radam.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * What ranks that are alike have in common before a call.
 *
 * @param call  what it is called in messages
 * @param bound which parameters have gradients
 * @param steps how many each has made
 */
record Present(String call, boolean[] bound, long[] steps) {
    long[] numbers(boolean withSteps) {
        Fingerprint boundHash = new Fingerprint();
        Fingerprint stepsHash = new Fingerprint();
        for (int i = 0; i < bound.length; i++) {
            boundHash.add(bound[i] ? 1 : 0);
            stepsHash.add(withSteps ? steps[i] : 0);
        }
        return new long[] {Fingerprint.of(call), boundHash.value(), stepsHash.value()};
    }

    List<String> lines(List<Parameter> wholes) {
        List<String> lines = new ArrayList<>();
        lines.add("the call of " + call);
        for (int i = 0; i < bound.length; i++) {
            lines.add("parameter " + i + " (" + wholes.get(i).name() + ") with " + (bound[i] ? "a" : "no")
                    + " gradient, after " + steps[i] + " steps");
        }
        return lines;
    }
}
