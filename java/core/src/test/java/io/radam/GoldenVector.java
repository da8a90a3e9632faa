package io.radam;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/** One file of the golden vectors: a trajectory that someone else's implementation took, in float64. */
final class GoldenVector {
    private final JsonObject json;

    private GoldenVector(JsonObject json) {
        this.json = json;
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

    /** After each step. */
    double[][] parameters() {
        return rows("parameters");
    }

    /** After the last step. */
    double[] expAvg() {
        return numbers(required("exp_avg"));
    }

    /** After the last step. */
    double[] expAvgSq() {
        return numbers(required("exp_avg_sq"));
    }

    /** The optimizer that should take the same way. */
    Optimizer optimizer(Parameter parameter, Backend backend) {
        Optimizer optimizer = builder().parameter(parameter).backend(backend).build();
        if (has("frozen_steps")) {
            freeze(optimizer.groups().getFirst(), required("frozen_steps").getAsLong());
        }
        return optimizer;
    }

    private OptimizerBuilder<?, ?> builder() {
        String rules = required("algorithm").getAsString() + " of " + required("dialect").getAsString();
        OptimizerBuilder<?, ?> builder = switch (rules) {
            case "radam of authors", "plain_radam of authors" -> radam(RAdam.Preset.AUTHORS);
            case "radam of pytorch", "plain_radam of pytorch" -> radam(RAdam.Preset.PYTORCH);
            case "adam of pytorch" -> Adam.builder(Adam.Preset.PYTORCH);
            case "adamw of pytorch" -> AdamW.builder(AdamW.Preset.PYTORCH);
            case "adamw of authors" -> AdamW.builder(AdamW.Preset.AUTHORS);
            case "adam_2k of authors" -> Adam.builder(Adam.Preset.ADAM_2K);
            default -> throw new IllegalArgumentException("no preset is known for the algorithm and dialect " + rules);
        };
        builder.learningRate(number("lr"))
                .betas(number("beta1"), number("beta2"))
                .epsilon(number("eps"))
                .weightDecay(number("weight_decay"))
                .amsgrad(flag("amsgrad"))
                .maximize(flag("maximize"))
                .warmupSteps(has("warmup_steps") ? required("warmup_steps").getAsLong() : 0);
        if (has("decoupled_weight_decay")) {
            builder.weightDecayMode(weightDecayMode(builder.weightDecayMode, flag("decoupled_weight_decay")));
        }
        return builder;
    }

    private RAdam.Builder radam(RAdam.Preset preset) {
        RAdam.Builder builder = RAdam.builder(preset);
        if (has("degenerated_to_sgd")) {
            builder.unrectified(flag("degenerated_to_sgd") ? Unrectified.MOMENTUM : Unrectified.SKIP);
        }
        return builder;
    }

    /** Decoupled decay comes in two kinds; a preset that has one keeps it. */
    private static WeightDecay weightDecayMode(WeightDecay ofPreset, boolean decoupled) {
        if (!decoupled) {
            return WeightDecay.L2;
        }
        return ofPreset == WeightDecay.L2 ? WeightDecay.DECOUPLED : ofPreset;
    }

    /** Only {@link Adam.Builder} has a setting for it. */
    private static void freeze(ParameterGroup group, long frozenSteps) {
        Hyperparameters h = group.hyperparameters();
        group.setHyperparameters(new Hyperparameters(h.rectify(), h.learningRate(), h.beta1(), h.beta2(), h.epsilon(),
                h.epsilonPlacement(), h.weightDecay(), h.weightDecayMode(), h.maximize(), h.gradientScale(),
                h.unrectified(), h.rhoThreshold(), h.rectifyAtThreshold(), h.warmupSteps(), frozenSteps));
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

    private double number(String key) {
        return required(key).getAsDouble();
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
