// The algebra in which a rule's expression becomes `ag` ops.
#include "dialect/RuleBuilder.h"
#include "dialect/AgDialect.h"
#include "dialect/Builtins.h"
#include "dialect/Shape.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace agc::ag {

SmallVector<int64_t> intList(Attribute attr) {
  if (auto list = dyn_cast_or_null<DenseI64ArrayAttr>(attr))
    return SmallVector<int64_t>(list.asArrayRef());
  if (auto one = dyn_cast_or_null<IntegerAttr>(attr))
    return {one.getInt()};
  if (auto number = dyn_cast_or_null<FloatAttr>(attr))
    return {int64_t(number.getValueAsDouble())};
  return {};
}

/// The attributes that an op of the record holds for `params`.
static NamedAttrList attributesOf(OpBuilder &b, const Record &record, DictionaryAttr params) {
  NamedAttrList attrs;
  if (record.family == Family::Pointwise || record.family == Family::Composite) {
    NamedAttrList given;
    for (const ArgSpec &arg : record.args)
      if (Attribute value = params ? params.get(arg.name) : Attribute())
        if (value != defaultOf(arg, b.getContext()))
          given.set(arg.name, value);
    attrs.set("params", given.getDictionary(b.getContext()));
  } else {
    for (const ArgSpec &arg : record.args) {
      Attribute value = params ? params.get(arg.name) : Attribute();
      if (auto flag = dyn_cast_or_null<BoolAttr>(value))
        value = flag.getValue() ? b.getUnitAttr() : Attribute();
      else if (value && arg.kind == ArgKind::IntList)
        value = b.getDenseI64ArrayAttr(intList(value));
      if (value)
        attrs.set(arg.name, value);
    }
  }
  if (record.family != Family::Primitive)
    attrs.set("fn", b.getStringAttr(record.name));
  return attrs;
}

static StringRef opClass(const Record &record) {
  switch (record.family) {
  case Family::Pointwise:
    return MapOp::getOperationName();
  case Family::Reduce:
    return ReduceOp::getOperationName();
  case Family::ReduceIndex:
    return ReduceIndexOp::getOperationName();
  case Family::Scan:
    return ScanOp::getOperationName();
  case Family::Composite:
    return ApplyOp::getOperationName();
  case Family::Primitive:
    return "";
  }
  llvm_unreachable("all families are covered");
}

/// Infers an op's result types from operands and attributes, before the op exists.
static LogicalResult inferTypes(OperationName name, Location loc, ValueRange operands,
                                DictionaryAttr attrs, SmallVectorImpl<Type> &types) {
  auto *infer = name.getInterface<InferTypeOpInterface>();
  if (!infer)
    return emitError(loc) << "'" << name << "' needs its result types given";
  // The op's properties are what its inference reads; they live in raw storage until it exists.
  std::vector<std::max_align_t> storage(name.getOpPropertyByteSize() / sizeof(std::max_align_t) +
                                        1);
  OpaqueProperties properties(storage.data());
  name.initOpProperties(properties, OpaqueProperties(nullptr));
  llvm::scope_exit destroy([&] { name.destroyOpProperties(properties); });
  bool hasProperties = name.getOpPropertyByteSize() != 0;
  if (hasProperties && failed(name.setOpPropertiesFromAttribute(name, properties, attrs,
                                                                [&] { return emitError(loc); })))
    return failure();
  return infer->inferReturnTypes(name.getContext(), loc, operands, attrs, properties, {}, types);
}

FailureOr<SmallVector<Value>> buildRecord(OpBuilder &b, Location loc, const Record &record,
                                          ValueRange operands, DictionaryAttr params) {
  std::string name = opClass(record).str();
  OperationState state(loc, name.empty() ? ("ag." + record.name).str() : name);
  for (Value operand : operands)
    if (operand)
      state.operands.push_back(operand);
  state.attributes = attributesOf(b, record, params);
  if (failed(inferTypes(state.name, loc, state.operands,
                        state.attributes.getDictionary(b.getContext()), state.types)))
    return failure();
  return SmallVector<Value>(b.create(state)->getResults());
}

Value map(OpBuilder &b, Location loc, StringRef fn, ValueRange operands, DictionaryAttr params) {
  const Record *record = lookupRecord(fn);
  FailureOr<SmallVector<Value>> results = buildRecord(b, loc, *record, operands, params);
  if (failed(results))
    llvm::report_fatal_error("a rule built an ill-typed '" + fn + "'");
  return results->front();
}

