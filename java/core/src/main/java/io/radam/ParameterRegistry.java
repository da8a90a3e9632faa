package io.radam;

import io.radam.internal.engine.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The parameters and groups of an optimizer, and how they are found: parameters by identity and by name, groups by
 * name. Any thread may read the groups. All else is for one thread at a time.
 */
final class ParameterRegistry {
    private volatile List<ParameterGroup> groups = List.of();
    private final Map<Parameter, Slot> slots = new IdentityHashMap<>();
    private final Map<String, Parameter> names = new HashMap<>();

    /** The groups, in the order in which they were added; immutable. */
    List<ParameterGroup> groups() {
        return groups;
    }

    /**
     * Fails if a parameter or a name is registered already, or is twice among what is to be added.
     *
     * @param ofOptimizer the algorithm that the optimizer was built for, which no group need have
     */
    void requireNew(Algorithm ofOptimizer, List<ParameterGroup> addedGroups, Collection<Parameter> added) {
        Map<Parameter, Object> seen = new IdentityHashMap<>();
        Map<String, Parameter> seenNames = new HashMap<>();
        for (Parameter parameter : added) {
            if (slots.containsKey(parameter) || seen.put(parameter, parameter) != null) {
                throw new InvalidParameterException("a parameter was added twice: " + parameter);
            }
            String name = parameter.name();
            if (name != null && (names.containsKey(name) || seenNames.put(name, parameter) != null)) {
                throw new InvalidParameterException("there are two parameters of the name " + name + ": " + parameter);
            }
        }
        Map<String, ParameterGroup> groupNames = new HashMap<>();
        groups.stream().filter(group -> group.name() != null).forEach(group -> groupNames.put(group.name(), group));
        for (ParameterGroup group : addedGroups) {
            if (group.name() != null && groupNames.put(group.name(), group) != null) {
                throw new InvalidParameterException("there are two groups of the name " + group.name());
            }
        }
        Map<String, Algorithm> algorithms = new HashMap<>();
        algorithms.put(ofOptimizer.toString(), ofOptimizer);
        Stream.concat(groups.stream(), addedGroups.stream()).map(group -> group.hyperparameters().algorithm())
                .forEach(algorithm -> requireSame(algorithm, algorithms.putIfAbsent(algorithm.toString(), algorithm)));
    }

    /** A file has an algorithm by its name. */
    private static void requireSame(Algorithm one, Algorithm other) {
        if (other != null && one != other) {
            throw new InvalidParameterException("a group has " + one.unlike(other)
                    + " than the optimizer or another group");
        }
    }

    /** Registers a new group. */
    void add(ParameterGroup group) {
        List<ParameterGroup> all = new ArrayList<>(groups);
        all.add(group);
        groups = List.copyOf(all);
    }

    /** Registers the slots of new parameters. */
    void add(List<Slot> added) {
        for (Slot slot : added) {
            slots.put(slot.parameter(), slot);
            if (slot.parameter().name() != null) {
                names.put(slot.parameter().name(), slot.parameter());
            }
        }
    }

    /** Takes out a parameter, and takes it out of its group. */
    void remove(Parameter parameter) {
        groupOf(slots.remove(parameter)).remove(parameter);
        if (parameter.name() != null) {
            names.remove(parameter.name());
        }
    }

    /**
     * The slot of a parameter.
     *
     * @throws InvalidParameterException if the parameter is not registered
     */
    Slot slotOf(Parameter parameter) {
        Slot slot = slots.get(Objects.requireNonNull(parameter, "parameter"));
        if (slot == null) {
            throw new InvalidParameterException("the parameter is not this optimizer's, or was removed: " + parameter);
        }
        return slot;
    }

    /** The group of a slot. */
    ParameterGroup groupOf(Slot slot) {
        for (ParameterGroup group : groups) {
            if (group.forSteps() == slot.group()) {
                return group;
            }
        }
        throw new AssertionError("a parameter without a group: " + slot.parameter());
    }

    /**
     * The parameter of a name.
     *
     * @throws InvalidParameterException if there is none of that name
     */
    Parameter parameter(String name) {
        Parameter parameter = names.get(Objects.requireNonNull(name, "name"));
        if (parameter == null) {
            throw new InvalidParameterException("there is no parameter of the name " + name + "; there are "
                    + names.keySet());
        }
        return parameter;
    }

    /**
     * The group of a name.
     *
     * @throws InvalidParameterException if there is none of that name
     */
    ParameterGroup group(String name) {
        Objects.requireNonNull(name, "name");
        for (ParameterGroup group : groups) {
            if (name.equals(group.name())) {
                return group;
            }
        }
        throw new InvalidParameterException("there is no group of the name " + name + "; there are "
                + groups.stream().map(ParameterGroup::name).filter(Objects::nonNull).toList());
    }
}
