// Rewrites of data movement: broadcasts, permutations, extents, and zeros that are moved.
#include "compiler/Lowering/Export.h"
#include "compiler/Transforms/Simplify.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include <cmath>

using namespace mlir;

namespace agc {
namespace {

/// A pointwise op repeats by itself what ag.expand repeats, where another operand has the shape.
struct FoldExpandIntoMap : OpRewritePattern<ag::MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::MapOp op, PatternRewriter &rewriter) const override {
    for (OpOperand &operand : op->getOpOperands()) {
      auto expand = operand.get().getDefiningOp<ag::ExpandOp>();
      if (!expand || !hasShapeWithout(op, operand, expand.getSelf()))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(expand.getSelf()); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a broadcast that the others imply");
  }

private:
  static bool hasShapeWithout(ag::MapOp op, OpOperand &replaced, Value by) {
    FailureOr<ag::Shape> shape = ag::Shape();
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = &operand == &replaced ? by : operand.get();
      shape = ag::broadcastShapes(*shape, ag::tensorType(value).getShape());
      if (failed(shape))
        return false;
    }
    return ArrayRef<int64_t>(*shape) == op.getType().getShape();
  }
};

ArrayRef<int64_t> withoutLeadingOnes(ArrayRef<int64_t> shape) {
  return shape.drop_while([](int64_t extent) { return extent == 1; });
}

/// A broadcast of a broadcast, or of a tensor with other leading extents 1, is one broadcast.
struct FoldExpandOperand : OpRewritePattern<ag::ExpandOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::ExpandOp op, PatternRewriter &rewriter) const override {
    Value source;
    if (auto expand = op.getSelf().getDefiningOp<ag::ExpandOp>())
      source = expand.getSelf();
    else if (auto reshape = op.getSelf().getDefiningOp<ag::ReshapeOp>()) {
      RankedTensorType from = reshape.getSelf().getType(), to = reshape.getType();
      if (from.hasStaticShape() && from.getRank() <= op.getType().getRank() &&
          withoutLeadingOnes(from.getShape()) == withoutLeadingOnes(to.getShape()))
        source = reshape.getSelf();
    }
    if (!source)
      return rewriter.notifyMatchFailure(op, "the operand is computed");
    rewriter.modifyOpInPlace(op, [&] { op.getSelfMutable().assign(source); });
    return success();
  }
};

/// A contraction reads a permuted operand by permuted subscripts.
struct FoldPermuteIntoContract : OpRewritePattern<ag::ContractOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::ContractOp op, PatternRewriter &rewriter) const override {
    StringRef operands, result;
    std::tie(operands, result) = op.getSubscripts().split("->");
    std::string letters[] = {operands.split(',').first.str(), operands.split(',').second.str()};
    for (OpOperand &operand : op->getOpOperands()) {
      auto permute = operand.get().getDefiningOp<ag::PermuteOp>();
      if (!permute)
        continue;
      std::string &mine = letters[operand.getOperandNumber()], permuted = mine;
      for (auto [to, from] : llvm::enumerate(permute.getDims()))
        mine[from] = permuted[to];
      rewriter.modifyOpInPlace(op, [&] {
        operand.set(permute.getSelf());
        op.setSubscripts(letters[0] + "," + letters[1] + "->" + result.str());
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is permuted");
  }
};

/// A contraction writes its result permuted.
struct FoldPermuteOfContract : OpRewritePattern<ag::PermuteOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::PermuteOp op, PatternRewriter &rewriter) const override {
    auto contract = op.getSelf().getDefiningOp<ag::ContractOp>();
    if (!contract || !contract->hasOneUse())
      return rewriter.notifyMatchFailure(op, "not the only use of a contraction");
    auto [operands, result] = contract.getSubscripts().split("->");
    std::string letters;
    for (int64_t dim : op.getDims())
      letters += result[dim];
    rewriter.replaceOpWithNewOp<ag::ContractOp>(
        op, op.getType(), contract.getSelf(), contract.getOther(), operands.str() + "->" + letters);
    return success();
  }
};

/// Zeros that are moved or summed are zeros.
struct FoldMovedZeros : RewritePattern {
  explicit FoldMovedZeros(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    auto reduce = dyn_cast<ag::ReduceOp>(op);
    if (!isa<ag::ReshapeOp, ag::PermuteOp, ag::SliceOp, ag::FlipOp>(op) &&
        !(reduce && reduce.getFn() == "sum"))
      return rewriter.notifyMatchFailure(op, "does not move or sum");
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    std::optional<double> number = splatOf(op->getOperand(0));
    if (!number || *number != 0 || std::signbit(*number) || !type.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "not zeros of a known shape");
    Value zero = ag::scalar(rewriter, op->getLoc(), type.getElementType(), 0);
    SmallVector<OpFoldResult> extents = getAsIndexOpFoldResult(op->getContext(), type.getShape());
    rewriter.replaceOp(op, ag::expand(rewriter, op->getLoc(), zero, extents));
    return success();
  }
};

/// Where an extent of a result comes from: an operand's dim, or a size.
struct Origin {
  Value tensor; ///< null where `size` is meant
  int64_t dim = 0;
  Value size;
};

