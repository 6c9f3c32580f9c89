// PyTorch's autograd at compile time: what each event in the life of tensor objects does, and
// refuses.
#ifndef AGC_COMPILER_ANALYSIS_AUTOGRADSTATE_H
#define AGC_COMPILER_ANALYSIS_AUTOGRADSTATE_H

#include "compiler/Analysis/Message.h"
#include "compiler/Analysis/Object.h"
#include "compiler/Analysis/Owned.h"
#include "llvm/ADT/STLExtras.h"
#include <functional>
#include <memory>

namespace agc {

/// An op that computes new values from objects: what becomes an autograd node.
struct Recording {
  mlir::Location loc;
  std::string node;                   ///< MulBackward0; empty where no gradient passes
  llvm::SmallVector<Object *> inputs; ///< the differentiable ones; null for a number
  /// An object that is saved, null for a value that none holds, and whether the backward can be
  /// differentiated by it.
  struct Kept {
    Object *object = nullptr;
    bool isSmooth = true;
    mlir::Operation *op = nullptr; ///< that reads it as the operand `place`; null for none
    unsigned place = 0;
    llvm::SmallVector<Object *, 1> sources = {}; ///< which a value without an object is made of
  };
  llvm::SmallVector<Kept> savedInputs;
  unsigned savedResults = 0, smoothResults = 0; ///< a bit for each result
  mlir::Operation *op = nullptr;                ///< that the node is of
  bool isSmooth = true;                 ///< the backward can be differentiated by the cotangents
  bool isDefined = true;                ///< the backward gives cotangents, zero ones perhaps
  Backward backward = {};               ///< its places are those of `inputs`
  int placeOfSelf = Backward::kUnknown; ///< of an in-place op's self, which is not among them
  bool isOfInference = false;           ///< all that it takes was made in inference mode
  /// A write that may meet an element twice: of one number everywhere, or of what is there.
  bool mayMeetTwice = false;
  std::string notImplemented = {}; ///< why it has no derivative, in PyTorch's words
  std::string written = {};        ///< the in-place op's name
  std::string refused = {};        ///< an argument must not require grad, in PyTorch's words
  /// What an in-place op reads element by element while it writes: it must not lie across self.
  llvm::SmallVector<Object *> elementwise = {};
  /// What it reads elsewhere than it writes: it must not meet self at all.
  llvm::SmallVector<Object *> apart = {};
};

/// What the nodes of calls have in common that differ in their operands' objects alone.
struct NodeForm {
  std::string node;
  llvm::SmallVector<int, 2> edges; ///< per edge the operand that it is of; kNumber for none
  static constexpr int kNumber = -1;
  std::shared_ptr<const Backward> backward;
  /// The operands that are saved, and whether the backward can be differentiated by them.
  llvm::SmallVector<std::pair<unsigned, bool>, 2> saved;
  bool savesResult, isSmoothByResult; ///< its one result
  bool isSmooth, isDefined;           ///< as of Recording
};

/// What a backward does to one gradient slot.
struct Accumulation {
  enum Kind { Store, AddInPlace, Replace };
  Kind kind;
  Object *object; ///< whose slot
  Object *grad;   ///< what the slot holds afterwards
  Object *old;    ///< what it held before, or null
  bool ofLeaf;    ///< and not of a node's result that retains its gradient
  Edge at;        ///< that result
};

/// What a backward did.
struct BackwardResult {
  llvm::SmallVector<Accumulation> accumulations; ///< in the engine's order
  llvm::SmallVector<Object *> gradients;         ///< of `grad`: per input, null where unused
  /// Saved values that were written without a version saying so (through `.data`): backward reads
  /// what the storage holds now.
  llvm::SmallVector<std::pair<Node *, Saved>> stale;
};

/// What a backward is asked for.
struct BackwardCall {
  mlir::Location loc;
  llvm::SmallVector<Object *> roots;
  llvm::SmallVector<Object *> seeds; ///< per root; null for the implicit one
  llvm::SmallVector<Object *> cut;   ///< to whose places only seeds come
  bool retainGraph = false, createGraph = false, allowUnused = false;
  bool inner = false; ///< part of a backward that fills the slots itself
  /// It comes to an error: what it does until then stands.
  bool isPartial = false;
};

/// The state of autograd. Each event returns an error where PyTorch raises one, and has then no
/// effect; with a sink, the error goes there and the event counts as done, but for a write, which
/// is then none. Objects live as long as the state, or until keepOnly.
class AutogradState {
public:
  using Sink = std::function<void(const AutogradError &)>;
  void setSink(Sink sink) { this->sink = std::move(sink); }
  /// Takes an extent that is not known for one that is right.
  void setUnknownExtentsFit(bool fit) { unknownExtentsFit = fit; }

