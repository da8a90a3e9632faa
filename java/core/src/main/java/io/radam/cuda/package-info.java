/**
 * Memory and streams of NVIDIA GPUs, for optimizers that step there. Start at {@link io.radam.cuda.CudaDevice}.
 *
 * <p>The native library is in the artifact {@code radam-cuda}. It is found on the class path, or on the module path
 * with {@code --add-modules io.radam.cuda.library}. The system property {@code radam.cuda.library.path} can name
 * another file {@code libradam_cuda.so}, or its folder. Of CUDA, only the driver needs to be installed.
 */
package io.radam.cuda;
