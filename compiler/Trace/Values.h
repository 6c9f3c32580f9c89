// Elements as an attribute of the module. Internal to this library.
#ifndef AGC_COMPILER_TRACE_VALUES_H
#define AGC_COMPILER_TRACE_VALUES_H

#include "compiler/Trace/Factory.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace agc::trace {

/// Small values as text, large ones as a resource of that name, zeros as a splat.
mlir::ElementsAttr elementsOf(mlir::MLIRContext *context, const Values &values,
                              llvm::StringRef name);

} // namespace agc::trace

#endif // AGC_COMPILER_TRACE_VALUES_H
