// Plays a function's `agt` ops to an AutogradState, op by op: what passes know of objects.
#ifndef AGC_COMPILER_ANALYSIS_REPLAY_H
#define AGC_COMPILER_ANALYSIS_REPLAY_H

#include "compiler/Analysis/AutogradState.h"
#include "compiler/Autodiff/Vjp.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace agc {

/// Fails, with a diagnostic, unless the function's objects can be followed: they live in its one
/// block, and neither come in nor go out.
mlir::LogicalResult verifyObjectsAreLocal(mlir::func::FuncOp function);

/// Plays ops in program order.
class Replay {
public:
  explicit Replay(AutogradState &state) : state(state) {}

  /// The event that an op stands for; ops of other dialects are none.
  llvm::Error play(mlir::Operation *op);

  /// Plays the reads of an op's operands and the new object of its result as one event. Operands
  /// are null for numbers; ops of one `form` have equal types and attributes, and the same ones.
  llvm::Expected<Object *> playCall(mlir::Operation *op, llvm::ArrayRef<Object *> operands,
                                    const void *form, mlir::StringAttr node);
  /// Whether an op may be played so.
  static bool isCall(mlir::Operation *op);

  /// The object that a value refers to, once the op that makes it was played. Null for an empty
  /// result of `agt.grad`.
  Object *objectOf(mlir::Value ref) const { return objects.lookup(ref); }
  /// Whether a node's saved value still is its op's.
  bool isSavedAt(const Node *node, const Saved &saved) const {
    return saved.op && (nodes.lookup(saved.op) == node || savers.lookup(saved.op) == node);
  }
  /// The node that an op with a result that became an object was recorded as; null for none.
  Node *nodeOf(mlir::Operation *op) const { return nodes.lookup(op); }
  /// From now on a value refers to an object.
  void refer(mlir::Value ref, Object *object) { objects[ref] = object; }
  /// Forgets an op that is about to be erased.
  void forget(mlir::Operation *op);
  /// Frees what no op that is left refers to.
  void collectGarbage();
  /// What the backward of an op reads.
  const SavedValues &savedBy(mlir::Operation *op, const llvm::BitVector &needs) {
    return savedByForm.of(op, needs);
  }
  /// The answer to the last question played.
  int64_t answer() const { return lastAnswer; }
  /// What the last backward played did.
  const BackwardResult &lastBackward() const { return backward; }
  /// The states that were used, by symbol, in order of first use.
  const llvm::MapVector<mlir::StringAttr, Object *> &usedStates() const { return states; }

private:
  /// The ops between reads and a value that became an object: one autograd node.
  struct Expression {
    mlir::Value value;
    mlir::Operation *root =
        nullptr;              ///< the op that names the node; null where the value was only read
    bool rootIsValue = false; ///< the object holds the root's result, with no cast behind it
    llvm::SmallVector<mlir::Operation *> ops; ///< `ag` ops, operands first
    /// The reads below, once per use, with the operand that uses it (none for the value itself).
    llvm::SmallVector<std::pair<agt::ReadOp, mlir::OpOperand *>> reads;
    /// How many reads stand before each number among the root's operands.
    llvm::SmallVector<size_t> numbers;
    llvm::DenseMap<mlir::Value, bool> carries;
  };

  /// What the form of a call decides of its node.
  struct CallForm {
    std::string node;
    const ag::Record *record;
    bool takesNumber;
    bool countsNumbers;                       ///< whether a number has an edge
    uint64_t connects;                        ///< the operands that the node has an edge for
    bool isRecorded;                          ///< whether there can be a node
    llvm::DenseMap<uint64_t, NodeForm> nodes; ///< by which operands carry a gradient
  };

  CallForm &formOf(mlir::Operation *op, const void *form, mlir::StringAttr node);
  const NodeForm &nodeFormOf(mlir::Operation *op, llvm::ArrayRef<Object *> operands, CallForm &form,
                             uint64_t carry);
  Expression expressionOf(mlir::Value value);
  void collect(mlir::Value value, Expression &expression);
  bool carriesGradient(mlir::Value value, Expression &expression);
  std::string refusalOf(mlir::Operation *op, Expression &expression);
  /// Whether the node is that of an overload for a number, which then is no operand of it.
  static bool takesNumber(mlir::Operation *op, llvm::StringRef node);
  /// How many operands are left out for which a node has an edge nevertheless.
  static unsigned countAbsent(mlir::Operation *op);
  /// The operands of an op as PyTorch's backward unpacks them: by their names in the schema.
  static llvm::SmallVector<unsigned> inOrderOfNames(mlir::Operation *op);
  /// Adds what an op saves; `isResult`: the new object holds its result.
  void keep(mlir::Operation *op, const SavedValues &saved, llvm::ArrayRef<unsigned> order,
            llvm::function_ref<Object *(unsigned)> objectOf, bool isResult, Recording &recording);
  void addSources(mlir::Value value, llvm::SmallVectorImpl<Object *> &sources);
  void noteSavers(const Expression &expression, const Node *node);
  void keepSource(mlir::Value value, Recording &recording);
  void addSaved(mlir::Operation *op, Expression &expression, Recording &recording,
                const Object *written);
  bool isOfInference(const Expression &expression, mlir::StringRef node, bool numbersCount) const;
  Recording recordingOf(mlir::Location loc, Expression &expression, mlir::StringRef node,
                        Object *written);
  bool copiesToItself(const Expression &expression, const Object *self) const;
  /// Adds what a write reads while it writes, which PyTorch refuses to be what it writes.
  void addReadMeanwhile(agt::WriteOp op, const Expression &expression, Recording &recording);
  Layout layoutOf(agt::NewOp op);
  /// As the record says of operands that lie so (null for a number).
  static Layout layoutOfResult(const ag::Record *record, llvm::ArrayRef<const Layout *> operands,
                               mlir::RankedTensorType type);
  BackwardCall callOf(mlir::Operation *op, mlir::ValueRange roots, mlir::ValueRange seeds,
                      llvm::ArrayRef<int64_t> seeded, mlir::ValueRange cut, bool retainGraph,
                      bool createGraph);
  llvm::SmallVector<Object *> objectsOf(mlir::ValueRange refs) const;

  llvm::Error visit(agt::LeafOp op);
  llvm::Error visit(agt::NewOp op);
  llvm::Error visit(agt::WriteOp op);
  llvm::Error visit(agt::ViewOp op);
  llvm::Error visit(agt::BecomeOp op);
  llvm::Error visit(agt::GradModeOp op);
  llvm::Error visit(agt::GradGetOp op);
  llvm::Error visit(agt::BackwardOp op);
  llvm::Error visit(agt::GradOp op);
  llvm::Error visit(agt::QueryOp op);
  llvm::Error visit(agt::StateRefOp op);

  AutogradState &state;
  SavedByForm savedByForm;
  llvm::DenseMap<mlir::Value, Object *> objects;
  llvm::DenseMap<mlir::Operation *, Node *> nodes; ///< of ops with a result that became an object
  llvm::DenseMap<mlir::Operation *, const Node *> savers; ///< of ops that a node was made of
  llvm::DenseMap<const void *, CallForm> callForms;
  llvm::MapVector<mlir::StringAttr, Object *> states;
  BackwardResult backward;
  int64_t lastAnswer = 0;
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_REPLAY_H
