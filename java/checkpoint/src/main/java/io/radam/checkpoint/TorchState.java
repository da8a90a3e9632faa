package io.radam.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What {@code Optimizer.state_dict()} of PyTorch has.
 *
 * @param optimizer of all groups
 * @param states    by the parameters' ids. One that never had a gradient has none
 */
record TorchState(TorchOptimizer optimizer, List<Group> groups, Map<Object, Map<String, Object>> states) {
    private static final String GROUPS = "param_groups";
    private static final String STATE = "state";
    private static final String PARAMETERS = "params";
    private static final String NAMES = "param_names";

    /**
     * A parameter group.
     *
     * @param settings by PyTorch's keys, with all others that a user or a scheduler added
     * @param ids      of its parameters, in their order: numbers, or names in files of FSDP
     * @param names    of its parameters; null if the file has none
     */
    record Group(Map<String, Object> settings, List<Object> ids, List<String> names) {
    }

    /**
     * Finds the state in a file.
     *
     * @param place keys and indices that lead to it
     * @throws Malformed if there is none
     */
    static TorchState in(Object contents, List<Object> place) {
        Object found = contents;
        for (Object key : place) {
            found = switch (found) {
                case Map<?, ?> map -> map.get(key);
                case List<?> list when key instanceof Long i && i >= 0 && i < list.size() -> list.get(i.intValue());
                case null, default -> null;
            };
            Malformed.require(found != null, "the file has nothing at " + place);
        }
        Malformed.require(found instanceof Map<?, ?>, "the file has no dict" + at(place));
        Map<String, Object> dict = texts((Map<?, ?>) found, "a dict");
        Malformed.require(dict.containsKey(GROUPS) && dict.containsKey(STATE), "the file has no optimizer's state"
                + at(place) + ", but " + dict.keySet().stream().limit(20).toList()
                + ". Say by at() which of these has it");
        return parse(dict);
    }

    private static String at(List<Object> place) {
        return place.isEmpty() ? "" : " at " + place;
    }

    private static TorchState parse(Map<String, Object> dict) {
        Malformed.require(dict.get(GROUPS) instanceof List<?> list && !list.isEmpty(), "there are no groups");
        List<Group> groups = new ArrayList<>();
        Set<Object> ids = new HashSet<>();
        TorchOptimizer optimizer = null;
        for (Object element : (List<?>) dict.get(GROUPS)) {
            Malformed.require(element instanceof Map<?, ?>, "a group is no dict");
            Group group = group(texts((Map<?, ?>) element, "a group"));
            for (Object id : group.ids) {
                Malformed.require(ids.add(id), "two groups have the parameter " + id);
            }
            TorchOptimizer present = TorchOptimizer.of(group.settings);
            Malformed.require(optimizer == null || optimizer == present, "a group is of " + optimizer + ", another of "
                    + present);
            optimizer = present;
            groups.add(group);
        }
        Malformed.require(dict.get(STATE) instanceof Map<?, ?>, "the state is no dict");
        Map<Object, Map<String, Object>> states = new LinkedHashMap<>();
        ((Map<?, ?>) dict.get(STATE)).forEach((id, state) -> {
            Malformed.require(ids.contains(id), "there is state of " + id + ", which is no parameter of a group");
            Malformed.require(state instanceof Map<?, ?>, "the state of " + id + " is no dict");
            states.put(id, texts((Map<?, ?>) state, "the state of " + id));
        });
        return new TorchState(optimizer, groups, states);
    }

    private static Group group(Map<String, Object> settings) {
        Malformed.require(settings.get(PARAMETERS) instanceof List<?>, "a group has no parameters");
        List<?> given = (List<?>) settings.get(PARAMETERS);
        Malformed.require(given.stream().allMatch(id -> id instanceof Long || id instanceof String),
                "a group has parameters that are neither numbers nor names");
        List<Object> ids = List.copyOf(given);
        List<?> names = ids.stream().allMatch(String.class::isInstance) ? ids : null;
        if (settings.get(NAMES) instanceof List<?> listed) {
            names = listed;
        }
        Malformed.require(names == null || names.size() == ids.size()
                && names.stream().allMatch(String.class::isInstance) && new HashSet<>(names).size() == names.size(),
                "a group has other names than parameters");
        return new Group(settings, ids, names == null ? null : names.stream().map(String.class::cast).toList());
    }

    /** The entries of the zip file that some of the tensors are in. */
    Set<StoredZip.Entry> entries(Predicate<TorchTensor> selected) {
        Set<StoredZip.Entry> entries = new LinkedHashSet<>();
        Stream.concat(groups.stream().map(Group::settings), states.values().stream())
                .flatMap(dict -> dict.values().stream())
                // Such as betas.
                .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.ofNullable(value))
                .filter(value -> value instanceof TorchTensor tensor && selected.test(tensor))
                .forEach(tensor -> entries.add(((TorchTensor) tensor).entry()));
        return entries;
    }

    private static Map<String, Object> texts(Map<?, ?> map, String what) {
        Map<String, Object> texts = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            Malformed.require(key instanceof String, what + " has a key that is no string: " + key);
            texts.put((String) key, value);
        });
        return texts;
    }
}
