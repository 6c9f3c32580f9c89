// A model's module and its context. Internal to the front ends: the public headers know nothing of
// MLIR.
#ifndef AGC_COMPILER_TRACE_MODELIMPL_H
#define AGC_COMPILER_TRACE_MODELIMPL_H

#include "compiler/Trace/Model.h"
#include "compiler/Trace/Trace.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace agc {

/// What a model's owner has to say while its functions are traced.
class ModelOwner {
public:
  virtual ~ModelOwner() = default;
  /// The state that stands for a tensor that is none of the function's or the model's.
  virtual Tensor foreign(const Tensor &tensor, Where where) = 0;
  /// A function uses a state for the first time.
  virtual void used(trace::Trace &trace, llvm::StringRef state, mlir::Value ref, Where where) = 0;
  /// A function is about to read an object, or to write it.
  virtual void meets(mlir::Operation *op, agc::Object *object, Where where) {}
  /// A function ends; autograd knows of these states.
  virtual void finished(const llvm::MapVector<mlir::StringAttr, agc::Object *> &usedStates,
                        Outputs &outputs, Where where) = 0;
};

struct Model::Impl {
  /// A context of its own, or its owner's.
  explicit Impl(std::string name, mlir::MLIRContext *shared = nullptr, ModelOwner *owner = nullptr);

  mlir::Location location(Where where) {
    return mlir::FileLineColLoc::get(&context, where.file, where.line, 0);
  }

  std::string name;
  std::unique_ptr<mlir::MLIRContext> own; ///< null where the context is the owner's
  mlir::MLIRContext &context;
  ModelOwner *owner; ///< null for none
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace agc

#endif // AGC_COMPILER_TRACE_MODELIMPL_H
