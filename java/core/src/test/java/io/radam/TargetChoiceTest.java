package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.child.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code radam.target} and {@code RADAM_TARGET}: a backend that is named is used, or the error lists the backends. */
class TargetChoiceTest {
    @TempDir
    Path folder;

    private ChildJvm jvm;

    @BeforeEach
    void newJvm() throws IOException {
        jvm = new ChildJvm(folder).option(ChildJvm.NATIVE_ACCESS);
    }

    private static void assertChosen(String name, ChildJvm.Result result) {
        assertEquals(name, result.get("backend"));
        assertEquals(String.valueOf(Probe.bits(Backend.named("java"))), result.get("bits"));
        assertTrue(result.logged().contains("radam steps by " + name), result::toString);
    }

    private static void assertRefused(ChildJvm.Result result, Object... parts) {
        assertEquals(BackendException.class.getName(), result.get("thrown"), result::toString);
        result.assertContains("message", parts);
        for (Backend backend : Backend.available()) {
            result.assertContains("message", backend.name());
        }
        assertEquals(result.get("message"), result.get("again"));
    }

    @Test
    void byTheEnvironment() throws Exception {
        assertChosen("scalar", jvm.environment("RADAM_TARGET", "scalar").probe());
        assertChosen("java", jvm.environment("RADAM_TARGET", "java").probe());
    }

    @Test
    void byThePropertyBeforeTheEnvironment() throws Exception {
        assertChosen("scalar", jvm.environment("RADAM_TARGET", "java").option("-Dradam.target=scalar").probe());
    }

    @Test
    void emptyIsUnset() throws Exception {
        ChildJvm.Result result = jvm.environment("RADAM_TARGET", "").option("-Dradam.target=").probe();
        assertEquals(Backend.available().getFirst().name(), result.get("backend"));
        assertEquals("", result.err(), "nobody has asked");
    }

    @Test
    void ofNoSuchName() throws Exception {
        assertRefused(jvm.environment("RADAM_TARGET", "nonsense").probe(), "RADAM_TARGET=nonsense");
        assertRefused(jvm.option("-Dradam.target=AVX2 ").probe(), "radam.target=AVX2 ");
    }

    @Test
    void thatThisMachineCannotRun() throws Exception {
        List<String> available = Backend.available().stream().map(Backend::name).toList();
        String lacking =
                List.of("avx512", "avx2", "neon").stream().filter(name -> !available.contains(name)).findFirst().orElseThrow();
        assertRefused(jvm.environment("RADAM_TARGET", lacking).probe(),
                "RADAM_TARGET=" + lacking, "not on this machine");
    }

    @Test
    void nativeWhereThereIsNoNativeLibrary() throws Exception {
        ChildJvm.Result result = jvm.option("-Dos.name=Plan 9", "-Dradam.target=scalar").probe();
        assertEquals(BackendException.class.getName(), result.get("thrown"));
        result.assertContains("message", "radam.target=scalar", "can run java", "no native library for plan_9");
    }
}
