// The rewrites of ag-simplify, by what they look at.
#ifndef AGC_COMPILER_TRANSFORMS_SIMPLIFY_H
#define AGC_COMPILER_TRANSFORMS_SIMPLIFY_H

#include "mlir/IR/PatternMatch.h"
#include <optional>

namespace agc {

/// The one number that all elements of a real tensor are, where that is plain to see.
std::optional<double> splatOf(mlir::Value value);

/// The tensor and dim that a `?` extent comes from, as far back as that is plain to see.
std::pair<mlir::Value, int64_t> originOfExtent(mlir::Value tensor, int64_t dim);

/// Rewrites of pointwise ops and casts. None changes a bit of a result that is not NaN.
void populateMapSimplifications(mlir::RewritePatternSet &patterns);

/// Rewrites of data movement: broadcasts into the ops that repeat by themselves, permutations into
/// contractions, extents to where they come from.
void populateShapeSimplifications(mlir::RewritePatternSet &patterns);

/// Rewrites of parts that are written and read again.
void populateWriteSimplifications(mlir::RewritePatternSet &patterns);

} // namespace agc

#endif // AGC_COMPILER_TRANSFORMS_SIMPLIFY_H
