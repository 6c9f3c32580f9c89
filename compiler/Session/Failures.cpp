// What is known of indices before they are used.
#include "compiler/Session/Failures.h"
#include <limits>

using namespace mlir;

namespace agc::session {

/// Whether it may by the kind of its elements.
static bool failsByKind(const ag::Record &record, Operation *op) {
  return !record.failures.empty() &&
         record.failure(ag::kindOf(ag::tensorType(op->getResult(0)).getElementType()));
}

bool canFail(const ag::Record &record, Operation *op) {
  return failsByKind(record, op) || llvm::any_of(record.args, [](const ag::ArgSpec &arg) {
           return arg.element == ag::ElementRule::Index;
         });
}

/// Whether a value's elements are known, none negative and all below a bound: those of arange(n) by
/// what they are, others where they are in memory.
static bool isBelow(Value value, int64_t bound, LiveValues &live) {
  Value moved = live.numbersOf(value);
  while (isa_and_nonnull<ag::ReshapeOp, ag::PermuteOp, ag::ExpandOp, ag::SliceOp>(
      moved.getDefiningOp()))
    moved = live.numbersOf(moved.getDefiningOp()->getOperand(0));
  if (auto positions = moved.getDefiningOp<ag::IotaOp>()) {
    int64_t extent = ag::tensorType(moved).getDimSize(positions.getDim());
    return !ShapedType::isDynamic(extent) && extent <= bound;
  }
  const Buffer *buffer = live.find(live.numbersOf(value));
  if (!buffer)
    return false;
  ArrayRef elements(reinterpret_cast<const int64_t *>(buffer->memory.get()),
                    buffer->bytes / sizeof(int64_t));
  return llvm::all_of(elements, [&](int64_t element) { return element >= 0 && element < bound; });
}

bool mayFail(Operation *op, LiveValues &live) {
  const ag::Record *record = ag::recordOf(op);
  if (!record)
    return false;
  if (failsByKind(*record, op))
    return true;
  // An index is right for any dim where it is below the smallest extent.
  int64_t bound = std::numeric_limits<int64_t>::max();
  SmallVector<Value> indices;
  for (auto [i, arg] : llvm::enumerate(record->args)) {
    unsigned position = arg.isTensor() ? record->tensorPosition(i) : op->getNumOperands();
    if (position >= op->getNumOperands())
      continue;
    Value operand = op->getOperand(position);
    if (arg.element == ag::ElementRule::Index)
      indices.push_back(operand);
    else
      for (int64_t extent : ag::tensorType(operand).getShape())
        bound = std::min(bound, extent);
  }
  return !llvm::all_of(indices, [&](Value index) { return isBelow(index, bound, live); });
}

} // namespace agc::session
