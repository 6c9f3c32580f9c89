// Tensors of a program that share elements with one that is a model's state.
#ifndef AGC_COMPILER_SESSION_ALIASES_H
#define AGC_COMPILER_SESSION_ALIASES_H

#include "compiler/Analysis/Object.h"
#include "compiler/Trace/Tensor.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace agc::session {

/// A view or an alias of an object.
struct Step {
  agt::View view;
  mlir::RankedTensorType type;
  bool isView, sharesVersion, isSmooth;
};

/// What leads from an object to another one, each step to a view or an alias of the one before.
struct Way {
  llvm::SmallVector<Step> steps;

  /// Whether all of its shapes are known.
  bool isStatic() const;
};

/// The way from one object to another; nothing where there is none.
std::optional<Way> wayFrom(const agc::Object *source, const agc::Object *object);

/// Takes the same way in the function that is being traced.
Tensor repeat(const Way &way, const Tensor &source, Where where);

/// Whether the elements of two objects of one storage lie apart: the places from the first to the
/// last.
bool lieApart(const agc::Object &a, const agc::Object &b);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_ALIASES_H
