package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.radam.Adam;
import io.radam.RAdam;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Steps go to the framework's own memory, and take no more. */
class MemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MIB = 1 << 20;
    private static final int ROUNDS = 10;

    @Test
    void whatIsSteppedIsWhereLibtorchHasIt() {
        Classifier model = Classifier.of(1);
        Digits digits = Digits.load();
        List<Tensor> tensors = List.copyOf(TorchOptimizer.namedParameters(model).values());
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder(), model)) {
            for (int step = 0; step < 5; step++) {
                optimizer.zero_grad();
                model.backward(digits.batch(step));
                optimizer.step();
                for (int i = 0; i < tensors.size(); i++) {
                    TorchOptimizer.Memory memory = optimizer.memory().get(i);
                    assertEquals(tensors.get(i).data_ptr().address(), memory.values(), memory.name());
                    assertEquals(tensors.get(i).grad().data_ptr().address(), memory.gradient(), memory.name());
                    assertEquals(memory.values(),
                            optimizer.core().values(optimizer.core().parameter(memory.name())).address());
                }
            }
        }
    }

    /** The highest memory of the process during a step, against a parameter of 128 MiB. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aStepAllocatesNothingOfAParametersSize() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "this system does not let go of the peak of memory");
        Tensor weight = torch.ones(32 * MIB).set_requires_grad(true);
        Tensors.setGradient(weight, torch.ones(32 * MIB));
        try (TorchOptimizer optimizer = TorchOptimizer.of(Adam.builder(), Tensors.named("weight", weight))) {
            optimizer.step(); // touches the state for the first time
            List<Long> grown = new ArrayList<>();
            // What a step allocates is in each round. The compiler of the JVM takes some tens of megabytes for a while.
            do {
                Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak begins anew
                long before = kibibytes("VmHWM");
                for (int step = 0; step < 5; step++) {
                    optimizer.step();
                }
                grown.add(kibibytes("VmHWM") - before);
            } while (grown.getLast() >= 32 * 1024 && grown.size() < ROUNDS);
            assertTrue(grown.getLast() < 32 * 1024, "the peak has grown by " + grown + " KiB");
        }
    }

    @Test
    void aStepAllocatesSomeSmallObjectsOnTheHeap() {
        Tensor weight = torch.ones(MIB).set_requires_grad(true);
        Tensors.setGradient(weight, torch.ones(MIB));
        try (TorchOptimizer optimizer = TorchOptimizer.of(Adam.builder().sequential(),
                Tensors.named("weight", weight))) {
            for (int step = 0; step < 1000; step++) {
                optimizer.step();
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 100; step++) {
                optimizer.step();
            }
            long perStep = (THREADS.getCurrentThreadAllocatedBytes() - before) / 100;
            assertTrue(perStep < 500, perStep + " bytes in a step");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsSteadyOverTenThousandSteps() throws IOException {
        Tensor weight = torch.randn(64, 64).set_requires_grad(true);
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder(), Tensors.named("weight", weight))) {
            train(optimizer, weight, 3000);
            long handles = weight.use_count();
            List<Long> grown = new ArrayList<>();
            // A gradient has 16 KiB: leaks of it would be 160 MB in each round. The rest is Java's compiler and collector.
            do {
                System.gc();
                long resident = kibibytes("VmRSS");
                train(optimizer, weight, 10_000);
                System.gc();
                grown.add(kibibytes("VmRSS") - resident);
            } while (grown.getLast() >= 48 * 1024 && grown.size() < ROUNDS);
            assertTrue(grown.getLast() < 48 * 1024, "resident memory has grown by " + grown + " KiB");
            assertEquals(handles, weight.use_count());
        }
    }

    /** Makes optimizers again and again: their state and handles are freed. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryOfClosedOptimizersIsFreed() throws IOException {
        Tensor weight = torch.ones(MIB).set_requires_grad(true);
        Tensors.setGradient(weight, torch.ones(MIB));
        long before = 0;
        for (int i = 0; i < 120; i++) {
            if (i == 20) {
                before = kibibytes("VmRSS");
            }
            try (TorchOptimizer optimizer = TorchOptimizer.of(Adam.builder(), Tensors.named("weight", weight))) {
                optimizer.step();
            }
        }
        long grown = kibibytes("VmRSS") - before;
        assertTrue(grown < 100 * 1024, "a hundred times 8 MiB of state, and memory has grown by " + grown + " KiB");
        assertEquals(1, weight.use_count());
    }

    private static void train(TorchOptimizer optimizer, Tensor weight, int steps) {
        for (int step = 0; step < steps; step++) {
            try (PointerScope _ = new PointerScope()) {
                optimizer.zero_grad();
                weight.mul(weight).sum().backward();
                optimizer.step();
            }
        }
    }

    private static long kibibytes(String what) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(what + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
