// A node of the autograd graph, with what it saved for its backward.
#ifndef AGC_COMPILER_ANALYSIS_NODE_H
#define AGC_COMPILER_ANALYSIS_NODE_H

#include "compiler/Analysis/Storage.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/BitVector.h"
#include <memory>
#include <optional>
#include <string>

namespace agc {

struct Node;
struct Object;
struct VjpForm;

/// Where a cotangent goes: an output of a node; nowhere where the node is null.
struct Edge {
  Node *node = nullptr;
  unsigned output = 0;
};

/// A tensor kept for backward (PyTorch's SavedVariable).
struct Saved {
  Object *object = nullptr; ///< null for a value that no object holds: it is never written
  VersionCounter *counter = nullptr;
  Storage *storage = nullptr;
  int64_t version = 0, writes = 0; ///< of counter and storage, when it was saved
  bool isOutput = false;           ///< the node's own result, not one of its inputs
  bool wasLeaf = false;
  Node *viewNode = nullptr;         ///< the node of a view that was written in place
  bool isSmooth = true;             ///< the backward can be differentiated by it
  mlir::RankedTensorType type = {}; ///< of the object, when it was saved
  /// The op that reads it as this operand, or has it as a result, numbered after these; null where
  /// none does as it is. May be gone: ask Replay::isSavedAt.
  mlir::Operation *op = nullptr;
  unsigned place = 0;
  llvm::SmallVector<Edge, 1> history = {}; ///< of a value that no object holds
  bool isSource = false; ///< what the node keeps may have been computed from it: no version counts
};

/// How the backward of a node's op makes cotangents: what it records, in turn, follows from it.
struct Backward {
  static constexpr int kUnknown = -1; ///< of several operands, or of one that is cast
  static constexpr int kItself = -2;  ///< the node's own cotangent goes there, or a view of it

  std::shared_ptr<const VjpForm> vjp = {}; ///< null where the node is no op's
  llvm::BitVector carries = {};            ///< its operands that require grad
  llvm::SmallVector<int, 2> places = {};   ///< per edge: the operand it is for
  llvm::StringRef node = "";               ///< of all cotangents, where it is no op of `vjp`'s
  /// Of the node of a node's backward: how the latter makes cotangents; the places are arguments.
  std::shared_ptr<const VjpForm> derives = {};
  bool readsResult = false; ///< of an in-place form: in place of self, whose copy `vjp` reads

  int placeOf(unsigned edge) const { return edge < places.size() ? places[edge] : kUnknown; }
};

/// A node of the autograd graph (PyTorch's Node).
struct Node {
  std::string name; ///< as Python shows it: MulBackward0
  int64_t sequence; ///< the engine takes the highest first
  mlir::Location loc;
  llvm::SmallVector<Edge> next = {}; ///< one per differentiable input
  llvm::SmallVector<Saved> saved = {};
  /// The op has no derivative; what the error says.
  std::string notImplemented = {};
  /// The leaf whose slot this node fills (AccumulateGrad).
  Object *leaf = nullptr;
  /// The node of the op that wrote a view (CopySlices).
  Node *inner = nullptr;
  /// Whether the backward can be differentiated by the cotangents.
  bool isSmooth = true;
  /// Whether it gives cotangents at all, not PyTorch's undefined tensors.
  bool isDefined = true;
  /// Where a backward freed what was saved.
  std::optional<mlir::Location> freedBy = {};
  /// What a function with a backward of the program's own keeps; lives as long as the node.
  std::shared_ptr<void> kept = {};
  unsigned numOutputs = 1;
  /// The op that it is of, whose results it may save, as of Saved.
  mlir::Operation *op = nullptr;
  /// Which results are saved when they become objects: a bit for each.
  unsigned savedResults = 0, smoothResults = 0;
  /// Shared by nodes alike; null for an unknown one.
  std::shared_ptr<const Backward> sharedBackward = {};

  /// Part of a call of which PyTorch's one node saves no tensor.
  bool savesNothing = false;

  const Backward &backward() const {
    static const Backward unknown;
    return sharedBackward ? *sharedBackward : unknown;
  }

  /// Whether a second backward is refused once the graph was freed.
  bool savesAnything() const {
    return !savesNothing &&
           (inner || llvm::any_of(saved, [](const Saved &one) { return !one.isSource; }));
  }
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_NODE_H
