package io.radam.robustness.fuzz;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.radam.Hyperparameters;
import io.radam.ParameterGroup;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a checkpoint in another way than the library does, after it was restored, and compares all that it has. */
final class CheckpointOracle {
    private CheckpointOracle() {
    }

    static void check(Path path, SmallTraining training) throws IOException {
        byte[] file = Files.readAllBytes(path);
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        JsonObject json = JsonParser.parseString(new String(file, 8, length, StandardCharsets.UTF_8)).getAsJsonObject();
        JsonObject texts = json.getAsJsonObject("__metadata__");
        MemorySegment data = MemorySegment.ofArray(file).asSlice(8 + length);
        training.memory().forEach((name, memory) -> {
            if (!name.startsWith("copy.")) {
                List<JsonElement> offsets = json.getAsJsonObject(name).getAsJsonArray("data_offsets").asList();
                long begin = offsets.get(0).getAsLong();
                require(data.asSlice(begin, offsets.get(1).getAsLong() - begin).mismatch(memory) == -1, name);
            }
        });
        JsonObject parameters = JsonParser.parseString(texts.get("parameters").getAsString()).getAsJsonObject();
        for (int i = 0; i < training.parameters.size(); i++) {
            String name = training.name(i);
            require(training.optimizer.stepCount(training.parameters.get(i))
                    == texts.get("state." + name + ".step").getAsLong(), "step");
            require(training.optimizer.randomIndex(training.parameters.get(i))
                    == parameters.getAsJsonObject(name).get("random_index").getAsLong(), "random_index");
        }
        List<JsonElement> groups =
                JsonParser.parseString(texts.get("param_groups").getAsString()).getAsJsonArray().asList();
        for (int i = 0; i < groups.size(); i++) {
            Map<String, String> hyperparameters = new LinkedHashMap<>();
            groups.get(i).getAsJsonObject().getAsJsonObject("hyperparameters").asMap()
                    .forEach((name, value) -> hyperparameters.put(name, value.getAsString()));
            ParameterGroup group = training.optimizer.groups().get(i);
            require(group.hyperparameters().equals(
                    Hyperparameters.parse(training.optimizer.algorithm(), hyperparameters)), "hyperparameters");
        }
        requireNumber(texts, "learning_rate_factor", training.optimizer.learningRateFactor());
        requireNumber(texts, "loss_scaler.scale", training.scaler.scale());
        requireNumber(texts, "loss_scaler.applied_in_a_row", training.scaler.appliedInARow());
        requireNumber(texts, "plateau.factor", training.plateau.state().factor());
        requireNumber(texts, "plateau.best", training.plateau.state().best());
        requireNumber(texts, "plateau.worse_in_a_row", training.plateau.state().worseInARow());
        requireNumber(texts, "plateau.cooldown_left", training.plateau.state().cooldownLeft());
        require(training.optimizer.nextRandomIndex() == texts.get("next_random_index").getAsLong(),
                "next_random_index");
    }

    private static void requireNumber(JsonObject texts, String key, double restored) {
        require(Double.compare(Double.parseDouble(texts.get(key).getAsString()), restored) == 0, key);
    }

    private static void require(boolean equal, String what) {
        if (!equal) {
            throw new AssertionError("restored, but not as the file has it: " + what);
        }
    }
}
