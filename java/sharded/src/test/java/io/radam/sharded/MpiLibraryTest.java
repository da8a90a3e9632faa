package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A library that cannot be used is an error that says why. */
class MpiLibraryTest {
    @AfterEach
    void forgetLibrary() {
        System.clearProperty("radam.mpi.library");
    }

    private static String refused(String library) {
        System.setProperty("radam.mpi.library", library);
        return assertThrows(UnsupportedOperationException.class, () -> MpiLibrary.load(Map.of())).getMessage();
    }

    @Test
    void aLibraryThatIsNotThere() {
        String message = refused("libno_such_mpi.so");
        assertTrue(message.startsWith("there is no MPI library that can be used: libno_such_mpi.so: "), message);
    }

    @Test
    void aLibraryOfSomethingElse() {
        String message = refused("libc.so.6");
        assertTrue(message.contains("libc.so.6: it has no MPI_Initialized"), message);
    }
}
