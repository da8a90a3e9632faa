package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The metadata for GraalVM's native images lists the calls of MPI that the code makes. It is not tried in an image. */
class MpiNativeImageTest {
    private static final String METADATA =
            "/META-INF/native-image/io.radam/radam-sharded/reachability-metadata.json";

    @Test
    void listsAllDowncalls() throws IOException {
        Set<String> made = Stream.of(MpiInterface.MPICH, MpiInterface.STANDARD)
                .flatMap(binary -> binary.functions().values().stream())
                .map(MpiNativeImageTest::entry).collect(Collectors.toCollection(TreeSet::new));
        made.add(entry(MpiLibrary.SETENV));
        made.add(entry(MpiInterface.ABI_VERSION));
        try (InputStream in = MpiLibrary.class.getResourceAsStream(METADATA)) {
            List<String> listed = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(String::strip)
                    .filter(line -> line.startsWith("{\"returnType\"")).map(line -> line.replaceAll(",$", ""))
                    .sorted().toList();
            assertEquals(String.join("\n", made), String.join("\n", listed));
        }
    }

    private static String entry(FunctionDescriptor function) {
        return "{\"returnType\": \"" + type(function.returnLayout().orElseThrow()) + "\", \"parameterTypes\": ["
                + function.argumentLayouts().stream().map(layout -> '"' + type(layout) + '"')
                        .collect(Collectors.joining(", ")) + "]}";
    }

    private static String type(MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout address -> "void*";
            case ValueLayout value -> "j" + value.carrier().getName();
            default -> throw new AssertionError(layout);
        };
    }
}
