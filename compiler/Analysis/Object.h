// A tensor object as autograd sees it.
#ifndef AGC_COMPILER_ANALYSIS_OBJECT_H
#define AGC_COMPILER_ANALYSIS_OBJECT_H

#include "compiler/Analysis/Layout.h"
#include "compiler/Analysis/Node.h"

namespace agc {

/// Where a view was made, which decides whether it may be written (PyTorch's CreationMeta). What a
/// custom Function returned as a view is none here, as it has a copy's history, but is marked.
enum class CreationMeta { Default, NoGrad, MultiOutput, CustomFunction };

/// How an object came to look at another one's elements.
struct ViewStep {
  Object *source = nullptr; ///< null where the object holds a storage of its own
  agt::View view{agt::ViewKind::Alias, {}};
};

/// A tensor object (PyTorch's Tensor with its AutogradMeta).
struct Object {
  mlir::Location loc;
  std::string name; ///< may be empty
  mlir::RankedTensorType type;
  Layout layout;
  Storage *storage;
  VersionCounter *counter;
  ViewStep step = {}; ///< of the storage's elements, also through detach and data

  Object *base = nullptr; ///< of a view: the object that holds the history of what is written
  CreationMeta creation = CreationMeta::Default;
  int64_t gradFnVersion = 0; ///< of a view: the version that gradFn belongs to

  /// Of a custom Function's result that is a view in PyTorch: what it shows the elements of, and
  /// shares the version counter with.
  Object *shows = nullptr;
  std::optional<mlir::Location> replaced = {}; ///< where `.data =` put another type in its place
  bool isInference = false; ///< made in inference mode: nothing is recorded of it, ever
  bool requiresGradFlag = false;
  Node *gradFn = nullptr; ///< of a view possibly out of date; ask AutogradState::gradFn
  unsigned output = 0;    ///< which output of gradFn this is
  Node *accumulator = nullptr;
  bool retainsGrad = false;
  /// Where retain_grad's hook stayed when detach_ took the history; else nowhere.
  Edge retainedAt = {};
  Object *grad = nullptr;

  bool isView() const { return base != nullptr; }
  /// Whether it is a view of such a result.
  bool looksAtShown() const { return base && base->shows; }
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_OBJECT_H
