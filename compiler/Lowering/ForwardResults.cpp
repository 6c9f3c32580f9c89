// The pass ag-forward-results: what is copied to an output or a part of the state is computed
// there. Afterwards a copy to an argument is left only where the argument is still read while its
// new value is being made, or where a check may yet fail.
#include "compiler/Lowering/BufferUses.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace agc {
#define GEN_PASS_DEF_FORWARDRESULTS
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Whether an op reads `source` and writes `target` element by element, so that they may be one.
bool isElementwise(Operation *op, Value source, Value target) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumParallelLoops() != generic.getNumLoops())
    return false;
  bool writesTarget = false;
  for (OpOperand &operand : generic->getOpOperands()) {
    if (operand.get() != source && operand.get() != target)
      continue;
    if (!generic.getMatchingIndexingMap(&operand).isIdentity())
      return false;
    writesTarget |= operand.get() == target && generic.isDpsInit(&operand);
  }
  return writesTarget;
}

struct ForwardResults : agc::impl::ForwardResultsBase<ForwardResults> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    SmallVector<memref::CopyOp> copies(function.getBody().front().getOps<memref::CopyOp>());
    for (memref::CopyOp copy : copies)
      if (canForward(function, copy)) {
        Operation *alloc = copy.getSource().getDefiningOp();
        Value target = copy.getTarget();
        copy.erase();
        alloc->replaceAllUsesWith(ValueRange(target));
        alloc->erase();
      }
  }

private:
  static bool canForward(func::FuncOp function, memref::CopyOp copy) {
    auto alloc = copy.getSource().getDefiningOp<memref::AllocOp>();
    auto target = dyn_cast<BlockArgument>(copy.getTarget());
    if (!alloc || !target || alloc->getBlock() != copy->getBlock() ||
        alloc.getType() != target.getType() || target.getOwner() != copy->getBlock())
      return false;
    BufferUses uses(function);
    SmallVector<BufferUse> own = uses.of(alloc);
    unsigned first = own.front().position, end = uses.position(copy);
    for (auto check : copy->getBlock()->getOps<cf::AssertOp>())
      if (uses.position(check) > first)
        return false;
    return llvm::all_of(uses.of(target), [&](const BufferUse &use) {
      if (use.position < first || use.position >= end)
        return true;
      // Where the first write is, the old value may still be read, element by element.
      return use.position == first && use.operand->get() == target &&
             use.operand->getOwner()->getBlock() == copy->getBlock() &&
             isElementwise(use.operand->getOwner(), target, alloc);
    });
  }
};

} // namespace
