package io.radam.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.internal.ffi.RadamH;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The committed bindings say what {@code radam.h} says. Where they do not, memory would be read and written in wrong
 * places: run {@code regenerate-bindings}.
 */
class BindingsTest {
    private static final Path HEADER = Path.of(System.getProperty("native.header"));

    @Test
    void agreeWithTheHeader() throws Exception {
        Map<String, String> header = CHeader.facts(HEADER);
        Map<String, String> bindings = Bindings.facts();
        for (String kind : new String[] {"constant ", "function ", "struct ", "field "}) {
            assertTrue(header.keySet().stream().anyMatch(fact -> fact.startsWith(kind)), kind);
        }
        Set<String> all = new TreeSet<>(header.keySet());
        all.addAll(bindings.keySet());
        StringBuilder differences = new StringBuilder();
        for (String fact : all) {
            if (!header.getOrDefault(fact, "").equals(bindings.get(fact))) {
                differences.append("%n%s: %s in the header, %s in the bindings".formatted(
                        fact, header.get(fact), bindings.get(fact)));
            }
        }
        assertEquals("", differences.toString());
    }

    /** Each of these changes to the header must be seen. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
        "#define RADAM_ABI_VERSION 1|#define RADAM_ABI_VERSION 2",
        "RADAM_ERROR_STEP = 7,|RADAM_ERROR_STEP = 70,",
        "RADAM_MODE_MOMENTUM = 1,|RADAM_MODE_SIDEWAYS = 1,",
        "RADAM_TARGET_AVX512 = 3|RADAM_TARGET_AVX512 = 3, RADAM_TARGET_NEON = 4",
        "  float l2;|  double l2;",
        "  float l2;|  float l1;",
        "  float l2;|  float l2; float l3;",
        "  double beta1;|  int64_t beta1;",
        "  int32_t reserved;|",
        "radam_target_available(int32_t target)|radam_target_available(int64_t target)",
        "radam_target_available(int32_t target)|radam_target_available(int32_t target, int32_t strict)",
        "radam_target_available(int32_t target)|radam_target_runs(int32_t target)",
        "RADAM_API int32_t radam_abi_version|RADAM_API int64_t radam_abi_version",
        "int64_t begin, int64_t end,|int32_t begin, int64_t end,",
        "const char *radam_version(void);|const char *radam_version(void); RADAM_API int32_t radam_build(void);",
    })
    void differFromAChangedHeader(String before, String after, @TempDir Path folder) throws Exception {
        String text = Files.readString(HEADER);
        assertTrue(text.contains(before), "the header no longer has what this test changes: " + before);
        Path changed = Files.writeString(folder.resolve("changed.h"), text.replace(before, after == null ? "" : after));
        assertNotEquals(Bindings.facts(), CHeader.facts(changed));
    }

    @Test
    void areNotExported() {
        ModuleDescriptor module = RadamH.class.getModule().getDescriptor();
        String bindings = RadamH.class.getPackageName();
        assertEquals("io.radam", module.name());
        assertEquals(Set.of("io.radam"), Set.copyOf(module.exports().stream().map(ModuleDescriptor.Exports::source)
                .toList()));
        assertFalse(module.opens().stream().anyMatch(opens -> opens.source().equals(bindings)));
        assertFalse(module.isOpen());
        assertTrue(module.packages().contains(bindings));
    }
}
