package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.paper.Made;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MethodTest {
    private static final Map<Method, List<String>> NAMED = Map.of(
            Method.ADAM, List.of(), Method.ADAM_2K, List.of("frozenSteps=50"),
            Method.ADAM_EPS, List.of("epsilon=1.0E-4"), Method.ADAM_WARMUP, List.of("warmupSteps=100"),
            Method.ADAM_UNTUNED, List.of("warmupSteps=2000"));

    private static Set<String> settings(Method method) {
        String text = Made.by(method.builder(400));
        return new HashSet<>(Arrays.asList(text.substring(text.indexOf('[') + 1, text.length() - 1).split(", ")));
    }

    @Test
    void adamsDifferOnlyInWhatTheirNamesSay() {
        NAMED.forEach((method, named) -> {
            Set<String> own = new TreeSet<>(settings(method));
            own.removeAll(settings(Method.ADAM));
            assertEquals(new TreeSet<>(named), own, method.label());
        });
    }

    /** Beside it, in the way of a weight decay, which is 0. */
    @Test
    void rAdamDiffersInRectificationOnly() {
        assertTrue(settings(Method.RADAM).contains("weightDecay=0.0"));
        Set<String> own = new TreeSet<>(settings(Method.RADAM));
        own.removeAll(settings(Method.ADAM));
        assertEquals(new TreeSet<>(List.of("rectify=true", "rectifyAtThreshold=true",
                "weightDecayMode=DECOUPLED_ON_UPDATE")), own);
    }
}
