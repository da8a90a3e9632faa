package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranks in processes that mpirun starts. */
class MpiTest {
    @TempDir
    Path folder;

    /**
     * Processes have the bits of threads, which have those of one process. Messages of many sizes arrive. And where
     * ranks differ, all get the same exception, and end in order.
     */
    @ParameterizedTest
    @CsvSource({"OPEN_MPI, 1", "OPEN_MPI, 2", "OPEN_MPI, 3", "OPEN_MPI, 4", "MPICH, 1", "MPICH, 2", "MPICH, 3",
        "MPICH, 4"})
    void processesWorkAsThreads(Mpirun mpirun, int ranks) throws Exception {
        mpirun.require();
        List<String> digests = Ranks.run(ranks, MpiChild::digests);
        Mpirun.Outcome outcome = mpirun.run(folder, ranks, "work");
        assertEquals(0, outcome.exitValue(), outcome.output());
        for (int rank = 0; rank < ranks; rank++) {
            String expected = "rank " + rank + " of " + ranks + " has" + digests.get(rank);
            assertTrue(outcome.output().lines().anyMatch(expected::equals), expected + "\n" + outcome.output());
        }
        assertEquals(ranks, outcome.output().lines().filter("all bytes have arrived"::equals).count(),
                outcome.output());
        assertEquals(ranks, outcome.output().lines().filter("a null reference was caught"::equals).count(),
                outcome.output());
        assertEquals(ranks, outcome.output().lines().filter(line -> ranks == 1 ? line.equals("was built")
                : line.startsWith("ranks differ: rank 1 has ") && line.contains("learningRate=0.5")).count(),
                outcome.output());
    }

    /** A rank that hangs in the middle of the training is named by the others, which end all of it. */
    @ParameterizedTest
    @EnumSource
    void aRankThatHangsIsNamed(Mpirun mpirun) throws Exception {
        mpirun.require();
        Mpirun.Outcome outcome = mpirun.run(folder, 3, "hang", folder.toString());
        assertNotEquals(0, outcome.exitValue());
        Path verdict = folder.resolve("hang");
        assertTrue(Files.exists(verdict), outcome.output());
        // On a slow machine, rank 2 may not have answered either.
        String said = Files.readString(verdict).replaceFirst("^ranks 1 and 2 ", "rank 1 ");
        assertEquals("rank 1 did not answer rank 0 in allGather within 10000 ms; parameters are as before the step: "
                + "true", said);
    }

    /** Messages of another length are refused, and those of another call are not taken for the present one's. */
    @ParameterizedTest
    @EnumSource
    void aRankThatGivesSomethingElseIsNamed(Mpirun mpirun) throws Exception {
        mpirun.require();
        // The processes finalize MPI though a long message is left, which MPI forbids; they do it to end in order.
        assumeFalse(mpirun.version().matches("(?s)HYDRA.*Version: +(4[.][2-9]|[5-9][.]).*"),
                "MPICH 4.2.1 and 5.0.2 end them by an assertion of UCX");
        Mpirun.Outcome outcome = mpirun.run(folder, 2, "mismatch");
        assertEquals(0, outcome.exitValue(), outcome.output());
        for (int[] lengths : new int[][] {{4, 5}, {6, 5}, {0, 5}, {3, 0}, {200_000, 100_000}}) {
            requireLine(outcome, lengths[0] + " for " + lengths[1] + ": [1] rank 1 gives " + lengths[0]
                    + " bytes to rank 0 in allGather, which expects " + lengths[1]);
        }
        requireLine(outcome, "another call: [1] rank 1 did not answer rank 0 in barrier within 1000 ms");
        requireLine(outcome, "another call: [0] rank 0 did not answer rank 1 in allGather within 1000 ms");
    }

    private static void requireLine(Mpirun.Outcome outcome, String expected) {
        assertTrue(outcome.output().lines().anyMatch(expected::equals), expected + "\n" + outcome.output());
    }

    /** The launcher ends the others where a process is killed. */
    @ParameterizedTest
    @EnumSource
    void aRankThatIsKilledEndsAll(Mpirun mpirun) throws Exception {
        mpirun.require();
        Mpirun.Outcome outcome = mpirun.run(folder, 3, "kill");
        assertNotEquals(0, outcome.exitValue());
        assertTrue(outcome.output().contains("rank 1 ends itself"), outcome.output());
        assertTrue(!outcome.output().contains("made all steps"), outcome.output());
    }
}