  // Grad mode.
  bool isGradEnabled() const { return modes.empty() || modes.back(); }
  /// Whether what is computed of something that requires grad does.
  bool isRecording() const { return isGradEnabled() && !inference; }
  void pushGradMode(bool enabled) { modes.push_back(enabled); }
  void popGradMode() { modes.pop_back(); }
  size_t numGradModes() const { return modes.size(); }
  /// Whether new objects are inference tensors, which autograd does not track.
  bool isInference() const { return inference; }
  void setInference(bool enabled) { inference = enabled; }
  /// Takes another thread's modes for this one's.
  std::vector<bool> exchangeGradModes(std::vector<bool> others) {
    return std::exchange(modes, std::move(others));
  }

  // New objects.
  llvm::Expected<Object *> newLeaf(mlir::Location loc, mlir::RankedTensorType type,
                                   bool requiresGrad, llvm::StringRef name = {});
  /// Records an op; null where its results need no gradient. `results` decides by their types.
  llvm::Expected<Node *> record(const Recording &recording, mlir::TypeRange results);
  /// The node of a call of an op with one result, of which an operand requires grad.
  llvm::Expected<Node *> record(mlir::Operation *call, const NodeForm &form,
                                llvm::ArrayRef<Object *> operands);
  /// An object that holds output `index` of a node, or of an op without one.
  Object *newResult(mlir::Location loc, mlir::RankedTensorType type, Layout layout, Node *node,
                    unsigned index);
  /// Adds a result to what its node saved, where it saves that one.
  void saveResult(Node *node, Object *result, unsigned index);
  /// Adds an object to the front of what the node saved: of a call that several ops compute here,
  /// PyTorch's one node saves it.
  /// `isFlat`: PyTorch's backward has a derivative by it that is zero; else the ops lead there.
  void saveBesides(Node *node, Object *object, bool isFlat) {
    Saved saved = save(object, /*isOutput=*/object->gradFn == node);
    saved.isSmooth = isFlat;
    node->saved.insert(node->saved.begin(), saved);
  }
  /// Says that what the node keeps may have been computed from an object.
  void addSource(Node *node, Object *object) {
    node->saved.push_back(save(object, /*isOutput=*/false));
    node->saved.back().isSmooth = false;
    node->saved.back().isSource = true;
  }
  /// Nodes made from now on have this sequence number or a higher one.
  int64_t nextSequence() const { return sequence; }
  /// What the nodes since a sequence number that lead to an object saved is no saved tensor:
  /// PyTorch's one node for them saves none.
  void forgetSaved(Object *result, int64_t since);
  llvm::Expected<llvm::SmallVector<Object *>> view(mlir::Location loc, Object *self,
                                                   const agt::View &view,
                                                   llvm::ArrayRef<mlir::RankedTensorType> results);
  Object *detach(mlir::Location loc, Object *self);
  Object *data(mlir::Location loc, Object *self);
  /// An object that stays at the place in the graph where another one is now.
  llvm::Expected<Object *> edge(mlir::Location loc, Object *self);

  // Changes to an object.
  /// What an in-place op is refused for before it reads anything: `inputs` are self and the others
  /// that a gradient may come from.
  llvm::Error checkWrite(Object *self, llvm::ArrayRef<Object *> inputs, mlir::Location loc);
  /// Whether what is written meets itself or what is read meanwhile, where PyTorch refuses that.
  llvm::Error checkOverlap(Object *self, const Recording &recording);
  /// An in-place op. Its inputs are those besides self; what it saved of self, a copy made before
  /// the write, is no object.
  llvm::Error write(Object *self, const Recording &recording);
  /// A write that may be made, and of which nothing is recorded.
  void overwrite(Object *self, mlir::Location loc) {
    ++self->storage->writes;
    countWrite(self, loc);
  }
  /// A view op in place: self becomes what the view of it is.
  llvm::Error become(mlir::Location loc, Object *self, Object *view);
  /// Whether that is followed: neither a view with a history becomes another view, nor what
  /// requires grad loses its history by it.
  bool canBecome(const Object *self, const Object *view) const {
    return self->isView() ? !requiresGrad(self) : bool(view->gradFn) == requiresGrad(self);
  }
  llvm::Error detachInPlace(mlir::Location loc, Object *self);
  llvm::Error setData(mlir::Location loc, Object *self, Object *other);
  /// The method `requires_grad_`.
  llvm::Error requiresGrad_(mlir::Location loc, Object *self, bool value);
  /// The property `requires_grad = value`.
  llvm::Error setRequiresGrad(mlir::Location loc, Object *self, bool value);
  llvm::Error retainGrad(mlir::Location loc, Object *self);
  llvm::Error registerHook(mlir::Location loc, Object *self);

