package io.radam.checkpoint;

import io.radam.Adadelta;
import io.radam.AdadeltaSettings;
import io.radam.Adagrad;
import io.radam.AdagradSettings;
import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.Adamax;
import io.radam.AdamaxSettings;
import io.radam.Coefficients;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidSnapshotException;
import io.radam.NAdam;
import io.radam.NAdamSettings;
import io.radam.RAdam;
import io.radam.RAdamSettings;
import io.radam.RMSprop;
import io.radam.RMSpropSettings;
import io.radam.SgdSettings;
import io.radam.WeightDecay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The optimizers of {@code torch.optim} whose state is known. A file does not have its optimizer's name. The keys of
 * its groups tell, which every version of PyTorch has written since there was that optimizer.
 */
enum TorchOptimizer {
    /** Newer versions than 1.13 have {@code maximize} and {@code decoupled_weight_decay}. */
    RADAM("RAdam", RAdam.Preset.PYTORCH.hyperparameters(), Map.of("eps", AdamSettings.EPSILON),
            Map.of("maximize", Hyperparameters.MAXIMIZE), List.of(AdamSettings.BETA1, AdamSettings.BETA2)),
    /**
     * Also AdamW, which has the same keys and the same state. Newer versions than 2.6 tell them apart by {@code
     * decoupled_weight_decay}.
     */
    ADAM("Adam or AdamW", Adam.Preset.PYTORCH.hyperparameters(), Map.of("eps", AdamSettings.EPSILON),
            Map.of("maximize", Hyperparameters.MAXIMIZE, "amsgrad", AdamSettings.AMSGRAD),
            List.of(AdamSettings.BETA1, AdamSettings.BETA2)),
    /** Has no step number. */
    SGD("SGD", io.radam.SGD.Preset.PYTORCH.hyperparameters(), Map.of("momentum", SgdSettings.MOMENTUM, "dampening",
            SgdSettings.DAMPENING), Map.of("maximize", Hyperparameters.MAXIMIZE, "nesterov", SgdSettings.NESTEROV),
            List.of()),
    /** Newer versions than 1.13 have {@code decoupled_weight_decay}, and newer ones than 2.4 {@code maximize}. */
    NADAM("NAdam", NAdam.Preset.PYTORCH.hyperparameters(), Map.of("eps", NAdamSettings.EPSILON, "momentum_decay",
            NAdamSettings.MOMENTUM_DECAY), Map.of("maximize", Hyperparameters.MAXIMIZE),
            List.of(NAdamSettings.BETA1, NAdamSettings.BETA2)),
    RMSPROP("RMSprop", RMSprop.Preset.PYTORCH.hyperparameters(), Map.of("alpha", RMSpropSettings.ALPHA, "eps",
            RMSpropSettings.EPSILON, "momentum", RMSpropSettings.MOMENTUM), Map.of("maximize", Hyperparameters.MAXIMIZE,
            "centered", RMSpropSettings.CENTERED), List.of()),
    /** Has state before the first step. */
    ADAGRAD("Adagrad", Adagrad.Preset.PYTORCH.hyperparameters(), Map.of("eps", AdagradSettings.EPSILON, "lr_decay",
            AdagradSettings.LEARNING_RATE_DECAY, "initial_accumulator_value", AdagradSettings.INITIAL_ACCUMULATOR),
            Map.of("maximize", Hyperparameters.MAXIMIZE), List.of()),
    /** Versions before 1.12 have the keys that those of RAdam have, without {@code maximize}. */
    ADAMAX("Adamax", Adamax.Preset.PYTORCH.hyperparameters(), Map.of("eps", AdamaxSettings.EPSILON),
            Map.of("maximize", Hyperparameters.MAXIMIZE), List.of(AdamaxSettings.BETA1, AdamaxSettings.BETA2)),
    ADADELTA("Adadelta", Adadelta.Preset.PYTORCH.hyperparameters(), Map.of("rho", AdadeltaSettings.RHO, "eps",
            AdadeltaSettings.EPSILON), Map.of("maximize", Hyperparameters.MAXIMIZE), List.of());

    private static final String DECOUPLED = "decoupled_weight_decay";

    private final String torchName;
    private final Hyperparameters preset;
    /** By PyTorch's keys; those that all optimizers have are added. */
    private final Map<String, Hyperparameter<Double>> numbers;
    /** By PyTorch's keys. Older files do not have all of them. */
    private final Map<String, Hyperparameter<Boolean>> flags;
    /** None, or both. */
    private final List<Hyperparameter<Double>> betas;

