package io.radam.checkpoint;

import com.google.gson.stream.JsonWriter;
import io.radam.AdEMAMixSettings;
import io.radam.AdaBeliefSettings;
import io.radam.AdaBoundSettings;
import io.radam.AdaModSettings;
import io.radam.AdamHDSettings;
import io.radam.AdamPSettings;
import io.radam.AdamSettings;
import io.radam.AdamaxSettings;
import io.radam.AdanSettings;
import io.radam.AdoptSettings;
import io.radam.Algorithm;
import io.radam.CautiousAdamWSettings;
import io.radam.DiffGradSettings;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.LambSettings;
import io.radam.LionSettings;
import io.radam.NAdamSettings;
import io.radam.NovoGradSettings;
import io.radam.PadamSettings;
import io.radam.QHAdamSettings;
import io.radam.Rounding;
import io.radam.ScheduleFreeAdamWSettings;
import io.radam.StableAdamWSettings;
import io.radam.StateType;
import io.radam.WeightDecay;
import io.radam.YogiSettings;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parameter group in a file.
 *
 * @param name       null if it has none
 * @param parameters their names in the file
 */
record SavedGroup(String name, Hyperparameters hyperparameters, StateType stateType, Rounding stateRounding,
        List<String> parameters) {
    /** What PyTorch calls the hyperparameters that mean the same there. */
    private static final Map<String, String> PYTORCH = Map.of("learningRate", "lr", "epsilon", "eps", "weightDecay",
            "weight_decay", "amsgrad", "amsgrad", "maximize", "maximize", "momentum", "momentum", "dampening",
            "dampening", "nesterov", "nesterov", "momentumDecay", "momentum_decay");
    /** No text of a hyperparameter is longer than this, as {@link Hyperparameter} sees to. */
    private static final int LONGEST_VALUE = 100;

    // --------------------------------------------------------------------------------------------------------- write

    /** A group says which algorithm it has where that is another than the optimizer's. */
    static String toJson(List<SavedGroup> groups, Algorithm ofOptimizer) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginArray();
            for (SavedGroup group : groups) {
                json.beginObject();
                if (group.hyperparameters().algorithm() != ofOptimizer) {
                    json.name(Keys.ALGORITHM).value(group.hyperparameters().algorithm().toString());
                }
                group.write(json);
                json.endObject();
            }
            json.endArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** PyTorch's keys for other programs, then the exact settings, which are what is read. */
    private void write(JsonWriter json) throws IOException {
        for (Hyperparameter<?> hyperparameter : hyperparameters.algorithm().hyperparameters()) {
            String key = PYTORCH.get(hyperparameter.name());
            if (key != null) {
                Object value = hyperparameters.get(hyperparameter);
                // A hyperparameter of the user's own may have such a name, but another type.
                if (value instanceof Boolean flag) {
                    json.name(key).value(flag);
                } else if (value instanceof Double number && Double.isFinite(number)) { // JSON has no others
                    json.name(key).value(number);
                }
            }
        }
        switch (hyperparameters.algorithm().kind()) {
            case ADAM -> writeBetas(json, AdamSettings.BETA1, AdamSettings.BETA2);
            case LION, CAUTIOUS_LION -> writeBetas(json, LionSettings.BETA1, LionSettings.BETA2);
            case NADAM -> writeBetas(json, NAdamSettings.BETA1, NAdamSettings.BETA2);
            case ADAMAX -> writeBetas(json, AdamaxSettings.BETA1, AdamaxSettings.BETA2);
            case ADOPT -> writeBetas(json, AdoptSettings.BETA1, AdoptSettings.BETA2);
            case YOGI -> writeBetas(json, YogiSettings.BETA1, YogiSettings.BETA2);
            case QHADAM -> writeBetas(json, QHAdamSettings.BETA1, QHAdamSettings.BETA2);
            case ADEMAMIX -> writeBetas(json, AdEMAMixSettings.BETA1, AdEMAMixSettings.BETA2, AdEMAMixSettings.BETA3);
            case ADAMOD -> writeBetas(json, AdaModSettings.BETA1, AdaModSettings.BETA2, AdaModSettings.BETA3);
            case ADAN -> writeBetas(json, AdanSettings.BETA1, AdanSettings.BETA2, AdanSettings.BETA3);
            case ADABELIEF -> writeBetas(json, AdaBeliefSettings.BETA1, AdaBeliefSettings.BETA2);
            case ADABOUND -> writeBetas(json, AdaBoundSettings.BETA1, AdaBoundSettings.BETA2);
            case DIFFGRAD -> writeBetas(json, DiffGradSettings.BETA1, DiffGradSettings.BETA2);
            case PADAM -> writeBetas(json, PadamSettings.BETA1, PadamSettings.BETA2);
            case SCHEDULEFREE_ADAMW ->
                    writeBetas(json, ScheduleFreeAdamWSettings.BETA1, ScheduleFreeAdamWSettings.BETA2);
            case LAMB -> writeBetas(json, LambSettings.BETA1, LambSettings.BETA2);
            case CAUTIOUS_ADAMW -> writeBetas(json, CautiousAdamWSettings.BETA1, CautiousAdamWSettings.BETA2);
            case STABLEADAMW -> writeBetas(json, StableAdamWSettings.BETA1, StableAdamWSettings.BETA2);
            case SGD, RMSPROP, ADAGRAD, ADADELTA, QHM, MADGRAD, COCOB, SCHEDULEFREE_SGD, LARS, SGD_HD, YELLOWFIN,
                SGDP, CUSTOM -> { }
            case ADAMP -> writeBetas(json, AdamPSettings.BETA1, AdamPSettings.BETA2);
            case ADAM_HD -> writeBetas(json, AdamHDSettings.BETA1, AdamHDSettings.BETA2);
            case NOVOGRAD -> writeBetas(json, NovoGradSettings.BETA1, NovoGradSettings.BETA2);
        }
        if (hyperparameters.algorithm().hyperparameters().contains(Hyperparameters.WEIGHT_DECAY_MODE)) {
            json.name("decoupled_weight_decay")
                    .value(hyperparameters.get(Hyperparameters.WEIGHT_DECAY_MODE) != WeightDecay.L2);
        }
        if (name != null) {
            json.name("name").value(name);
        }
        json.name("state_type").value(stateType.name()).name("state_rounding").value(stateRounding.name());
        json.name("hyperparameters").beginObject();
        for (Map.Entry<String, String> pair : hyperparameters.toText().entrySet()) {
            json.name(pair.getKey()).value(pair.getValue());
        }
        json.endObject().name("params").beginArray();
        for (String parameter : parameters) {
            json.value(parameter);
        }
        json.endArray();
    }

    @SafeVarargs
    private void writeBetas(JsonWriter json, Hyperparameter<Double>... betas) throws IOException {
        json.name("betas").beginArray();
        for (Hyperparameter<Double> beta : betas) {
            json.value(hyperparameters.get(beta));
        }
        json.endArray();
    }

    // ---------------------------------------------------------------------------------------------------------- read

    /** What was read of a group so far. */
    private static final class Fields {
        Algorithm algorithm;
        String name;
        Map<String, String> hyperparameters;
        String stateType;
        String stateRounding;
        List<String> parameters;
    }

    /** Reads what {@link #toJson} wrote. */
    static List<SavedGroup> parse(String text, Algorithm ofOptimizer, Algorithms known) {
        List<SavedGroup> groups = new ArrayList<>();
        Json.readArray(text, json -> groups.add(parse(json, ofOptimizer, known)));
        return groups;
    }

    private static SavedGroup parse(Json json, Algorithm ofOptimizer, Algorithms known) {
        Fields fields = new Fields();
        fields.algorithm = ofOptimizer;
        json.object(key -> {
            switch (key) {
                case "name" -> fields.name = json.string();
                case Keys.ALGORITHM -> fields.algorithm = known.named(json.string());
                case "hyperparameters" -> fields.hyperparameters = texts(json);
                case "state_type" -> fields.stateType = json.string();
                case "state_rounding" -> fields.stateRounding = json.string();
                case "params" -> fields.parameters = strings(json);
                // PyTorch's keys, which are for other programs.
                default -> json.skip();
            }
        });
        Malformed.require(fields.hyperparameters != null && fields.stateType != null && fields.stateRounding != null
                && fields.parameters != null, "a group lacks a setting or its parameters");
        for (Hyperparameter<?> hyperparameter : fields.algorithm.hyperparameters()) {
            Malformed.require(fields.hyperparameters.containsKey(hyperparameter.name()),
                    "a group lacks the hyperparameter " + hyperparameter.name());
        }
        Hyperparameters hyperparameters = Hyperparameters.parse(fields.algorithm, fields.hyperparameters);
        Malformed.require(hyperparameters.toText().equals(fields.hyperparameters),
                "a hyperparameter is not as checkpoints have it");
        return new SavedGroup(fields.name, hyperparameters, StateType.valueOf(fields.stateType),
                Rounding.valueOf(fields.stateRounding), fields.parameters);
    }

    private static Map<String, String> texts(Json json) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.object(key -> {
            String value = json.string();
            Malformed.require(value.length() <= LONGEST_VALUE, key + " is too long");
            texts.put(key, value);
        });
        return texts;
    }

    private static List<String> strings(Json json) {
        List<String> strings = new ArrayList<>();
        json.array(() -> strings.add(json.string()));
        return strings;
    }
}
