// What makes two calls the same op.
#include "compiler/Trace/CallForms.h"
#include "dialect/AgDialect.h"

using namespace mlir;

namespace agc::trace {

/// The kind of an operand, where no type tells it.
enum class OperandKind : char { None, Tensor, Number };

void CallKey::addOperand(const Operand &operand) {
  if (operand.object) {
    addNumber(OperandKind::Tensor);
    add(operand.object->type.getAsOpaquePointer());
  } else if (operand.scalar) {
    addNumber(OperandKind::Number);
    addNumber(operand.scalar->dtype); // its value is an operand of the op
  } else {
    addNumber(OperandKind::None);
  }
}

template <typename Range> void CallKey::addRange(const Range &range) {
  addNumber(range.size());
  for (const auto &element : range)
    addNumber(element);
}

void CallKey::add(const Argument &argument) {
  addNumber(argument.index());
  if (auto *operand = std::get_if<std::reference_wrapper<const Operand>>(&argument))
    return addOperand(*operand);
  if (auto *tensors = std::get_if<Tensors>(&argument)) {
    addNumber(tensors->size());
    for (const Tensor &tensor : *tensors)
      addOperand(Operand(tensor));
  } else if (auto *number = std::get_if<double>(&argument)) {
    addNumber(*number);
  } else if (auto *integer = std::get_if<int64_t>(&argument)) {
    addNumber(*integer);
  } else if (auto *flag = std::get_if<bool>(&argument)) {
    addNumber(*flag);
  } else if (auto *text = std::get_if<std::string>(&argument)) {
    addRange(*text);
  } else if (auto *integers = std::get_if<IntList>(&argument)) {
    addRange(*integers);
  } else if (auto *numbers = std::get_if<std::vector<double>>(&argument)) {
    addRange(*numbers);
  } else if (auto *number = std::get_if<std::optional<double>>(&argument)) {
    addNumber(number->has_value());
    addNumber(number->value_or(0));
  } else {
    auto &integer = std::get<std::optional<int64_t>>(argument);
    addNumber(integer.has_value());
    addNumber(integer.value_or(0));
  }
}

Operation *CallForm::repeat(OpBuilder &b, Location loc, ArrayRef<Value> operands) const {
  Operation *op = *model;
  return b.insert(Operation::create(loc, op->getName(), op->getResultTypes(), operands,
                                    op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
                                    BlockRange(), 0));
}

void CallForms::add(const CallKey &key, DType common, StringAttr node, Operation *op) {
  if (op->getNumRegions())
    return;
  bool casts = llvm::any_of(op->getOperands(), [](Value operand) {
    return isa_and_nonnull<ag::CastOp>(operand.getDefiningOp());
  });
  Operation *model = op->clone();
  model->dropAllReferences();
  forms.try_emplace(key.bytes(), CallForm{common, casts, node, OwningOpRef<Operation *>(model)});
}

} // namespace agc::trace
