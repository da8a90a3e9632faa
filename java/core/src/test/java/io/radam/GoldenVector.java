package io.radam;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** One file of the golden vectors: a trajectory that someone else's implementation took, in float64. */
final class GoldenVector {
    private static final Map<String, Hyperparameters> PRESETS = presets();

    /** What files call hyperparameters. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("lr", "learningRate"),
            Map.entry("beta1", "beta1"),
            Map.entry("beta2", "beta2"),
            Map.entry("eps", "epsilon"),
            Map.entry("weight_decay", "weightDecay"),
            Map.entry("amsgrad", "amsgrad"),
            Map.entry("maximize", "maximize"),
            Map.entry("warmup_steps", "warmupSteps"),
            Map.entry("frozen_steps", "frozenSteps"),
            Map.entry("momentum", "momentum"),
            Map.entry("dampening", "dampening"),
            Map.entry("nesterov", "nesterov"),
            Map.entry("momentum_decay", "momentumDecay"),
            Map.entry("alpha_rms", "alpha"),
            Map.entry("centered", "centered"),
            Map.entry("lr_decay", "learningRateDecay"),
            Map.entry("initial_accumulator_value", "initialAccumulator"),
            Map.entry("initial_accumulator", "initialAccumulator"),
            Map.entry("rho", "rho"),
            Map.entry("nu", "nu"),
            Map.entry("no_prox", "noProx"),
            Map.entry("final_lr", "finalLearningRate"),
            Map.entry("gamma", "gamma"),
            Map.entry("partial", "partial"),
            Map.entry("cocob_alpha", "alpha"),
            Map.entry("nu1", "nu1"),
            Map.entry("nu2", "nu2"),
            Map.entry("beta3", "beta3"),
            Map.entry("alpha", "alpha"),
            Map.entry("alpha_warmup", "alphaWarmupSteps"),
            Map.entry("beta3_warmup", "beta3WarmupSteps"),
            Map.entry("r", "r"),
            Map.entry("weight_lr_power", "weightLrPower"),
            Map.entry("inner_momentum", "innerMomentum"),
            Map.entry("silent_sgd_phase", "silentSgdPhase"),
            Map.entry("bias_correction", "biasCorrection"),
            Map.entry("correct_bias", "correctBias"),
            Map.entry("grad_averaging", "gradAveraging"),
            Map.entry("trust_clip", "trustClip"),
            Map.entry("trust_coeff", "trustCoefficient"),
            Map.entry("eta", "trustCoefficient"),
            Map.entry("decoupled_decay", "decayApart"),
            Map.entry("clip_thresh", "clipThreshold"),
            Map.entry("hypergrad_lr", "hypergradLr"),
            Map.entry("mu", "momentum"),
            Map.entry("beta", "beta"),
            Map.entry("curv_win_width", "curvWinWidth"),
            Map.entry("auto_clip_fac", "autoClipFactor"),
            Map.entry("adapt_clip", "adaptClip"),
            Map.entry("zero_debias", "zeroDebias"),
            Map.entry("log_smooth", "logSmooth"),
            Map.entry("delta", "delta"),
            Map.entry("wd_ratio", "wdRatio"),
            Map.entry("rectify", "rectify"),
            Map.entry("fixed_decay", "fixedWeightDecay"));

    private final JsonObject json;

    private GoldenVector(JsonObject json) {
        this.json = json;
    }

    private static Map<String, Hyperparameters> presets() {
        Map<String, Hyperparameters> presets = new HashMap<>();
        for (Presets.Row row : Presets.all()) {
            row.golden().forEach(rules -> presets.put(rules, row.hyperparameters()));
        }
        return presets;
    }

    static GoldenVector read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static GoldenVector parse(String text) {
        return new GoldenVector(JsonParser.parseString(text).getAsJsonObject());
    }

    double[] initial() {
        return numbers(required("initial"));
    }

    /** One row for each step. */
    double[][] gradients() {
        return rows("gradients");
    }

    /** The lengths of its parameters, whose elements follow each other. */
    List<Integer> lengths() {
        if (!has("shapes")) {
            return List.of(initial().length);
        }
        return Arrays.stream(rows("shapes"))
                .map(shape -> (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)).toList();
    }

