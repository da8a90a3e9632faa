package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Hyperparameters;
import io.radam.RAdam;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The presets in Java are those of the native library. */
class PresetTest {
    private static final Map<String, Hyperparameters> PRESETS = presets();

    private static Map<String, Hyperparameters> presets() {
        Map<String, Hyperparameters> presets = new HashMap<>();
        for (RAdam.Preset preset : RAdam.Preset.values()) {
            presets.put("RADAM_PRESET_RADAM_" + preset, preset.hyperparameters());
        }
        for (AdamW.Preset preset : AdamW.Preset.values()) {
            presets.put("RADAM_PRESET_ADAMW_" + preset, preset.hyperparameters());
        }
        presets.put("RADAM_PRESET_ADAM_PYTORCH", Adam.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_ADAM_2K", Adam.Preset.ADAM_2K.hyperparameters());
        return presets;
    }

    static Set<String> names() {
        return new TreeSet<>(PRESETS.keySet());
    }

    @Test
    void allOfBothLanguages() {
        Set<String> constants = Arrays.stream(RadamH.class.getMethods()).map(Method::getName)
                .filter(name -> name.startsWith("RADAM_PRESET_")).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(constants, names());
        assertEquals(PRESETS.size(),
                RAdam.Preset.values().length + AdamW.Preset.values().length + Adam.Preset.values().length);
    }

    @ParameterizedTest
    @MethodSource("names")
    void sameInBothLanguages(String name) throws ReflectiveOperationException {
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            library.init((int) RadamH.class.getMethod(name).invoke(null));
            MemorySegment java = radam_hyperparameters.allocate(arena);
            radam_hyperparameters.struct_size(java, (int) java.byteSize());
            HyperparameterStruct.write(PRESETS.get(name), java);
            for (MemoryLayout member : radam_hyperparameters.layout().memberLayouts()) {
                assertEquals(field(library.hyperparameters, member), field(java, member), member.toString());
            }
        }
    }

    private static Object field(MemorySegment struct, MemoryLayout member) {
        long offset = radam_hyperparameters.layout()
                .byteOffset(PathElement.groupElement(member.name().orElseThrow()));
        return switch (member) {
            case ValueLayout.OfInt layout -> struct.get(layout, offset);
            case ValueLayout.OfLong layout -> struct.get(layout, offset);
            case ValueLayout.OfDouble layout -> struct.get(layout, offset);
            default -> throw new IllegalArgumentException("no such field is known: " + member);
        };
    }
}
