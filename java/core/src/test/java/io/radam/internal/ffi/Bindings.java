package io.radam.internal.ffi;

import static org.junit.jupiter.api.Assertions.assertTrue;



import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
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
    /** What the names of radam_cuda.h begin with. */
    private static final String CUDA = "radam_cuda_";
    private static final String DESCRIPTOR = "$descriptor";

    private Bindings() {
    }

    /** Constants, functions, structs and their fields, in words: of {@code radam.h}, or of the headers for GPUs. */
    static Map<String, String> facts(boolean cuda) throws IOException, ReflectiveOperationException {
        // A descriptor cannot be had without the function.
        assertTrue(io.radam.internal.library.NativeLibrary.outcome().loaded(), io.radam.internal.library.NativeLibrary.outcome().failure());
        Class<?> header = cuda ? RadamCudaH.class : RadamH.class;
        if (cuda) {
            io.radam.internal.library.CudaLibrary.require();
        }
        Map<String, String> facts = new TreeMap<>();
        for (Method method : header.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers())) {
                continue;
            }
            String name = method.getName();
            if (method.getReturnType() == int.class && name.startsWith("RADAM_")) {
                facts.put("constant " + name, method.invoke(null).toString());
            } else if (name.endsWith(DESCRIPTOR)) {
                addFunction(header, name.substring(0, name.length() - DESCRIPTOR.length()),
                        (FunctionDescriptor) method.invoke(null), facts);
            }
        }
        for (String struct : structs()) {
            if (struct.startsWith(CUDA) == cuda) {
                addStruct(struct, facts);
            }
        }
        return facts;
    }

    /** The type of a function, by the descriptor that calls use. The Java method must have the same type. */
    private static void addFunction(Class<?> header, String name, FunctionDescriptor descriptor,
            Map<String, String> facts) throws NoSuchMethodException {
        MethodType type = descriptor.toMethodType();
        Method method = header.getMethod(name, type.parameterArray());
        facts.put("function " + name, type.changeReturnType(method.getReturnType()).equals(type)
                ? type.toString()
                : "a descriptor of " + type + " and a method of another type");
    }

    /** The classes of structs, from the module itself. */
    private static List<String> structs() throws IOException {
        String folder = RadamH.class.getPackageName().replace('.', '/') + "/";
        Module module = RadamH.class.getModule();
        try (ModuleReader reader = module.getLayer().configuration().findModule(module.getName()).orElseThrow()
                .reference().open()) {
            return reader.list().filter(entry -> entry.startsWith(folder) && entry.endsWith(".class"))
                    .map(entry -> entry.substring(folder.length(), entry.length() - ".class".length()))
                    .filter(name -> name.startsWith("radam_") && !name.contains("$"))
                    .toList();
        }
    }

    private static void addStruct(String name, Map<String, String> facts) throws ReflectiveOperationException {
        Class<?> type = Class.forName(RadamH.class.getPackageName() + "." + name);
        StructLayout layout = (StructLayout) type.getMethod("layout").invoke(null);
        facts.put("struct " + name, layout.byteSize() + " bytes");
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member instanceof PaddingLayout) {
                continue;
            }
            String fieldName = member.name().orElseThrow();
            long offset = layout.byteOffset(PathElement.groupElement(fieldName));
            String kind = switch (member) {
                case ValueLayout field -> field.carrier().getSimpleName();
                case SequenceLayout array -> "array";
                default -> "struct";
            };
            facts.put("field " + name + "." + fieldName, kind + " at " + offset);
        }
    }
}