Value reduce(OpBuilder &b, Location loc, StringRef fn, Value self, ArrayRef<int64_t> dims,
             bool keepdim) {
  if (dims.empty())
    return self;
  return ReduceOp::create(b, loc, fn, self, dims, keepdim).getResult();
}

Value scalar(OpBuilder &b, Location loc, Type elementType, double value) {
  auto type = RankedTensorType::get({}, elementType);
  if (auto complex = dyn_cast<ComplexType>(elementType)) {
    auto part = [&](double x) { return b.getFloatAttr(complex.getElementType(), x); };
    APFloat re = part(value).getValue(), im = part(0).getValue();
    return ConstantOp::create(b, loc, DenseElementsAttr::get(type, std::complex<APFloat>(re, im)));
  }
  Attribute attr = isa<FloatType>(elementType)
                       ? Attribute(b.getFloatAttr(elementType, value))
                       : Attribute(b.getIntegerAttr(elementType, int64_t(value)));
  return ConstantOp::create(b, loc, DenseElementsAttr::get(type, attr));
}

Value expand(OpBuilder &b, Location loc, Value self, ArrayRef<OpFoldResult> extents) {
  auto [shape, sizes] = splitExtents(extents);
  auto type = RankedTensorType::get(shape, tensorType(self).getElementType());
  if (type == self.getType() && sizes.empty())
    return self;
  return ExpandOp::create(b, loc, type, self, sizes);
}

Value reshape(OpBuilder &b, Location loc, Value self, ArrayRef<OpFoldResult> extents) {
  auto [shape, sizes] = splitExtents(extents);
  auto type = RankedTensorType::get(shape, tensorType(self).getElementType());
  if (type == self.getType() && (sizes.empty() || type.getRank() == 1))
    return self;
  return ReshapeOp::create(b, loc, type, self, sizes);
}

Value fullLike(OpBuilder &b, Location loc, Value like, double value) {
  Type elementType = tensorType(like).getElementType();
  return expand(b, loc, scalar(b, loc, elementType, value), extentsOf(b, loc, like));
}

Value sumTo(OpBuilder &b, Location loc, Value self, Value like) {
  ArrayRef<int64_t> from = tensorType(self).getShape(), to = tensorType(like).getShape();
  SmallVector<int64_t> summed;
  int64_t offset = int64_t(from.size()) - int64_t(to.size());
  for (int64_t i = 0; i < int64_t(from.size()); ++i)
    if (i < offset || (to[i - offset] == 1 && from[i] != 1))
      summed.push_back(i);
  if (summed.empty())
    return self;
  Value sum = reduce(b, loc, "sum", self, summed, false);
  if (summed.size() == size_t(std::max<int64_t>(offset, 0)))
    return sum;
  // What broadcasting repeated keeps its extent 1.
  SmallVector<OpFoldResult> extents = extentsOf(b, loc, sum);
  for (int64_t dim : summed)
    if (dim >= offset)
      extents.insert(extents.begin() + dim - std::max<int64_t>(offset, 0), b.getIndexAttr(1));
  return reshape(b, loc, sum, extents);
}

Value castTo(OpBuilder &b, Location loc, Value self, Type elementType) {
  RankedTensorType type = tensorType(self);
  if (type.getElementType() == elementType)
    return self;
  return CastOp::create(b, loc, type.clone(elementType), self);
}

Value toOpmath(OpBuilder &b, Location loc, const Record &record, Value value) {
  auto type = value && record.opmath ? dyn_cast<RankedTensorType>(value.getType()) : nullptr;
  if (!type || (!type.getElementType().isF16() && !type.getElementType().isBF16()))
    return value;
  return castTo(b, loc, value, b.getF32Type());
}

RuleScope scopeOf(Operation *op, const Record &record) {
  RuleScope scope{record, {}, paramsOf(op), SmallVector<Value>(op->getResults()), {}, false};
  // Tensor operands come in the schema's order; absent optional ones are at the end.
  unsigned count = std::min<unsigned>(record.numTensors(), op->getNumOperands());
  scope.operands.assign(op->operand_begin(), op->operand_begin() + count);
  scope.operands.resize(record.numTensors());
  return scope;
}

namespace {

/// Tensors of ops: the algebra of `grad` and `body`.
class TensorAlgebra {
public:
  using Value = mlir::Value;
  using Item = ExprItem<Value>;

  TensorAlgebra(OpBuilder &b, Location loc, const RuleScope &scope)
      : b(b), loc(loc), scope(scope) {}

