package io.radam.checkpoint;

import io.radam.Algorithm;
import io.radam.CustomAlgorithm;
import io.radam.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The algorithms that a file may have, by name: those of the library, and some of the user's own. */
final class Algorithms {
    static final Algorithms OF_LIBRARY = of();

    private final Map<String, Algorithm> byName = new HashMap<>();

    private Algorithms(Iterable<? extends Algorithm> own) {
        for (Algorithm algorithm : Algorithm.values()) {
            byName.put(algorithm.toString(), algorithm);
        }
        for (Algorithm algorithm : own) {
            Algorithm other = byName.put(algorithm.toString(), algorithm);
            if (other != null && other != algorithm) {
                throw new IllegalArgumentException("there are two algorithms of the name " + algorithm);
            }
        }
    }

    static Algorithms of(CustomAlgorithm... own) {
        return new Algorithms(Arrays.asList(own));
    }

    /** With those that an optimizer has. */
    static Algorithms of(Optimizer optimizer) {
        List<Algorithm> all = new ArrayList<>(List.of(optimizer.algorithm()));
        optimizer.groups().forEach(group -> all.add(group.hyperparameters().algorithm()));
        return new Algorithms(all);
    }

    /**
     * The algorithm of a name.
     *
     * @throws Malformed if there is none
     */
    Algorithm named(String name) {
        Algorithm algorithm = byName.get(name);
        Malformed.require(algorithm != null, () -> "there is no algorithm \"" + name + "\" here: one of the user's own "
                + "is read with the algorithm at hand, or by an optimizer that has it. There are "
                + byName.keySet().stream().sorted().toList());
        return algorithm;
    }
}
