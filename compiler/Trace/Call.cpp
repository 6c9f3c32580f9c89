// A call of a record: PyTorch's promotion, one `ag` op, an object of its result.
#include "compiler/Trace/CallForms.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Record.h"
#include "dialect/Refusals.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FormatVariadic.h"
#include <forward_list>

using namespace mlir;
using agc::ag::ArgKind;
using agc::ag::ArgSpec;
using agc::ag::ElementRule;
using agc::ag::Promotion;

namespace agc::trace {

/// Refuses to write a result of this shape and dtype to a tensor that cannot hold it.
static void checkHeld(RankedTensorType self, ArrayRef<int64_t> shape, DType dtype, Where where) {
  checkFits(self.getShape(), shape, where);
  if (DType own = dtypeOf(self.getElementType()); !canCast(dtype, own))
    throw Error(where, std::string("result type ") + titleOf(dtype) +
                           " can't be cast to the desired output type " + titleOf(own));
}

namespace {

/// One call on its way into the trace.
class Call {
public:
  Call(const char *name, Where where, ArrayRef<Argument> arguments)
      : record(*ag::lookupRecord(name)), where(where), trace(Trace::current(where)) {
    assert(arguments.size() == record.args.size() && "the API is made from the schemas");
    key.add(&record);
    key.add(defaultDType());
    for (auto [spec, argument] : llvm::zip(record.args, arguments))
      take(spec, argument);
    form = trace.getForms().find(key);
  }

  /// The result, where the trace records it without events; else null.
  Tensor repeat() {
    if (!form)
      return {};
    common = form->common;
    checkNumbers();
    SmallVector<const Operand *> present;
    for (auto &[spec, operand] : operands)
      if (!operand->isNone())
        present.push_back(operand);
    return trace.repeat(*form, present, where);
  }

  /// Refuses a write of the first operand.
  void checkWrite() {
    SmallVector<const Operand *> others;
    for (auto &[spec, operand] : llvm::drop_begin(operands))
      if (record.gradKind != ag::GradKind::NonDiff)
        others.push_back(operand);
    trace.checkWrite(firstOperand(), others, where);
  }

