// Control flow becomes scf over tensors.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {
namespace {

struct LowerIf : OpConversionPattern<ag::IfOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::IfOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op.getResultTypes(), types)))
      return failure();
    Value stored = tensor::ExtractOp::create(rewriter, loc, adaptor.getCondition(), ValueRange());
    Value condition = loadElement(rewriter, loc, stored, rewriter.getI1Type());
    auto lowered = scf::IfOp::create(rewriter, loc, types, condition);
    rewriter.inlineRegionBefore(op.getThen(), lowered.getThenRegion(),
                                lowered.getThenRegion().end());
    rewriter.inlineRegionBefore(op.getOtherwise(), lowered.getElseRegion(),
                                lowered.getElseRegion().end());
    rewriter.replaceOp(op, lowered);
    return success();
  }
};

struct LowerFor : OpConversionPattern<ag::ForOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ForOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
    Value one = arith::ConstantIndexOp::create(rewriter, loc, 1);
    auto lowered =
        scf::ForOp::create(rewriter, loc, zero, adaptor.getTrips(), one, adaptor.getInits(),
                           [](OpBuilder &, Location, Value, ValueRange) {});
    FailureOr<Block *> body = rewriter.convertRegionTypes(&op.getBody(), *getTypeConverter());
    if (failed(body))
      return failure();
    Block *target = lowered.getBody();
    rewriter.setInsertionPointToEnd(target);
    Value trip =
        arith::IndexCastOp::create(rewriter, loc, rewriter.getI64Type(), lowered.getInductionVar());
    SmallVector<Value> args = {tensor::FromElementsOp::create(
        rewriter, loc, RankedTensorType::get({}, rewriter.getI64Type()), trip)};
    llvm::append_range(args, lowered.getRegionIterArgs());
    rewriter.mergeBlocks(*body, target, args);
    rewriter.replaceOp(op, lowered.getResults());
    return success();
  }
};

struct LowerYield : OpConversionPattern<ag::YieldOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::YieldOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    // What a loop carries stays in one place, of one size.
    if (auto loop = dyn_cast<scf::ForOp>(op->getParentOp()))
      for (auto [next, carried] : llvm::zip(adaptor.getOperands(), loop.getRegionIterArgs()))
        for (auto [extent, other] : llvm::zip(ag::extentsOf(rewriter, op.getLoc(), next),
                                              ag::extentsOf(rewriter, op.getLoc(), carried)))
          buildExtentCheck(rewriter, op.getLoc(), extent, other);
    rewriter.replaceOpWithNewOp<scf::YieldOp>(op, adaptor.getOperands());
    return success();
  }
};

} // namespace

void populateControlLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerIf, LowerFor, LowerYield>(types, patterns.getContext());
}

} // namespace agc
