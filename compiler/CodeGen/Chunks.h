// Splits a loop into chunks that threads may take; how many depends on extents only.
#pragma once
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace agc {

/// The elements [from, to) of a dimension.
struct ChunkRange {
  mlir::Value from, to;
};

/// Runs `body` over parts of [0, size), inside of an scf.forall if more than one chunk is possible:
/// one for each `chunkElements` of the product of `extents`, at most 64, and of at least `step`
/// elements of the dimension, of which each part starts at a multiple. With chunkElements = 0 there
/// is one part.
void splitIntoChunks(mlir::ImplicitLocOpBuilder &builder, mlir::Value size, int64_t step,
                     mlir::ValueRange extents, int64_t chunkElements,
                     llvm::function_ref<void(ChunkRange)> body);

/// The block that runs once for a call, or for a chunk, around an op: the place for what stays on
/// the stack, even where the op is in a loop.
mlir::Block &stackBlockAround(mlir::Operation *op);

} // namespace agc
