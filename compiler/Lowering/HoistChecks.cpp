// The pass ag-hoist-checks: run-time checks come first.
// Afterwards every cf.assert stands in a function's entry block, before whatever it does not need,
// so that a failing call returns before it has written an output or a part of the state.
#include "compiler/Lowering/Lowering.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace agc {
#define GEN_PASS_DEF_HOISTCHECKS
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// The check of a region's op as one after it, on a condition that the op yields.
void moveOut(cf::AssertOp check, Value condition, Operation *after) {
  check->moveAfter(after);
  check.getArgMutable().assign(condition);
}

/// Carries a check's condition through a loop: it must hold in each iteration.
scf::ForOp moveOutOfLoop(IRRewriter &rewriter, cf::AssertOp check, scf::ForOp loop) {
  Location loc = check.getLoc();
  rewriter.setInsertionPoint(loop);
  Value held = arith::ConstantOp::create(rewriter, loc, rewriter.getBoolAttr(true));
  Value condition = check.getArg();
  auto yield = [&](OpBuilder &b, Location at, ArrayRef<BlockArgument> args) {
    return SmallVector<Value>{arith::AndIOp::create(b, at, args.front(), condition)};
  };
  auto carried = cast<scf::ForOp>(*loop.replaceWithAdditionalYields(rewriter, held, false, yield));
  moveOut(check, carried.getResults().back(), carried);
  return carried;
}

/// Yields a check's condition from its branch, and true from the other one.
void moveOutOfBranch(IRRewriter &rewriter, cf::AssertOp check, scf::IfOp branch) {
  Location loc = check.getLoc();
  SmallVector<Type> types(branch.getResultTypes());
  types.push_back(rewriter.getI1Type());
  rewriter.setInsertionPoint(branch);
  auto wider = scf::IfOp::create(rewriter, loc, types, branch.getCondition(), true);
  Block *home = check->getBlock();
  for (auto [from, to] : {std::pair(branch.thenBlock(), wider.thenBlock()),
                          {branch.elseBlock(), wider.elseBlock()}}) {
    if (!to->empty())
      rewriter.eraseOp(&to->back());
    if (from) {
      bool holdsCheck = from == home;
      rewriter.mergeBlocks(from, to);
      rewriter.setInsertionPoint(to->getTerminator());
      Value condition =
          holdsCheck ? check.getArg()
                     : Value(arith::ConstantOp::create(rewriter, loc, rewriter.getBoolAttr(true)));
      to->getTerminator()->insertOperands(to->getTerminator()->getNumOperands(), condition);
      continue;
    }
    rewriter.setInsertionPointToEnd(to);
    Value held = arith::ConstantOp::create(rewriter, loc, rewriter.getBoolAttr(true));
    scf::YieldOp::create(rewriter, loc, held);
  }
  rewriter.replaceOp(branch, wider.getResults().drop_back());
  moveOut(check, wider.getResults().back(), wider);
}

struct HoistChecks : agc::impl::HoistChecksBase<HoistChecks> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    IRRewriter rewriter(&getContext());
    SmallVector<cf::AssertOp> checks;
    function.walk([&](cf::AssertOp check) { checks.push_back(check); });
    for (cf::AssertOp check : checks) {
      while (check->getParentOp() != function) {
        Operation *parent = check->getParentOp();
        if (auto loop = dyn_cast<scf::ForOp>(parent)) {
          moveOutOfLoop(rewriter, check, loop);
        } else if (auto branch = dyn_cast<scf::IfOp>(parent)) {
          moveOutOfBranch(rewriter, check, branch);
        } else {
          check.emitError() << "a check inside '" << parent->getName() << "' cannot be moved out";
          return signalPassFailure();
        }
      }
    }
    hoist(function.getBody().front(), checks);
  }

private:
  /// Moves checks and what they need to the front, in their order.
  void hoist(Block &block, ArrayRef<cf::AssertOp> checks) {
    SetVector<Operation *> needed;
    BackwardSliceOptions options;
    options.omitUsesFromAbove = false;
    options.inclusive = true;
    options.omitBlockArguments = true;
    for (cf::AssertOp check : checks)
      (void)getBackwardSlice(check.getOperation(), &needed, options);
    Operation *last = nullptr;
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (!needed.contains(&op))
        continue;
      if (last)
        op.moveAfter(last);
      else
        op.moveBefore(&block, block.begin());
      last = &op;
    }
  }
};

} // namespace
