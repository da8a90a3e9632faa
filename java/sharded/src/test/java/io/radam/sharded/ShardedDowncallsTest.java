package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The metadata for GraalVM's native images lists the calls that the code makes. It is not tried in an image. */
class ShardedDowncallsTest {
    private static final String METADATA =
            "/META-INF/native-image/io.radam/radam-sharded/reachability-metadata.json";

    @Test
    void metadataListsAllCalls() throws Exception {
        Set<String> made = Stream.of(MpiInterface.MPICH, MpiInterface.STANDARD)
                .flatMap(binary -> binary.functions().values().stream())
                .map(ShardedDowncallsTest::entry).collect(Collectors.toCollection(TreeSet::new));
        for (Class<?> type : List.of(MpiInterface.class, MpiLibrary.class, NcclLibrary.class)) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == FunctionDescriptor.class) {
                    field.setAccessible(true);
                    made.add(entry((FunctionDescriptor) field.get(null)));
                }
            }
        }
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
            case SequenceLayout sequence ->
                    "sequence(" + sequence.elementCount() + ", " + type(sequence.elementLayout()) + ")";
            case StructLayout struct -> struct.memberLayouts().stream().map(ShardedDowncallsTest::type)
                    .collect(Collectors.joining(",", "struct(", ")"));
            default -> throw new AssertionError(layout);
        };
    }
}
