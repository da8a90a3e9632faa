// Kernels on the host.
#ifndef RADAM_TEST_CUDA_LAUNCH_H
#define RADAM_TEST_CUDA_LAUNCH_H

namespace emulated {

// Runs a kernel on so many thread blocks. False if it is none.
bool launch(const void* kernel, unsigned grid, void** arguments);

}  // namespace emulated

#endif
