// What PyTorch refuses of a call, in its words.
#include "compiler/Trace/Call.h"
#include "dialect/Refusals.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using agc::ag::ArgSpec;

namespace agc::trace {

void checkHeld(RankedTensorType self, ArrayRef<int64_t> shape, DType dtype, Where where) {
  checkFits(self.getShape(), shape, where);
  if (DType own = dtypeOf(self.getElementType()); !canCast(dtype, own))
    throw Error(where, std::string("result type ") + titleOf(dtype) +
                           " can't be cast to the desired output type " + titleOf(own));
}

void Call::checkWrite() {
  SmallVector<const Operand *> others;
  for (auto &[spec, operand] : llvm::drop_begin(operands))
    if (record.gradKind != ag::GradKind::NonDiff)
      others.push_back(operand);
  trace.checkWrite(firstOperand(), others, where);
}

void Call::failMixed(const ArgSpec &a, DType aType, const ArgSpec &b, DType bType) {
  if (StringRef words = ag::wordsOfMixed(record); !words.empty())
    throw Error(where, llvm::formatv(words.data(), titleOf(aType), titleOf(bType), cppNameOf(aType),
                                     cppNameOf(bType), a.name, b.name));
  throw Error(where, std::string("expected ") + a.name.data() + " and " + b.name.data() +
                         " to have the same dtype, but got: " + nameOf(aType) +
                         " != " + nameOf(bType));
}

void Call::checkSame(ArrayRef<std::pair<const ArgSpec *, DType>> tensors) {
  for (; tensors.size() > 1; tensors = tensors.drop_back())
    for (auto &[spec, dtype] : tensors.drop_back())
      if (dtype != tensors.back().second)
        failMixed(*spec, dtype, *tensors.back().first, tensors.back().second);
}

void Call::checkSupported() {
  bool negates = record.name == "sub" || record.name == "neg";
  if (negates && llvm::any_of(operands, [](auto &pair) { return isBool(*pair.second); }))
    failNegation();
  Type element = elementType(trace.builder.getContext(), common);
  if (record.supports(element))
    return;
  std::string refusal = record.refusalOf(ag::kindOf(element), titleOf(common));
  StringRef lastDim = "_lastdim"; // of a kernel's name, which it has for that dim alone
  if (size_t at = refusal.find(lastDim.str()); at != std::string::npos && !isLastDim())
    refusal.erase(at, lastDim.size());
  if (isWrite && refusal.front() == '"') // a kernel comes last
    checkResult();
  throw Error(where, refusal);
}

bool Call::isLastDim() {
  return llvm::any_of(given, [&](auto &pair) {
    auto *dim = std::get_if<int64_t>(pair.second);
    return pair.first->name == "dim" && dim && wrapDim(*dim, rank(), where) + 1 >= rank();
  });
}

void Call::checkResult() {
  if (record.family != ag::Family::Pointwise)
    return;
  SmallVector<ArrayRef<int64_t>> shapes;
  for (auto &[spec, operand] : operands)
    if (operand->object)
      shapes.push_back(operand->object->type.getShape());
  checkHeld(firstType(), checkBroadcast(shapes, where), common, where);
}

void Call::checkNumbers() const {
  for (auto &[spec, operand] : operands)
    if (operand->scalar && record.numbersFit)
      checkHolds(*operand->scalar, common, where);
}

bool Call::isBool(const Operand &operand) {
  return operand.scalar ? operand.scalar->dtype == DType::Bool
                        : operand.object && operand.object->type.getElementType().isInteger(1);
}

void Call::failNegation() {
  if (common == DType::Bool && record.name == "sub")
    throw Error(where, "Subtraction, the `-` operator, with two bool tensors is not supported. "
                       "Use the `^` or `logical_xor()` operator instead.");
  throw Error(where, (record.name == "sub" ? "Subtraction, the `-` operator, with a bool tensor "
                                           : "Negation, the `-` operator, on a bool tensor ") +
                         std::string("is not supported. If you are trying to invert a mask, use "
                                     "the `~` or `logical_not()` operator instead."));
}

void Call::checkShapes(DictionaryAttr attributes) {
  if (record.family == ag::Family::Pointwise)
    checkBroadcast(values, where);
  SmallVector<ArrayRef<int64_t>> shapes = llvm::map_to_vector(values, [](Value value) {
    return value ? ag::tensorType(value).getShape() : ArrayRef<int64_t>();
  });
  if (std::string refusal = ag::refusalOf(record, shapes, attributes); !refusal.empty())
    throw Error(where, refusal);
}

void Call::checkNotEmpty(DictionaryAttr attributes) {
  bool reduces = record.family == ag::Family::Reduce || record.family == ag::Family::Composite;
  if (record.family == ag::Family::Reduce && ag::tensorType(values.front()).getRank() > 64)
    throw Error(where, "only tensors with up to 64 dims are supported");
  if (!reduces || record.shapes.empty() || llvm::is_contained(record.shapes, "empty"))
    return;
  RankedTensorType type = ag::tensorType(values.front());
  if (!dimGiven() && llvm::is_contained(type.getShape(), 0))
    throw Error(where, record.name.str() + "(): Expected reduction dim to be specified for "
                                           "input.numel() == 0. Specify the reduction dim with "
                                           "the 'dim' argument.");
  for (int64_t dim : ag::intList(attributes.get("dim")))
    if (dim < type.getRank() && type.getDimSize(dim) == 0)
      throw Error(where, record.name.str() + "(): Expected reduction dim " + std::to_string(dim) +
                             " to have non-zero size.");
}

} // namespace agc::trace
