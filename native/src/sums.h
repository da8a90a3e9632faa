// The order in which squares are added, and the sums of pieces: radam.h documents it (radam_gradient_statistics).
#ifndef RADAM_SRC_SUMS_H
#define RADAM_SRC_SUMS_H

namespace {

// Item i is added to sum i mod kSums, in order of i.
constexpr int kSums = 32;

// Then add(a, b) adds sum b to sum a: those half of the count apart, then a quarter, and so on. The total is in
// sums[0].
template <int count, class Sum, class Add>
void add_pairwise(Sum (&sums)[count], Add add) {
  for (int distance = count / 2; distance > 0; distance /= 2)
    for (int j = 0; j < distance; ++j) add(sums[j], sums[j + distance]);
}

}  // namespace

#endif
