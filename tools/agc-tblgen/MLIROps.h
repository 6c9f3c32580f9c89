// The ops of MLIR that a record's lowering may name.
#ifndef AGC_TOOLS_TBLGEN_MLIROPS_H
#define AGC_TOOLS_TBLGEN_MLIROPS_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace agc::tblgen {

/// What is wrong with `dialect.op`, or `dialect.op.predicate`, of that many operands; empty where
/// nothing is.
std::string mistakeInOp(llvm::StringRef name, size_t operands);

} // namespace agc::tblgen

#endif // AGC_TOOLS_TBLGEN_MLIROPS_H
