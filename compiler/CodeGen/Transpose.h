// Squares of elements in registers, turned by shuffles.
#pragma once
#include "compiler/CodeGen/NestBuilder.h"

namespace agc {

/// Transposes lanes x lanes elements, of which each of `rows`, vectors of so many lanes, has a row.
void transpose(NestBuilder &ir, llvm::SmallVectorImpl<mlir::Value> &rows);

} // namespace agc
