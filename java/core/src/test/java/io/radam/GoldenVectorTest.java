package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All golden vectors on all backends: those in {@code -Dradam.vectors=FOLDER}, or else those that come along; and
 * likewise those of a family of optimizers in {@code -Dradam.vectors.family=FOLDER}, of all rules that there are here.
 */
@Tag("vectors")
class GoldenVectorTest {
    private static final String FOLDER_PROPERTY = "radam.vectors";
    private static final String FAMILY_PROPERTY = "radam.vectors.family";

    /** Rules of the family that this test has no optimizer for, and why. */
    private static final Map<String, String> OTHERS = Map.of(
            "lookahead of authors", "LookaheadMomentumTest, and lookahead_vectors_test.cpp",
            "lookahead of alphadl", "lookahead_vectors_test.cpp, as radam.h says how",
            "sgdp of authors", "sgdp_vectors_test.cpp, where they keep the projection in the momentum",
            "diffgrad of authors-v1", "not offered: the friction is 1/2 from step 2 on",
            "mirror_madgrad of authors", "not offered: another rule",
            "nadam of pytorch-1.13", "not offered: it takes one momentum twice",
            "nadamw of mlcommons", "not offered: another rule, without the schedule of momenta",
            "ranger of lessw2020-20.4.11", "lookahead_vectors_test.cpp",
            "ranger_gc of lessw2020-20.4.11", "lookahead_vectors_test.cpp",
            "ranger_gc of lessw2020-2020", "lookahead_vectors_test.cpp, but for its other rules with weight decay");

    static Stream<Arguments> filesAndBackends() throws IOException, URISyntaxException {
        List<Path> files = new ArrayList<>(files(folder(FOLDER_PROPERTY, "/vectors")));
        for (Path file : family()) {
            if (GoldenVector.read(file).isOfKnownRules()) {
                files.add(file);
            }
        }
        return files.stream().flatMap(file -> Backend.available().stream()
                .map(backend -> argumentSet(file.getFileName() + " on " + backend.name(), file, backend)));
    }

    /** The files of the family. */
    static List<Path> family() throws IOException, URISyntaxException {
        return files(folder(FAMILY_PROPERTY, "/vectors/family"));
    }

    /** For each preset but those of Adam, which have vectors of their own, there is a file in the family. */
    @Test
    void runsTheFamily() throws IOException, URISyntaxException {
        List<String> names = filesAndBackends().map(arguments -> ((Path) arguments.get()[0]).getFileName().toString())
                .toList();
        for (Presets.Row row : Presets.all()) {
            if (row.hyperparameters().algorithm() == Algorithm.ADAM) {
                continue;
            }
            assertFalse(row.golden().isEmpty(), row::toString);
            for (String golden : row.golden()) {
                String start = golden.replaceAll(" .*", "-");
                assertTrue(names.stream().anyMatch(name -> name.startsWith(start)), start);
            }
        }
    }

    /** No file is passed over for a name that is mistaken. */
    @Test
    void knowsWhatItLeavesOut() throws IOException, URISyntaxException {
        for (Path file : family()) {
            GoldenVector vector = GoldenVector.read(file);
            assertTrue(vector.isOfKnownRules() || OTHERS.containsKey(vector.rules()),
                    () -> file + " is of unknown rules: " + vector.rules());
        }
    }

    @ParameterizedTest
    @MethodSource("filesAndBackends")
    void takesTheSameWay(Path file, Backend backend) throws IOException {
        GoldenVector vector = GoldenVector.read(file);
        double[][] gradients = vector.gradients();
        double[][] parameters = vector.parameters();
        assertTrue(gradients.length > 0, "the vector has no steps");
        assertEquals(gradients.length, parameters.length, "steps");
        try (Trajectory trajectory = new Trajectory(file.getFileName() + " on " + backend.name(), vector.initial(),
                vector.lengths(), vector.rowLengths(), p -> vector.optimizer(p, backend))) {
            assertSame(backend, trajectory.optimizer().backend());
            for (int t = 0; t < gradients.length; t++) {
                trajectory.step(gradients[t], parameters[t], vector.options(gradients[t]));
                if (trajectory.optimizer().algorithm().movesLearningRate()) {
                    trajectory.checkLearningRate(vector.learningRates()[t]);
                }
            }
            trajectory.finish(vector.state());
        }
    }

    /** Without native backends, the vectors would test Java alone. */
    @Test
    void runsOnNativeCodeAndOnJava() {
        List<String> backends = Backend.available().stream().map(Backend::name).toList();
        assertTrue(backends.contains("scalar") && backends.contains("java"), backends::toString);
    }

    @Test
    void failsWithoutVectors() throws IOException {
        Path empty = Files.createTempDirectory("vectors");
        try {
            assertThrows(IllegalStateException.class, () -> files(empty));
        } finally {
            Files.delete(empty);
        }
    }

    @Test
    void failsOnUnknownRules() {
        GoldenVector vector = GoldenVector.parse("{\"algorithm\": \"lion\", \"dialect\": \"nobody\"}");
        Parameter parameter = Parameter.of(new float[1], new float[1]);
        String message = assertThrows(IllegalArgumentException.class,
                () -> vector.optimizer(List.of(parameter), Backend.preferred())).getMessage();
        assertTrue(message.contains("lion of nobody"), message);
    }

    private static Path folder(String folderProperty, String bundled) throws URISyntaxException {
        String property = System.getProperty(folderProperty);
        if (property != null) {
            // A relative path is meant from where Maven was started, which is not where it runs the tests.
            return Path.of(System.getProperty("maven.start", "")).resolve(property);
        }
        URL resource = GoldenVectorTest.class.getResource(bundled);
        if (resource == null) {
            throw new IllegalStateException("the test resources have no folder of vectors");
        }
        return Path.of(resource.toURI());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> listed = Files.list(folder)) {
            List<Path> files = listed.filter(file -> file.toString().endsWith(".json")).sorted().toList();
            if (files.isEmpty()) {
                throw new IllegalStateException("there are no golden vectors in " + folder);
            }
            return files;
        }
    }
}
