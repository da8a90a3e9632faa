package io.radam.sharded;

import io.radam.Optimizer;
import io.radam.ParameterGroup;
import java.util.IdentityHashMap;
import java.util.Map;

/** A hash of an optimizer's settings that is the same in all processes. */
final class SettingsHash {
    private final Map<ParameterGroup, Hashed> hashes = new IdentityHashMap<>();

    /** A group's hyperparameters, and their hash. */
    private record Hashed(Object hyperparameters, long hash) {
    }

    /** The hash of all settings, as they are now. */
    long of(Optimizer optimizer) {
        Fingerprint settings = new Fingerprint().add("" + optimizer.learningRateFactor());
        for (ParameterGroup group : optimizer.groups()) {
            settings.add(of(group));
        }
        return settings.value();
    }

    /** Most steps have the settings of the one before. */
    private long of(ParameterGroup group) {
        Object present = group.hyperparameters();
        Hashed hashed = hashes.get(group);
        if (hashed == null || hashed.hyperparameters() != present) {
            hashed = new Hashed(present, Fingerprint.of(present.toString()));
            hashes.put(group, hashed);
        }
        return hashed.hash();
    }
}
