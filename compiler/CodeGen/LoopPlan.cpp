// Planning: the vector dimension is the one along which most operands are contiguous.
#include "compiler/CodeGen/LoopPlan.h"
#include "compiler/Lowering/Export.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace agc {

int64_t reductionLanes(Type accumulator) {
  return accumulator.getIntOrFloatBitWidth() <= 32 ? 32 : 16;
}

Stride strideAlong(OpOperand &operand, AffineMap map, unsigned dim) {
  MLIRContext *context = map.getContext();
  AffineExpr d = getAffineDimExpr(dim, context);
  auto memref = dyn_cast<MemRefType>(operand.get().getType());
  if (!memref)
    return Stride::none; // a scalar operand
  Stride stride = Stride::none;
  for (auto [position, result] : llvm::enumerate(map.getResults())) {
    if (!result.isFunctionOfDim(dim))
      continue;
    AffineExpr step = simplifyAffineExpr(result.replace(d, d + 1) - result, map.getNumDims(), 0);
    bool last = position + 1 == map.getNumResults();
    bool unit = last && stride == Stride::none && memref.isLastDimUnitStride();
    stride = unit && step == getAffineConstantExpr(1, context) ? Stride::unit : Stride::other;
  }
  return stride;
}

/// The op that takes the accumulator, and nothing else does, and whose result is what is yielded.
static Operation *findAccumulation(linalg::GenericOp op, unsigned output) {
  Value accumulator = op.getRegionOutputArgs()[output];
  auto yield = cast<linalg::YieldOp>(op.getBody()->getTerminator());
  Operation *combiner = yield.getOperand(output).getDefiningOp();
  if (!combiner || combiner->getBlock() != op.getBody() || combiner->getNumOperands() != 2)
    return nullptr;
  bool single = accumulator.hasOneUse() && combiner->getResult(0).hasOneUse() &&
                llvm::is_contained(combiner->getOperands(), accumulator);
  return single ? combiner : nullptr;
}

Operation *findCombiner(linalg::GenericOp op, unsigned output) {
  Operation *combiner = findAccumulation(op, output);
  return combiner && arith::getNeutralElement(combiner) ? combiner : nullptr;
}

/// Whether a body op has a vector form: it works on each lane alone, and does not branch or trap.
static bool hasVectorForm(Operation &op) {
  auto isElement = [](Type type) { return type.isIntOrIndexOrFloat(); };
  if (!llvm::all_of(op.getResultTypes(), isElement) || op.getNumRegions() != 0)
    return false;
  if (isa<linalg::IndexOp, linalg::YieldOp>(op))
    return true;
  if (isa<memref::LoadOp>(op))
    return true;
  // Division of integers has no vector instruction, and traps on what masked lanes hold.
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp,
          arith::CeilDivUIOp, arith::FloorDivSIOp>(op))
    return false;
  return op.hasTrait<OpTrait::ConstantLike>() || OpTrait::hasElementwiseMappableTraits(&op);
}

static bool hasVectorForm(linalg::GenericOp op) {
  auto isElement = [](BlockArgument argument) { return argument.getType().isIntOrIndexOrFloat(); };
  return llvm::all_of(op.getBody()->getArguments(), isElement) &&
         llvm::all_of(*op.getBody(), [](Operation &inner) { return hasVectorForm(inner); });
}

/// The widest type that a vector of the body must hold, in bits.
static unsigned widestBits(linalg::GenericOp op) {
  unsigned bits = 8;
  auto meet = [&](Type type) {
    bits = std::max(bits, type.isIndex() ? 64 : type.getIntOrFloatBitWidth());
  };
  for (BlockArgument argument : op.getBody()->getArguments())
    meet(argument.getType());
  for (Operation &inner : *op.getBody())
    for (Type type : inner.getResultTypes())
      if (!inner.hasTrait<OpTrait::ConstantLike>())
        meet(type);
  return bits;
}

