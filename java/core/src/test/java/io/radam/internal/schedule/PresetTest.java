package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Presets;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The presets in Java are those of the native library. */
class PresetTest {
    @Test
    void allOfBothLanguages() {
        Set<String> constants = Arrays.stream(RadamH.class.getMethods()).map(Method::getName)
                .filter(name -> name.startsWith("RADAM_PRESET_")).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(constants, Presets.all().stream().map(Presets.Row::nativeName)
                .collect(Collectors.toCollection(TreeSet::new)));
        Set<Enum<?>> listed = Presets.all().stream().map(Presets.Row::preset).collect(Collectors.toSet());
        assertEquals(constants.size(), Presets.all().size());
        assertEquals(constants.size(), listed.size());
        for (Presets.Row row : Presets.all()) {
            for (Enum<?> constant : row.preset().getDeclaringClass().getEnumConstants()) {
                assertTrue(listed.contains(constant), () -> constant.getDeclaringClass() + "." + constant);
            }
        }
    }

    static List<Presets.Row> rows() {
        return Presets.all();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void sameInBothLanguages(Presets.Row row) throws ReflectiveOperationException {
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            library.init((int) RadamH.class.getMethod(row.nativeName()).invoke(null));
            MemorySegment java = radam_hyperparameters.allocate(arena);
            radam_hyperparameters.struct_size(java, (int) java.byteSize());
            HyperparameterStruct.write(row.hyperparameters(), java);
            byte[] expected = library.hyperparameters.toArray(ValueLayout.JAVA_BYTE);
            int mismatch = Arrays.mismatch(expected, java.toArray(ValueLayout.JAVA_BYTE));
            assertEquals(-1, mismatch, "first byte that differs, of " + radam_hyperparameters.layout());
        }
    }
}