  Item arg(int i) {
    const ArgSpec &spec = scope.record.args[i];
    if (!spec.isTensor())
      return {std::nullopt, scope.params.get(spec.name)};
    if (Value operand = scope.operands[scope.record.tensorPosition(i)])
      return {operand, {}};
    return {};
  }
  Value result(int i) { return scope.results[i]; }
  Value grad(int i) { return scope.grads[i]; }
  Value acc() { llvm_unreachable("a rule has no accumulator"); }
  Value standard(StringRef, ArrayRef<Item>) { llvm_unreachable("a rule has no std function"); }
  Value op(StringRef, ArrayRef<Item>) { llvm_unreachable("a rule has no scalar op"); }
  Item builtin(StringRef name, ArrayRef<Item> args) {
    if (misfit)
      return {Value(), {}};
    return buildBuiltin(b, loc, name, args, elementType(args));
  }

  Value call(const Record &callee, ArrayRef<Item> args) {
    if (misfit)
      return {};
    bool isHolomorphic = callee.name == "conj" && scope.jvp;
    if (args[0].value && (isHolomorphic || callee.isIdentity(kindOf(elementType(args)))))
      return *args[0].value;
    if (callee.name == "mul")
      for (int i : {0, 1})
        if (auto one = dyn_cast_or_null<FloatAttr>(args[i].attr))
          if (one.getValueAsDouble() == 1 && args[1 - i].value)
            return *args[1 - i].value;
    SmallVector<Value> operands;
    NamedAttrList params;
    Type element = elementType(Item{typeGiver(callee, args), {}});
    for (auto [spec, item] : llvm::zip(callee.args, args)) {
      if (spec.isTensor())
        operands.push_back(item.value  ? *item.value
                           : item.attr ? number(item.attr, element)
                                       : Value());
      else if (item.attr)
        params.set(spec.name, item.attr);
    }
    // Of a 0-dim tensor every reduction is its one element, whatever the dim.
    bool whole = callee.family == Family::Reduce && tensorType(operands[0]).getRank() == 0;
    if (whole || (callee.family == Family::Reduce && intList(params.get("dim")).empty()))
      return operands[0];
    auto results = buildRecord(b, loc, callee, operands, params.getDictionary(b.getContext()));
    if (succeeded(results))
      return results->front();
    misfit = &callee;
    return {};
  }

  /// The record whose operands did not fit, as a diagnostic has said; nothing is built after it.
  const Record *misfit = nullptr;

private:
  /// The element type that a number takes: that of a tensor beside it, else the record's.
  Type elementType(ArrayRef<Item> args) {
    for (const Item &item : args)
      if (item.value)
        return tensorType(*item.value).getElementType();
    for (auto [i, operand] : llvm::enumerate(scope.operands))
      if (operand && scope.record.tensorArg(i).element == ElementRule::T)
        return tensorType(operand).getElementType();
    return b.getF32Type();
  }

  Value number(Attribute attr, Type elementType) {
    double value = 0;
    if (auto flag = dyn_cast<BoolAttr>(attr))
      value = flag.getValue();
    else if (auto integer = dyn_cast<IntegerAttr>(attr))
      value = integer.getInt();
    else
      value = cast<FloatAttr>(attr).getValueAsDouble();
    return scalar(b, loc, elementType, value);
  }

  OpBuilder &b;
  Location loc;
  const RuleScope &scope;
};

} // namespace

Value buildExpr(OpBuilder &b, Location loc, const Expr &expr, const RuleScope &scope) {
  TensorAlgebra algebra(b, loc, scope);
  ExprItem<Value> item = ExprEvaluator(algebra, expr, b.getContext()).run();
  if (algebra.misfit)
    llvm::report_fatal_error("the rule of '" + scope.record.name + "' built an ill-typed '" +
                             algebra.misfit->name + "'");
  return item.value ? *item.value : Value();
}

SmallVector<Value> buildBody(OpBuilder &b, Location loc, const RuleScope &given) {
  RuleScope scope = given;
  Type half;
  for (Value &operand : scope.operands) {
    Value wide = toOpmath(b, loc, scope.record, operand);
    if (wide != operand)
      half = tensorType(operand).getElementType();
    operand = wide;
  }
  SmallVector<Value> results;
  if (scope.record.body.expr) {
    TensorAlgebra algebra(b, loc, scope);
    ExprItem<Value> item = ExprEvaluator(algebra, scope.record.body.expr, b.getContext()).run();
    if (!algebra.misfit)
      results.push_back(*item.value);
  } else {
    results = callBody(b, loc, scope);
  }
  for (Value &result : results)
    if (half && tensorType(result).getElementType().isF32())
      result = castTo(b, loc, result, half);
  return results;
}

} // namespace agc::ag
