// The memory that tensor objects live in when a program of `agt` ops is run on numbers.
#ifndef AGC_INTERPRETER_OBJECTMEMORY_H
#define AGC_INTERPRETER_OBJECTMEMORY_H

#include "compiler/Analysis/Replay.h"
#include "compiler/Interpreter/Tape.h"
#include "compiler/Interpreter/Tensor.h"
#include "llvm/ADT/DenseMap.h"

namespace agc::interp {

class Frame;

/// Runs objects as PyTorch does: a storage is memory, an object strides over it, a write changes
/// elements in place. What autograd allows, and which slots a backward fills, is the analysis'
/// word; gradients are the tape's. Functionalisation and differentiation play no part, so that they
/// are tested against this.
class ObjectMemory {
public:
  explicit ObjectMemory(Tape &tape) : replay(state), tape(tape) {}

  /// The event that an `agt` op stands for, with the values that it gives. An error that autograd
  /// raises has no effect. Extents must be known.
  llvm::Expected<std::vector<Tensor>> play(mlir::Operation *op, const Frame &frame);

  /// A function is called, perhaps not for the first time: its ops make objects and nodes anew.
  void begin(mlir::func::FuncOp function);

  const Replay &getReplay() const { return replay; }
  AutogradState &getState() { return state; }
  /// What an object holds, with no past.
  Tensor valueOf(Object *object);

private:
  using Numbers = std::vector<Number>;

  llvm::Error write(agt::WriteOp op, const Frame &frame);
  llvm::Error backward(agt::BackwardOp op);
  llvm::Error grad(agt::GradOp op);
  void made(Object *object, const Numbers &numbers);
  void viewed(Object *object);
  void initialize(agt::StateRefOp op);
  void accumulate(const Accumulation &accumulation, const Numbers &gradient);
  void accumulate(const Numbers &outputs, const Numbers &seeds, bool createGraph);
  template <typename Op> std::pair<Numbers, Numbers> seeded(Op op);

  Tensor read(Object *object);
  Numbers numbersOf(Object *object);
  Numbers retained(Object *object, Edge at);
  /// The numbers that an object's gradient is taken by; none where it has no history.
  std::optional<Numbers> pathOf(Object *object);
  const Numbers &markOf(Object *object);
  void setPath(Object *object, const Numbers &numbers);
  /// Of `numbers`, which are `from`'s elements, those that `object` sees.
  static Numbers seen(Object *object, Object *from, const Numbers &numbers);
  Numbers rebuild(Object *view);
  void captureHistories();

  AutogradState state;
  Replay replay;
  Tape &tape;
  llvm::DenseMap<Storage *, Numbers> contents;
  llvm::DenseMap<std::pair<Node *, unsigned>, Numbers> paths; ///< of a node's outputs
  llvm::DenseMap<Object *, Numbers> marks;                    ///< of leaves
  /// Of views that were written since, by the version that their history will be of.
  llvm::DenseMap<Object *, std::pair<int64_t, Numbers>> rebuilt;
  llvm::SmallVector<Object *> views;
};

} // namespace agc::interp

#endif // AGC_INTERPRETER_OBJECTMEMORY_H
