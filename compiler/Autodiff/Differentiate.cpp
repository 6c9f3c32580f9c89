// The pass ag-differentiate: no ag.grad and no ag.jvp is left.
#include "compiler/Autodiff/KeepChecks.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Autodiff/Sweep.h"
#include "compiler/Autodiff/Vjp.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"

namespace agc {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "compiler/Autodiff/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

/// Puts derivatives in an op's place: zeros where null, in the result's type.
static void replace(OpBuilder &b, Operation *op, ArrayRef<Value> derivatives, ValueRange like,
                    bool isConstant) {
  for (auto [result, derivative, value] : llvm::zip_equal(op->getResults(), derivatives, like)) {
    Value found = fitOrZero(b, op->getLoc(), derivative, value);
    if (isConstant && derivative)
      found = ag::StopGradientOp::create(b, op->getLoc(), found);
    result.replaceAllUsesWith(found);
  }
  op->erase();
}

static LogicalResult expand(ag::GradOp op) {
  OpBuilder b(op);
  FailureOr<SmallVector<Value>> gradients = reverseSweep(
      b, op.getLoc(), opsBehind(op.getOutputs()), op.getOutputs(), op.getSeeds(), op.getWrt(),
      {op.getCut(), op.getStale(), op.getPresent(), op.getPlaces(), op.getCreateGraph()});
  if (failed(gradients))
    return failure();
  replace(b, op, *gradients, op.getWrt(), !op.getCreateGraph());
  return success();
}

static LogicalResult expand(ag::JvpOp op) {
  OpBuilder b(op);
  FailureOr<SmallVector<Value>> tangents = forwardSweep(
      b, op.getLoc(), opsBehind(op.getOutputs()), op.getOutputs(), op.getWrt(), op.getTangents());
  if (failed(tangents))
    return failure();
  replace(b, op, *tangents, op.getOutputs(), /*isConstant=*/false);
  return success();
}

namespace {
struct Differentiate : agc::impl::DifferentiateBase<Differentiate> {
  using DifferentiateBase::DifferentiateBase;

  void runOnOperation() override {
    // In program order: a later gradient sees the ops of an earlier one.
    SmallVector<Operation *> found;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<ag::GradOp, ag::JvpOp>(op))
        found.push_back(op);
    });
    for (Operation *op : found) {
      auto grad = dyn_cast<ag::GradOp>(op);
      OpBuilder b(op);
      if (keepChecks)
        agc::keepChecks(b, op->getLoc(),
                        grad ? grad.getOutputs() : cast<ag::JvpOp>(op).getOutputs());
      if (failed(grad ? expand(grad) : expand(cast<ag::JvpOp>(op))))
        return signalPassFailure();
    }
    if (found.empty())
      markAllAnalysesPreserved();
  }
};
} // namespace
