// One entry of the tables that kernels.py writes.
#pragma once
#include <utility>
#include <vector>

struct KernelEntry {
  const char *name, *einsum, *element, *layout, *start, *epilogue;
  std::vector<std::pair<char, long>> extents; ///< letters with an extent known to the compiler
  bool context;                               ///< whether the function takes an agc_context first
  void (*function)();                         ///< takes a pointer to a descriptor per operand
};

/// The descriptor that compiled functions take for a buffer of any rank up to 4.
struct Descriptor {
  void *allocated, *aligned;
  long offset;
  long sizesAndStrides[8];
};
