// Warns of what PyTorch lets pass and users regret.
#ifndef AGC_COMPILER_ANALYSIS_ADVICE_H
#define AGC_COMPILER_ANALYSIS_ADVICE_H

#include "compiler/Analysis/Chronicle.h"

namespace agc {

/// A backward that reads what was written behind autograd's back, through `.data`.
AutogradWarning warningOfStale(mlir::Location loc, const Node *node);

/// Follows a program's events and warns where it will not do what its author means.
class Advice {
public:
  using Sink = std::function<void(const AutogradWarning &)>;
  /// `isHeld` tells whether the program can still name an object.
  Advice(const Chronicle &chronicle, const AutogradState &state, const Replay &replay,
         std::function<bool(const Object *)> isHeld, Sink sink)
      : chronicle(chronicle), state(state), replay(replay), isHeld(std::move(isHeld)),
        sink(std::move(sink)) {}

  /// An op that was played, with its deed if it is one.
  void visit(mlir::Operation *op, const Deed *deed);

  /// The program takes an object's numbers, as item() does: a number for where, by which what is
  /// made of them is told; none where they have no history.
  std::optional<size_t> takeNumbers(mlir::Location loc, const Object *object);
  /// A leaf is made of such numbers.
  void makeOfNumbers(mlir::Location loc, const Object *object, size_t taking);

  /// Parameters that belong together, a module's or an optimizer's.
  struct Parameter {
    std::string name;
    const Object *object;
  };
  /// Parameters that no optimizer is to train may be meant to be used in no_grad mode alone. Those
  /// of an optimizer that nothing is computed from are told of although no loss reaches any.
  void checkReached(llvm::ArrayRef<Parameter> group, bool isTrained);
  /// The program ends.
  void finish();

  /// Where the program emptied an object's gradient slot that a backward had filled.
  std::optional<mlir::Location> clearedAt(const Object *object) const {
    auto it = cleared.find(object);
    return it == cleared.end() ? std::nullopt : std::optional(it->second);
  }
  /// Where an object lost the history that it could have, with what to do about it; none where
  /// nothing that it is computed from has one.
  std::optional<std::pair<Note, Fix>> whyNoHistory(const Object *object) const;
  /// Whether a backward passed a node.
  bool isExecuted(const Node *node) const { return executed.contains(node); }
  /// Why an object's gradient slot is empty: its reasons, the first one first; where it is not,
  /// none.
  llvm::SmallVector<Note> whyNoGrad(const Object *object) const;

private:
  void warn(AutogradWarning warning);
  void follow(const Deed &deed);
  void cutGradient(mlir::Location loc, const Object *gradient);
  void follow(const Deed &deed, const Object *result);
  void backward(mlir::Location loc, mlir::ValueRange roots);
  void empty(mlir::Location loc, const Object *self);
  void accumulate(mlir::Location loc, const Accumulation &accumulation);
  void readGrad(mlir::Location loc, const Object *self);
  void flag(mlir::Location loc, const Object *self);
  void use(const Object *object, mlir::Location loc);
  void explainPath(const Object *object, llvm::SmallVector<Note> &notes) const;

  /// A gradient slot since it was last empty.
  struct Slot {
    mlir::Location backward; ///< what filled it last
    int64_t writes;          ///< to the leaf's storage, by then
  };
  /// Where a history ended.
  struct CutAt {
    mlir::Location loc;
    const Object *source; ///< null where no mode or call of the program ends it
    std::string why;      ///< "its history ends here"
    llvm::StringRef fix;
    bool ofNumbers = false; ///< what follows is a new leaf
  };
  std::optional<CutAt> cutBy(const Deed &deed, const Object *input) const;

  const Chronicle &chronicle;
  const AutogradState &state;
  const Replay &replay;
  std::function<bool(const Object *)> isHeld;
  Sink sink;
  std::optional<mlir::Location> firstBackward;
  size_t deedsBeforeLastBackward = 0;
  llvm::DenseMap<const Object *, Slot> slots;
  llvm::DenseMap<const Storage *, const Object *> slotOf;  ///< of what a slot holds, whose it is
  llvm::DenseMap<const Storage *, mlir::Location> written; ///< where last
  /// The leaf whose gradient an object without a history was computed from.
  llvm::DenseMap<const Object *, const Object *> updateOf;
  llvm::DenseMap<const Object *, const Object *> remadeFrom;
  llvm::DenseMap<const Object *, CutAt> cuts;
  llvm::MapVector<mlir::Location, CutAt> takings;
  llvm::MapVector<const Object *, mlir::Location> flagged;
  llvm::DenseMap<const Object *, mlir::Location> reached, cleared;
  llvm::DenseMap<const Object *, mlir::Location> frozen; ///< by requires_grad_(False), where last
  llvm::DenseMap<const Object *, mlir::Location> asked;  ///< inputs of autograd.grad, where first
  llvm::DenseSet<const Object *> gradRead;
  llvm::DenseSet<const Node *> executed;
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_ADVICE_H
