package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
