package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A library that cannot be used is an error that says why, and a native image knows all calls. */
class NcclLibraryTest {
    @AfterEach
    void forgetLibrary() {
        System.setProperty(EmulatedNccl.PROPERTY, EmulatedNccl.PATH);
    }

    private static String refused(String library) {
        System.setProperty(EmulatedNccl.PROPERTY, library);
        return assertThrows(UnsupportedOperationException.class, NcclLibrary::load).getMessage();
    }

    @Test
    void aLibraryThatIsNotThere() {
        String message = refused("libno_such_nccl.so");
        assertTrue(message.startsWith("NCCL cannot be used: libno_such_nccl.so: "), message);
        assertTrue(message.endsWith(". Install NCCL 2.14 or later, or name its library in -Dradam.nccl.library"),
                message);
    }

    @Test
    void aLibraryOfSomethingElse() {
        String message = refused("libc.so.6");
        assertTrue(message.contains("libc.so.6: it has no ncclGetVersion. Install"), message);
    }

    @Test
    void aLibraryThatIsTooOld() throws Exception {
        EmulatedNccl.require();
        for (int code : new int[] {2804, 21304}) {
            EmulatedNccl.setVersion(code);
            try {
                String message = refused(EmulatedNccl.PATH);
                assertTrue(message.contains(": it is version " + (code == 2804 ? "2.8.4" : "2.13.4") + ". Install"),
                        message);
            } finally {
                EmulatedNccl.setVersion(22703);
            }
        }
        EmulatedNccl.setVersion(21403);
        try {
            assertEquals("2.14.3", NcclLibrary.load().version());
        } finally {
            EmulatedNccl.setVersion(22703);
        }
    }

    @Test
    void metadataListsAllCalls() throws Exception {
        Set<String> made = new TreeSet<>();
        for (Field field : NcclLibrary.class.getDeclaredFields()) {
            if (field.getType() == FunctionDescriptor.class) {
                field.setAccessible(true);
                FunctionDescriptor descriptor = (FunctionDescriptor) field.get(null);
                made.add(type(descriptor.returnLayout().orElseThrow()) + descriptor.argumentLayouts().stream()
                        .map(layout -> '"' + type(layout) + '"').collect(Collectors.joining(", ", " of [", "]")));
            }
        }
        Set<String> listed = new TreeSet<>();
        try (InputStream in = NcclLibrary.class.getResourceAsStream(
                "/META-INF/native-image/io.radam/radam-sharded/reachability-metadata.json")) {
            Matcher call = Pattern.compile("\"returnType\": \"([^\"]*)\", \"parameterTypes\": (\\[[^]]*])")
                    .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (call.find()) {
                assertTrue(listed.add(call.group(1) + " of " + call.group(2)), "twice");
            }
        }
        assertEquals(String.join("\n", made), String.join("\n", listed));
    }

    private static String type(MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout address -> "void*";
            case ValueLayout value -> "j" + value.carrier().getName();
            case SequenceLayout sequence ->
                    "sequence(" + sequence.elementCount() + ", " + type(sequence.elementLayout()) + ")";
            case StructLayout struct -> struct.memberLayouts().stream().map(NcclLibraryTest::type)
                    .collect(Collectors.joining(",", "struct(", ")"));
            default -> throw new AssertionError(layout);
        };
    }
}
