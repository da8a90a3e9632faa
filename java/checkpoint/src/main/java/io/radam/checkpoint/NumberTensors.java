package io.radam.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of the numbers that an algorithm keeps for a parameter. Each is one of shape [1]. Only numbers that are
 * counted from 0 on are elements of one: YellowFin's {@code window_0} to {@code window_63} are {@code window}.
 */
final class NumberTensors {
    private NumberTensors() {
    }

    /**
     * Which numbers are in which tensor.
     *
     * @param numbers their names, in the algorithm's order
     * @return by what the tensor's name has after the parameter's, the numbers that are its elements
     */
    static Map<String, List<String>> of(Collection<String> numbers) {
        Map<String, List<String>> tensors = new LinkedHashMap<>();
        for (String number : numbers) {
            String counted = number.substring(0, Math.max(0, number.lastIndexOf('_')));
            int next = tensors.getOrDefault(counted, List.of()).size();
            String tensor = number.equals(counted + "_" + next) ? counted : number;
            tensors.computeIfAbsent(tensor, _ -> new ArrayList<>()).add(number);
        }
        return tensors;
    }
}