  // Gradients.
  llvm::Error setGrad(mlir::Location loc, Object *self, Object *grad);
  void clearGrad(Object *self) { self->grad = nullptr; }
  /// With inputs, only theirs are accumulated.
  llvm::Expected<BackwardResult> backward(const BackwardCall &call,
                                          llvm::ArrayRef<Object *> inputs = {});
  llvm::Expected<BackwardResult> grad(const BackwardCall &call, llvm::ArrayRef<Object *> inputs);
  /// Whether the last backward, which was refused and taken back, had filled a slot before.
  bool hadFilled() const { return filled; }
  /// Frees the nodes that it had passed: PyTorch's engine leaves them so.
  void freePassed(mlir::Location loc) {
    for (Node *node : std::exchange(passed, {}))
      node->freedBy = loc;
  }

  /// Storages that were made so far have smaller numbers; the smallest of one that was written
  /// since another number took the place of that.
  unsigned numStorages() const { return storageCount; }
  unsigned exchangeOldestWritten(unsigned number) { return std::exchange(oldestWritten, number); }
  /// Until the transform of a function is left, what was made before is not to be written, but for
  /// what the function is given.
  void enterTransform(llvm::ArrayRef<Object *> given);
  void leaveTransform() { transforms.pop_back(); }
  bool isTransforming() const { return !transforms.empty(); }

  /// Objects that nothing can ask any more get no gradients of their own.
  void forgetRetaining(llvm::function_ref<bool(const Object *)> isLive) {
    llvm::erase_if(retaining, [&](Object *object) { return !isLive(object); });
  }
  /// Frees all that neither these nor what they refer to reach.
  void keepOnly(llvm::ArrayRef<Object *> liveObjects, llvm::ArrayRef<Node *> liveNodes);

  // Questions. Those that need the history of a view fail where PyTorch refuses to rebuild it.
  bool requiresGrad(const Object *self) const;
  /// Whether the base of a view with a history, or another view of it, was written since.
  bool isHistoryStale(const Object *self) const;
  llvm::Expected<Node *> gradFn(Object *self, mlir::Location loc);
  /// Where its cotangents go: to the node that made it, or to the one that fills a leaf's slot.
  llvm::Expected<Edge> edgeOf(Object *self, mlir::Location loc);
  llvm::Expected<bool> isLeaf(Object *self, mlir::Location loc);
  int64_t version(const Object *self) const { return self->counter->current; }

private:
  friend class BackwardRun;

  /// Gives an error to the sink and goes on, or returns it.
  llvm::Error report(AutogradError error);
  Node *newNode(mlir::Location loc, llvm::StringRef name);
  Object *newObject(mlir::Location loc, mlir::RankedTensorType type, Layout &&layout);
  Object *newAlias(mlir::Location loc, Object *self);
  Node *accumulatorOf(Object *self);
  /// Gives a node the edge of an input; one to nowhere where that is null.
  llvm::Error connect(Node *node, Object *input, mlir::Location loc);
  Saved save(Object *object, bool isOutput) const;
  /// Lets a node save what an op reads as an operand.
  Saved &saveOperand(Node *node, Object *object, bool isSmooth, mlir::Operation *op,
                     unsigned place);
  bool anyRequiresGrad(llvm::ArrayRef<Object *> inputs) const;
  llvm::Error checkArguments(const Recording &recording);
  llvm::Error checkInference(Object *self, mlir::Location loc, llvm::StringRef text);
  llvm::Error checkSavedInference(Object *self, mlir::Location loc);
  llvm::Error checkCaptured(Object *self, const Recording &recording);
  llvm::Error checkOwnOverlap(Object *self, mlir::Location loc);
  llvm::Error checkInPlace(Object *self, bool requiresGrad, mlir::Location loc);
  llvm::Error checkViewWritten(Object *self, bool indirect, mlir::Location loc);
  void countWrite(Object *self, mlir::Location loc);
  llvm::Error rebaseHistory(Object *self, Node *node, mlir::Location loc);
  llvm::Expected<Node *> newRecordedNode(const Recording &recording);
  llvm::Expected<BackwardResult> runBackward(const BackwardCall &call,
                                             llvm::ArrayRef<Object *> inputs, bool accumulates);

  Sink sink;
  uint64_t reported = 0; ///< errors that the sink took
  bool unknownExtentsFit = false;
  std::vector<bool> modes;
  bool inference = false;
  int64_t sequence = 0;
  unsigned storageCount = 0; ///< of all time: a storage's id does not come again
  unsigned oldestWritten = 0;
  struct Transform {
    unsigned storages;                        ///< that were made before
    llvm::SmallVector<const Storage *> given; ///< those of its arguments
  };
  std::vector<Transform> transforms;
  bool filled = false;
  std::vector<Node *> passed;
  Owned<Storage> storages;
  Owned<VersionCounter> counters;
  Owned<Node> nodes;
  Owned<Object> objects;
  std::vector<Object *> retaining; ///< those on which retain_grad was called
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_AUTOGRADSTATE_H
