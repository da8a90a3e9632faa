package io.radam;

import static org.junit.jupiter.api.Assumptions.abort;

import io.radam.cuda.CudaDevice;

/**
 * The GPU that tests run on: a real one, or the emulated one of {@code libradam_cuda_emulated}, which steps on the
 * processor. {@code radam.cuda.library.path} says which.
 */
final class Gpu {
    private Gpu() {
    }

    /** The first device; without one the test is skipped, unless {@code gpu.required} is set. */
    static CudaDevice device() {
        try {
            return CudaDevice.of(0);
        } catch (BackendException e) {
            if (Boolean.getBoolean("gpu.required")) {
                throw e;
            }
            return abort("no GPU to test on: " + e.getMessage());
        }
    }
}