/// Whether the body alone fills the registers and the time of a load.
static bool isHeavy(linalg::GenericOp op) {
  bool calls = llvm::any_of(*op.getBody(), [](Operation &inner) {
    return isa_and_nonnull<math::MathDialect>(inner.getDialect());
  });
  return calls || llvm::hasNItemsOrMore(*op.getBody(), 8);
}

/// The parallel dimension along which the operands are best read and written by vectors.
static std::optional<unsigned> bestParallelDim(linalg::GenericOp op) {
  std::optional<unsigned> best;
  int bestScore = -1;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (iterator != utils::IteratorType::parallel || extents[dim] == 1)
      continue;
    int score = 0;
    for (OpOperand &operand : op->getOpOperands()) {
      Stride stride = strideAlong(operand, op.getMatchingIndexingMap(&operand), dim);
      int worth = op.isDpsInit(&operand) ? 4 : 2;
      score += stride == Stride::unit ? worth : stride == Stride::none ? 1 : 0;
    }
    if (score >= bestScore) // of equals the innermost
      bestScore = score, best = dim;
  }
  return best;
}

/// Whether an output is added up in f32, or in parts of it.
static bool isSum(linalg::GenericOp op, unsigned output) {
  Type type = op.getRegionOutputArgs()[output].getType();
  auto complex = dyn_cast<ComplexType>(type);
  return (complex ? complex.getElementType() : type).isF32() &&
         isa_and_nonnull<arith::AddFOp, complex::AddOp>(findAccumulation(op, output));
}

/// Whether a reduction may take more steps than a block has, of which the innermost has so many
/// elements each.
static bool mayBeLong(linalg::GenericOp op, int64_t elements) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  int64_t steps = 1;
  for (unsigned dim : reduced) {
    if (ShapedType::isDynamic(extents[dim]))
      return true;
    int64_t own = dim == reduced.back() ? llvm::divideCeil(extents[dim], elements) : extents[dim];
    if (llvm::MulOverflow(steps, own, steps))
      return true;
  }
  return steps > LoopPlan::kBlock;
}

LoopPlan planLoops(linalg::GenericOp op, const LoopTarget &target, bool row) {
  LoopPlan plan;
  plan.row = row;
  plan.chunkElements = row ? 0 : target.chunkElements; // rows are split by those who share them
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  bool vectors = hasVectorForm(op);
  bool innermost = !iterators.empty() && iterators.back() == utils::IteratorType::reduction;
  SmallVector<unsigned> outputs = llvm::to_vector(llvm::seq<unsigned>(0, op.getNumDpsInits()));
  plan.lanes = vectors && innermost && llvm::all_of(outputs, [&](unsigned output) {
                 Operation *combiner = findCombiner(op, output);
                 return combiner && !combiner->hasAttr(attr::kInOrder);
               });
  // A reduction that is innermost and has no combiner (argmax) or was not innermost in the program
  // runs in order for each result.
  if (plan.lanes)
    plan.vectorDim = iterators.size() - 1;
  else if (vectors)
    plan.vectorDim = bestParallelDim(op);

  if (plan.vectorDim) {
    plan.width = std::max<int64_t>(target.vectorBits / widestBits(op), 1);
    plan.pieces = isHeavy(op) ? 2 : 4;
    plan.prefetch = (row || isHeavy(op)) && op.getNumReductionLoops() == 0;
  }
  if (plan.lanes) {
    Type accumulator = op.getRegionOutputArgs()[0].getType();
    plan.width = std::min(plan.width, reductionLanes(accumulator));
    plan.pieces = reductionLanes(accumulator) / plan.width;
  }
  for (unsigned output : outputs)
    plan.sums.push_back(isSum(op, output));
  plan.blocks = llvm::is_contained(plan.sums, true) &&
                mayBeLong(op, plan.lanes ? plan.width * plan.pieces : 1);
  for (auto [dim, iterator] : llvm::enumerate(iterators)) {
    if (plan.vectorDim == dim)
      continue;
    (iterator == utils::IteratorType::parallel ? plan.outer : plan.reductions).push_back(dim);
  }
  return plan;
}

} // namespace agc