    TorchOptimizer(String torchName, Hyperparameters preset, Map<String, Hyperparameter<Double>> more,
            Map<String, Hyperparameter<Boolean>> flags, List<Hyperparameter<Double>> betas) {
        this.torchName = torchName;
        this.preset = preset;
        numbers = new LinkedHashMap<>();
        numbers.put("lr", Hyperparameters.LEARNING_RATE);
        numbers.put("weight_decay", Hyperparameters.WEIGHT_DECAY);
        numbers.putAll(more);
        this.flags = flags;
        this.betas = betas;
    }

    // ----------------------------------------------------------------------------------------------------- which one

    /** The one that a group of a file is of. */
    static TorchOptimizer of(Map<String, Object> group) {
        Set<String> keys = group.keySet();
        if (keys.contains("momentum") && keys.contains("nesterov")) {
            return SGD;
        }
        Malformed.require(keys.containsAll(Set.of("lr", "eps", "weight_decay"))
                        && !Collections.disjoint(keys, Set.of("betas", "alpha", "lr_decay", "rho")),
                "a group is of none of RAdam, Adam, AdamW, SGD, NAdam, RMSprop, Adagrad, Adamax and Adadelta: it has "
                        + keys);
        if (!keys.contains("betas")) {
            return keys.contains("alpha") ? RMSPROP : keys.contains("rho") ? ADADELTA : ADAGRAD;
        }
        if (keys.contains("momentum_decay")) {
            return NADAM;
        }
        if (keys.contains("amsgrad")) {
            return ADAM;
        }
        // RAdam had decoupled_weight_decay before it had maximize.
        return keys.contains("maximize") && !keys.contains(DECOUPLED) ? ADAMAX : RADAM;
    }

    /** The one whose rules a group of this library has; null if it is of an algorithm that PyTorch does not have. */
    static TorchOptimizer of(Hyperparameters h) {
        return switch (h.algorithm().kind()) {
            case ADAM -> h.get(RAdamSettings.RECTIFY) ? RADAM : ADAM;
            case NADAM -> NADAM;
            case SGD -> SGD;
            case RMSPROP -> RMSPROP;
            case ADAGRAD -> ADAGRAD;
            case ADAMAX -> ADAMAX;
            case ADADELTA -> ADADELTA;
            case LION, ADABELIEF, ADOPT, YOGI, QHADAM, ADEMAMIX, ADAMOD, QHM, ADAN, ADABOUND, DIFFGRAD,
                PADAM, MADGRAD, COCOB, SCHEDULEFREE_SGD, SCHEDULEFREE_ADAMW, LAMB, STABLEADAMW, LARS,
                CAUTIOUS_ADAMW, CAUTIOUS_LION, NOVOGRAD, SGD_HD, ADAM_HD, YELLOWFIN, ADAMP, SGDP,
                CUSTOM -> null;
        };
    }

    /** Whether each parameter has a step number. */
    boolean countsSteps() {
        return this != SGD;
    }

    /** Whether a parameter has state before its first step. */
    boolean beginsWithState() {
        return this == ADAGRAD;
    }

    /** What elements of the state are before the first step, of an optimizer whose parameters begin with state. */
    float initial(Hyperparameters h) {
        return (float) (double) h.get(AdagradSettings.INITIAL_ACCUMULATOR);
    }

    /** Whether a group says if its weight decay is decoupled. */
    private boolean saysIfDecoupled() {
        return this == RADAM || this == ADAM || this == NADAM;
    }

    /**
     * The numbers that a parameter's state has beside the step and the buffers. Here they follow from the settings.
     *
     * @param step counted from 1
     */
    Map<String, Double> scalars(Hyperparameters h, long step) {
        return Coefficients.of(h, step) instanceof Coefficients.NAdam nadam
                ? Map.of("mu_product", nadam.momentumProduct()) : Map.of();
    }

    @Override
    public String toString() {
        return "torch.optim." + torchName;
    }

    // ---------------------------------------------------------------------------------------------------------- both

