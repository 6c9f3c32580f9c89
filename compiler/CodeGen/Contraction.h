// What a nest needs to know of a contraction on buffers: its loops by role, and every operand's way
// through memory.
#pragma once
#include "compiler/CodeGen/Epilogue.h"
#include "mlir/Analysis/AliasAnalysis.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include <optional>
#include <string>

namespace agc {

/// A buffer and, for each loop of the contraction, which of its axes the loop runs along (-1:
/// none).
struct Buffer {
  mlir::Value memref;
  llvm::SmallVector<int> axes;

  mlir::MemRefType type() const { return mlir::cast<mlir::MemRefType>(memref.getType()); }
  /// The stride along `loop`: zero where it does not move, ShapedType::kDynamic where unknown.
  int64_t stride(unsigned loop) const;
  /// Whether going once through `inner` ends where the next step of `outer` is.
  bool collapses(unsigned outer, unsigned inner) const;
};

/// A contraction C (+)= A * B of floating-point buffers. Loops of extent one are left out; loops
/// that can run as one with an inner loop are in `collapsed`.
struct Contraction {
  mlir::linalg::LinalgOp op;
  mlir::FloatType element;
  Buffer a, b, c; ///< in the roles of the nest, which may exchange the op's operands
  llvm::SmallVector<Buffer> epilogueBuffers; ///< one for each operand of the epilogue
  std::optional<Epilogue> epilogue;
  mlir::Operation *fill = nullptr; ///< the zero fill that the nest takes over

  /// The loops in one role: `inner` and those that run as one with it, outermost first.
  struct Role {
    llvm::SmallVector<unsigned> inner;
  };
  Role m, n, k;
  llvm::SmallVector<unsigned> outer;  ///< batch loops and others that stay loops of their own
  llvm::SmallVector<unsigned> outerK; ///< the same among the reduction loops

  llvm::SmallVector<int64_t> extents; ///< of each loop, ShapedType::kDynamic where unknown

  /// All buffers whose addresses a loop moves.
  llvm::SmallVector<const Buffer *> buffers() const;
};

/// Recognises `op`; says in `reason` why not where the nest does not serve it.
std::optional<Contraction> matchContraction(mlir::linalg::LinalgOp op, std::string &reason);

/// Finds the zero fill before `contraction` and the pointwise op behind it that the nest can take
/// over, by walking over ops that have nothing to do with its buffers; arranges the loops.
void absorbNeighbours(Contraction &contraction, mlir::AliasAnalysis &aliases, int64_t lanes);

/// Sorts the loops into roles, for registers of `lanes` elements, and collapses what runs as one;
/// call it once the buffers are final.
void arrangeLoops(Contraction &contraction, int64_t lanes);

} // namespace agc
