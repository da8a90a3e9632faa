package io.radam.bench;

import io.radam.StateType;
import io.radam.bench.implementation.JavaArray;
import io.radam.bench.implementation.JavaSegment;
import io.radam.bench.implementation.Limit;
import io.radam.bench.implementation.Radam;
import io.radam.bench.implementation.RadamJni;
import io.radam.bench.implementation.VectorApi;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The implementations that there are. */
public final class Implementations {
    private Implementations() {
    }

    /** Those that this machine can run. */
    public static List<Implementation> available() {
        return all().stream().filter(Implementation::isAvailable).toList();
    }

    /** The implementation of that name. */
    public static Implementation named(String name) {
        return all().stream().filter(implementation -> implementation.name().equals(name)).findAny()
                .orElseThrow(() -> new IllegalArgumentException("there is no implementation " + name));
    }

    private static List<Implementation> all() {
        List<Implementation> all = new ArrayList<>(List.of(
                Radam.onTarget("avx512"), Radam.onTarget("avx2"), Radam.onTarget("neon"), Radam.onTarget("scalar"),
                Radam.onTarget("java"), Radam.withState(StateType.BFLOAT16), Radam.withState(StateType.BLOCK8),
                Radam.onArrays(), new RadamJni(), new JavaArray(), new JavaSegment(), new VectorApi(), new Limit()));
        // The peers, where the profile of that name has put them on the class path.
        ServiceLoader.load(Implementation.class).forEach(all::add);
        return all;
    }
}
