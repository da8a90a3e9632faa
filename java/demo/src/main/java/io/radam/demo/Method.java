package io.radam.demo;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Algorithm;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.RAdam;
import io.radam.StateType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An optimizer that is compared with others. All are ours and step libtorch's memory. Those of the default comparison
 * differ only in their schedule, or in how they store their state.
 *
 * @param label   what the report calls it
 * @param builder by the number of steps of a linear warm-up, which only some have
 */
record Method(String label, Function<Integer, OptimizerBuilder<?, ?>> builder) {

    private static final String RADAM = "radam";

    /** What is compared unless {@code demo.algorithms} says otherwise. */
    private static final Map<String, Method> COMPARED = new LinkedHashMap<>();

    static {
        COMPARED.put(RADAM, new Method("RAdam", _ -> RAdam.builder()));
        COMPARED.put("radam-bfloat16", new Method("RAdam, 16-bit state",
                _ -> RAdam.builder().stateType(StateType.BFLOAT16)));
        COMPARED.put("radam-block8", new Method("RAdam, 8-bit state",
                _ -> RAdam.builder().stateType(StateType.BLOCK8)));
        COMPARED.put("adam", new Method("Adam", _ -> Adam.builder()));
        // Without weight decay AdamW is Adam. This preset brings the linear warm-up of the RAdam authors' experiments.
        COMPARED.put("adam-warmup", new Method("Adam + warm-up",
                steps -> AdamW.builder(AdamW.Preset.AUTHORS).weightDecay(0).warmupSteps(steps)));
    }

    /**
     * The optimizers of a list.
     *
     * @param names separated by commas: those of the default comparison, or of any of the library's algorithms, which
     *              then has its default settings; all of the default comparison if the list is empty
     * @throws IllegalArgumentException if there is none of a name, or a name comes twice
     */
    static List<Method> named(String names) {
        if (names.isBlank()) {
            return List.copyOf(COMPARED.values());
        }
        List<String> each = Arrays.stream(names.split(",", -1)).map(String::strip).toList();
        if (each.stream().distinct().count() < each.size()) {
            throw new IllegalArgumentException("demo.algorithms names one twice: " + names);
        }
        return each.stream().map(Method::one).toList();
    }

    private static Method one(String name) {
        Method compared = COMPARED.get(name);
        if (compared != null) {
            return compared;
        }
        Algorithm algorithm = Arrays.stream(Algorithm.values()).filter(a -> a.toString().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("demo.algorithms knows no \"" + name + "\", only "
                        + String.join(", ", COMPARED.keySet()) + ", " + String.join(", ",
                        Arrays.stream(Algorithm.values()).map(Algorithm::toString)
                                .filter(other -> !COMPARED.containsKey(other)).toList())));
        return new Method(name, _ -> Optimizer.builder(algorithm.defaults()));
    }

    OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps) {
        return builder.apply(warmupSteps).learningRate(learningRate);
    }

    /** Whether it is the demo's RAdam, whose accuracy is required. */
    boolean isRAdam() {
        return this == COMPARED.get(RADAM);
    }
}
