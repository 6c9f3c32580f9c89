// Blocks: a chain of f32 sums begins again after so many steps, and what it had is added in f64. So
// an error grows with the length of a block, and not with that of the sum.
#include "compiler/CodeGen/LoopEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;

namespace agc {

/// A number, a vector or a complex number of another element.
static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return isa<ComplexType>(type) ? Type(ComplexType::get(element)) : element;
}

/// What `make` gives for values, or for the parts of complex ones.
static Value forEachPart(ImplicitLocOpBuilder &at, ArrayRef<Value> values,
                         llvm::function_ref<Value(ArrayRef<Value>)> make) {
  if (!isa<ComplexType>(values.front().getType()))
    return make(values);
  SmallVector<Value> re, im;
  for (Value value : values) {
    re.push_back(complex::ReOp::create(at, value));
    im.push_back(complex::ImOp::create(at, value));
  }
  Value real = make(re), imaginary = make(im);
  return complex::CreateOp::create(at, ComplexType::get(real.getType()), real, imaginary);
}

/// A constant that adds nothing.
static Value noSum(ImplicitLocOpBuilder &at, Type type) {
  if (auto complex = dyn_cast<ComplexType>(type)) {
    Value part = noSum(at, complex.getElementType());
    return complex::CreateOp::create(at, type, part, part);
  }
  TypedAttr element = at.getFloatAttr(getElementTypeOrSelf(type), -0.0);
  if (auto vector = dyn_cast<VectorType>(type))
    element = DenseElementsAttr::get(vector, element);
  return arith::ConstantOp::create(at, element);
}

/// The chain and the total of each sum; `carried` has all chains, then the totals.
static void forEachSum(const LoopPlan &plan, size_t chains,
                       llvm::function_ref<void(size_t chain, size_t total)> visit) {
  size_t total = chains;
  for (size_t chain = 0; chain < chains; ++chain)
    if (plan.sums[chain % plan.sums.size()])
      visit(chain, total++);
}

/// What the chain of a sum has is added to its total, and the chain begins again.
Carried LoopEmitter::addToTotals(Carried carried, size_t chains) {
  forEachSum(plan, chains, [&](size_t chain, size_t total) {
    Value &sum = carried[chain];
    carried[total] = forEachPart(at, {carried[total], sum}, [&](ArrayRef<Value> parts) -> Value {
      Value wide = arith::ExtFOp::create(at, parts[0].getType(), parts[1]);
      return arith::AddFOp::create(at, parts[0], wide);
    });
    sum = noSum(at, sum.getType());
  });
  return carried;
}

/// Runs `make` with chains that have totals behind them, and gives what both come to: the chains
/// alone, where they are of no more steps than a block has, or fewer.
Carried LoopEmitter::withTotals(Carried initial, Value steps,
                                llvm::function_ref<Carried(Carried)> make) {
  if (!plan.blocks)
    return make(initial);
  size_t chains = initial.size();
  forEachSum(plan, chains, [&](size_t chain, size_t) {
    initial.push_back(noSum(at, withElement(initial[chain].getType(), at.getF64Type())));
  });
  Carried carried = make(initial), alone = carried;
  alone.truncate(chains);
  Value some =
      arith::CmpIOp::create(at, arith::CmpIPredicate::sge, steps, constant(LoopPlan::kBlock));
  return ifSo(some, alone, [&] {
    Carried sums = addToTotals(carried, chains);
    forEachSum(plan, chains, [&](size_t chain, size_t total) {
      sums[chain] = forEachPart(at, sums[total], [&](ArrayRef<Value> parts) -> Value {
        Type narrow = withElement(parts[0].getType(), at.getF32Type());
        return arith::TruncFOp::create(at, narrow, parts[0]);
      });
    });
    sums.truncate(chains);
    return sums;
  });
}

/// The steps of all rows, of `steps` steps each.
Value LoopEmitter::stepsOf(ArrayRef<unsigned> outer, Value steps) {
  for (unsigned dim : outer)
    steps = mul(steps, sizes[dim]);
  return steps;
}

/// How many steps of the block that a row begins in came before it: of rows of `steps` steps, those
/// of the outer reductions. Null where there is one row.
Value LoopEmitter::stepsBefore(ArrayRef<unsigned> outer, Value steps) {
  Value row;
  for (unsigned dim : outer)
    row = row ? add(mul(row, sizes[dim]), indices[dim]) : indices[dim];
  if (!row)
    return {};
  return arith::AndIOp::create(at, mul(row, steps), constant(LoopPlan::kBlock - 1));
}

/// A row's elements [0, end), `step` at a time, by chain(from, to, chains) for each part of it that
/// is in one block. `before` are the steps that the first block has already.
Carried LoopEmitter::blocks(Value before, Value end, int64_t step, Carried carried, size_t chains,
                            llvm::function_ref<Carried(Value, Value, Carried)> chain) {
  Value zero = constant(0);
  Value start = before ? sub(zero, mul(before, constant(step))) : zero;
  int64_t block = LoopPlan::kBlock * step;
  return loop(start, end, block, carried, [&](Value from, Carried next) {
    Value blockEnd = add(from, constant(block));
    Value to = arith::MinSIOp::create(at, blockEnd, end);
    if (before)
      from = arith::MaxSIOp::create(at, from, zero);
    llvm::copy(chain(from, to, Carried(ArrayRef(next).take_front(chains))), next.begin());
    Value ends = arith::CmpIOp::create(at, arith::CmpIPredicate::sle, blockEnd, end);
    return ifSo(ends, next, [&] { return addToTotals(next, chains); });
  });
}

} // namespace agc
