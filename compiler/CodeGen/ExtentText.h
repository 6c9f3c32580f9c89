// What a function of extents computes, in the words of its arguments, for the header's comments.
#ifndef AGC_COMPILER_CODEGEN_EXTENTTEXT_H
#define AGC_COMPILER_CODEGEN_EXTENTTEXT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>

namespace agc {

/// "n * m + 1": the result of a function of extents that have these names. Empty where it is not
/// plain arithmetic, or longer than a reader takes in.
std::string extentText(mlir::func::FuncOp function, llvm::ArrayRef<llvm::StringRef> names);

} // namespace agc

#endif // AGC_COMPILER_CODEGEN_EXTENTTEXT_H
