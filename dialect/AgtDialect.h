// The `agt` dialect's classes.
#ifndef AGC_DIALECT_AGTDIALECT_H
#define AGC_DIALECT_AGTDIALECT_H

#include "dialect/AgDialect.h"
#include "dialect/View.h"
#include "mlir/IR/SymbolTable.h"

#include "dialect/AgtDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/AgtTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/AgtAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialect/AgtOps.h.inc"

namespace agc::agt {
/// The type of the tensor that an object holds.
inline mlir::RankedTensorType tensorOf(mlir::Value ref) {
  return llvm::cast<RefType>(ref.getType()).getTensor();
}
} // namespace agc::agt

#endif // AGC_DIALECT_AGTDIALECT_H
