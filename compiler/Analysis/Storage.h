// Memory that tensor objects share, and the counter of the writes to it.
#ifndef AGC_COMPILER_ANALYSIS_STORAGE_H
#define AGC_COMPILER_ANALYSIS_STORAGE_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/SmallVector.h"

namespace agc {

/// Memory. Objects that hold the same Storage see each other's writes.
struct Storage {
  unsigned id;
  int64_t writes = 0; ///< all of them, also those that no version counts (through `.data`)
};

/// A version, shared by an object, its views and its detached aliases, but not by its `.data`.
struct VersionCounter {
  int64_t current = 0;
  llvm::SmallVector<mlir::Location, 0> writes = {}; ///< where each version above 0 was made
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_STORAGE_H
