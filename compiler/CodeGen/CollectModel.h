// Reads a model's description off the functions and states of its module.
#ifndef AGC_COMPILER_CODEGEN_COLLECTMODEL_H
#define AGC_COMPILER_CODEGEN_COLLECTMODEL_H

#include "compiler/CodeGen/ModelInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc {

/// The description of a module whose exported functions take buffers (after ag-memory-plan), laid
/// out. Fails with a diagnostic on a type that the C interface cannot carry.
mlir::FailureOr<ModelInfo> collectModel(mlir::ModuleOp module, llvm::StringRef name);

/// The functions that the model exports, in order.
llvm::SmallVector<mlir::func::FuncOp> exportedFunctions(mlir::ModuleOp module);

/// "digits.cpp:12", or "" for a location that says nothing.
std::string describeLocation(mlir::Location loc);

} // namespace agc

#endif