  /// The values of the results; with `write` one that the first operand is to hold.
  SmallVector<Value> compute(bool write = false) {
    isWrite = write;
    if (form) {
      common = form->common;
      readOperands();
      return form->repeat(trace.builder, trace.location(where), values);
    }
    common = promoted();
    checkSupported();
    checkNumbers();
    DType stored = common;
    isWidened = widens();
    if (isWidened)
      common = DType::Float32;
    readOperands();
    DictionaryAttr attributes = parameters();
    checkShapes(attributes);
    checkNotEmpty(attributes);
    SmallVector<Value> results =
        trace.checked(where, [&](OpBuilder &b, Location loc) -> FailureOr<SmallVector<Value>> {
          FailureOr<SmallVector<Value>> results =
              ag::buildRecord(b, loc, record, values, attributes);
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

  /// The node of a form of the function that has one of its own, else none.
  StringAttr node(bool inPlace) {
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

  /// The first operand's dtype, and the shape of its tensor.
  RankedTensorType firstType() { return operands.front().second->object->type; }
  const Operand &firstOperand() { return *operands.front().second; }
  Trace &getTrace() { return trace; }
  const ag::Record &getRecord() { return record; }

private:
  void take(const ArgSpec &spec, const Argument &argument) {
    key.add(argument);
    if (auto *operand = std::get_if<Operand>(&argument)) {
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

  void readOperands() {
    for (auto &[spec, operand] : operands) {
      if (!operand->isNone() && !values.empty() &&
          !values.back()) // an op's absent ones are its last
        throw Error(where, std::string(record.name) + "(): argument '" + spec->name.str() +
                               "' is given, so those before it must be, too");
      values.push_back(operand->isNone() ? Value() : value(*spec, *operand));
    }
  }

  [[noreturn]] void failMixed(const ArgSpec &a, DType aType, const ArgSpec &b, DType bType) {
    if (StringRef words = ag::wordsOfMixed(record); !words.empty())
      throw Error(where, llvm::formatv(words.data(), titleOf(aType), titleOf(bType),
                                       cppNameOf(aType), cppNameOf(bType), a.name, b.name));
    throw Error(where, std::string("expected ") + a.name.data() + " and " + b.name.data() +
                           " to have the same dtype, but got: " + nameOf(aType) +
                           " != " + nameOf(bType));
  }

  /// Refuses two dtypes: those of the last operand and of the first before it that differs.
  void checkSame(ArrayRef<std::pair<const ArgSpec *, DType>> tensors) {
    for (; tensors.size() > 1; tensors = tensors.drop_back())
      for (auto &[spec, dtype] : tensors.drop_back())
        if (dtype != tensors.back().second)
          failMixed(*spec, dtype, *tensors.back().first, tensors.back().second);
  }

  /// The dtype of the operands that the schema ties.
  DType promoted() {
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
        throw Error(where,
                    "torch." + record.name.str() + "(): expected a non-empty list of Tensors");
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

  void checkSupported() {
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

  /// Whether a parameter `dim` is the last one of the first operand.
  bool isLastDim() {
    return llvm::any_of(given, [&](auto &pair) {
      auto *dim = std::get_if<int64_t>(pair.second);
      return pair.first->name == "dim" && dim && wrapDim(*dim, rank(), where) + 1 >= rank();
    });
  }

  /// Refuses what the first operand, which is written, cannot hold.
  void checkResult() {
    if (record.family != ag::Family::Pointwise)
      return;
    SmallVector<ArrayRef<int64_t>> shapes;
    for (auto &[spec, operand] : operands)
      if (operand->object)
        shapes.push_back(operand->object->type.getShape());
    checkHeld(firstType(), checkBroadcast(shapes, where), common, where);
  }

  /// Whether a number stands beside halves, and is not rounded to one.
  bool widens() const {
    return isHalf(common) && record.wideNumbers &&
           llvm::any_of(operands, [](auto &pair) { return bool(pair.second->scalar); });
  }

  /// Refuses numbers that PyTorch's overload for numbers does.
  void checkNumbers() const {
    for (auto &[spec, operand] : operands)
      if (operand->scalar && record.numbersFit)
        checkHolds(*operand->scalar, common, where);
  }

  static bool isBool(const Operand &operand) {
    return operand.scalar ? operand.scalar->dtype == DType::Bool
                          : operand.object && operand.object->type.getElementType().isInteger(1);
  }

  /// Says in PyTorch's words that bool has no negation, whatever it would be promoted to.
  [[noreturn]] void failNegation() {
    if (common == DType::Bool && record.name == "sub")
      throw Error(where, "Subtraction, the `-` operator, with two bool tensors is not supported. "
                         "Use the `^` or `logical_xor()` operator instead.");
    throw Error(where, (record.name == "sub" ? "Subtraction, the `-` operator, with a bool tensor "
                                             : "Negation, the `-` operator, on a bool tensor ") +
                           std::string("is not supported. If you are trying to invert a mask, use "
                                       "the `~` or `logical_not()` operator instead."));
  }

  Value value(const ArgSpec &spec, const Operand &operand) {
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

  /// Says in PyTorch's words what the op's inference would refuse.
  void checkShapes(DictionaryAttr attributes) {
    if (record.family == ag::Family::Pointwise)
      checkBroadcast(values, where);
    SmallVector<ArrayRef<int64_t>> shapes = llvm::map_to_vector(values, [](Value value) {
      return value ? ag::tensorType(value).getShape() : ArrayRef<int64_t>();
    });
    if (std::string refusal = ag::refusalOf(record, shapes, attributes); !refusal.empty())
      throw Error(where, refusal);
  }

  /// Refuses what has no value of no elements: a reduction whose record has no such sample.
  void checkNotEmpty(DictionaryAttr attributes) {
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

  bool dimGiven() const {
    return llvm::any_of(given, [](auto &pair) {
      auto *list = std::get_if<IntList>(pair.second);
      return pair.first->name == "dim" && (!list || !list->empty());
    });
  }

  DictionaryAttr parameters() {
    NamedAttrList attributes;
    for (auto &[spec, argument] : given)
      if (Attribute attribute = parameter(*spec, *argument))
        attributes.set(spec->name, attribute);
    return attributes.getDictionary(trace.builder.getContext());
  }

  Attribute parameter(const ArgSpec &spec, const Argument &argument) {
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

  Attribute floating(const ArgSpec &spec, double number) {
    if (categoryOf(common) <= Category::Int && number != std::trunc(number))
      throw Error(where, "For integral input tensors, argument " + spec.name.str() +
                             " must not be a floating point number.");
    bool whole = categoryOf(common) <= Category::Int && std::abs(number) < 0x1p63;
    checkHolds(whole ? Scalar(int64_t(number)) : Scalar(number),
               isHalf(common) && record.opmath ? DType::Float32 : common, where);
    return trace.builder.getF64FloatAttr(number);
  }

  int64_t rank() { return firstType().getRank(); }

  /// Dims in range and without repeats; as `dim` ascending, and all of them where none is given.
  SmallVector<int64_t> dims(const ArgSpec &spec, const IntList &list) {
    SmallVector<int64_t> result;
    if (spec.name != "dim" && spec.name != "dims")
      return SmallVector<int64_t>(list.begin(), list.end());
    for (int64_t dim : list) {
      int64_t wrapped = wrapDim(dim, rank(), where);
      if (llvm::is_contained(result, wrapped))
        throw Error(where, "dim " + std::to_string(wrapped) +
                               " appears multiple times in the list of dims");
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

  const ag::Record &record;
  Where where;
  Trace &trace;
  SmallVector<std::pair<const ArgSpec *, const Operand *>> operands;
  std::forward_list<Operand> listed; ///< those of lists
  SmallVector<std::pair<const ArgSpec *, const Argument *>> given;
  SmallVector<Value> values;
  CallKey key;
  const CallForm *form = nullptr; ///< of a call that was made before
  DType common = DType::Float32;
  bool isWidened = false; ///< computed in f32, of halves
  bool isWrite = false;
};

} // namespace

Tensors call(const char *record, Where where, ArrayRef<Argument> arguments) {
  Call call(record, where, arguments);
  if (Tensor result = call.repeat(); result.impl())
    return {result};
  SmallVector<Value> values = call.compute();
  call.getTrace().computed(values, where);
  Tensors results;
  for (Value value : values)
    results.push_back(call.getTrace().tensor(
        call.getTrace().append<agt::NewOp>(where, value, call.node(/*inPlace=*/false), false)));
  return results;
}

Tensor callInPlace(const char *name, Where where, ArrayRef<Argument> arguments) {
  Call call(name, where, arguments);
  if (!call.firstOperand().object)
    throw Error(where, std::string(name) + "_(): argument 'self' must be Tensor, not a number");
  Trace &trace = call.getTrace();
  call.checkWrite();
  Value value = call.compute(/*write=*/true).front();
  RankedTensorType self = call.firstType(), type = ag::tensorType(value);
  checkHeld(self, type.getShape(), dtypeOf(type.getElementType()), where);
  trace.computed(value, where);
  value = ag::castTo(trace.builder, trace.location(where), value, self.getElementType());
  Value ref = trace.refOf(call.firstOperand().object, where);
  trace.append<agt::WriteOp>(where, std::string(name) + "_", ref, value,
                             call.node(/*inPlace=*/true));
  return Tensor(call.firstOperand().object);
}

} // namespace agc::trace

namespace agc {
using trace::Argument;
#include "compiler/Trace/Api.cpp.inc"
} // namespace agc
