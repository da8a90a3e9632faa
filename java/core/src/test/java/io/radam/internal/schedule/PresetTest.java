package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.ADOPT;
import io.radam.AdaBelief;
import io.radam.Adadelta;
import io.radam.Adagrad;
import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Adamax;
import io.radam.Hyperparameters;
import io.radam.Lion;
import io.radam.NAdam;
import io.radam.QHAdam;
import io.radam.RAdam;
import io.radam.RMSprop;
import io.radam.SGD;
import io.radam.Yogi;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.Arena;
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
        for (Lion.Preset preset : Lion.Preset.values()) {
            presets.put("RADAM_PRESET_LION_" + preset, preset.hyperparameters());
        }
        presets.put("RADAM_PRESET_ADAM_PYTORCH", Adam.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_ADAM_2K", Adam.Preset.ADAM_2K.hyperparameters());
        presets.put("RADAM_PRESET_SGD_PYTORCH", SGD.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_SGDW", SGD.Preset.SGDW.hyperparameters());
        presets.put("RADAM_PRESET_NADAM_PYTORCH", NAdam.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_NADAMW_PYTORCH", NAdam.Preset.NADAMW.hyperparameters());
        presets.put("RADAM_PRESET_RMSPROP_PYTORCH", RMSprop.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_ADAGRAD_PYTORCH", Adagrad.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_ADAMAX_PYTORCH", Adamax.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_ADADELTA_PYTORCH", Adadelta.Preset.PYTORCH.hyperparameters());
        presets.put("RADAM_PRESET_ADABELIEF_AUTHORS", AdaBelief.Preset.AUTHORS.hyperparameters());
        presets.put("RADAM_PRESET_ADOPT_AUTHORS", ADOPT.Preset.AUTHORS.hyperparameters());
        presets.put("RADAM_PRESET_YOGI_TORCH_OPTIMIZER", Yogi.Preset.TORCH_OPTIMIZER.hyperparameters());
        presets.put("RADAM_PRESET_QHADAM_AUTHORS", QHAdam.Preset.AUTHORS.hyperparameters());
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
        assertEquals(PRESETS.size(), RAdam.Preset.values().length + AdamW.Preset.values().length
                + Adam.Preset.values().length + SGD.Preset.values().length + Lion.Preset.values().length
                + NAdam.Preset.values().length + RMSprop.Preset.values().length + Adagrad.Preset.values().length
                + Adamax.Preset.values().length + Adadelta.Preset.values().length + AdaBelief.Preset.values().length
                + ADOPT.Preset.values().length + Yogi.Preset.values().length + QHAdam.Preset.values().length);
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
            byte[] expected = library.hyperparameters.toArray(ValueLayout.JAVA_BYTE);
            int mismatch = Arrays.mismatch(expected, java.toArray(ValueLayout.JAVA_BYTE));
            assertEquals(-1, mismatch, "first byte that differs, of " + radam_hyperparameters.layout());
        }
    }
}
