/**
 * Memory and streams of NVIDIA GPUs, for optimizers that step there. Start at {@link io.radam.cuda.CudaDevice}.
 *
 * <p>They need the native library of the artifact {@code radam-cuda} on the class path, or on the module path with
 * {@code --add-modules io.radam.cuda.library}; or the system property {@code radam.cuda.library.path}, which names the library
 * {@code libradam_cuda.so} or its folder. Nothing of CUDA needs to be installed but the driver.
 */
package io.radam.cuda;
