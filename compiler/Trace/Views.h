// How views are appended to a trace. Internal to this library.
#ifndef AGC_COMPILER_TRACE_VIEWS_H
#define AGC_COMPILER_TRACE_VIEWS_H

#include "compiler/Trace/Trace.h"

namespace agc::trace {

/// Appends a view whose result shapes follow from its kind and arguments, or are `given`.
Tensors view(const Tensor &self, agt::ViewKind kind, llvm::ArrayRef<int64_t> args, Where where,
             llvm::ArrayRef<ag::Shape> given = ag::Shape());

/// Appends a view whose result's extents are given, and where it begins if that is no number.
Tensor viewTo(const Tensor &self, agt::ViewKind kind, llvm::ArrayRef<int64_t> args,
              const Shape &extents, Where where, const Extent &start = 0);

} // namespace agc::trace

#endif // AGC_COMPILER_TRACE_VIEWS_H
