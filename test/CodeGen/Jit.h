// Compiles MLIR text through a pass pipeline into functions of this process, for tests and
// benchmarks.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <string>

namespace agc::test {

/// The passes from scf, vector, memref and arith to the LLVM dialect, in the textual pipeline's
/// syntax.
extern const char *const lowerToLlvm;

/// A compiled module. A failure prints why and exits: a test has nothing to go on with.
class Jit {
public:
  /// Runs `pipeline` (before lowerToLlvm) and compiles for this machine.
  Jit(llvm::StringRef mlir, llvm::StringRef pipeline);
  ~Jit();

  /// The function of that name; its memrefs arrive as MLIR's descriptors, field by field.
  template <typename Function> Function *lookup(llvm::StringRef name) {
    return reinterpret_cast<Function *>(address(name));
  }

  void *address(llvm::StringRef name);

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

/// A one-dimensional contiguous memref's descriptor is these five arguments.
#define AGC_MEMREF1(T) T *, T *, int64_t, int64_t, int64_t
/// A two-dimensional one's these seven.
#define AGC_MEMREF2(T) T *, T *, int64_t, int64_t, int64_t, int64_t, int64_t

} // namespace agc::test
