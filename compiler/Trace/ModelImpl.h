// A model's module and its context. Internal to this library.
#ifndef AGC_COMPILER_TRACE_MODELIMPL_H
#define AGC_COMPILER_TRACE_MODELIMPL_H

#include "compiler/Trace/Model.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace agc {

struct Model::Impl {
  explicit Impl(std::string name);

  mlir::Location location(Where where) {
    return mlir::FileLineColLoc::get(&context, where.file, where.line, 0);
  }

  std::string name;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace agc

#endif // AGC_COMPILER_TRACE_MODELIMPL_H
