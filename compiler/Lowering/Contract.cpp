// Contractions become a fill with zero and a linalg.generic of products and sums.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

struct LowerContract : OpConversionPattern<ag::ContractOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ContractOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type element = op.getType().getElementType(), computed = computeType(element);
    auto [left, result] = op.getSubscripts().split("->");
    auto [self, other] = left.split(',');
    // Loops: the result's letters, then the summed ones.
    std::string loops = result.str();
    for (char c : (self + other).str())
      if (loops.find(c) == std::string::npos)
        loops += c;
    llvm::SmallDenseMap<char, OpFoldResult> extents;
    for (auto [letters, operand] :
         {std::pair(self, adaptor.getSelf()), {other, adaptor.getOther()}})
      for (auto [c, extent] : llvm::zip(letters, ag::extentsOf(rewriter, loc, operand))) {
        auto [it, isNew] = extents.try_emplace(c, extent);
        if (!isNew)
          buildExtentCheck(rewriter, loc, it->second, extent);
        if (getConstantIntValue(extent))
          it->second = extent;
      }

    auto mapOf = [&](StringRef letters) {
      SmallVector<AffineExpr> exprs = llvm::map_to_vector(
          letters, [&](char c) { return rewriter.getAffineDimExpr(loops.find(c)); });
      return AffineMap::get(loops.size(), 0, exprs, rewriter.getContext());
    };
    Extents resultExtents = llvm::map_to_vector(result, [&](char c) { return extents[c]; });
    AffineMap maps[] = {mapOf(self), mapOf(other), mapOf(result)};
    auto product = [&](OpBuilder &b, Location at, ValueRange args) {
      return callRecord(b, at, "mul", element, args.take_front(2));
    };
    // f16 and bf16 are widened before, once for each element: sums are f32's, and the nest's.
    SmallVector<Value> operands = {adaptor.getSelf(), adaptor.getOther()};
    if (computed != storageType(element))
      for (Value &operand : operands)
        operand = buildPointwise(rewriter, loc, operand, ag::extentsOf(rewriter, loc, operand),
                                 computed, [&](OpBuilder &b, Location at, ValueRange args) {
                                   return loadElement(b, at, args[0], element);
                                 });
    if (loops.size() == result.size()) { // an outer product: nothing is summed
      auto body = [&](OpBuilder &b, Location at, ValueRange args) {
        return storeElement(b, at, product(b, at, args), element);
      };
      rewriter.replaceOp(op, buildMapped(rewriter, loc, operands, ArrayRef(maps).take_front(2),
                                         resultExtents, storageType(element), body));
      return success();
    }
    SmallVector<utils::IteratorType> iterators(loops.size(), utils::IteratorType::reduction);
    std::fill_n(iterators.begin(), result.size(), utils::IteratorType::parallel);
    Value zero = scalarConstant(rewriter, loc, computed, rewriter.getF64FloatAttr(0));
    Value init = filledTensor(rewriter, loc, zero, resultExtents);
    // See isContraction: what the nests compute rounds once a step.
    bool rounded = !computed.isF32() && !computed.isF64();
    auto body = [&](OpBuilder &b, Location at, ValueRange args) {
      Value sum = rounded ? callRecord(b, at, "sum", element, product(b, at, args), args[2])
                          : math::FmaOp::create(b, at, args[0], args[1], args[2]);
      linalg::YieldOp::create(b, at, sum);
    };
    Value sum = linalg::GenericOp::create(rewriter, loc, init.getType(), operands, init, maps,
                                          iterators, body)
                    .getResult(0);
    if (computed != storageType(element))
      sum = buildPointwise(rewriter, loc, sum, resultExtents, storageType(element),
                           [&](OpBuilder &b, Location at, ValueRange args) {
                             return storeElement(b, at, args[0], element);
                           });
    rewriter.replaceOp(op, sum);
    return success();
  }
};

} // namespace

void populateContractLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerContract>(types, patterns.getContext());
}

} // namespace agc
