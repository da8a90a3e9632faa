package io.radam.internal.ffi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a C header declares. Names and prototypes are read from its text; values, sizes, offsets and the types of fields
 * come from the C compiler, by a program that prints them.
 *
 * <p>Only as much C as our headers use is understood. Anything else is an error, so that nothing goes unnoticed.
 */
final class CHeader {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern CONSTANT_MACRO = Pattern.compile("^#define +(\\w+) +\\d+$", Pattern.MULTILINE);
    private static final Pattern DIRECTIVE = Pattern.compile("^#.*$", Pattern.MULTILINE);
    private static final Pattern STRUCT = Pattern.compile("typedef struct (\\w+) \\{((?:[^{}]|\\{[^{}]*\\})*)\\} \\1;");
    private static final Pattern FIELD = Pattern.compile("(?:union \\{[^}]*\\}|(?:const )?\\w+) \\*?(\\w+)(?:\\[\\w+\\])?;");
    private static final Pattern ENUM = Pattern.compile("enum \\{([^}]*)\\};");
    private static final Pattern ENUMERATOR = Pattern.compile("(\\w+) = \\d+,?");
    private static final Pattern PROTOTYPE = Pattern.compile("RADAM_API ([\\w ]+[ *])(\\w+)\\(([^)]*)\\);");
    private static final Pattern PARAMETER = Pattern.compile("(?:const )?(\\w+) (\\*?(?:const )?\\*?)\\w+");
    /** What may be left: one type, which {@link #javaType} knows, and linkage for C++. */
    private static final Pattern REST = Pattern.compile(
            "extern \"C\" \\{\\s*(?:typedef int32_t radam_status;\\s*)?\\}");

    private final Path file;
    private final Path include;
    private final List<String> constants = new ArrayList<>();
    private final Map<String, List<String>> structs = new TreeMap<>();
    private final Map<String, String> facts = new TreeMap<>();

    private CHeader(Path file, Path include) {
        this.file = file;
        this.include = include;
    }

    /** What {@link Bindings#facts} should be; the header may include others from a folder. */
    static Map<String, String> facts(Path file, Path include) throws IOException, InterruptedException {
        CHeader header = new CHeader(file, include);
        header.parse(Files.readString(file));
        header.compileAndRun();
        return header.facts;
    }

    private void parse(String text) {
        String rest = COMMENT.matcher(text).replaceAll("");
        rest = take(rest, CONSTANT_MACRO, match -> constants.add(match.group(1)));
        rest = take(rest, DIRECTIVE, match -> { });
        rest = take(rest, STRUCT, match -> structs.put(match.group(1), names(match.group(2), FIELD)));
        rest = take(rest, ENUM, match -> constants.addAll(names(match.group(1), ENUMERATOR)));
        rest = take(rest, PROTOTYPE, this::addFunction);
        requireNothing(REST.matcher(rest).replaceFirst(""));
    }

    /** The text without what matches. */
    private static String take(String text, Pattern pattern, Consumer<MatchResult> taker) {
        Matcher matcher = pattern.matcher(text);
        matcher.results().forEach(taker::accept);
        return matcher.replaceAll("");
    }

    private static List<String> names(String text, Pattern pattern) {
        List<String> names = new ArrayList<>();
        requireNothing(take(text, pattern, match -> names.add(match.group(1))));
        return names;
    }

    private static void requireNothing(String rest) {
        if (!rest.isBlank()) {
            throw new IllegalArgumentException("the test does not understand this part of the header: " + rest.strip());
        }
    }

    private void addFunction(MatchResult match) {
        List<String> parameters = new ArrayList<>();
        if (!match.group(3).equals("void")) {
            for (String parameter : match.group(3).split(",")) {
                Matcher matcher = PARAMETER.matcher(parameter.strip());
                if (!matcher.matches()) {
                    throw new IllegalArgumentException("the test does not understand the parameter " + parameter);
                }
                parameters.add(javaType(matcher.group(1) + matcher.group(2)));
            }
        }
        String result = javaType(match.group(1).replace("const ", "").replace(" ", ""));
        facts.put("function " + match.group(2), "(" + String.join(",", parameters) + ")" + result);
    }

    private static String javaType(String type) {
        if (type.endsWith("*")) {
            return "MemorySegment";
        }
        return switch (type) {
            case "int32_t", "uint32_t", "radam_status" -> "int";
            case "int64_t", "uint64_t" -> "long";
            case "float", "double" -> type;
            default -> throw new IllegalArgumentException("the test does not know the type " + type);
        };
    }

    /** The compiler has the last word on what a name stands for. */
    private void compileAndRun() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("bindings");
        Path source = folder.resolve("facts.c");
        Path program = folder.resolve("facts");
        try {
            Files.writeString(source, program());
            List<String> compile = new ArrayList<>(List.of(System.getenv().getOrDefault("CC", "cc").split(" ")));
            compile.addAll(List.of("-std=c11", "-I", file.toAbsolutePath().getParent().toString(),
                    "-I", include.toString(), "-o", program.toString(), source.toString()));
            run(compile);
            for (String line : run(List.of(program.toString())).lines().toList()) {
                String[] fact = line.split(" = ");
                facts.put(fact[0], fact[1]);
            }
        } finally {
            Files.deleteIfExists(program);
            Files.deleteIfExists(source);
            Files.delete(folder);
        }
    }

    private String program() {
        StringBuilder prints = new StringBuilder();
        for (String name : constants) {
            prints.append("CONSTANT(").append(name).append(")\n");
        }
        structs.forEach((struct, fields) -> {
            prints.append("STRUCT(").append(struct).append(")\n");
            for (String field : fields) {
                prints.append("FIELD(").append(struct).append(", ").append(field).append(")\n");
            }
        });
        return """
                #include <stddef.h>
                #include <stdio.h>
                #include "%s"
                #define CONSTANT(name) printf("constant " #name " = %%d\\n", name);
                #define STRUCT(type) printf("struct " #type " = %%zu bytes\\n", sizeof(type));
                #define FIELD(type, name) \\
                  printf("field " #type "." #name " = %%s at %%zu\\n", TYPE(((type *)0)->name), offsetof(type, name));
                #define TYPE(x) _Generic(x, int32_t: "int", uint32_t: "int", int64_t: "long", uint64_t: "long", \\
                                         float: "float", double: "double", \\
                                         void *: "MemorySegment", float *: "MemorySegment", \\
                                         const float *: "MemorySegment", const char *: "MemorySegment", \\
                                         const int32_t *: "MemorySegment", \\
                                         void **: "array", float **: "array", \\
                                         char *: "array", int64_t *: "array", double *: "array", default: "struct")
                int main(void) {
                %s
                return 0;
                }
                """.formatted(file.getFileName(), prints);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }
}
