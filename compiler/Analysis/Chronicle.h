// What happened to tensor objects, in order: what each was made from, and by what.
#ifndef AGC_COMPILER_ANALYSIS_CHRONICLE_H
#define AGC_COMPILER_ANALYSIS_CHRONICLE_H

#include "compiler/Analysis/Replay.h"
#include <deque>

namespace agc {

/// One event in the life of objects.
struct Deed {
  enum Kind { Leaf, Compute, View, Cut, Write, Other };
  Kind kind;
  mlir::Location loc;
  std::string name;                    ///< mul, detach, add_
  llvm::SmallVector<Object *> inputs;  ///< what it read
  llvm::SmallVector<Object *> results; ///< what it made, or wrote
  Node *node = nullptr;                ///< what autograd recorded of it
  bool gradEnabled = true;
  size_t number = 0; ///< of deeds before it
};

/// The events that a replay played.
class Chronicle {
public:
  Chronicle(const AutogradState &state, const Replay &replay) : state(state), replay(replay) {}

  /// Takes down an op that was played; null for one that is no deed.
  const Deed *add(mlir::Operation *op);

  const std::deque<Deed> &getDeeds() const { return deeds; }
  /// What made an object; null for one of a backward.
  const Deed *makerOf(const Object *object) const { return makers.lookup(object); }
  /// What read an object.
  llvm::ArrayRef<const Deed *> usesOf(const Object *object) const {
    auto it = uses.find(object);
    return it == uses.end() ? llvm::ArrayRef<const Deed *>() : it->second;
  }

private:
  void addReads(mlir::Value value, Deed &deed) const;

  const AutogradState &state;
  const Replay &replay;
  std::deque<Deed> deeds;
  llvm::DenseMap<const Object *, const Deed *> makers;
  llvm::DenseMap<const Object *, llvm::SmallVector<const Deed *, 2>> uses;
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_CHRONICLE_H
