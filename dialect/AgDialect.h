// The `ag` dialect's classes.
#ifndef AGC_DIALECT_AGDIALECT_H
#define AGC_DIALECT_AGDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace agc::ag {
/// Whether given result types are the inferred ones, or the same with some static extents lost or
/// gained.
bool areCompatible(mlir::TypeRange inferred, mlir::TypeRange given);
} // namespace agc::ag

#include "dialect/AgDialect.h.inc"

#define GET_OP_CLASSES
#include "dialect/AgOps.h.inc"

#endif // AGC_DIALECT_AGDIALECT_H
