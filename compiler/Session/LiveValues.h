// The values of a function that is still growing: which of them have run, and where their numbers
// are.
#ifndef AGC_COMPILER_SESSION_LIVEVALUES_H
#define AGC_COMPILER_SESSION_LIVEVALUES_H

#include "compiler/Session/Jit.h"
#include "compiler/Transforms/Functionalizer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace agc::session {

/// The ops of a live function and the numbers that are known.
class LiveValues {
public:
  LiveValues(mlir::Block &block, Functionalizer &events) : block(block), events(events) {}

  mlir::Block &getBlock() { return block; }
  Functionalizer &getEvents() { return events; }

  /// A value whose numbers are in memory. Without memory its numbers are never asked for.
  mlir::Value input(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, Buffer buffer);

  /// What a read gives; other values are themselves.
  mlir::Value readOf(mlir::Value value) const;
  /// The value whose numbers a value has: without reads and marks.
  mlir::Value numbersOf(mlir::Value value) const;
  bool mayCarryGradient(mlir::Value value) {
    return mlir::isa<mlir::RankedTensorType>(value.getType()) &&
           events.getValues().mayCarryGradient(value);
  }

  /// Whether a gradient that passes an op may go on to this operand.
  bool isPath(mlir::OpOperand &operand);

  /// The numbers of a value, by numbersOf; null where it has not run. A slice or another shape of
  /// what is in memory is there, too, where its elements lie in a row.
  const Buffer *find(mlir::Value numbers);
  void setReady(mlir::Value numbers, Buffer buffer) { ready[numbers] = std::move(buffer); }
  /// Whether no code has to run for a value's numbers.
  bool isKnown(mlir::Value numbers);

  /// Adds to `values` the numbers that gradients from these paths will be computed by.
  void addSaved(llvm::ArrayRef<mlir::Value> paths, llvm::SetVector<mlir::Value> &values);
  /// Erases every op but those that addSaved went through, and the makers of `anchors`. Of `kept`
  /// numbers the memory and a value stay, of which `replacement` tells afterwards.
  void sweep(const llvm::SetVector<mlir::Value> &kept, llvm::ArrayRef<mlir::Value> anchors);
  /// Whether the last sweep kept a value's op.
  bool stays(mlir::Value value) const { return staying.contains(value); }
  /// The value that stands for another one since the last sweep, until the next op is made: an
  /// address may come again. Itself where it was kept.
  mlir::Value replacement(mlir::Value value) const;

private:
  mlir::Block &block;
  Functionalizer &events;
  void keepOperands(mlir::Operation *op, const llvm::SetVector<mlir::Value> &kept);
  mlir::Value standIn(mlir::Value numbers, bool withMemory);

  llvm::DenseMap<mlir::Value, Buffer> ready;
  llvm::DenseSet<mlir::Operation *> onPath;          ///< of the last addSaved
  llvm::DenseMap<mlir::Value, mlir::Value> standIns; ///< of the last sweep
  llvm::DenseSet<mlir::Value> staying;               ///< since the last sweep
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_LIVEVALUES_H
