// Squares of elements in registers, turned by shuffles.
#pragma once
#include "compiler/CodeGen/NestBuilder.h"

namespace agc {

/// Transposes lanes x lanes elements, of which each of `rows`, vectors of so many lanes, has a row;
/// `ofHalves`: or the first half of two rows that are half of all apart, and behind those the
/// second.
void transpose(NestBuilder &ir, llvm::SmallVectorImpl<mlir::Value> &rows, bool ofHalves = false);

} // namespace agc