    /** The lengths of rows of its parameters; 0 each that has one axis. */
    List<Integer> rowLengths() {
        if (!has("shapes")) {
            return List.of(0);
        }
        return Arrays.stream(rows("shapes")).map(shape -> shape.length == 1 ? 0
                : (int) Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b)).toList();
    }

    /**
     * The options that clip a step's gradients as an algorithm's own clipping does. Where they add 1e-6 to the norm,
     * Adan adds epsilon, and LAMB nothing.
     */
    StepOptions options(double[] gradients) {
        double most = has("max_grad_norm") ? required("max_grad_norm").getAsDouble() : 0;
        if (most == 0) {
            return StepOptions.NONE;
        }
        double added = hyperparameters().algorithm() == Algorithm.ADAN ? required("eps").getAsDouble() : 0;
        double norm = Math.sqrt(Arrays.stream(gradients).map(g -> g * g).sum());
        return StepOptions.NONE.withMaxGradientNorm(most * (norm + 1e-6) / (norm + added));
    }

    /** After each step. */
    double[][] parameters() {
        return rows("parameters");
    }

    /** The learning rate after each step, of algorithms that move it. */
    double[] learningRates() {
        return numbers(required("trace").getAsJsonObject().get("lr"));
    }

    /** Of Schedule-Free the average of iterates after the last step. */
    double[] evaluated() {
        return numbers(required("evaluated"));
    }

    /** What the state holds after the last step, by name. */
    Map<String, double[]> state() {
        Map<String, double[]> state = new HashMap<>();
        JsonObject from = has("state") ? required("state").getAsJsonObject() : json;
        for (Algorithm algorithm : Algorithm.values()) {
            for (StateBuffer buffer : algorithm.state()) {
                if (from.has(buffer.name())) {
                    state.put(buffer.name(), numbers(from.get(buffer.name())));
                }
            }
        }
        for (String number : hyperparameters().algorithm().numbers()) {
            if (has("state") && from.has(number)) {
                state.put(number, numbers(from.get(number)));
            }
        }
        if (hyperparameters().algorithm() == Algorithm.YELLOWFIN) {
            state.put("exp_avg", state.remove("grad_avg"));
        }
        if (hyperparameters().algorithm() == Algorithm.SGD_HD) {
            state.putIfAbsent("momentum_buffer", numbers(from.get("grad_prev")));
            if (flag("nesterov")) {
                state.put("last_update", numbers(from.get("grad_prev")));
            }
        }
        if (hyperparameters().algorithm() == Algorithm.SGDP) {
            state.put("momentum_buffer", numbers(from.get("momentum")));
        }
        if (from.has("mu")) {
            state.put("momentum_buffer", numbers(from.get("mu")));
        }
        if (hyperparameters().algorithm() == Algorithm.LAMB && json.has("grad_averaging") && !flag("grad_averaging")) {
            // What is no average there is one here.
            state.computeIfPresent("exp_avg", (name, sums) -> Arrays.stream(sums)
                    .map(sum -> sum * (1 - required("beta1").getAsDouble())).toArray());
        }
        return state;
    }

    /**
     * Whether the library has these rules at all. SGDP's authors keep the projection in the momentum, but for
     * Nesterov's: {@code sgdp_vectors_test.cpp}.
     */
    boolean isOfKnownRules() {
        return PRESETS.containsKey(rules()) && !(rules().equals("sgdp of authors") && !flag("nesterov"));
    }

    /** Whether it is of the authors' Lookahead around SGD that does this with the momentum. */
    boolean isLookaheadOfSgd(String momentum) {
        return rules().equals("lookahead of authors") && required("inner").getAsString().equals("sgd")
                && required("pullback_momentum").getAsString().equals(momentum);
    }

    /** Hyperparameters of the authors' Lookahead around SGD. */
    Hyperparameters lookahead() {
        return Algorithm.SGD.defaults().toBuilder()
                .set(Hyperparameters.LEARNING_RATE, required("lr").getAsDouble())
                .set(Hyperparameters.WEIGHT_DECAY, required("weight_decay").getAsDouble())
                .set(SgdSettings.MOMENTUM, required("momentum").getAsDouble())
                .set(Hyperparameters.LOOKAHEAD_STEPS, required("la_steps").getAsLong())
                .set(Hyperparameters.LOOKAHEAD_ALPHA, required("la_alpha").getAsDouble())
                .set(Hyperparameters.LOOKAHEAD_MOMENTUM, switch (required("pullback_momentum").getAsString()) {
                    case "none" -> LookaheadMomentum.KEEP;
                    case "reset" -> LookaheadMomentum.RESET;
                    case "pullback" -> LookaheadMomentum.PULLBACK;
                    default -> throw new IllegalArgumentException("what is " + json.get("pullback_momentum") + "?");
                }).build();
    }

    String rules() {
        return required("algorithm").getAsString() + " of " + required("dialect").getAsString();
    }

    /** The optimizer that should take the same way. */
    Optimizer optimizer(List<Parameter> parameters, Backend backend) {
        Hyperparameters h = hyperparameters();
        OptimizerBuilder<?, ?> builder = Contestant.builder(h.algorithm()).hyperparameters(h).backend(backend);
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            Hyperparameters own = ofParameter(h, i);
            if (own == h) {
                builder.parameter(parameter);
            } else {
                builder.group(own, group -> group.parameter(parameter));
            }
        }
        return builder.build();
    }

    /** Barlow Twins' LARS leaves parameters of one axis out of decay and adaptation where it is told to. */
    private Hyperparameters ofParameter(Hyperparameters h, int i) {
        Hyperparameters own = h;
        if (has("shapes") && rows("shapes")[i].length == 1) {
            own = flag("weight_decay_filter") ? own.withWeightDecay(0) : own;
            own = flag("lars_adaptation_filter") ? own.with(LarsSettings.ADAPT, Adaptation.NEVER) : own;
        }
        return own;
    }

    /** Those that the optimizer should have. */
    Hyperparameters hyperparameters() {
        String rules = rules();
        Hyperparameters preset = PRESETS.get(rules);
        if (preset == null) {
            throw new IllegalArgumentException("no preset is known for the algorithm and dialect " + rules);
        }
        Map<String, String> text = new HashMap<>(preset.toText());
        KEYS.forEach((key, name) -> {
            if (has(key)) {
                text.put(name, required(key).getAsString());
            }
        });
        // AdaBound's authors take it when the optimizer is made.
        text.computeIfPresent("baseLearningRate", (name, value) -> text.get("learningRate"));
        if (has("always_adapt")) {
            text.put("adapt", flag("always_adapt") ? "ALWAYS" : "WITH_DECAY");
        }
        if (has("adam")) {
            text.put("adapt", flag("adam") ? "NEVER" : "ALWAYS");
        }
        if (has("degenerated_to_sgd")) {
            text.put("unrectified", flag("degenerated_to_sgd") ? "MOMENTUM" : "SKIP");
        }
        for (String key : new String[] {"decoupled_weight_decay", "weight_decouple", "decouple",
            "decouple_weight_decay", "decouple_decay"}) {
            if (has(key)) {
                text.put("weightDecayMode", weightDecayMode(preset.get(Hyperparameters.WEIGHT_DECAY_MODE),
                        flag(key)).toString());
            }
        }
        if (has("weight_decay_type")) {
            text.put("weightDecayMode", switch (required("weight_decay_type").getAsString()) {
                case "grad" -> WeightDecay.L2.toString();
                case "direct" -> WeightDecay.DECOUPLED.toString();
                default -> throw new IllegalArgumentException("what is " + json.get("weight_decay_type") + "?");
            });
        }
        if (has("clip_lambda")) {
            text.put("clip", String.valueOf(switch (required("clip_lambda").getAsString()) {
                case "step^0.25" -> true;
                case "none" -> false;
                default -> throw new IllegalArgumentException("what is " + json.get("clip_lambda") + "?");
            }));
        }
        return Hyperparameters.parse(preset.algorithm(), text);
    }

    /** Decoupled decay comes in two kinds; a preset that has one keeps it. */
    private static WeightDecay weightDecayMode(WeightDecay ofPreset, boolean decoupled) {
        if (!decoupled) {
            return WeightDecay.L2;
        }
        return ofPreset == WeightDecay.L2 ? WeightDecay.DECOUPLED : ofPreset;
    }

    private boolean has(String key) {
        return json.has(key) && !json.get(key).isJsonNull();
    }

    private JsonElement required(String key) {
        if (!has(key)) {
            throw new NoSuchElementException("the golden vector has no " + key);
        }
        return json.get(key);
    }

    private boolean flag(String key) {
        return has(key) && required(key).getAsBoolean();
    }

    private double[][] rows(String key) {
        JsonArray rows = required(key).getAsJsonArray();
        double[][] result = new double[rows.size()][];
        for (int i = 0; i < result.length; i++) {
            result[i] = numbers(rows.get(i));
        }
        return result;
    }

    private static double[] numbers(JsonElement array) {
        return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
    }
}
