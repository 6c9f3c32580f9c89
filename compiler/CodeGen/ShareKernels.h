// Kernels that the objects of one process share.
#ifndef AGC_COMPILER_CODEGEN_SHAREKERNELS_H
#define AGC_COMPILER_CODEGEN_SHAREKERNELS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"
#include <string>
#include <vector>

namespace agc {

/// Names of an object's kernels and of what they call.
struct KernelNames {
  std::vector<std::string> defined;  ///< those that it has
  std::vector<std::string> imported; ///< those of other objects
};

/// Names every kernel, and what it calls, by all that it computes: equal ones of any modules have
/// one name. Those that are `loaded` become declarations, the others may be called from other
/// objects.
KernelNames shareKernels(mlir::ModuleOp module, const llvm::StringSet<> &loaded);

} // namespace agc

#endif // AGC_COMPILER_CODEGEN_SHAREKERNELS_H
