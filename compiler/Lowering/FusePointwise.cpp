// The pass ag-fuse-pointwise: pointwise producers move into the loops of their consumers.
// Afterwards no pointwise op has a single pointwise or reducing consumer that could compute it;
// nothing costly is computed twice, contractions keep the form that the nest recognises, and no
// result varies with a loop that reduces.
#include "compiler/Lowering/ContractBody.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace agc {
#define GEN_PASS_DEF_FUSEPOINTWISE
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// More operands than this in one loop thrash its registers and streams.
constexpr unsigned kMaxOperands = 16;
/// More ops than this in one loop take longer to compile than they save: code grows faster than its
/// ops.
constexpr size_t kMaxOps = 64;
/// A producer with several consumers is computed in each of them up to this many ops.
constexpr unsigned kMaxRepeatedOps = 3;

/// Whether computing it again costs less than reading it back: no functions, divisions, gathers,
/// and no second operand as large as the result. Of a chain of sums each would otherwise add all
/// before.
bool isCheap(linalg::GenericOp producer) {
  if (producer.getNumDpsInputs() > 2)
    return false;
  unsigned large = llvm::count_if(producer.getDpsInputOperands(), [&](OpOperand *operand) {
    return producer.getMatchingIndexingMap(operand).isPermutation();
  });
  if (large > 1)
    return false;
  unsigned count = 0;
  for (Operation &op : producer.getBody()->without_terminator()) {
    if (isa<math::MathDialect, complex::ComplexDialect>(op.getDialect()) ||
        isa<arith::DivFOp, arith::DivSIOp, arith::DivUIOp, arith::RemFOp, arith::RemSIOp,
            arith::RemUIOp, tensor::ExtractOp>(op))
      return false;
    ++count;
  }
  return count <= kMaxRepeatedOps;
}

/// Whether it reads what is cheap, too: each step of a chain would compute all steps before it
/// again.
bool isChained(linalg::GenericOp producer) {
  return llvm::any_of(producer.getDpsInputs(), [](Value input) {
    auto before = input.getDefiningOp<linalg::GenericOp>();
    return before && isCheap(before);
  });
}

/// Whether what the consumer reads at `operand` is all that anything reads of the producer.
bool isAllThatIsRead(linalg::GenericOp producer, linalg::GenericOp consumer, OpOperand *operand) {
  AffineMap map = consumer.getMatchingIndexingMap(operand);
  return llvm::all_of(producer->getUses(), [&](OpOperand &use) {
    return use.getOwner() == consumer && consumer.getMatchingIndexingMap(&use) == map;
  });
}

/// Whether the inputs of the fused op tell the extent of every loop that reduces. A result that the
/// producer keeps for its other consumers tells it too, but could then not be dropped once they
/// compute it themselves.
bool inputsTellExtents(linalg::GenericOp producer, linalg::GenericOp consumer, OpOperand *operand) {
  AffineMap result = producer.getIndexingMapMatchingResult(cast<OpResult>(operand->get()));
  if (!consumer.getNumReductionLoops() || !result.isPermutation())
    return true;
  SmallVector<AffineMap> maps;
  for (OpOperand *input : consumer.getDpsInputOperands())
    if (input->get() != operand->get())
      maps.push_back(consumer.getMatchingIndexingMap(input));
  AffineMap loops = inversePermutation(result).compose(consumer.getMatchingIndexingMap(operand));
  for (OpOperand *input : producer.getDpsInputOperands())
    maps.push_back(producer.getMatchingIndexingMap(input).compose(loops));
  SmallVector<unsigned> reduced;
  consumer.getReductionDims(reduced);
  return llvm::all_of(reduced, [&](unsigned dim) {
    return llvm::any_of(maps, [&](AffineMap map) {
      return llvm::is_contained(map.getResults(), getAffineDimExpr(dim, map.getContext()));
    });
  });
}

bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || producer->getBlock() != consumer->getBlock())
    return false;
  if (isContraction(consumer))
    return false;
  if (producer.getNumOperands() + consumer.getNumOperands() > kMaxOperands ||
      producer.getBody()->getOperations().size() + consumer.getBody()->getOperations().size() >
          kMaxOps ||
      !inputsTellExtents(producer, consumer, operand))
    return false;
  bool repeats = !consumer.getMatchingIndexingMap(operand).isPermutation();
  return (isCheap(producer) && !isChained(producer)) ||
         (isAllThatIsRead(producer, consumer, operand) && !repeats);
}

/// Of a result that nothing reads but that alone tells how often a reducing loop runs, only the
/// extents stay, as an operand's: no loop writes an element for each step that it reduces. Such are
/// left where the operands that told it have folded to numbers in the fused body.
struct KeepOnlyExtents : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() || !op.getNumReductionLoops())
      return failure();
    for (OpOperand &init : op.getDpsInitsMutable())
      if (op.getTiedOpResult(&init).use_empty() && op.getMatchingBlockArgument(&init).use_empty() &&
          !op.canOpOperandsBeDropped({&init})) {
        makeOperand(op, init, rewriter);
        return success();
      }
    return failure();
  }

private:
  static void makeOperand(linalg::GenericOp op, OpOperand &init, PatternRewriter &rewriter) {
    unsigned numInputs = op.getNumDpsInputs(), i = init.getOperandNumber() - numInputs;
    SmallVector<Value> inputs(op.getInputs()), outputs(op.getOutputs());
    inputs.push_back(init.get());
    outputs.erase(outputs.begin() + i);
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    std::rotate(maps.begin() + numInputs, maps.begin() + numInputs + i,
                maps.begin() + numInputs + i + 1);
    auto made = linalg::GenericOp::create(rewriter, op.getLoc(), TypeRange(ValueRange(outputs)),
                                          inputs, outputs, maps, op.getIteratorTypesArray());
    rewriter.inlineRegionBefore(op.getRegion(), made.getRegion(), made.getRegion().end());
    Block &body = *made.getBlock();
    BlockArgument written = body.getArgument(numInputs + i);
    body.insertArgument(numInputs, written.getType(), written.getLoc());
    body.eraseArgument(numInputs + i + 1);
    rewriter.modifyOpInPlace(body.getTerminator(), [&] { body.getTerminator()->eraseOperand(i); });
    for (auto [k, result] : llvm::enumerate(op.getResults()))
      if (k != i)
        rewriter.replaceAllUsesWith(result, made.getResult(k - (k > i)));
    rewriter.eraseOp(op);
  }
};

struct FusePointwise : agc::impl::FusePointwiseBase<FusePointwise> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    patterns.add<KeepOnlyExtents>(context);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, context);
    linalg::FillOp::getCanonicalizationPatterns(patterns, context);
    tensor::EmptyOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
    context->getLoadedDialect<linalg::LinalgDialect>()->getCanonicalizationPatterns(patterns);
    // Bottom up the groups are larger, but each step of a long chain may take an iteration of its
    // own.
    FrozenRewritePatternSet frozen(std::move(patterns));
    GreedyRewriteConfig config;
    if (succeeded(applyPatternsGreedily(getOperation(), frozen, config)))
      return;
    config.setUseTopDownTraversal().setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(applyPatternsGreedily(getOperation(), frozen, config)))
      signalPassFailure();
  }
};

} // namespace
