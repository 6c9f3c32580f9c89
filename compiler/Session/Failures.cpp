// What is known of indices before they are used.
#include "compiler/Session/Failures.h"
#include "compiler/Autodiff/KeepChecks.h"
#include "llvm/Support/FormatVariadic.h"
#include <limits>

using namespace mlir;

namespace agc::session {

/// The first index that is negative or not below a bound, but for one that is ignored.
static std::optional<int64_t> firstOutside(const Buffer &indices, int64_t bound,
                                           std::optional<int64_t> ignored = {}) {
  ArrayRef elements(reinterpret_cast<const int64_t *>(indices.memory.get()),
                    indices.bytes / sizeof(int64_t));
  const int64_t *outside = llvm::find_if(elements, [&](int64_t element) {
    return (element < 0 || element >= bound) && element != ignored;
  });
  return outside == elements.end() ? std::nullopt : std::optional(*outside);
}

/// Whether a value's elements are known, none negative and all below a bound, or the one that is
/// ignored: those of arange(n) by what they are, others where they are in memory.
static bool isBelow(Value value, int64_t bound, std::optional<int64_t> ignored, LiveValues &live) {
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
  return !firstOutside(*buffer, bound, ignored);
}

SmallVector<Value> indicesOf(Operation *op) {
  SmallVector<Value> indices;
  const ag::Record *record = ag::recordOf(op);
  if (!record || failsByKind(*record, op))
    return indices;
  for (auto [i, arg] : llvm::enumerate(record->args))
    if (arg.isTensor() && arg.element == ag::ElementRule::Index &&
        record->tensorPosition(i) < op->getNumOperands())
      indices.push_back(op->getOperand(record->tensorPosition(i)));
  return indices;
}

bool mayFail(Operation *op, LiveValues &live) {
  const ag::Record *record = ag::recordOf(op);
  if (!record)
    return false;
  if (failsByKind(*record, op))
    return true;
  // An index is right for any dim where it is below the smallest extent, and for the op's own dim
  // where it is below that one's.
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
  if (indices.empty())
    return false;
  DictionaryAttr params = ag::paramsOf(op);
  RankedTensorType self = ag::tensorType(op->getOperand(0));
  auto own = params.getAs<IntegerAttr>("dim");
  int64_t dim = own ? own.getInt() : std::min<int64_t>(record->indexed, self.getRank() - 1);
  if (dim >= 0 && dim < self.getRank())
    bound = self.getDimSize(dim);
  if (auto classes = params.getAs<IntegerAttr>("num_classes"))
    bound = std::min(bound, classes.getInt());
  std::optional<int64_t> ignored;
  if (auto number = params.getAs<IntegerAttr>("ignore_index"))
    ignored = number.getInt();
  return !llvm::all_of(indices, [&](Value index) { return isBelow(index, bound, ignored, live); });
}

std::string wordsOfIndex(Operation *op, llvm::function_ref<Buffer(Value)> numbersOf) {
  const ag::Record *record = ag::recordOf(op);
  if (!record)
    return {};
  DictionaryAttr params = ag::paramsOf(op);
  auto number = [&](StringRef name, int64_t otherwise) {
    auto attribute = params.getAs<IntegerAttr>(name);
    return attribute ? attribute.getInt() : otherwise;
  };
  int64_t dim = number("dim", 0);
  RankedTensorType self = ag::tensorType(op->getOperand(0));
  int64_t extent = number("num_classes", dim < self.getRank() ? self.getDimSize(dim) : 0);
  for (auto [i, arg] : llvm::enumerate(record->args)) {
    if (arg.element != ag::ElementRule::Index || record->tensorPosition(i) >= op->getNumOperands())
      continue;
    if (std::optional<int64_t> outside =
            firstOutside(numbersOf(op->getOperand(record->tensorPosition(i))), extent))
      return llvm::formatv(record->outOfRange.data(), *outside, dim, extent);
  }
  return {};
}

} // namespace agc::session
