// agc-linalg-to-loops. After it no linalg op on buffers and no memref.copy is left: pointwise ops
// and reductions are scf loops over explicit vectors, and ops that work on the same rows share
// their outer loops.
#include "compiler/CodeGen/Chunks.h"
#include "compiler/CodeGen/LoopEmitter.h"
#include "compiler/CodeGen/Passes.h"
#include "compiler/CodeGen/SharedLoops.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace agc {
#define GEN_PASS_DEF_LINALGTOLOOPS
#include "compiler/CodeGen/Passes.h.inc"

namespace {

using Ops = ArrayRef<linalg::GenericOp>;

/// Parallel dimensions that follow each other in every operand, and in memory, become one.
linalg::GenericOp collapse(linalg::GenericOp op) {
  bool usesIndex = !op.getBody()->getOps<linalg::IndexOp>().empty();
  if (op.getNumLoops() < 2 || usesIndex || !op.hasPureBufferSemantics())
    return op;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  auto joins = [&](OpOperand &operand, unsigned dim) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!map.isProjectedPermutation())
      return false;
    auto before = map.getResultPosition(getAffineDimExpr(dim - 1, op.getContext()));
    auto here = map.getResultPosition(getAffineDimExpr(dim, op.getContext()));
    if (!before && !here)
      return true;
    if (!before || !here || *before + 1 != *here)
      return false;
    auto type = cast<MemRefType>(operand.get().getType());
    SmallVector<ReassociationIndices> groups;
    for (int64_t position = 0; position < type.getRank(); ++position)
      if (position == *here)
        groups.back().push_back(position);
      else
        groups.push_back({position});
    return memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups);
  };
  SmallVector<ReassociationIndices> groups = {{0}};
  for (unsigned dim = 1; dim < iterators.size(); ++dim) {
    bool parallel = iterators[dim - 1] == utils::IteratorType::parallel &&
                    iterators[dim] == utils::IteratorType::parallel;
    if (parallel &&
        llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) { return joins(operand, dim); }))
      groups.back().push_back(dim);
    else
      groups.push_back({dim});
  }
  if (groups.size() == iterators.size())
    return op;
  IRRewriter rewriter(op);
  auto collapsed = linalg::collapseOpIterationDims(op, groups, rewriter);
  if (failed(collapsed))
    return op;
  rewriter.eraseOp(op);
  return cast<linalg::GenericOp>(collapsed->collapsedOp);
}

class LinalgToLoops : public impl::LinalgToLoopsBase<LinalgToLoops> {
public:
  using LinalgToLoopsBase::LinalgToLoopsBase;

  void runOnOperation() override {
    target.vectorBits = vectorBits;
    target.chunkElements = chunkElements;
    if (failed(generalize()))
      return signalPassFailure();
    SmallVector<SmallVector<linalg::GenericOp>> runs;
    getOperation().walk([&](Block *block) { collectRuns(*block, runs); });
    for (Ops run : runs)
      lower(run, /*rows=*/false);
  }

private:
  LogicalResult generalize();
  void collectRuns(Block &block, SmallVectorImpl<SmallVector<linalg::GenericOp>> &runs);
  void lower(Ops run, bool rows);
  void lowerShared(Ops ops, bool inner);
  void lowerRows(ImplicitLocOpBuilder &builder, Ops ops, ValueRange extents, ChunkRange range,
                 SmallVectorImpl<linalg::GenericOp> &rows);
  void lowerOne(linalg::GenericOp op, bool row);

  LoopTarget target;
  /// Of rows whose results may go past the caches: whether they do.
  DenseMap<Operation *, Value> past;
};

/// Whether a result has an element for each step of a loop that reduces.
static bool variesAsItReduces(linalg::GenericOp op) {
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  return llvm::any_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
    AffineMap map = op.getMatchingIndexingMap(&init);
    return llvm::any_of(reduced, [&](unsigned dim) { return map.isFunctionOfDim(dim); });
  });
}

