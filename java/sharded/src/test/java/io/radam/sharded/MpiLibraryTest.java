package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Each process would train by itself, and write the same files. */
    @ParameterizedTest
    @ValueSource(strings = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"})
    void aLibraryOfAnotherLauncher(String variable) throws Exception {
        assumeTrue(Mpirun.OPEN_MPI.isInstalled() || Mpirun.MPICH.isInstalled(), "there is no MPI");
        MpiLibrary library = MpiLibrary.load(Map.of());
        library.requireLauncher(4, Map.of(variable, "4"));
        library.requireLauncher(1, Map.of(variable, "1"));
        library.requireLauncher(1, Map.of());
        String message = assertThrows(UnsupportedOperationException.class,
                () -> library.requireLauncher(1, Map.of(variable, "4"))).getMessage();
        assertTrue(message.contains("has started 4 processes, as " + variable + " says, but " + library.version()),
                message);
        assertTrue(message.contains("radam.mpi.library"), message);
    }

    @Test
    void twoLaunchers() {
        Map<String, String> both = Map.of("OMPI_COMM_WORLD_RANK", "0", "PMI_RANK", "0");
        String message = assertThrows(UnsupportedOperationException.class, () -> MpiLibrary.load(both)).getMessage();
        assertTrue(message.contains("OMPI_COMM_WORLD_RANK and PMI_RANK are both set"), message);
        assertTrue(message.contains("radam.mpi.library"), message);
        System.setProperty("radam.mpi.library", "libno_such_mpi.so");
        message = assertThrows(UnsupportedOperationException.class, () -> MpiLibrary.load(both)).getMessage();
        assertTrue(message.contains("libno_such_mpi.so: "), message);
    }

    @Test
    void aLibraryOfSomethingElse() {
        String message = refused("libc.so.6");
        assertTrue(message.contains("libc.so.6: it has no MPI_Initialized"), message);
    }
}
