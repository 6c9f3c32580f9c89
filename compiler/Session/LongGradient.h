// Gradients along a path that is much longer than a segment.
#ifndef AGC_COMPILER_SESSION_LONGGRADIENT_H
#define AGC_COMPILER_SESSION_LONGGRADIENT_H

#include "compiler/Session/LiveValues.h"
#include "dialect/AgDialect.h"
#include <functional>

namespace agc::session {

/// Takes a gradient part by part, from the end of its path: a part is what one segment recorded, or
/// a few short ones together. What comes before a part gets its cotangents as a segment's results,
/// and they are the next part's seeds. A loop's parts are the same code, and none is a large one.
class LongGradient {
public:
  LongGradient(LiveValues &live, ag::GradOp grad);

  bool canBeParted() const { return !isNested; }
  /// Tells which ops are a part together; unless given, what one segment recorded.
  void partBy(std::function<unsigned(mlir::Operation *)> part) { partOf = std::move(part); }
  /// Whether the path has more ops than these, and can be parted.
  bool isLongerThan(size_t count) const { return ops.size() > count && canBeParted(); }
  /// Whether as many segments as these recorded the path, at least, and it can be parted.
  bool spans(unsigned count) const;
  /// Makes the gradients known; `execute` computes values, with parts of that many ops at least.
  void take(size_t partLength, llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute);

  /// Sees what an op's own backward gives for an operand.
  using Check = llvm::function_ref<void(mlir::OpOperand &, mlir::Value)>;
  /// The same op by op, each seen by `check`; false, and nothing done, where it cannot be parted.
  bool takeEach(llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute, Check check);

private:
  using Seeded = std::pair<mlir::Value, mlir::Value>; ///< an output and its seed

  bool passes(mlir::OpOperand &operand);
  size_t startOfPart(size_t end, size_t partLength) const;
  bool isInside(mlir::Value value, size_t begin) const {
    auto place = positions.find(value.getDefiningOp());
    return place != positions.end() && place->second >= begin;
  }
  llvm::MapVector<mlir::Value, mlir::Value> cut(size_t begin, size_t end);
  void takePart(mlir::OpBuilder &b, size_t begin, size_t end,
                llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute, Check check = {});
  bool takeJoined(mlir::OpBuilder &b, mlir::Operation *op,
                  llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute);
  void computeOthers(llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute);
  bool takeSeeds();
  void fillWithZeros();

  LiveValues &live;
  ag::GradOp grad;
  std::function<unsigned(mlir::Operation *)> partOf;
  bool isNested = false;              ///< it passes through another gradient, or has detours
  llvm::DenseSet<mlir::Value> varied; ///< what depends on what it is taken by
  /// The ops that it passes through, in program order, those first where it ends, and the place of
  /// each among them.
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::DenseMap<mlir::Operation *, size_t> positions;
  size_t ends = 0;                  ///< how many it ends at
  llvm::SmallVector<Seeded> seeded; ///< outputs in front of the last part
  /// What reads a mark, and what it read before.
  llvm::SmallVector<std::pair<mlir::OpOperand *, mlir::Value>> replaced;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_LONGGRADIENT_H