/// Makes every op of interest a linalg.generic that has a loop form.
LogicalResult LinalgToLoops::generalize() {
  SmallVector<Operation *> named;
  getOperation().walk([&](Operation *op) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (isa<memref::CopyOp>(op) ||
        (linalgOp && linalgOp.hasPureBufferSemantics() && !isa<linalg::GenericOp>(op)))
      named.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (Operation *op : named) {
    rewriter.setInsertionPoint(op);
    if (auto copy = dyn_cast<memref::CopyOp>(op))
      op = rewriter.replaceOpWithNewOp<linalg::CopyOp>(copy, copy.getSource(), copy.getTarget());
    if (failed(linalg::generalizeNamedOp(rewriter, cast<linalg::LinalgOp>(op))))
      return op->emitError("has no loop form");
  }
  WalkResult result = getOperation()->walk([](linalg::GenericOp op) {
    if (!op.hasPureBufferSemantics() || !variesAsItReduces(op))
      return WalkResult::advance();
    op.emitError("a result varies with a dimension that is reduced: has no loop form");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Splits the block's generics into runs with nothing between them that touches memory.
void LinalgToLoops::collectRuns(Block &block,
                                SmallVectorImpl<SmallVector<linalg::GenericOp>> &runs) {
  SmallVector<linalg::GenericOp> run;
  auto flush = [&] {
    if (!run.empty())
      runs.push_back(std::move(run));
    run.clear();
  };
  for (Operation &op : block) {
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (generic && generic.hasPureBufferSemantics())
      run.push_back(generic);
    else if (!isMemoryEffectFree(&op) && !isa<memref::AllocOp, memref::AllocaOp>(op))
      flush();
  }
  flush();
}

/// `rows` tells that these ops are under a loop that they share.
void LinalgToLoops::lower(Ops run, bool rows) {
  while (!run.empty()) {
    size_t count = countSharing(run);
    if (count > 1)
      lowerShared(run.take_front(count), rows);
    else
      lowerOne(run.front(), rows);
    run = run.drop_front(count);
  }
}

/// The extents of the op with the most loops, the first dimension's first.
static SmallVector<Value> largestExtents(ImplicitLocOpBuilder &builder, Ops ops) {
  linalg::GenericOp largest = *llvm::max_element(ops, [](linalg::GenericOp a, linalg::GenericOp b) {
    return a.getNumLoops() < b.getNumLoops();
  });
  SmallVector<Value> extents;
  auto op = cast<linalg::LinalgOp>(largest.getOperation());
  for (Range range : op.createLoopRanges(builder, builder.getLoc()))
    extents.push_back(getValueOrCreateConstantIndexOp(builder, builder.getLoc(), range.size));
  return extents;
}

/// Whether an op's results, of that many elements, are so large that they go past the caches; null
/// where they never are.
static Value goesPast(ImplicitLocOpBuilder &builder, linalg::GenericOp op, ValueRange extents) {
  Type element = cast<MemRefType>(op.getDpsInits()[0].getType()).getElementType();
  if (!element.isIntOrFloat())
    return {};
  Value count = extents.front();
  for (Value extent : extents.drop_front())
    count = builder.createOrFold<arith::MulIOp>(count, extent);
  int64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  Value least = arith::ConstantIndexOp::create(builder, LoopPlan::kLeastPast / bytes);
  Value past = builder.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::uge, count, least);
  return matchPattern(past, m_Zero()) ? Value() : past;
}

/// Room on the stack of the function or the chunk around, and there once, even from within a loop.
static Value onStack(ImplicitLocOpBuilder &builder, MemRefType type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&stackBlockAround(builder.getInsertionBlock()->getParentOp()));
  return memref::AllocaOp::create(builder, type, builder.getI64IntegerAttr(64));
}

/// The loop over a part of the rows. What is rewritten before its row ends is kept on the stack, so
/// that the result is written once, and may go past the caches.
void LinalgToLoops::lowerRows(ImplicitLocOpBuilder &builder, Ops ops, ValueRange extents,
                              ChunkRange range, SmallVectorImpl<linalg::GenericOp> &rows) {
  SmallVector<Rewritten> rewritten = findRewritten(ops);
  SmallVector<Value> scratch = llvm::map_to_vector(
      rewritten, [&](const Rewritten &one) { return onStack(builder, rowType(one.buffer)); });
  auto isLastToMeet = [&](size_t number, Value result) {
    return llvm::any_of(rewritten, [&](const Rewritten &one) {
      return one.buffer == result && one.last == number;
    });
  };
  SmallVector<Value> goPast(ops.size());
  for (size_t number = 0; number < ops.size(); ++number)
    if (linalg::GenericOp op = ops[number];
        op.getNumDpsInits() == 1 &&
        (isAloneAtResults(op, ops) || isLastToMeet(number, op.getDpsInits()[0])))
      goPast[number] = goesPast(builder, op, extents);
  Value one = arith::ConstantIndexOp::create(builder, 1);
  auto loop = scf::ForOp::create(builder, range.from, range.to, one);
  OpBuilder at(loop.getBody()->getTerminator());
  for (size_t number = 0; number < ops.size(); ++number) {
    linalg::GenericOp op = ops[number], row = peelFirstLoop(at, op, loop.getInductionVar());
    for (auto [rewrite, place] : llvm::zip(rewritten, scratch))
      if (rewrite.first <= number && number <= rewrite.last)
        for (OpOperand &operand : op->getOpOperands())
          if (operand.get() == rewrite.buffer &&
              (op.isDpsInput(&operand) ? number != rewrite.first : number != rewrite.last))
            row->setOperand(operand.getOperandNumber(), place);
    if (goPast[number])
      past[row] = goPast[number];
    rows.push_back(row);
  }
  Value anyPast;
  for (Value goes : goPast)
    if (goes)
      anyPast = anyPast ? builder.createOrFold<arith::OrIOp>(anyPast, goes) : goes;
  if (!anyPast)
    return;
  // Whoever is told that the work is done must see what went past.
  auto branch = scf::IfOp::create(builder, anyPast, /*withElseRegion=*/false);
  OpBuilder inside = branch.getThenBodyBuilder();
  LLVM::FenceOp::create(inside, builder.getLoc(), LLVM::AtomicOrdering::seq_cst, StringRef());
}

/// Writes one loop, at the last op, with each op's row in it; `inner` if it is itself inside of
/// one.
void LinalgToLoops::lowerShared(Ops ops, bool inner) {
  linalg::GenericOp last = ops.back();
  auto locations = llvm::map_to_vector(ops, [](auto op) { return op.getLoc(); });
  ImplicitLocOpBuilder builder(FusedLoc::get(&getContext(), locations), last);
  SmallVector<Value> extents = largestExtents(builder, ops);
  SmallVector<linalg::GenericOp> rows;
  splitIntoChunks(builder, extents.front(), 1, extents, inner ? 0 : target.chunkElements,
                  [&](ChunkRange range) { lowerRows(builder, ops, extents, range, rows); });
  for (linalg::GenericOp op : ops) {
    past.erase(op);
    op.erase();
  }
  lower(rows, /*rows=*/true);
}

void LinalgToLoops::lowerOne(linalg::GenericOp op, bool row) {
  Value goesPast = past.lookup(op);
  past.erase(op); // another may get its address
  op = collapse(op);
  LoopPlan plan = planLoops(op, target, row);
  plan.past = goesPast;
  emitLoops(op, plan);
  op.erase();
}

} // namespace
} // namespace agc
