package io.radam;

import java.util.Objects;
import java.util.regex.Pattern;

/** Names that files have, and messages show. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    private Names() {
    }

    /** Fails unless a name is one that an algorithm or a hyperparameter can have. */
    static String require(String what, String name) {
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("the name of " + what + " must be a letter and up to 63 letters, "
                    + "digits, points, underscores and hyphens, but is \"" + name + "\"");
        }
        return name;
    }
}
