// The SSA values of tensor objects: what each holds, and through which its gradient passes.
#ifndef AGC_COMPILER_TRANSFORMS_OBJECTVALUES_H
#define AGC_COMPILER_TRANSFORMS_OBJECTVALUES_H

#include "compiler/Analysis/AutogradState.h"
#include "compiler/Transforms/ViewValues.h"
#include "llvm/ADT/DenseMap.h"

namespace agc {

/// Keeps, beside an AutogradState, the value of every storage and the gradient path of every
/// object. A storage has one value, of the shape of the object that it was made with; an object
/// sees it through its views. The gradient path of an object is the value of its node, or its leaf
/// mark: where the storage was written since without autograd seeing it, a read takes that path and
/// the new numbers (ag.straight_through).
class ObjectValues {
public:
  ObjectValues(AutogradState &state, mlir::OpBuilder &b) : state(state), b(b) {}

  // Events, after the state has had them.
  /// An object with a new storage; its history, where it has one, is the value's.
  void made(Object *object, mlir::Value value);
  /// The same of what an op computed of a path: one goes through its value.
  void madeOfPath(Object *object, mlir::Value value);
  void aliased(Object *object, Object *source);
  /// An object that stays at another's place in the graph.
  mlir::LogicalResult placed(mlir::Location loc, Object *object, Object *source);
  mlir::LogicalResult viewed(mlir::Location loc, Object *object, ViewUse use);
  void dataSet(Object *object, Object *source);
  /// The object has become a view of itself.
  void became(Object *object, Object *view);
  /// The value of the base of a view that is about to be written; null where there is none.
  mlir::FailureOr<mlir::Value> baseBeforeWrite(mlir::Location loc, Object *object);
  /// Whether a view shows elements of its base: neither got other data since.
  bool seesItsBase(Object *object) const;
  /// A write; `base` is what baseBeforeWrite gave, `tracked` whether autograd recorded it.
  void written(mlir::Location loc, Object *object, mlir::Value value, mlir::Value base,
               bool tracked);

  /// What a read of the object gives.
  mlir::FailureOr<mlir::Value> read(mlir::Location loc, Object *object);
  /// The value with respect to which the object's gradient is taken; null where it has no path.
  mlir::FailureOr<mlir::Value> origin(mlir::Location loc, Object *object);
  /// The same for a gradient that the object retains: a view's history is not rebuilt for it.
  mlir::FailureOr<mlir::Value> retained(mlir::Location loc, Object *object);
  /// Remembers origin() of an object whose history detach_ is about to take.
  mlir::LogicalResult keepOrigin(mlir::Location loc, Object *object);
  /// What was remembered.
  mlir::Value keptOrigin(Object *object) const { return keptOrigins.lookup(object); }
  /// The object's mark as a leaf, which it may no longer be.
  mlir::Value mark(mlir::Location loc, Object *object) { return markOf(loc, object).value; }
  /// Says that ops read `value` as `read`, until the one takes the other's place.
  void readAs(mlir::Value read, mlir::Value value) { carriers[read] = mayCarryGradient(value); }
  /// What the object holds, whatever gradient path that has.
  mlir::Value numbers(mlir::Location loc, Object *object);
  /// Whether the object may see an element of its storage twice, as windows that overlap.
  bool seesTwice(Object *object) const;
  /// Whether the object's elements were ever written, or replaced.
  bool wasChanged(Object *object);
  /// Whether a gradient may pass through a value.
  bool mayCarryGradient(mlir::Value value);

  // For a program that goes on while parts of it have run.
  /// What a storage holds.
  mlir::Value contentsOf(Storage *storage) const { return contents.lookup(storage).value; }
  /// The storage holds another value, which says the same or, where it `isChanged`, was written
  /// without autograd seeing it.
  void setContents(Storage *storage, mlir::Value value, bool isChanged);
  /// Where the gradient paths of an object start, as far as anything asked for them.
  llvm::SmallVector<mlir::Value, 2> pathsOf(Object *object) const;
  /// Another value stands for one.
  void replace(llvm::function_ref<mlir::Value(mlir::Value)> replacement);
  /// Forgets what is not a live object's; of a saved one it stays what it sees.
  void retain(llvm::function_ref<bool(const Object *)> isLive,
              llvm::function_ref<bool(const Object *)> isSaved,
              llvm::function_ref<bool(const Storage *)> isStorageLive);
  /// Forgets a value whose op is about to be erased.
  void forget(mlir::Value value) { carriers.erase(value); }

private:
  /// What a storage holds.
  struct Contents {
    mlir::Value value;
    int64_t epoch = 0; ///< how often it was written
  };
  static constexpr int kElsewhere = -1;
  /// How an object sees its storage, and its base. One that holds what it was made with has none.
  struct Access {
    Storage *storage = nullptr;
    llvm::SmallVector<ViewUse, 0> views = {}, fromBase = {};
    int replaced = 0; ///< how often set_data gave it other elements
    int ofBase = 0;   ///< of a view: `replaced` of the base as `fromBase` sees it, or kElsewhere
  };
  /// Where a gradient path starts.
  struct Origin {
    Node *node = nullptr; ///< null for a leaf's mark
    mlir::Value value;
    int64_t epoch = -1; ///< of the storage, when the value was its contents
  };
  /// The last read, for as long as it stands.
  struct LastRead {
    mlir::Value value, origin;
    int64_t epoch = -1;
  };

  Access accessOf(const Object *object) const;
  Storage *storageOf(const Object *object) const;
  mlir::Value withoutGradient(mlir::Location loc, mlir::Value value);
  mlir::Value pathFrom(mlir::Location loc, mlir::Value value);
  mlir::FailureOr<Origin *> originOf(mlir::Location loc, Object *object);
  Origin &markOf(mlir::Location loc, Object *object);

  AutogradState &state;
  mlir::OpBuilder &b;
  llvm::DenseMap<Storage *, Contents> contents;
  llvm::DenseMap<const Object *, Access> accesses;
  llvm::DenseMap<Object *, Origin> origins, marks;
  llvm::DenseMap<Object *, mlir::Value> keptOrigins; ///< of those that retain their gradient
  llvm::DenseMap<Object *, LastRead> reads;
  llvm::DenseMap<Object *, LastRead> seen; ///< numbers() of views
  llvm::DenseMap<mlir::Value, bool> carriers;
};

} // namespace agc

#endif // AGC_COMPILER_TRANSFORMS_OBJECTVALUES_H
