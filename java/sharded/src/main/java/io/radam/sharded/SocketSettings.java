package io.radam.sharded;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How a process is told which rank it is: by a system property, or by an environment variable with a like name.
 *
 * @param environment the variables
 */
record SocketSettings(Map<String, String> environment) {
    static final String RANK = "radam.sockets.rank";
    static final String SIZE = "radam.sockets.size";
    static final String ADDRESS = "radam.sockets.address";
    static final String TOKEN = "radam.sockets.token";
    static final String TIMEOUT = "radam.sockets.timeout";

    /** The variables that stand for a property. */
    private static List<String> variables(String property) {
        String same = property.toUpperCase(Locale.ROOT).replace('.', '_');
        // Kubernetes gives each pod of an indexed job its number.
        return property.equals(RANK) ? List.of(same, "JOB_COMPLETION_INDEX") : List.of(same);
    }

    private String find(String property) {
        return Stream.concat(Stream.of(property).map(System::getProperty),
                        variables(property).stream().map(environment::get))
                .filter(value -> value != null && !value.isBlank()).map(String::strip).findFirst().orElse(null);
    }

    boolean has(String property) {
        return find(property) != null;
    }

    String text(String property, String otherwise) {
        return has(property) ? find(property) : otherwise;
    }

    String text(String property) {
        if (!has(property)) {
            throw new IllegalArgumentException("neither the system property " + property + " is set, nor "
                    + String.join(" or ", variables(property)) + " in the environment");
        }
        return find(property);
    }

    int number(String property) {
        try {
            return Integer.parseInt(text(property));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(property + " is a whole number, unlike " + text(property), e);
        }
    }

    Duration duration(String property, Duration otherwise) {
        try {
            return has(property) ? Duration.parse(text(property)) : otherwise;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(property + " is a duration such as PT90S or PT30M, unlike "
                    + text(property), e);
        }
    }
}