    /**
     * Fails unless hyperparameters follow this optimizer's rules, in all that a file has no key for. The scale of
     * gradients is no rule.
     */
    void requireRules(Hyperparameters h, String which) {
        TorchOptimizer present = of(h);
        if (present != this) {
            throw new InvalidSnapshotException("the file is of " + this + ", " + which + " of "
                    + (present == null ? h.algorithm() : present));
        }
        List<String> others = new ArrayList<>();
        for (Hyperparameter<?> hyperparameter : h.algorithm().hyperparameters()) {
            Object value = h.get(hyperparameter);
            if (!isExchanged(hyperparameter, value) && !value.equals(preset.get(hyperparameter))) {
                others.add(hyperparameter + " is " + value + ", there " + preset.get(hyperparameter));
            }
        }
        if (h.hasLookahead()) {
            others.add(Hyperparameters.LOOKAHEAD_STEPS + " is " + h.get(Hyperparameters.LOOKAHEAD_STEPS)
                    + ", there is no Lookahead");
        }
        if (h.centralizesGradients()) {
            others.add(Hyperparameters.CENTRALIZE_GRADIENTS + " is true, there is none of it");
        }
        if (!others.isEmpty()) {
            throw new InvalidSnapshotException(which + " follows other rules than " + this + ": "
                    + String.join("; ", others) + ". Build it by the preset PYTORCH");
        }
    }

    private boolean isExchanged(Hyperparameter<?> hyperparameter, Object value) {
        return hyperparameter == Hyperparameters.GRADIENT_SCALE || numbers.containsValue(hyperparameter)
                || flags.containsValue(hyperparameter)
                || betas.contains(hyperparameter) || saysIfDecoupled()
                && hyperparameter == Hyperparameters.WEIGHT_DECAY_MODE && value != WeightDecay.DECOUPLED_ON_UPDATE;
    }

    /**
     * A group's hyperparameters with all that a group of a file sets. As in PyTorch, the file's count.
     *
     * @throws Malformed if a setting is missing, or is no number
     * @throws InvalidSnapshotException if it is out of range
     */
    Hyperparameters read(Map<String, Object> group, Hyperparameters present) {
        Hyperparameters.Builder builder = present.toBuilder();
        numbers.forEach((key, hyperparameter) -> builder.set(hyperparameter, number(key, group.get(key))));
        flags.forEach((key, hyperparameter) -> builder.set(hyperparameter, flag(group, key)));
        if (!betas.isEmpty()) {
            Malformed.require(group.get("betas") instanceof List<?> pair && pair.size() == 2,
                    "betas are not two numbers in a group");
            List<?> pair = (List<?>) group.get("betas");
            for (int i = 0; i < betas.size(); i++) {
                builder.set(betas.get(i), number("betas", pair.get(i)));
            }
        }
        // In a file of Adam without it, which class it is tells, as in PyTorch.
        if (saysIfDecoupled() && (this != ADAM || group.containsKey(DECOUPLED))) {
            builder.set(Hyperparameters.WEIGHT_DECAY_MODE,
                    flag(group, DECOUPLED) ? WeightDecay.DECOUPLED : WeightDecay.L2);
        }
        try {
            return builder.build();
        } catch (InvalidHyperparameterException e) {
            throw new InvalidSnapshotException("a group of the file has settings that are none here: "
                    + e.getMessage());
        }
    }

    /** A number of Python, or a tensor of one. */
    static double number(String key, Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case TorchTensor tensor when tensor.length() == 1 -> tensor.item();
            case null, default -> throw new Malformed(key + " is no number in a group, but " + describe(value));
        };
    }

    private static boolean flag(Map<String, Object> group, String key) {
        Object value = group.getOrDefault(key, false);
        Malformed.require(value instanceof Boolean, key + " is neither True nor False in a group");
        return (Boolean) value;
    }

    /** A hostile file may have values of any size. */
    static String describe(Object value) {
        return switch (value) {
            case null -> "nothing";
            case Map<?, ?> map -> "a dict of " + map.size();
            case List<?> list -> "a list of " + list.size();
            case String text -> "a string of " + text.length() + " characters";
            default -> value.toString();
        };
    }

    /**
     * The settings of a group for a file. PyTorch counts on all keys that its class has, and passes others.
     *
     * @param factor of the learning rate
     */
    Map<String, Object> write(Hyperparameters h, double factor) {
        Map<String, Object> group = new LinkedHashMap<>();
        numbers.forEach((key, hyperparameter) -> group.put(key, h.get(hyperparameter)));
        group.put("lr", h.learningRate() * factor);
        if (factor != 1) {
            group.put("initial_lr", h.learningRate());
        }
        flags.forEach((key, hyperparameter) -> group.put(key, h.get(hyperparameter)));
        if (!betas.isEmpty()) {
            group.put("betas", new Pickler.Pair(h.get(betas.get(0)), h.get(betas.get(1))));
        }
        if (saysIfDecoupled()) {
            group.put(DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE) == WeightDecay.DECOUPLED);
        }
        if (countsSteps()) {
            group.put("capturable", false);
        }
        group.put("foreach", null);
        group.put("differentiable", false);
        group.put("fused", null);
        return group;
    }
}
