package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.child.Forgotten;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A closed optimizer refuses to work, and leaves the memory that it borrowed alone. */
class LifecycleMisuseTest {
    @Test
    void useAfterClose() {
        Training training = Training.begun();
        Optimizer optimizer = training.optimizer;
        Parameter parameter = training.parameters.getFirst();
        ParameterState state = AdamState.of(1, parameter.gradient(), parameter.gradient(), null);
        Snapshot before = Snapshot.of(training.parameters);
        optimizer.close();
        optimizer.close();

        List<Executable> uses = List.of(
                optimizer::step,
                () -> optimizer.step(parameter),
                () -> optimizer.step(optimizer.groups().getFirst()),
                optimizer::zeroGradients,
                () -> optimizer.state(parameter),
                () -> optimizer.restore(parameter, state),
                () -> optimizer.coefficients(parameter));
        for (Executable use : uses) {
            Misuse.refused(OptimizerStateException.class, use, "closed");
        }
        before.assertSame(Snapshot.of(training.parameters));

        try (Optimizer next = RAdam.builder().parameters(training.parameters).build()) {
            next.step();
        }
    }

    /** The state must not be freed while another thread reads it, for example to write a checkpoint. */
    @Test
    void closeWhileTheStateIsInUse() throws Exception {
        Parameter parameter = Parameter.of(new float[1 << 20], new float[1 << 20]);
        Optimizer optimizer = RAdam.builder().parameter(parameter).build();
        MemorySegment moment = AdamState.expAvg(optimizer.state(parameter));
        Pipe pipe = Pipe.open();
        try (ExecutorService writer = Executors.newSingleThreadExecutor();
                Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            ByteBuffer bytes = moment.asByteBuffer();
            Future<Integer> written = writer.submit(() -> sink.write(bytes));
            // The pipe cannot hold all bytes. So the writer waits in the middle of the write, while it uses the memory.
            ByteBuffer read = ByteBuffer.allocate(1 << 16);
            source.read(read.limit(1));

            Misuse.refused(OptimizerStateException.class, optimizer::close, "in use");
            optimizer.step();

            for (int rest = (1 << 22) - 1; rest > 0; rest -= source.read(read.clear())) {
                assertTrue(moment.scope().isAlive());
            }
            assertEquals(1 << 22, written.get());
            optimizer.close();
            assertFalse(moment.scope().isAlive());
        }
    }

    @Test
    void stateAfterClose() {
        Training training = Training.begun();
        ParameterState state = training.optimizer.state(training.parameters.getFirst());
        training.close();
        // The platform's own exception: the segment is the optimizer's, and it is gone.
        Misuse.refused(IllegalStateException.class, () -> Numbers.bits(AdamState.expAvg(state)), "closed");
        try (Training other = Training.begun()) {
            Misuse.refused(InvalidParameterException.class,
                    () -> other.optimizer.restore(other.parameters.getFirst(), state), "closed");
        }
    }

    /** It is freed once nothing can reach it, and one warning says where it was made. */
    @Test
    void neverClosed(@TempDir Path folder) throws Exception {
        ChildJvm.Result result = new ChildJvm(folder).option(ChildJvm.NATIVE_ACCESS).run(Forgotten.class);
        assertEquals("true", result.get("freed"));
        assertEquals(1, result.err().split("an optimizer was not closed", -1).length - 1, result::toString);
        assertTrue(result.err().contains("io.radam.child.Forgotten.forget("), result::toString);
    }
}