/// The size operand for a `?` extent of a result.
Value sizeOf(RankedTensorType type, ValueRange sizes, int64_t dim) {
  return sizes[llvm::count_if(type.getShape().take_front(dim), ShapedType::isDynamic)];
}

Origin originOf(Operation *op, int64_t dim) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (isa<ag::CastOp, ag::FlipOp, ag::ScatterOp, ag::ScanOp, ag::SortOp, ag::CholeskyFactorOp,
          ag::LeafMarkOp, ag::StopGradientOp, ag::StraightThroughOp>(op))
    return {op->getOperand(0), dim, {}};
  if (isa<ag::LuFactorOp>(op)) // all results' extents are among the matrices'
    return {op->getOperand(0), dim, {}};
  if (auto solve = dyn_cast<ag::SolveTriangularOp>(op))
    return {solve.getB(), dim, {}};
  if (auto gather = dyn_cast<ag::GatherOp>(op))
    return {gather.getIndex(), dim, {}};
  if (auto permute = dyn_cast<ag::PermuteOp>(op))
    return {permute.getSelf(), permute.getDims()[dim], {}};
  if (auto expand = dyn_cast<ag::ExpandOp>(op))
    return {{}, 0, sizeOf(type, expand.getSizes(), dim)};
  if (auto reshape = dyn_cast<ag::ReshapeOp>(op))
    return {{}, 0, sizeOf(type, reshape.getSizes(), dim)};
  if (auto slice = dyn_cast<ag::SliceOp>(op))
    return {{}, 0, sizeOf(type, slice.getSizes(), dim)};
  if (auto pad = dyn_cast<ag::PadOp>(op))
    return {{}, 0, sizeOf(type, pad.getSizes(), dim)};
  if (auto iota = dyn_cast<ag::IotaOp>(op))
    return {{}, 0, sizeOf(type, iota.getSizes(), dim)};
  if (auto cat = dyn_cast<ag::CatOp>(op); cat && int64_t(cat.getDim()) != dim)
    return {cat.getTensors()[0], dim, {}};
  if (auto reduce = dyn_cast<ag::ReduceOp>(op)) {
    for (int64_t reduced : reduce.getKeepdim() ? ArrayRef<int64_t>() : reduce.getDim())
      dim += reduced <= dim;
    return {reduce.getSelf(), dim, {}};
  }
  if (auto reduce = dyn_cast<ag::ReduceIndexOp>(op))
    return {reduce.getSelf(), dim + (!reduce.getKeepdim() && int64_t(reduce.getDim()) <= dim), {}};
  if (auto contract = dyn_cast<ag::ContractOp>(op)) {
    auto [operands, result] = contract.getSubscripts().split("->");
    auto [self, other] = operands.split(',');
    size_t at = self.find(result[dim]);
    return at != StringRef::npos
               ? Origin{contract.getSelf(), int64_t(at), {}}
               : Origin{contract.getOther(), int64_t(other.find(result[dim])), {}};
  }
  if (auto map = dyn_cast<ag::MapOp>(op))
    for (Value operand : map.getOperands()) {
      // A `?` is the result's extent; a static 1 is repeated.
      RankedTensorType mine = ag::tensorType(operand);
      int64_t at = dim - (type.getRank() - mine.getRank());
      if (at >= 0 && mine.isDynamicDim(at))
        return {operand, at, {}};
    }
  return {};
}

/// The extent of a computed tensor is taken where it comes from, so that the tensor need not live.
struct FoldDim : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::DimOp op, PatternRewriter &rewriter) const override {
    Operation *source = op.getSource().getDefiningOp();
    std::optional<int64_t> dim = knownDim(op);
    if (!source || !dim || !ag::tensorType(op.getSource()).isDynamicDim(*dim))
      return rewriter.notifyMatchFailure(op, "not a `?` of a computed tensor");
    Origin origin = originOf(source, *dim);
    if (origin.size) {
      rewriter.replaceOp(op, origin.size);
      return success();
    }
    if (!origin.tensor)
      return rewriter.notifyMatchFailure(op, "its origin is not known");
    rewriter.replaceOpWithNewOp<tensor::DimOp>(op, origin.tensor, origin.dim);
    return success();
  }
};

} // namespace

std::pair<Value, int64_t> originOfExtent(Value tensor, int64_t dim) {
  while (Operation *op = tensor.getDefiningOp()) {
    Origin origin = op->getNumResults() == 1 ? originOf(op, dim) : Origin();
    auto size = origin.size ? origin.size.getDefiningOp<tensor::DimOp>() : tensor::DimOp();
    if (origin.tensor)
      std::tie(tensor, dim) = std::pair(origin.tensor, origin.dim);
    else if (std::optional<int64_t> known = size ? knownDim(size) : std::nullopt)
      std::tie(tensor, dim) = std::pair(size.getSource(), *known);
    else
      break;
  }
  return {tensor, dim};
}

void populateShapeSimplifications(RewritePatternSet &patterns) {
  patterns.add<FoldExpandIntoMap, FoldExpandOperand, FoldPermuteIntoContract, FoldPermuteOfContract,
               FoldMovedZeros, FoldDim>(patterns.getContext());
}

} // namespace agc
