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
/// lanes.
Carried LoopEmitter::innermost(Carried sums) {
  unsigned dim = *plan.vectorDim;
  size_t outputs = op.getNumDpsInits();
  auto sumsOf = [&](Carried &all, int64_t piece) {
    return MutableArrayRef<Value>(all).slice(piece * outputs, outputs);
  };
  Value end = roundDown(sizes[dim], plan.width * plan.pieces);
  sums = loop(constant(0), end, plan.width * plan.pieces, sums, [&](Value start, Carried next) {
    for (int64_t piece = 0; piece < plan.pieces; ++piece) {
      indices[dim] = add(start, constant(piece * plan.width));
      addPiece(sumsOf(next, piece), {plan.width, {}, {}});
    }
    return next;
  });
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
  Carried sums =
      reductionLoops(plan.reductions, initial, [&](Carried carried) { return innermost(carried); });
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
