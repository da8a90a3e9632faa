package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page shows the sources that the other tests call. Its commands run its programs, and these end as it says. */
class ReadmeTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Path MODULE = Path.of(System.getProperty("project.folder"));

    @TempDir
    private Path folder;
    private String page;

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(MODULE.resolve("README.md"));
        Files.copy(Digits.FILE, folder.resolve("digits.csv.gz"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java/io/radam/recipes/ArrayDigits.java", "java/io/radam/recipes/ArrowDigits.java",
        "java/io/radam/recipes/TensorFlowDigits.java", "kotlin/io/radam/recipes/KotlinDigits.kt"})
    void programsAreShownWhole(String file) throws IOException {
        String source = Files.readString(MODULE.resolve("src/main").resolve(file));
        String language = file.substring(0, file.indexOf('/'));
        String shown = source.substring(source.indexOf("import "));
        assertTrue(page.contains("\n```" + language + "\n" + shown + "```\n"), file + " is not as on the page");
    }

    @ParameterizedTest
    @CsvSource({"ArrayDigits.java, 2.303", "ArrowDigits.java, 2.303", "TensorFlowDigits.java, 2.303",
        "KotlinDigitsKt, 2.311"})
    void programsEndAsThePageSays(String program, double firstLoss) throws Exception {
        String name = program.replaceFirst("\\.java|Kt", "");
        Matcher row = Pattern.compile("\\[" + name + "].*\\| ([0-9.]+) \\| ([0-9]+) % \\|\n").matcher(page);
        assertTrue(row.find(), "the page has no row of " + name);

        String output = run(program);

        assertEquals(firstLoss, number(output, "step 0: loss"), 0.001, output);
        assertEquals(Double.parseDouble(row.group(1)), number(output, "step 200: loss"), 0.005, output);
        double right = Double.parseDouble(row.group(2)) / 100;
        assertEquals(right, number(output, "right of the other digits:"), 0.015, output);
    }

    /** What the command of the page for the program prints. */
    private String run(String program) throws Exception {
        Matcher line = Pattern.compile("\njava ([^`]*) (" + Pattern.quote(program) + " [^`]*)\n```").matcher(page);
        assertTrue(line.find(), "the page has no command for " + program);
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        for (String argument : (line.group(1) + " " + line.group(2)).replace("\\\n", "").split(" +")) {
            command.add(switch (argument) {
                case "\"$CLASSPATH\"" -> System.getProperty("java.class.path");
                case "KotlinDigitsKt" -> "io.radam.recipes.KotlinDigitsKt";
                default -> argument;
            });
        }
        if (program.endsWith(".java")) {
            String name = program.replace(".java", "");
            Matcher block = Pattern.compile("```java\n([^`]*public class " + name + " [^`]*)```").matcher(page);
            assertTrue(block.find(), "the page has no program " + program);
            Files.writeString(folder.resolve(program), block.group(1));
        }

        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        String output = Files.readString(log);
        assertTrue(ended, () -> program + " does not end: " + output);
        assertEquals(0, process.exitValue(), output);
        return output;
    }

    private static double number(String output, String label) {
        Matcher number = Pattern.compile("^" + label + " ([0-9.]+)$", Pattern.MULTILINE).matcher(output);
        assertTrue(number.find(), output);
        return Double.parseDouble(number.group(1));
    }
}
