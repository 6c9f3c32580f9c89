// Lanes: a vector of partial sums, which a fixed tree combines.
#include "compiler/CodeGen/LaneTree.h"
#include "compiler/CodeGen/LoopEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace agc {

Value LoopEmitter::combine(unsigned output, Value a, Value b) {
  Operation *combiner = findCombiner(op, output);
  OperationState state(combiner->getLoc(), combiner->getName().getIdentifier(), {a, b},
                       a.getType());
  state.propertiesAttr = combiner->getPropertiesAsAttribute();
  return at.create(state)->getResult(0);
}

Value LoopEmitter::neutral(unsigned output, Type type) {
  TypedAttr element = *arith::getNeutralElement(findCombiner(op, output));
  if (auto vector = dyn_cast<VectorType>(type))
    element = DenseElementsAttr::get(vector, element);
  return arith::ConstantOp::create(at, element);
}

/// Adds one piece of the vector dimension, at the current indices, to its sums (one for each
/// output).
void LoopEmitter::addPiece(MutableArrayRef<Value> sums, const Strip &strip) {
  SmallVector<Operation *> combiners;
  for (unsigned output = 0; output < sums.size(); ++output)
    combiners.push_back(findCombiner(op, output));
  Carried none(sums.size());
  IRMapping values = body.emit(at, bodyArguments(none, strip), indices, strip, combiners);
  for (auto [output, combiner] : llvm::enumerate(combiners)) {
    Value accumulator = op.getRegionOutputArgs()[output];
    Value term = combiner->getOperand(combiner->getOperand(0) == accumulator ? 1 : 0);
    term = VectorBody::spread(at, values.lookupOrDefault(term), strip);
    if (strip.mask)
      term = arith::SelectOp::create(at, strip.mask, term, neutral(output, term.getType()));
    sums[output] = combine(output, sums[output], term);
  }
}

/// The loop over the vector dimension: full steps, then piece by piece what is left, in the same
/// lanes. Behind so many chains, `sums` has totals.
Carried LoopEmitter::innermost(Carried sums, size_t chains) {
  unsigned dim = *plan.vectorDim;
  size_t outputs = op.getNumDpsInits();
  auto sumsOf = [&](Carried &all, int64_t piece) {
    return MutableArrayRef<Value>(all).slice(piece * outputs, outputs);
  };
  int64_t step = plan.width * plan.pieces;
  Value end = roundDown(sizes[dim], step);
  auto chain = [&](Value from, Value to, Carried carried) {
    return loop(from, to, step, carried, [&](Value start, Carried next) {
      for (int64_t piece = 0; piece < plan.pieces; ++piece) {
        indices[dim] = add(start, constant(piece * plan.width));
        addPiece(sumsOf(next, piece), {plan.width, {}, {}});
      }
      return next;
    });
  };
  sums = plan.blocks ? blocks({}, end, step, sums, chains, chain) : chain(constant(0), end, sums);
  for (int64_t piece = 0; piece < plan.pieces; ++piece) {
    Value start = add(end, constant(piece * plan.width));
    Value some = arith::CmpIOp::create(at, arith::CmpIPredicate::ult, start, sizes[dim]);
    MutableArrayRef<Value> own = sumsOf(sums, piece);
    Carried after = ifSo(some, Carried(own), [&] {
      indices[dim] = start;
      Value left = sub(sizes[dim], start);
      Value count = arith::MinUIOp::create(at, left, constant(plan.width));
      Carried next(own);
      addPiece(next, masked(count));
      return next;
    });
    llvm::copy(after, own.begin());
  }
  return sums;
}

/// The rows of the innermost dimension. A block ends with the row that makes it long enough.
Carried LoopEmitter::rowsOfLanes(Carried sums, Value steps, size_t chains) {
  ArrayRef<unsigned> outer = plan.reductions;
  if (outer.empty() || !plan.blocks)
    return reductionLoops(outer, sums, [&](Carried next) { return innermost(next, chains); });
  sums.push_back(constant(0)); // steps of this block
  sums = reductionLoops(outer, sums, [&](Carried next) {
    Value had = add(next.pop_back_val(), steps);
    next = innermost(next, chains);
    next.push_back(had);
    Value ends =
        arith::CmpIOp::create(at, arith::CmpIPredicate::uge, had, constant(LoopPlan::kBlock));
    return ifSo(ends, next, [&] {
      Carried after = addToTotals(next, chains);
      after.back() = constant(0);
      return after;
    });
  });
  sums.pop_back();
  return sums;
}

/// Halves until one is left: lane i with lane i + half, over all pieces as one row of lanes.
Value LoopEmitter::tree(unsigned output, SmallVector<Value> pieces) {
  auto combiner = [&](Value a, Value b) { return combine(output, a, b); };
  return combineLanes(at, at.getLoc(), combineHalves(std::move(pieces), combiner), combiner);
}

void LoopEmitter::emitLanes() {
  Carried initial;
  for (int64_t piece = 0; piece < plan.pieces; ++piece)
    for (auto [output, argument] : llvm::enumerate(op.getRegionOutputArgs()))
      initial.push_back(neutral(output, VectorType::get({plan.width}, argument.getType())));
  Value steps =
      arith::CeilDivUIOp::create(at, sizes[*plan.vectorDim], constant(plan.width * plan.pieces));
  Carried sums = withTotals(initial, stepsOf(plan.reductions, steps), [&](Carried carried) {
    return rowsOfLanes(carried, steps, initial.size());
  });
  size_t outputs = op.getNumDpsInits();
  for (auto [output, operand] : llvm::enumerate(op.getDpsInitsMutable())) {
    SmallVector<Value> pieces;
    for (int64_t piece = 0; piece < plan.pieces; ++piece)
      pieces.push_back(sums[piece * outputs + output]);
    Value before = body.load(at, operand, indices, Strip());
    body.store(at, operand, combine(output, before, tree(output, pieces)), indices, Strip());
  }
}

} // namespace agc
