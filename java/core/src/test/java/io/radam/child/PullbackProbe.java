package io.radam.child;

import io.radam.BackendException;
import io.radam.LookaheadMomentum;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.SGD;
import io.radam.cuda.CudaDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A step on a GPU that pulls momentum back, in a JVM that has no memory for it. */
public final class PullbackProbe {
    private static final int LENGTH = 8 << 20;
    /** Less than momentum and slow momentum take, and enough for all else. */
    private static final long LEFT = 32L << 20;
    private static final int READ = 1000;

    private PullbackProbe() {
    }

    /**
     * Prints what the second step says, how many were made, and whether it changed the values.
     *
     * @param arguments none
     * @throws IOException          if the memory cannot be limited
     * @throws InterruptedException likewise
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        CudaDevice device = CudaDevice.of(0);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment values = device.allocate(4L * LENGTH, arena);
            MemorySegment gradient = device.allocate(4L * LENGTH, arena);
            device.fill(values, (byte) 0);
            device.fill(gradient, (byte) 0x3F);
            Parameter parameter = Parameter.of(values, gradient);
            try (Optimizer optimizer = SGD.builder().learningRate(1).momentum(0.5).lookahead(2, 0.5)
                    .lookaheadMomentum(LookaheadMomentum.PULLBACK).parameter(parameter).device(device).build()) {
                optimizer.step();
                float[] before = read(values, device);
                limitMemory();
                try {
                    optimizer.step();
                    System.out.println("second=made");
                } catch (BackendException e) {
                    System.out.println("second=" + e.getMessage());
                }
                System.out.println("steps=" + optimizer.stepCount(parameter));
                System.out.println("same=" + Arrays.equals(before, read(values, device)));
                System.out.println("moved=" + (before[0] != 0));
            }
        }
    }

    /** Leaves the process little more address space than it has. */
    private static void limitMemory() throws IOException, InterruptedException {
        long pages = Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[0]);
        int failed = new ProcessBuilder("prlimit", "--pid", String.valueOf(ProcessHandle.current().pid()),
                "--as=" + (pages * 4096 + LEFT)).inheritIO().start().waitFor();
        if (failed != 0) {
            throw new IllegalStateException("prlimit failed: " + failed);
        }
    }

    private static float[] read(MemorySegment values, CudaDevice device) {
        float[] first = new float[READ];
        device.copy(values.asSlice(0, 4L * READ), MemorySegment.ofArray(first));
        return first;
    }
}
