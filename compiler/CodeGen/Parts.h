// A module of the LLVM dialect as parts that compile side by side, and their objects as one.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>

namespace agc {

/// Moves kernels, each with what only it calls, to modules of their own: none where there is too
/// little to compile. What parts have of each other is hidden: found by them, not by others. How a
/// module is split depends on it alone.
llvm::SmallVector<mlir::OwningOpRef<mlir::ModuleOp>> splitIntoParts(mlir::ModuleOp module);

/// Links the objects of a module's parts to one, with the names local that they have of each other.
llvm::Expected<std::string> joinObjects(llvm::ArrayRef<std::string> objects);

} // namespace agc
