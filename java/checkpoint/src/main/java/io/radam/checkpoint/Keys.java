package io.radam.checkpoint;

import io.radam.Parameter;

/** The names of texts and tensors in a file. */
final class Keys {
    static final String FORMAT = "format";
    static final String FORMAT_VALUE = "radam";
    static final String VERSION = "version";
    static final String VERSION_VALUE = "1";
    static final String ALGORITHM = "algorithm";
    static final String SEED = "seed";
    static final String FACTOR = "learning_rate_factor";
    static final String NEXT_RANDOM_INDEX = "next_random_index";
    static final String GROUPS = "param_groups";
    static final String PARAMETERS = "parameters";
    static final String SCALE = "loss_scaler.scale";
    static final String APPLIED = "loss_scaler.applied_in_a_row";
    static final String PLATEAU_FACTOR = "plateau.factor";
    static final String PLATEAU_BEST = "plateau.best";
    static final String PLATEAU_WORSE = "plateau.worse_in_a_row";
    static final String PLATEAU_COOLDOWN = "plateau.cooldown_left";
    /** Of a shard: the checkpoint that it belongs to, its number from 1, and how many there are. */
    static final String GENERATION = "shard.generation";
    static final String SHARD = "shard.number";
    static final String SHARDS = "shard.count";
    /** How the names of the user's texts begin. */
    static final String USER = "user.";

    private Keys() {
    }

    /** A parameter's name in the file: its own, or where it is in the optimizer, such as 0.2. */
    static String parameter(Parameter parameter, int group, int position) {
        return parameter.name() != null ? parameter.name() : group + "." + position;
    }

    /** What the name of a slice in a shard has after that of the parameter, so that no two shards have one name. */
    static String slice(long first, long length, long wholeLength) {
        return length == wholeLength ? "" : "[" + first + ":" + (first + length) + "]";
    }

    /** Of the tensor that has the step, and of the text that has it exactly. */
    static String step(String parameter) {
        return state(parameter, "step");
    }

    static String state(String parameter, String buffer) {
        return "state." + parameter + "." + buffer;
    }

    static String scales(String parameter, String buffer) {
        return state(parameter, scale(buffer));
    }

    static String scale(String buffer) {
        return buffer + ".scale";
    }

    static String values(String parameter) {
        return "parameter." + parameter;
    }

    /** Of values that are upper halves. */
    static String lowerHalves(String parameter) {
        return "lower." + parameter;
    }

    static String average(String parameter) {
        return "average." + parameter;
    }
}
