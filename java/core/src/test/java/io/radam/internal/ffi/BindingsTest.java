package io.radam.internal.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;


import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The committed bindings say what the headers say. Where they do not, memory would be read and written in wrong
 * places: run {@code regenerate-bindings}.
 */
class BindingsTest {
    private static final List<String> CUDA_HEADERS = List.of("radam_cuda.h", "radam_cuda_runtime.h");
    private static final Path HEADERS = Path.of(System.getProperty("native.headers"));

    private static Map<String, String> bindings(String header) throws Exception {
        return Bindings.facts(!header.equals("radam.h"));
    }

    /** Of all headers that have bindings in common with one, which is read from another file. */
    private static Map<String, String> facts(String name, Path file) throws Exception {
        Map<String, String> facts = new TreeMap<>();
        for (String header : name.equals("radam.h") ? List.of(name) : CUDA_HEADERS) {
            facts.putAll(CHeader.facts(header.equals(name) ? file : HEADERS.resolve(header), HEADERS.getParent()));
        }
        return facts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"radam.h", "radam_cuda.h"})
    void agreeWithTheHeader(String name) throws Exception {
        Map<String, String> header = facts(name, HEADERS.resolve(name));
        Map<String, String> bindings = bindings(name);
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
        "radam.h|#define RADAM_ABI_VERSION 2|#define RADAM_ABI_VERSION 3",
        "radam.h|RADAM_ERROR_STEP = 7,|RADAM_ERROR_STEP = 70,",
        "radam.h|RADAM_MODE_MOMENTUM = 1,|RADAM_MODE_SIDEWAYS = 1,",
        "radam.h|RADAM_TARGET_NEON = 4|RADAM_TARGET_NEON = 4, RADAM_TARGET_SVE = 5",
        "radam.h|  float l2;|  double l2;",
        "radam.h|  float l2;|  float l1;",
        "radam.h|  float l2;|  float l2; float l3;",
        "radam.h|  double beta1;|  int64_t beta1;",
        "radam.h|  int32_t reserved;|",
        "radam.h|radam_target_available(int32_t target)|radam_target_available(int64_t target)",
        "radam.h|radam_target_available(int32_t target)|radam_target_available(int32_t target, int32_t strict)",
        "radam.h|radam_target_available(int32_t target)|radam_target_runs(int32_t target)",
        "radam.h|RADAM_API int32_t radam_abi_version|RADAM_API int64_t radam_abi_version",
        "radam.h|int64_t begin, int64_t end,|int32_t begin, int64_t end,",
        "radam.h|const char *radam_version(void);|const char *radam_version(void); RADAM_API int32_t radam_build(void);",
        "radam_cuda.h|RADAM_CUDA_ERROR_DRIVER = 101,|RADAM_CUDA_ERROR_DRIVER = 201,",
        "radam_cuda.h|#define RADAM_CUDA_STATISTICS_PIECE 8192|#define RADAM_CUDA_STATISTICS_PIECE 4096",
        "radam_cuda_runtime.h|  char name[256];|  char name[128];",
        "radam_cuda.h|  radam_tensor tensor;|",
        "radam_cuda_runtime.h|radam_cuda_malloc(int32_t device, int64_t bytes,|radam_cuda_malloc(int32_t device, int32_t bytes,",
    })
    void differFromAChangedHeader(String name, String before, String after, @TempDir Path folder) throws Exception {
        String text = Files.readString(HEADERS.resolve(name));
        assertTrue(text.contains(before), "the header no longer has what this test changes: " + before);
        Path changed = Files.writeString(folder.resolve("changed.h"), text.replace(before, after == null ? "" : after));
        assertNotEquals(bindings(name), facts(name, changed));
    }

    @Test
    void areNotExported() {
        ModuleDescriptor module = RadamH.class.getModule().getDescriptor();
        String bindings = RadamH.class.getPackageName();
        assertEquals("io.radam", module.name());
        // By package, the modules that it is for; where there is none, it is for all. radam-sharded builds its optimizers
        // from the inside.
        assertEquals(Map.of("io.radam", Set.of(), "io.radam.cuda", Set.of(),
                "io.radam.internal.sharding", Set.of("io.radam.sharded")),
                module.exports().stream().collect(Collectors.toMap(ModuleDescriptor.Exports::source,
                        ModuleDescriptor.Exports::targets)));
        assertFalse(module.opens().stream().anyMatch(opens -> opens.source().equals(bindings)));
        assertFalse(module.isOpen());
        assertTrue(module.packages().contains(bindings));
    }
}
