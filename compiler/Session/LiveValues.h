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
  /// Makes a value known that joins tensors in memory; false for any other one.
  bool join(mlir::Value value);
  /// Whether no code has to run for a value's numbers.
  bool isKnown(mlir::Value numbers);

  /// Adds to `values` the numbers that gradients from these paths will be computed by. Unless
  /// `anew`, what earlier calls went through stands, and nothing is added for it.
  void addSaved(llvm::ArrayRef<mlir::Value> paths, llvm::SetVector<mlir::Value> &values, bool anew);
  /// Adds the numbers that a gradient which passes an op will be computed by.
  void addSavedBy(mlir::Operation *op, llvm::SetVector<mlir::Value> &values);
  /// How many ops addSaved went through.
  size_t pathLength() const { return onPath.size(); }
  /// Which call of addSaved met an op first; the next one, where none has.
  unsigned partOf(mlir::Operation *op) const {
    auto it = onPath.find(op);
    return it == onPath.end() ? part + 1 : it->second;
  }
  /// Whether an op on a path was recorded since the last call of addSaved.
  bool isNew(mlir::Operation *op) const { return !onPath.contains(op); }
  /// Erases every op but those that addSaved went through, and the makers of `anchors`. Of `kept`
  /// numbers the memory and a value stay, of which `replacement` tells afterwards. Unless `anew`,
  /// what earlier sweeps kept stays.
  void sweep(const llvm::SetVector<mlir::Value> &kept, llvm::ArrayRef<mlir::Value> anchors,
             bool anew);
  /// Whether sweeps kept a value's op.
  bool stays(mlir::Value value) const { return staying.contains(value); }
  /// The value that stands for another one since the last sweep, until the next op is made: an
  /// address may come again. Itself where it was kept.
  mlir::Value replacement(mlir::Value value) const;

private:
  mlir::Block &block;
  Functionalizer &events;
  void keepOperands(mlir::Operation *op, const llvm::SetVector<mlir::Value> &kept);
  mlir::Value standIn(mlir::Value numbers, bool withMemory);
  void erase(mlir::Operation *op);

  llvm::DenseMap<mlir::Value, Buffer> ready;
  llvm::DenseMap<mlir::Operation *, unsigned> onPath; ///< what addSaved met, and in which call
  unsigned part = 0;                                  ///< the last call
  llvm::DenseMap<mlir::Value, mlir::Value> standIns;  ///< of the last sweep
  llvm::DenseSet<mlir::Value> staying;                ///< what sweeps have kept
  mlir::Operation *lastSwept = nullptr;               ///< what comes after it is new
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_LIVEVALUES_H
