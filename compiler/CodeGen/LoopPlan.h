// How one linalg op on buffers is to be run as loops: which dimension is vectorised, and how.
#pragma once
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace agc {

/// What the plans are made for.
struct LoopTarget {
  /// Bits of a vector register.
  unsigned vectorBits = 256;
  /// Elements of work that are worth a chunk of their own; 0: one chunk.
  int64_t chunkElements = 0;
};

/// The loops of one op. Outside to inside: `outer`, then
///   in strips: the vector dimension in steps, then `reductions` around the accumulators of a step;
///   in lanes:  `reductions`, then the vector dimension, itself a reduction, over fixed lanes.
struct LoopPlan {
  /// Results of so many bytes have left every cache when they are read again.
  static constexpr int64_t kLeastPast = 16 << 20;
  /// Steps of a chain of f32 sums, of which the next begins again from nothing: a power of two.
  static constexpr int64_t kBlock = 32;

  llvm::SmallVector<unsigned> outer;
  llvm::SmallVector<unsigned> reductions;
  /// The vectorised dimension; none for an op that runs by scalars.
  std::optional<unsigned> vectorDim;
  /// The vectorised dimension is a reduction: element i goes to lane i modulo width * pieces.
  bool lanes = false;
  /// Of each output: whether it is a sum in f32.
  llvm::SmallVector<bool> sums;
  /// There are sums, and they may take more steps than a block has.
  bool blocks = false;
  /// Lanes of a vector.
  int64_t width = 1;
  /// Vectors of a full step.
  int64_t pieces = 1;
  /// Elements of work of a chunk; 0: one chunk.
  int64_t chunkElements = 0;
  /// Asks for what comes next: the body takes so long that the hardware's prefetcher falls behind,
  /// or the op works on a row whose successor other ops meet first.
  bool prefetch = false, row = false;
  /// Of a row: whether its results go past the caches (i1). None where they never do.
  mlir::Value past = {};
};

/// Lanes of a reduction along the innermost dimension. Fixed, so that sums have the same bits on
/// every target: 32, or 16 of 64 bits.
int64_t reductionLanes(mlir::Type accumulator);

/// Plans an op. Whether a reduction runs in lanes depends on its iterators alone, never on extents,
/// layouts or the other ops of its kernel: these are the bits of the result.
/// `row` tells that the op runs under a loop over rows that other ops share.
LoopPlan planLoops(mlir::linalg::GenericOp op, const LoopTarget &target, bool row);

/// How an operand is met along a dimension.
enum class Stride { none, unit, other };
/// The stride of `operand`, seen through its map, along `dim`.
Stride strideAlong(mlir::OpOperand &operand, mlir::AffineMap map, unsigned dim);

/// The combiner of an output: the op that takes the accumulator and nothing else does, if its
/// result is what is yielded and it has a neutral element.
mlir::Operation *findCombiner(mlir::linalg::GenericOp op, unsigned output);

} // namespace agc
