// The pass ag-expand-composites: no ag.apply is left, its record's body stands in its place.
#include "compiler/Support/Origin.h"
#include "compiler/Transforms/Passes.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"

namespace agc {
#define GEN_PASS_DEF_EXPANDCOMPOSITES
#include "compiler/Transforms/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Collects the composites that a body is made of.
struct NewComposites : OpBuilder::Listener {
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    if (auto apply = dyn_cast<ag::ApplyOp>(op))
      found.push_back(apply);
  }
  SmallVector<ag::ApplyOp> found;
};

struct ExpandComposites : agc::impl::ExpandCompositesBase<ExpandComposites> {
  using ExpandCompositesBase::ExpandCompositesBase;

  void runOnOperation() override {
    NewComposites composites;
    getOperation()->walk([&](ag::ApplyOp op) { composites.found.push_back(op); });
    while (!composites.found.empty()) {
      ag::ApplyOp op = composites.found.pop_back_val();
      OpBuilder b(op, &composites);
      ag::RuleScope scope = ag::scopeOf(op, *ag::recordOf(op));
      Location loc = withOrigin(op.getLoc(), scope.record.name);
      SmallVector<Value> body = ag::buildBody(b, loc, scope);
      op->replaceAllUsesWith(body);
      op.erase();
    }
  }
};

} // namespace
