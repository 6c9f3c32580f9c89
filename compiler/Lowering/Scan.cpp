// Scans become loops in the scan's order, with the accumulator carried beside the result.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {
namespace {

/// The element type that a scan accumulates in: f64 for f32, as PyTorch's acc_type is on a CPU, and
/// f32 for what is narrower.
Type accumulatorElement(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return ComplexType::get(accumulatorElement(complex.getElementType()));
  if (element.isF32())
    return Float64Type::get(element.getContext());
  return computeType(element);
}

struct LowerScan : OpConversionPattern<ag::ScanOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ScanOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (op.getType().getRank() == 0) { // the first element is its own result
      rewriter.replaceOp(op, adaptor.getOperands().front());
      return success();
    }
    Location loc = op.getLoc();
    Extents extents = commonExtents(rewriter, loc, adaptor.getOperands());
    Value result = emptyTensor(rewriter, loc, extents, storageType(op.getType().getElementType()));
    SmallVector<Value> ends;
    for (auto [i, extent] : llvm::enumerate(extents))
      if (i != op.getDim())
        ends.push_back(indexValue(rewriter, loc, extent));
    Value length = indexValue(rewriter, loc, extents[op.getDim()]);
    auto row = [&](OpBuilder &b, Location at, ValueRange others, ValueRange carried) {
      return SmallVector<Value>{
          scanRow(b, at, op, adaptor.getOperands(), others, length, carried.front())};
    };
    rewriter.replaceOp(op, buildLoops(rewriter, loc, ends, result, row));
    return success();
  }

private:
  /// The operands' extents; where two are not known to agree, a check.
  static Extents commonExtents(OpBuilder &b, Location loc, ValueRange operands) {
    Extents extents = ag::extentsOf(b, loc, operands.front());
    for (Value operand : operands.drop_front())
      for (auto [mine, other] : llvm::zip(extents, ag::extentsOf(b, loc, operand)))
        buildExtentCheck(b, loc, mine, other);
    return extents;
  }

  /// Scans one row of `result`, at the indices `others` of the other dims.
  static Value scanRow(OpBuilder &b, Location loc, ag::ScanOp op, ValueRange operands,
                       ValueRange others, Value length, Value result) {
    const ag::Record &record = *ag::recordOf(op);
    Type element = op.getType().getElementType(), wide = accumulatorElement(element);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    Value start = scalarConstant(b, loc, computeType(wide), identityOf(b, record, element));
    auto step = [&](OpBuilder &nested, Location at, Value i, ValueRange carried) {
      if (op.getReverse()) {
        Value last = arith::SubIOp::create(nested, at, length, one);
        i = arith::SubIOp::create(nested, at, last, i);
      }
      SmallVector<Value> position(others);
      position.insert(position.begin() + op.getDim(), i);
      ScalarScope scope{record, wide, {}, ag::paramsOf(op), carried[0]};
      for (Value operand : operands) {
        Value stored = tensor::ExtractOp::create(nested, at, operand, position);
        Value loaded = loadElement(nested, at, stored, element);
        scope.operands.push_back(castElement(nested, at, loaded, element, wide));
      }
      Value next = lowerRecord(nested, at, scope);
      Value narrow = castElement(nested, at, next, wide, element);
      Value stored = storeElement(nested, at, narrow, element);
      Value filled = tensor::InsertOp::create(nested, at, stored, carried[1], position);
      scf::YieldOp::create(nested, at, ValueRange{next, filled});
    };
    return scf::ForOp::create(b, loc, zero, length, one, ValueRange{start, result}, step)
        .getResult(1);
  }
};

} // namespace

void populateScanLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerScan>(types, patterns.getContext());
}

} // namespace agc
