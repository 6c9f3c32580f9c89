// The algebra in which a record's `lower` expression becomes scalar ops.
#include "compiler/Lowering/Scalar.h"
#include "dialect/ExprEvaluator.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;

namespace agc {

Type storageType(Type element) {
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  if (auto integer = dyn_cast<IntegerType>(element))
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element.isBF16() ? IntegerType::get(element.getContext(), 16) : element;
}

Type computeType(Type element) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  return element.isInteger(1) ? element : storageType(element);
}

Value loadElement(OpBuilder &b, Location loc, Value stored, Type element) {
  if (element.isBF16())
    stored = arith::BitcastOp::create(b, loc, element, stored);
  if (element.isF16() || element.isBF16())
    return arith::ExtFOp::create(b, loc, computeType(element), stored);
  if (element.isInteger(1))
    return arith::TruncIOp::create(b, loc, element, stored);
  return stored;
}

Value storeElement(OpBuilder &b, Location loc, Value computed, Type element) {
  if (element.isF16() || element.isBF16())
    computed = arith::TruncFOp::create(b, loc, element, computed);
  if (element.isBF16())
    return arith::BitcastOp::create(b, loc, storageType(element), computed);
  if (element.isInteger(1))
    return arith::ExtUIOp::create(b, loc, storageType(element), computed);
  return computed;
}

static double asDouble(Attribute number) {
  if (auto flag = dyn_cast<BoolAttr>(number))
    return flag.getValue();
  if (auto integer = dyn_cast<IntegerAttr>(number))
    return double(integer.getInt());
  return cast<FloatAttr>(number).getValueAsDouble();
}

Value scalarConstant(OpBuilder &b, Location loc, Type computed, Attribute number) {
  if (auto complex = dyn_cast<ComplexType>(computed)) {
    auto part = [&](double x) { return b.getFloatAttr(complex.getElementType(), x); };
    return complex::ConstantOp::create(b, loc, computed,
                                       b.getArrayAttr({part(asDouble(number)), part(0)}));
  }
  if (auto type = dyn_cast<FloatType>(computed))
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, asDouble(number)));
  auto integer = dyn_cast<IntegerAttr>(number);
  int64_t value =
      integer && !integer.getType().isInteger(1) ? integer.getInt() : int64_t(asDouble(number));
  if (computed.isInteger(1))
    value = asDouble(number) != 0;
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(computed, value));
}

std::optional<std::string> whyNoLowering(const ag::Record &record, Type element) {
  const ag::Expr *expr = record.lowering(ag::kindOf(element));
  if (!expr || !*expr) {
    std::string type;
    llvm::raw_string_ostream(type) << element;
    return ("record '" + record.name + "' has no lowering for " + type).str();
  }
  auto complex = dyn_cast<ComplexType>(element);
  for (const ag::ExprNode &node : expr->nodes) {
    if (node.kind != ag::ExprNode::Call)
      continue;
    const ag::Record &callee = ag::allRecords()[node.index];
    auto why = whyNoLowering(callee, element);
    // What a complex record calls may be of its parts.
    if (why && !(complex && !whyNoLowering(callee, complex.getElementType())))
      return why;
  }
  return std::nullopt;
}

