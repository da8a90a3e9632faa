package io.radam;

import io.radam.internal.engine.Engine;
import io.radam.internal.engine.Group;
import io.radam.internal.engine.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Takes and restores snapshots of an optimizer. */
final class Snapshots {
    /** How much of a snapshot's names a message has. */
    private static final int LONGEST_SHOWN = 100;
    private static final int MOST_SHOWN = 5;

    private Snapshots() {
    }

    static OptimizerSnapshot take(Optimizer optimizer, Engine engine, ParameterRegistry registry) {
        List<OptimizerSnapshot.Group> groups = new ArrayList<>();
        for (ParameterGroup group : optimizer.groups()) {
            List<OptimizerSnapshot.Entry> entries = new ArrayList<>();
            for (Parameter parameter : group.parameters()) {
                Slot slot = registry.slotOf(parameter);
                engine.requireStateAccessible(slot);
                entries.add(new OptimizerSnapshot.Entry(parameter.name(), parameter.length(), parameter.first(),
                        parameter.wholeLength(), slot.randomIndex(), engine.copyOfState(slot)));
            }
            groups.add(new OptimizerSnapshot.Group(group.name(), group.hyperparameters(), group.stateType(),
                    group.stateRounding(), entries));
        }
        return new OptimizerSnapshot(optimizer.algorithm(), optimizer.seed(), engine.learningRateFactor(),
                engine.nextRandomIndex(), groups);
    }

    /** Checks everything, then changes everything. */
    static void restore(OptimizerSnapshot snapshot, Optimizer optimizer, Engine engine, ParameterRegistry registry) {
        List<ParameterGroup> groups = optimizer.groups();
        if (snapshot.algorithm() != optimizer.algorithm()) {
            throw new InvalidSnapshotException("the algorithm is " + snapshot.algorithm().unlike(optimizer.algorithm())
                    + " in the snapshot, and " + optimizer.algorithm() + " in the optimizer");
        }
        requireSame("seed", snapshot.seed(), optimizer.seed());
        double factor = snapshot.learningRateFactor();
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new InvalidSnapshotException("the learning rate factor must be finite and at least 0, but is "
                    + factor + " in the snapshot");
        }
        requireSame("number of groups", snapshot.groups().size(), groups.size());
        Map<Slot, OptimizerSnapshot.Entry> matched = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            ParameterGroup group = groups.get(i);
            OptimizerSnapshot.Group saved = snapshot.groups().get(i);
            String which = "group " + (group.name() == null ? i : group.name());
            requireSame("name of " + which, saved.name(), group.name());
            requireSame("state type of " + which, saved.stateType(), group.stateType());
            requireSame("state rounding of " + which, saved.stateRounding(), group.stateRounding());
            requireSame("number of parameters of " + which, saved.parameters().size(), group.parameters().size());
            try {
                group.hyperparameters().requireSameState(saved.hyperparameters());
                Group.requireRateFactor(saved.hyperparameters(), factor);
            } catch (InvalidHyperparameterException e) {
                throw new InvalidSnapshotException("the hyperparameters of " + which + " do not fit: " + e.getMessage(),
                        e);
            }
            match(saved.parameters(), group, which, registry, matched);
        }
        matched.forEach((slot, entry) -> requireFits(entry, slot, engine));
        matched.keySet().forEach(engine::requireStateAccessible);

        matched.forEach((slot, entry) -> {
            engine.restore(slot, entry.state());
            engine.setRandomIndex(slot, entry.randomIndex());
        });
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).setHyperparameters(snapshot.groups().get(i).hyperparameters());
        }
        engine.setLearningRateFactor(factor);
        engine.setNextRandomIndex(snapshot.nextRandomIndex());
    }

    private static void requireSame(String what, Object saved, Object present) {
        if (!Objects.equals(saved, present)) {
            throw new InvalidSnapshotException("the " + what + " is " + shortened(saved)
                    + " in the snapshot, and " + present + " in the optimizer");
        }
    }

    /** A snapshot may come from a file, whose names can be of any length. */
    private static String shortened(Object saved) {
        String text = String.valueOf(saved);
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    private static String someOf(Collection<String> names) {
        String some = names.stream().limit(MOST_SHOWN).map(Snapshots::shortened).collect(Collectors.joining(", "));
        return names.size() <= MOST_SHOWN ? some : some + " and " + (names.size() - MOST_SHOWN) + " more";
    }

    private static void match(List<OptimizerSnapshot.Entry> entries, ParameterGroup group, String which,
            ParameterRegistry registry, Map<Slot, OptimizerSnapshot.Entry> matched) {
        Map<String, OptimizerSnapshot.Entry> byName = new LinkedHashMap<>();
        boolean named = group.parameters().stream().allMatch(parameter -> parameter.name() != null);
        for (OptimizerSnapshot.Entry entry : entries) {
            if (entry.name() != null && byName.put(entry.name(), entry) != null) {
                throw new InvalidSnapshotException("the snapshot has two parameters of the name "
                        + shortened(entry.name()) + " in " + which);
            }
            named &= entry.name() != null;
        }
        for (int i = 0; i < entries.size(); i++) {
            Parameter parameter = group.parameters().get(i);
            OptimizerSnapshot.Entry entry = named ? byName.get(parameter.name()) : entries.get(i);
            if (entry == null) {
                throw new InvalidSnapshotException("the snapshot has no parameter of the name " + parameter.name()
                        + " in " + which + ", it has " + someOf(byName.keySet()));
            }
            requireSame("name of parameter " + i + " of " + which, entry.name(), parameter.name());
            matched.put(registry.slotOf(parameter), entry);
        }
    }

    private static void requireFits(OptimizerSnapshot.Entry entry, Slot slot, Engine engine) {
        Parameter parameter = slot.parameter();
        requireSame("length of " + parameter, entry.length(), parameter.length());
        requireSame("first element of " + parameter, entry.first(), parameter.first());
        requireSame("length of the whole of " + parameter, entry.wholeLength(), parameter.wholeLength());
        try {
            engine.requireFits(slot, entry.state());
        } catch (InvalidParameterException e) {
            throw new InvalidSnapshotException("the state of " + parameter + " does not fit: " + e.getMessage(), e);
        }
    }
}
