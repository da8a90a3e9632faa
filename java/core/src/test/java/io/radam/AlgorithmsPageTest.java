package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of the algorithms has all of them, with the state and the defaults that they have. */
class AlgorithmsPageTest {
    private static final Path PAGE =
            Path.of(System.getProperty("project.readme")).resolveSibling("java").resolve("ALGORITHMS.md");

    private static List<String> lines() throws IOException {
        return Files.readAllLines(PAGE);
    }

    private static String row(Algorithm algorithm) {
        String state = algorithm.state().stream().map(buffer -> "`" + buffer.name() + "`")
                .collect(Collectors.joining(", "));
        String defaults = algorithm.defaults().toText().entrySet().stream()
                .map(entry -> "`" + entry.getKey() + "` " + entry.getValue()).collect(Collectors.joining(", "));
        return "| `" + algorithm + "` | " + state + " | " + defaults + " |";
    }

    @Test
    void tableIsThatOfTheCode() throws IOException {
        List<String> rows = lines().stream().filter(line -> line.startsWith("| `")).toList();
        assertEquals(Arrays.stream(Algorithm.values()).map(AlgorithmsPageTest::row).collect(Collectors.joining("\n")),
                String.join("\n", rows));
    }

    /** Each has a section with its rule. */
    @ParameterizedTest
    @MethodSource("io.radam.Algorithm#values")
    void sections(Algorithm algorithm) throws IOException {
        String page = String.join("\n", lines());
        int begin = page.indexOf("\n## " + algorithm + "\n");
        assertTrue(begin >= 0, "there is no section of " + algorithm);
        int end = page.indexOf("\n## ", begin + 1);
        String section = page.substring(begin, end < 0 ? page.length() : end);
        assertTrue(section.replace('\n', ' ').contains("p ← p - "), section);
    }
}