Attribute identityOf(Builder &b, const ag::Record &record, Type element) {
  double value = 0;
  if (!record.identity.getAsDouble(value))
    return b.getF64FloatAttr(value);
  bool lowest = record.identity == "lowest";
  if (isa<FloatType>(element))
    return b.getF64FloatAttr(lowest ? -INFINITY : INFINITY);
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger() || width == 1;
  APInt bound = isUnsigned
                    ? (lowest ? APInt::getMinValue(width) : APInt::getMaxValue(width))
                    : (lowest ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
  return b.getI64IntegerAttr(isUnsigned ? int64_t(bound.getZExtValue()) : bound.getSExtValue());
}

Type recordElement(const ag::Record &record, TypeRange operands) {
  for (auto [i, type] : llvm::enumerate(operands))
    if (record.tensorArg(i).element == ag::ElementRule::T)
      return getElementTypeOrSelf(type);
  return operands.empty() ? Type() : getElementTypeOrSelf(operands.front());
}

namespace {

/// Scalars in their compute types: the algebra of `lower`.
class ScalarAlgebra {
public:
  using Value = mlir::Value;
  using Item = ag::ExprItem<Value>;

  ScalarAlgebra(OpBuilder &b, Location loc, const ScalarScope &scope)
      : b(b), loc(loc), scope(scope) {}

  Item arg(int i) {
    const ag::ArgSpec &spec = scope.record.args[i];
    if (!spec.isTensor())
      return {std::nullopt, scope.params.get(spec.name)};
    if (Value operand = scope.operands[scope.record.tensorPosition(i)])
      return {operand, {}};
    return {};
  }
  Value acc() { return scope.acc; }
  Value result(int) { llvm_unreachable("a lowering has no result"); }
  Value grad(int) { llvm_unreachable("a lowering has no cotangent"); }
  Value standard(StringRef, ArrayRef<Item>) { llvm_unreachable("a lowering has no std function"); }
  Value builtin(StringRef name, ArrayRef<Item> args) {
    if (name != "narrow")
      llvm_unreachable("decided by the evaluator");
    Value x = materialize(args.front(), typeBeside(args));
    if (!scope.element.isF16() && !scope.element.isBF16())
      return x;
    Value narrow = arith::TruncFOp::create(b, loc, scope.element, x);
    return arith::ExtFOp::create(b, loc, x.getType(), narrow);
  }

  Value call(const ag::Record &callee, ArrayRef<Item> args) {
    Type computed = typeBeside(Item{ag::typeGiver(callee, args), {}});
    ScalarScope inner{callee, {}, {}, {}, {}};
    inner.element = computed == computeType(scope.element) ? scope.element : computed;
    NamedAttrList params;
    for (auto [spec, item] : llvm::zip(callee.args, args)) {
      if (spec.isTensor())
        inner.operands.push_back(item.isNone() ? Value() : materialize(item, computed));
      else if (item.attr)
        params.set(spec.name, item.attr);
    }
    inner.operands.resize(callee.numTensors());
    inner.params = ag::withDefaults(callee, std::move(params), b.getContext());
    return lowerRecord(b, loc, inner);
  }

  Value op(StringRef name, ArrayRef<Item> args) {
    if (Value operand = timesOne(name, args))
      return operand;
    auto [dialect, rest] = name.split('.');
    auto [mnemonic, predicate] = rest.split('.');
    OperationState state(loc, (dialect + "." + mnemonic).str());
    bool select = mnemonic == "select";
    Type beside = typeBeside(select ? args.drop_front() : args);
    for (auto [i, item] : llvm::enumerate(args))
      state.operands.push_back(materialize(item, select && i == 0 ? b.getI1Type() : beside));
    if (mnemonic == "cmpf")
      state.addAttribute(
          "predicate",
          arith::CmpFPredicateAttr::get(b.getContext(), *arith::symbolizeCmpFPredicate(predicate)));
    else if (mnemonic == "cmpi")
      state.addAttribute(
          "predicate",
          arith::CmpIPredicateAttr::get(b.getContext(), *arith::symbolizeCmpIPredicate(predicate)));
    state.types.push_back(resultType(state));
    return b.create(state)->getResult(0);
  }

private:
  /// A product with the number one is its other factor: a default such as add's alpha costs
  /// nothing.
  static Value timesOne(StringRef name, ArrayRef<Item> args) {
    if (name != "arith.mulf" && name != "arith.muli" && name != "complex.mul")
      return {};
    for (int i : {0, 1})
      if (args[i].attr && args[1 - i].value && asDouble(args[i].attr) == 1)
        return *args[1 - i].value;
    return {};
  }

  /// The type that a number takes: that of a value beside it, else the record's.
  Type typeBeside(ArrayRef<Item> args) {
    for (const Item &item : args)
      if (item.value)
        return item.value->getType();
    return computeType(scope.element);
  }

  Value materialize(const Item &item, Type computed) {
    return item.value ? *item.value : scalarConstant(b, loc, computed, item.attr);
  }

  /// What the op's operands imply; a conversion, whose result is free, goes to the record's type.
  Type resultType(OperationState &state) {
    if (state.name.getStringRef() == complex::CreateOp::getOperationName())
      return ComplexType::get(state.operands.front().getType());
    SmallVector<Type> types;
    auto *infer = state.name.getInterface<InferTypeOpInterface>();
    if (infer && succeeded(infer->inferReturnTypes(b.getContext(), loc, state.operands,
                                                   state.attributes.getDictionary(b.getContext()),
                                                   nullptr, {}, types)))
      return types.front();
    return computeType(scope.element);
  }

  OpBuilder &b;
  Location loc;
  const ScalarScope &scope;
};

} // namespace

Value lowerExpr(OpBuilder &b, Location loc, const ag::Expr &expr, const ScalarScope &scope) {
  ScalarAlgebra algebra(b, loc, scope);
  ag::ExprItem<Value> item = ag::ExprEvaluator(algebra, expr, b.getContext()).run();
  return item.value ? *item.value : scalarConstant(b, loc, computeType(scope.element), item.attr);
}

Value lowerRecord(OpBuilder &b, Location loc, const ScalarScope &scope) {
  const ag::Expr *expr = scope.record.lowering(ag::kindOf(scope.element));
  if (!expr)
    llvm::report_fatal_error("record '" + scope.record.name + "' was to be checked for a lowering");
  return lowerExpr(b, loc, *expr, scope);
}

Value callRecord(OpBuilder &b, Location loc, StringRef name, Type element, ValueRange operands,
                 Value acc) {
  const ag::Record &record = *ag::lookupRecord(name);
  return lowerRecord(b, loc,
                     {record, element, llvm::to_vector(operands),
                      ag::withDefaults(record, {}, b.getContext()), acc});
}

} // namespace agc
