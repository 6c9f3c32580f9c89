// A call of a record: PyTorch's promotion, one `ag` op, an object of its result.
#include "compiler/Trace/Call.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using agc::ag::ArgSpec;
using agc::ag::ElementRule;
using agc::ag::Promotion;

namespace agc::trace {

Call::Call(const ag::Record &record, Where where, ArrayRef<Argument> arguments)
    : record(record), where(where), trace(Trace::current(where)) {
  assert(arguments.size() == record.args.size() && "the API is made from the schemas");
  key.add(&record);
  key.add(defaultDType());
  for (auto [spec, argument] : llvm::zip(record.args, arguments))
    take(spec, argument);
  form = trace.getForms().find(key);
}

SmallVector<const Operand *> Call::present() const {
  SmallVector<const Operand *> present;
  for (auto &[spec, operand] : operands)
    if (!operand->isNone())
      present.push_back(operand);
  return present;
}

Tensor Call::repeat() {
  if (!form)
    return {};
  common = form->common;
  checkNumbers();
  return trace.repeat(*form, present(), where);
}

bool Call::repeatInPlace() { return form && trace.repeatInPlace(*form, present(), where); }

SmallVector<Value> Call::compute(bool write) {
  isWrite = write;
  if (form) {
    common = form->common;
    readOperands();
    llvm::erase(values, Value()); // absent ones
    Operation *op = form->repeat(trace.builder, trace.location(where), values);
    return SmallVector<Value>(op->getResults());
  }
  common = promoted();
  checkSupported();
  checkNumbers();
  stored = common;
  isWidened = widens();
  if (isWidened)
    common = DType::Float32;
  readOperands();
  DictionaryAttr attributes = parameters();
  checkShapes(attributes);
  checkNotEmpty(attributes);
  SmallVector<Value> results =
      trace.checked(where, [&](OpBuilder &b, Location loc) -> FailureOr<SmallVector<Value>> {
        FailureOr<SmallVector<Value>> results = ag::buildRecord(b, loc, record, values, attributes);
        if (failed(results))
          return failure();
        Operation *op = results->front().getDefiningOp();
        if (succeeded(verify(op)))
          return results;
        op->erase();
        return failure();
      });
  if (!isWidened) {
    trace.getForms().add(key, common, node(/*inPlace=*/false), results.front().getDefiningOp());
    return results;
  }
  Type element = elementType(trace.builder.getContext(), stored);
  for (Value &result : results)
    result = ag::castTo(trace.builder, trace.location(where), result, element);
  return results;
}

StringAttr Call::node(bool inPlace) {
  auto isNumber = [&](StringRef name) {
    return llvm::any_of(operands, [&](auto &pair) {
      return pair.second->scalar && (name.empty() || pair.first->name == name);
    });
  };
  for (const ag::OverloadSpec &overload : record.overloads)
    if ((overload.kind == ag::OverloadSpec::InPlace && inPlace) ||
        (overload.kind == ag::OverloadSpec::WithNumber && isNumber(overload.operand)) ||
        (overload.kind == ag::OverloadSpec::WithoutDim && !dimGiven()))
      return trace.builder.getStringAttr(overload.node);
  return isWidened && !inPlace ? trace.builder.getStringAttr(record.node) : StringAttr();
}

void Call::take(const ArgSpec &spec, const Argument &argument) {
  key.add(argument);
  if (auto *reference = std::get_if<std::reference_wrapper<const Operand>>(&argument)) {
    const Operand *operand = &reference->get();
    bool missing = operand->isNone() && !spec.optional;
    bool number = operand->scalar &&
                  (spec.element != ElementRule::T || record.family != ag::Family::Pointwise);
    if (missing || number)
      throw Error(where, std::string(record.name) + "(): argument '" + spec.name.str() +
                             "' must be Tensor, not " + (missing ? "None" : "a number"));
    if (operand->object)
      trace.known(operand->object, where);
    operands.emplace_back(&spec, operand);
  } else if (auto *list = std::get_if<Tensors>(&argument)) {
    for (const Tensor &tensor : *list)
      operands.emplace_back(&spec, &listed.emplace_front(tensor, where));
  } else {
    given.emplace_back(&spec, &argument);
  }
}

void Call::readOperands() {
  for (auto &[spec, operand] : operands) {
    if (!operand->isNone() && !values.empty() && !values.back()) // an op's absent ones are its last
      throw Error(where, std::string(record.name) + "(): argument '" + spec->name.str() +
                             "' is given, so those before it must be, too");
    values.push_back(operand->isNone() ? Value() : value(*spec, *operand));
  }
}

DType Call::promoted() {
  std::vector<PromotionOperand> seen;
  std::vector<std::pair<const ArgSpec *, DType>> tensors;
  for (auto &[spec, operand] : operands) {
    if (operand->isNone() || spec->element != ElementRule::T)
      continue;
    if (operand->scalar) {
      seen.push_back({operand->scalar->dtype, PromotionOperand::Number});
      continue;
    }
    RankedTensorType type = operand->object->type;
    DType dtype = dtypeOf(type.getElementType());
    tensors.emplace_back(spec, dtype);
    seen.push_back(
        {dtype, type.getRank() ? PromotionOperand::Dimensioned : PromotionOperand::ZeroDim});
  }
  if (record.promotion == Promotion::None)
    checkSame(tensors);
  if (tensors.empty() &&
      llvm::none_of(operands, [](auto &pair) { return bool(pair.second->object); })) {
    if (record.args.front().kind == ag::ArgKind::TensorList)
      throw Error(where, "torch." + record.name.str() + "(): expected a non-empty list of Tensors");
    throw Error(where, std::string(record.name) + "(): expected a Tensor among the arguments");
  }
  if (seen.empty())
    return defaultDType();
  std::optional<DType> result = resultType(seen);
  if (!result)
    throw Error(where, std::string(record.name) + "(): complex32 is not supported");
  bool integral = categoryOf(*result) <= Category::Int;
  if (record.promotion == Promotion::Float && integral)
    return defaultDType();
  return record.promotion == Promotion::Sum && integral ? DType::Int64 : *result;
}

bool Call::widens() const {
  if (!isHalf(common) || !record.wideNumbers)
    return false;
  const Operand &last = *operands.back().second;
  if (last.scalar)
    return true;
  RankedTensorType type = last.object->type;
  return type.hasStaticShape() && type.getNumElements() == 1;
}

Value Call::widened(const Operand &operand) {
  OpBuilder &b = trace.builder;
  Location loc = trace.location(operand.where);
  bool isLast = &operand == operands.back().second;
  Type half = elementType(b.getContext(), stored), wide = elementType(b.getContext(), common);
  if (operand.scalar)
    return isLast ? trace.number(loc, *operand.scalar, common)
                  : ag::castTo(b, loc, trace.number(loc, *operand.scalar, stored), wide);
  Value read = trace.read(operand);
  return ag::castTo(b, loc, isLast ? read : ag::castTo(b, loc, read, half), wide);
}

Value Call::value(const ArgSpec &spec, const Operand &operand) {
  if (isWidened && spec.element == ElementRule::T)
    return widened(operand);
  Location loc = trace.location(operand.where);
  if (operand.scalar)
    return trace.number(loc, *operand.scalar, common);
  Value read = trace.read(operand);
  Type element = ag::tensorType(read).getElementType();
  if (spec.element == ElementRule::T)
    return ag::castTo(trace.builder, loc, read, elementType(read.getContext(), common));
  bool fits = spec.element == ElementRule::Any ||
              (spec.element == ElementRule::Bool && element.isInteger(1)) ||
              (spec.element == ElementRule::Index && element.isInteger(64));
  if (!fits && spec.element == ElementRule::Bool)
    throw Error(where, record.name.str() + " expected " + spec.name.str() +
                           " to be a boolean tensor, but got a tensor with dtype " +
                           titleOf(dtypeOf(element)));
  if (!fits && spec.element == ElementRule::Index && element.isInteger(32))
    return ag::castTo(trace.builder, loc, read, IntegerType::get(read.getContext(), 64));
  if (!fits)
    throw Error(where, record.name.str() + "(): Expected dtype int32/int64 for index");
  return read;
}

bool Call::dimGiven() const {
  return llvm::any_of(given, [](auto &pair) {
    auto *list = std::get_if<IntList>(pair.second);
    return pair.first->name == "dim" && (!list || !list->empty());
  });
}

DictionaryAttr Call::parameters() {
  NamedAttrList attributes;
  for (auto &[spec, argument] : given)
    if (Attribute attribute = parameter(*spec, *argument))
      attributes.set(spec->name, attribute);
  return attributes.getDictionary(trace.builder.getContext());
}

Attribute Call::parameter(const ArgSpec &spec, const Argument &argument) {
  Builder &b = trace.builder;
  if (auto *number = std::get_if<double>(&argument))
    return floating(spec, *number);
  if (auto *number = std::get_if<std::optional<double>>(&argument))
    return *number ? floating(spec, **number) : Attribute();
  if (auto *number = std::get_if<std::optional<int64_t>>(&argument))
    return *number ? b.getI64IntegerAttr(**number) : IntegerAttr();
  if (auto *flag = std::get_if<bool>(&argument))
    return b.getBoolAttr(*flag);
  if (auto *text = std::get_if<std::string>(&argument)) {
    if (!spec.words.empty() && !llvm::is_contained(spec.words, *text))
      throw Error(where, *text + " is not a valid value for " + spec.name.str());
    return b.getStringAttr(*text);
  }
  if (auto *integer = std::get_if<int64_t>(&argument))
    return b.getI64IntegerAttr(spec.name == "dim" ? wrapDim(*integer, rank(), where) : *integer);
  if (auto *list = std::get_if<IntList>(&argument))
    return b.getDenseI64ArrayAttr(dims(spec, *list));
  auto &numbers = std::get<std::vector<double>>(argument);
  return b.getDenseF64ArrayAttr(numbers);
}

Attribute Call::floating(const ArgSpec &spec, double number) {
  if (categoryOf(common) <= Category::Int && number != std::trunc(number))
    throw Error(where, "For integral input tensors, argument " + spec.name.str() +
                           " must not be a floating point number.");
  bool whole = categoryOf(common) <= Category::Int && std::abs(number) < 0x1p63;
  checkHolds(whole ? Scalar(int64_t(number)) : Scalar(number),
             isHalf(common) && record.opmath ? DType::Float32 : common, where);
  return trace.builder.getF64FloatAttr(number);
}

SmallVector<int64_t> Call::dims(const ArgSpec &spec, const IntList &list) {
  SmallVector<int64_t> result;
  if (spec.name != "dim" && spec.name != "dims")
    return SmallVector<int64_t>(list.begin(), list.end());
  for (int64_t dim : list) {
    int64_t wrapped = wrapDim(dim, rank(), where);
    if (llvm::is_contained(result, wrapped))
      throw Error(where,
                  "dim " + std::to_string(wrapped) + " appears multiple times in the list of dims");
    result.push_back(wrapped);
  }
  if (spec.name == "dims")
    return result;
  if (list.empty())
    llvm::append_range(result, llvm::seq<int64_t>(0, rank()));
  if (rank() == 0)
    result.clear();
  llvm::sort(result);
  return result;
}

/// The results of a call that the trace does not repeat.
static Tensors resultsOf(Call &call, Where where) {
  SmallVector<Value> values = call.compute();
  call.getTrace().computed(values, where);
  Tensors results;
  for (Value value : values)
    results.push_back(call.getTrace().tensor(
        call.getTrace().append<agt::NewOp>(where, value, call.node(/*inPlace=*/false), false)));
  return results;
}

Tensors call(const ag::Record &record, Where where, ArrayRef<Argument> arguments) {
  Call call(record, where, arguments);
  if (Tensor repeated = call.repeat(); repeated.defined())
    return {repeated};
  return resultsOf(call, where);
}

Tensor callForOne(const ag::Record &record, Where where, ArrayRef<Argument> arguments) {
  Call call(record, where, arguments);
  if (Tensor repeated = call.repeat(); repeated.defined())
    return repeated;
  return resultsOf(call, where).front();
}

Tensor callInPlace(const ag::Record &record, Where where, ArrayRef<Argument> arguments) {
  Call call(record, where, arguments);
  if (!call.firstOperand().object)
    throw Error(where, record.name.str() + "_(): argument 'self' must be Tensor, not a number");
  Trace &trace = call.getTrace();
  call.checkWrite();
  if (call.repeatInPlace())
    return Tensor(call.firstOperand().object);
  Value value = call.compute(/*write=*/true).front();
  RankedTensorType self = call.firstType(), type = ag::tensorType(value);
  checkHeld(self, type.getShape(), dtypeOf(type.getElementType()), where);
  trace.computed(value, where);
  value = ag::castTo(trace.builder, trace.location(where), value, self.getElementType());
  Value ref = trace.refOf(call.firstOperand().object, where);
  trace.append<agt::WriteOp>(where, record.name.str() + "_", ref, value,
                             call.node(/*inPlace=*/true));
  return Tensor(call.firstOperand().object);
}

} // namespace agc::trace

namespace agc {
using trace::Argument;
#include "compiler/Trace/Api.cpp.inc"
} // namespace agc
