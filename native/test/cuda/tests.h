// The tests, each of which fails by an exception.
#ifndef RADAM_TEST_CUDA_TESTS_H
#define RADAM_TEST_CUDA_TESTS_H

#include "harness.h"

namespace radam_test {

void every_combination(Scale);
void layerwise(Scale);
void by_rows(Scale);
void many_tensors(Scale);
void slices(Scale);
void finite(Scale);
void bindings(Scale);
void skipped_updates(Scale);
void buffers_not_present(Scale);
void statistics(Scale);
void gradients_of_ranks(Scale);
void prepared_on_device(Scale);
void skipped_on_device(Scale);
void refused_on_device(Scale);
void memory_and_streams(Scale);
void misuse(Scale);

// Of the emulated device alone.
void no_waiting(Scale);
void other_work(Scale);

// Not of the emulated device.
void graph(Scale);
void large(Scale);

}  // namespace radam_test

#endif
