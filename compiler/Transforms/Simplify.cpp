// The pass ag-simplify: what differentiation and bodies left behind is folded, shared or dropped.
#include "compiler/Transforms/Simplify.h"
#include "compiler/Transforms/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace agc {
#define GEN_PASS_DEF_SIMPLIFY
#include "compiler/Transforms/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

struct Simplify : agc::impl::SimplifyBase<Simplify> {
  using SimplifyBase::SimplifyBase;

  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    populateMapSimplifications(set);
    populateShapeSimplifications(set);
    populateWriteSimplifications(set);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    if (awaitsGradients())
      return;
    dropMarks();
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit); // a match may show one further back
    // Sharing shows new matches and matches show what can be shared.
    for (bool changed = true; changed;) {
      if (failed(applyPatternsGreedily(getOperation(), patterns, config)))
        return signalPassFailure();
      IRRewriter rewriter(&getContext());
      DominanceInfo dominance(getOperation());
      eliminateCommonSubExpressions(rewriter, dominance, getOperation(), &changed);
    }
  }

private:
  /// Two equal values are not one as long as a gradient is asked at one of them.
  bool awaitsGradients() {
    return getOperation()
        ->walk([](Operation *op) {
          return isa<ag::GradOp, ag::JvpOp>(op) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  /// Marks mean nothing once all gradients are expanded.
  void dropMarks() {
    getOperation()->walk([&](Operation *op) {
      if (!isa<ag::LeafMarkOp, ag::StopGradientOp, ag::StraightThroughOp>(op))
        return;
      auto through = dyn_cast<ag::StraightThroughOp>(op);
      op->getResult(0).replaceAllUsesWith(through ? through.getValue() : op->getOperand(0));
      op->erase();
    });
  }

  FrozenRewritePatternSet patterns;
};

} // namespace
