// Tensors of a program that share elements with one that is a model's state.
#ifndef AGC_COMPILER_SESSION_ALIASES_H
#define AGC_COMPILER_SESSION_ALIASES_H

#include "compiler/Analysis/Object.h"
#include "compiler/Trace/Tensor.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace agc::session {

/// The objects that lead from one to another, each a view or an alias of the one before; nothing
/// where none do.
using Way = llvm::SmallVector<const agc::Object *>;
std::optional<Way> wayFrom(const agc::Object *source, const agc::Object *object);

/// Takes the same way in the function that is being traced.
Tensor repeat(const Way &way, const Tensor &source, Where where);

/// Whether the elements of two objects of one storage lie apart: the places from the first to the
/// last.
bool lieApart(const agc::Object &a, const agc::Object &b);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_ALIASES_H
