package io.radam.internal.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.radam.Backend;
import io.radam.internal.library.CudaLibrary;
import io.radam.internal.library.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.module.ModuleReader;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The metadata for GraalVM's native images, in which only calls that it lists can be made: it lists those that the code
 * makes. It is not tried in an image.
 */
class NativeImageTest {
    private static final String PACKAGE = "io/radam/internal/ffi/";
    /** Apart from the bindings. They have their descriptors as static fields. */
    private static final String KERNEL = "io.radam.internal.kernel.NativeKernel";
    private static final String LINUX = "io.radam.internal.engine.Linux";

    private static JsonObject metadata() throws IOException {
        try (InputStream in = Backend.class.getResourceAsStream(
                "/META-INF/native-image/io.radam/radam/reachability-metadata.json")) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8)).getAsJsonObject();
        }
    }

    @Test
    void listsAllDowncalls() throws IOException, ReflectiveOperationException {
        assertTrue(NativeLibrary.outcome().loaded(), NativeLibrary.outcome().failure());
        CudaLibrary.require();
        Set<String> made = new TreeSet<>();
        for (Class<?> header : List.of(RadamH.class, RadamCudaH.class)) {
            for (Method method : header.getDeclaredMethods()) {
                if (method.getName().endsWith("$descriptor")) {
                    made.add(words((FunctionDescriptor) method.invoke(null), false));
                }
            }
        }
        for (FunctionDescriptor descriptor : descriptors(LINUX)) {
            made.add(words(descriptor, false));
        }
        for (FunctionDescriptor descriptor : descriptors(KERNEL)) {
            made.add(words(descriptor, false));
            made.add(words(descriptor, true));
        }
        Set<String> listed = new TreeSet<>();
        for (JsonElement call : metadata().getAsJsonObject("foreign").getAsJsonArray("downcalls")) {
            assertTrue(listed.add(words(call.getAsJsonObject())), () -> "twice: " + call);
        }
        assertEquals(String.join("\n", made), String.join("\n", listed));
    }

    /** If another class made downcalls, this test would have to look at it too. */
    @Test
    void knowsWhoMakesDowncalls() throws IOException {
        Set<String> callers = new TreeSet<>();
        Module module = Backend.class.getModule();
        try (ModuleReader reader = module.getLayer().configuration().findModule(module.getName()).orElseThrow()
                .reference().open()) {
            for (String name : reader.list().filter(entry -> entry.endsWith(".class")
                    && !entry.endsWith("Test.class")).toList()) {
                try (InputStream in = reader.open(name).orElseThrow()) {
                    if (!name.startsWith(PACKAGE) && callsLinker(in.readAllBytes())) {
                        callers.add(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                    }
                }
            }
        }
        assertEquals(Set.of(KERNEL, LINUX), callers);
    }

    @Test
    void listsTheLibraries() throws IOException {
        String glob = metadata().getAsJsonArray("resources").get(0).getAsJsonObject().get("glob").getAsString();
        assertEquals("io/radam/internal/native/**", glob);
    }

    private static boolean callsLinker(byte[] file) {
        return StreamSupport.stream(ClassFile.of().parse(file).constantPool().spliterator(), false)
                .anyMatch(entry -> entry instanceof MemberRefEntry member
                        && member.name().equalsString("downcallHandle"));
    }

    private static List<FunctionDescriptor> descriptors(String type) throws ReflectiveOperationException {
        List<FunctionDescriptor> descriptors = new ArrayList<>();
        for (Field field : Class.forName(type).getDeclaredFields()) {
            if (field.getType() == FunctionDescriptor.class) {
                field.setAccessible(true);
                descriptors.add((FunctionDescriptor) field.get(null));
            }
        }
        return descriptors;
    }

    private static String words(FunctionDescriptor descriptor, boolean critical) {
        return words(descriptor.returnLayout().map(NativeImageTest::type).orElse("void"),
                descriptor.argumentLayouts().stream().map(NativeImageTest::type).toList(), critical);
    }

    private static String words(JsonObject call) {
        JsonElement options = call.get("options");
        boolean critical = options != null
                && options.getAsJsonObject().getAsJsonObject("critical").get("allowHeapAccess").getAsBoolean();
        return words(call.get("returnType").getAsString(), call.getAsJsonArray("parameterTypes").asList().stream()
                .map(JsonElement::getAsString).toList(), critical);
    }

    private static String words(String result, List<String> parameters, boolean critical) {
        return result + "(" + String.join(", ", parameters) + ")" + (critical ? " critical" : "");
    }

    private static String type(MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout address -> "void*";
            case ValueLayout value -> "j" + value.carrier().getName();
            default -> throw new AssertionError(layout);
        };
    }
}
