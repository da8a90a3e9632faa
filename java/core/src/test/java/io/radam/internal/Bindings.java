package io.radam.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.internal.ffi.RadamH;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodType;
import java.lang.module.ModuleReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the classes that jextract has made say of the native library. */
final class Bindings {
    /** Of the package: the header's own classes. Any other is a struct. */
    private static final String HEADER_CLASS = "RadamH";
    private static final String DESCRIPTOR = "$descriptor";

    private Bindings() {
    }

    /** Constants, functions, structs and their fields, in words. */
    static Map<String, String> facts() throws IOException, ReflectiveOperationException {
        // A descriptor cannot be had without the function.
        assertTrue(NativeLibrary.outcome().loaded(), NativeLibrary.outcome().failure());
        Map<String, String> facts = new TreeMap<>();
        for (Method method : RadamH.class.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers())) {
                continue;
            }
            String name = method.getName();
            if (method.getReturnType() == int.class && name.startsWith("RADAM_")) {
                facts.put("constant " + name, method.invoke(null).toString());
            } else if (name.endsWith(DESCRIPTOR)) {
                addFunction(name.substring(0, name.length() - DESCRIPTOR.length()),
                        (FunctionDescriptor) method.invoke(null), facts);
            }
        }
        for (String struct : structs()) {
            addStruct(struct, facts);
        }
        return facts;
    }

    /** By its descriptor, which is what calls go by; the method that callers see must have the same type. */
    private static void addFunction(String name, FunctionDescriptor descriptor, Map<String, String> facts)
            throws NoSuchMethodException {
        MethodType type = descriptor.toMethodType();
        Method method = RadamH.class.getMethod(name, type.parameterArray());
        facts.put("function " + name, type.changeReturnType(method.getReturnType()).equals(type)
                ? type.toString()
                : "a descriptor of " + type + " and a method of another type");
    }

    /** The top-level classes of the package, from the module itself. */
    private static List<String> structs() throws IOException {
        String folder = RadamH.class.getPackageName().replace('.', '/') + "/";
        Module module = RadamH.class.getModule();
        try (ModuleReader reader = module.getLayer().configuration().findModule(module.getName()).orElseThrow()
                .reference().open()) {
            return reader.list().filter(entry -> entry.startsWith(folder) && entry.endsWith(".class"))
                    .map(entry -> entry.substring(folder.length(), entry.length() - ".class".length()))
                    .filter(name -> !name.contains("$") && !name.equals(HEADER_CLASS))
                    .toList();
        }
    }

    private static void addStruct(String name, Map<String, String> facts) throws ReflectiveOperationException {
        Class<?> type = Class.forName(RadamH.class.getPackageName() + "." + name);
        StructLayout layout = (StructLayout) type.getMethod("layout").invoke(null);
        facts.put("struct " + name, layout.byteSize() + " bytes");
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member instanceof ValueLayout field) {
                String fieldName = field.name().orElseThrow();
                long offset = layout.byteOffset(PathElement.groupElement(fieldName));
                facts.put("field " + name + "." + fieldName, field.carrier().getSimpleName() + " at " + offset);
            }
        }
    }
}
