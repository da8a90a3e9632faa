package io.radam.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Algorithm;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may use which, read from the class files: dependencies go in one direction. */
class PackagesTest {
    private static final String ROOT = "io/radam/";
    private static final String INTERNAL = ROOT + "internal/";
    private static final Pattern CLASS_NAME = Pattern.compile("io/radam/[\\w/$]+");

    /** For each internal package, the others that it may use. */
    private static final Map<String, Set<String>> MAY_USE = Map.of(
            "ffi", Set.of(),
            "library", Set.of("ffi"),
            "schedule", Set.of("ffi"),
            "kernel", Set.of("ffi", "library", "schedule"),
            "cuda", Set.of("ffi", "library", "schedule", "kernel"),
            "sharding", Set.of("cuda"),
            "engine", Set.of("ffi", "library", "schedule", "kernel", "cuda", "sharding"));

    /** Of io.radam, what does things. All else is values, which internal code may use. */
    private static final Set<String> ACTIVE = Set.of("Optimizer", "OptimizerBuilder", "ParameterGroup", "Settings",
            "AnyOptimizerBuilder", "Backend", "Adam", "AdamW", "RAdam", "SGD", "Lion", "NAdam", "RMSprop", "Adagrad",
            "Adamax", "Adadelta", "AdaBelief", "ADOPT", "Yogi", "QHAdam", "AdEMAMix", "AdaMod", "QHM", "Adan",
            "AdaBound", "DiffGrad", "Padam", "MADGRAD", "COCOB", "ScheduleFreeSGD", "ScheduleFreeAdamW",
            "ScheduleFreeRAdam", "LAMB", "LARS", "StableAdamW", "CautiousAdamW", "CautiousLion", "NovoGrad", "SgdHD",
            "AdamHD", "YellowFin", "AdamP", "SGDP", "LossScaler", "LearningRateSchedule", "PlateauSchedule",
            "Conversions", "Snapshots", "ParameterRegistry");

    @Test
    void dependenciesGoInOneDirection() throws IOException, URISyntaxException {
        Set<String> violations = new TreeSet<>();
        Set<String> packages = new TreeSet<>();
        for (Path file : classFiles()) {
            String name = nameOf(file);
            if (!name.startsWith(INTERNAL)) {
                continue;
            }
            String from = name.substring(INTERNAL.length()).split("/")[0];
            packages.add(from);
            for (String used : classesIn(file)) {
                if (!isAllowed(from, used)) {
                    violations.add(name + " uses " + used);
                }
            }
        }
        assertEquals(new TreeSet<>(MAY_USE.keySet()), packages);
        assertEquals(Set.of(), violations);
    }

    /** The test would see a violation: the optimizer uses the engine, which may not use the optimizer. */
    @Test
    void aDependencyIsSeen() throws IOException, URISyntaxException {
        Path optimizer = classFiles().stream().filter(file -> nameOf(file).equals(ROOT + "Optimizer")).findFirst()
                .orElseThrow();
        Set<String> used = classesIn(optimizer);
        assertTrue(used.contains(INTERNAL + "engine/Engine"), used::toString);
        assertTrue(used.stream().anyMatch(name -> !isAllowed("engine", name)), used::toString);
    }

    private static boolean isAllowed(String from, String used) {
        if (used.startsWith(INTERNAL)) {
            String to = used.substring(INTERNAL.length()).split("/")[0];
            return to.equals(from) || MAY_USE.get(from).contains(to);
        }
        String simple = used.substring(ROOT.length());
        return !simple.contains("/") && !ACTIVE.contains(simple.split("\\$")[0]);
    }

    /** All classes of the library that a class names, in code, signatures or descriptors. */
    private static Set<String> classesIn(Path file) throws IOException {
        Set<String> names = new TreeSet<>();
        for (PoolEntry entry : ClassFile.of().parse(Files.readAllBytes(file)).constantPool()) {
            String text = switch (entry) {
                case ClassEntry type -> type.asInternalName();
                case Utf8Entry utf8 when utf8.stringValue().contains("L" + ROOT) -> utf8.stringValue();
                default -> "";
            };
            CLASS_NAME.matcher(text).results().map(MatchResult::group).forEach(names::add);
        }
        return names;
    }

    private static String nameOf(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.substring(path.indexOf("/" + ROOT) + 1, path.length() - ".class".length());
    }

    /** Of the library, in a folder or a jar. */
    private static Set<Path> classFiles() throws IOException, URISyntaxException {
        URI home = Algorithm.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path root = Path.of(home);
        if (!Files.isDirectory(root)) {
            FileSystem jar = FileSystems.newFileSystem(root);
            root = jar.getPath("/");
        }
        try (Stream<Path> files = Files.walk(root)) {
            return new TreeSet<>(files.filter(file -> file.toString().endsWith(".class")).toList());
        }
    }
}
