// Kernels on the host.
#ifndef RADAM_TEST_CUDA_LAUNCH_H
#define RADAM_TEST_CUDA_LAUNCH_H

namespace emulated {

// The thread blocks of the kernel that runs.
extern thread_local unsigned grid_size;

// Runs a kernel on so many thread blocks. False if it is none.
bool launch(const void* kernel, unsigned grid, void** arguments);

}  // namespace emulated

#endif
