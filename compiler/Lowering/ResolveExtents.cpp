// The pass ag-resolve-extents. Afterwards no tensor.dim asks an op's result whose shape follows
// from its operands.
#include "compiler/Lowering/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace agc {
#define GEN_PASS_DEF_RESOLVEEXTENTS
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;

namespace {

/// The tensor that a result was written into, of its shape; null where there is none.
Value writtenInto(OpResult result) {
  if (auto insert = dyn_cast<tensor::InsertOp>(result.getOwner()))
    return insert.getDest();
  if (auto op = dyn_cast<DestinationStyleOpInterface>(result.getOwner()))
    return op.getTiedOpOperand(result)->get();
  auto loop = dyn_cast<scf::ForOp>(result.getOwner());
  if (!loop)
    return {};
  unsigned i = result.getResultNumber();
  Value value = loop.getYieldedValues()[i];
  while (auto inner = dyn_cast_or_null<OpResult>(value))
    value = writtenInto(inner);
  return value == loop.getRegionIterArg(i) ? loop.getInitArgs()[i] : Value();
}

/// A loop's result has the shape of what the loop began with, if it only writes into it.
struct DimOfLoop : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::DimOp op, PatternRewriter &rewriter) const override {
    auto result = dyn_cast<OpResult>(op.getSource());
    if (!result || !isa<scf::ForOp>(result.getOwner()))
      return rewriter.notifyMatchFailure(op, "not of a loop");
    Value init = writtenInto(result);
    if (!init)
      return rewriter.notifyMatchFailure(op, "the loop carries another tensor");
    rewriter.modifyOpInPlace(op, [&] { op.getSourceMutable().assign(init); });
    return success();
  }
};

/// Refuses an extent that a tensor does not have, which MLIR's own patterns would take for one. It
/// may be found only here, where its number folds.
struct DimThatIsNotThere : OpRewritePattern<tensor::DimOp> {
  DimThatIsNotThere(MLIRContext *context, bool &found)
      : OpRewritePattern(context, /*benefit=*/2), found(found) {}

  LogicalResult matchAndRewrite(tensor::DimOp op, PatternRewriter &rewriter) const override {
    std::optional<int64_t> dim = op.getConstantIndex();
    auto type = dyn_cast<RankedTensorType>(op.getSource().getType());
    if (!dim || !type || (*dim >= 0 && *dim < type.getRank()))
      return rewriter.notifyMatchFailure(op, "not known to be out of range");
    op.emitError() << "dim " << *dim << " is out of range for " << type;
    found = true;
    rewriter.replaceOpWithNewOp<arith::ConstantIndexOp>(op, 0);
    return success();
  }

  bool &found;
};

struct ResolveExtents : agc::impl::ResolveExtentsBase<ResolveExtents> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
    memref::populateResolveShapedTypeResultDimsPatterns(patterns);
    patterns.add<DimOfLoop>(&getContext());
    bool isWrong = false;
    patterns.add<DimThatIsNotThere>(&getContext(), isWrong);
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit); // extents may be of a long chain
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)) || isWrong)
      signalPassFailure();
  }
};

} // namespace
