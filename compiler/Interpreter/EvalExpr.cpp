// Evaluates records' expressions on numbers: ag.map, and the ops that combine elements.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"
#include "dialect/ExprEvaluator.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include <limits>

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {
namespace {

/// A parameter or literal as a number.
Number toNumber(Attribute attr) {
  if (auto flag = dyn_cast<BoolAttr>(attr))
    return Number::boolean(flag.getValue());
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    return Number::integral(integer.getInt());
  return Number::literal(cast<FloatAttr>(attr).getValueAsDouble());
}

/// Numbers: the algebra of `eval` and of a reduction's combiner.
class NumberAlgebra {
public:
  using Value = Number;
  using Item = ExprItem<Number>;

  /// `operands` are those of the record's schema, in order, of `elementType` where they share one;
  /// missing ones are absent.
  NumberAlgebra(const Record &record, ArrayRef<Item> operands, DictionaryAttr params,
                Type elementType)
      : record(record), operands(operands), params(params), elementType(elementType),
        context(elementType.getContext()) {}

  Number accumulator;

  Item arg(int i) const {
    const ArgSpec &spec = record.args[i];
    if (!spec.isTensor())
      return {std::nullopt, params.get(spec.name)};
    size_t position = record.tensorPosition(i);
    return position < operands.size() ? operands[position] : Item();
  }
  Number result(int) const { llvm_unreachable("an evaluation has no result yet"); }
  Number grad(int) const { llvm_unreachable("an evaluation has no cotangent"); }
  Number acc() const { return accumulator; }
  Number op(StringRef, ArrayRef<Item>) const { llvm_unreachable("an evaluation has no MLIR op"); }
  Number builtin(StringRef name, ArrayRef<Item> args) const {
    if (name != "narrow")
      llvm::report_fatal_error("the evaluation of '" + record.name + "' uses the rules' helper '" +
                               name + "'");
    Number x = numberOf(args.front());
    return elementType.isF16() || elementType.isBF16() ? convert(x, elementType) : x;
  }

  Number standard(StringRef name, ArrayRef<Item> args) const {
    SmallVector<Number> numbers = llvm::map_to_vector(args, numberOf);
    return apply(*lookupStd(name), numbers);
  }

  Number call(const Record &callee, ArrayRef<Item> args) const {
    SmallVector<Item> values;
    NamedAttrList attrs;
    for (auto [spec, item] : llvm::zip(callee.args, args)) {
      if (spec.isTensor())
        values.push_back(item.isNone() ? item : Item{numberOf(item), {}});
      else if (item.attr)
        attrs.set(spec.name, item.attr);
    }
    NumberAlgebra inner(callee, values, withDefaults(callee, std::move(attrs), context),
                        elementType);
    return inner.evaluate(callee.eval.expr);
  }

  Number evaluate(const Expr &expr) { return numberOf(ExprEvaluator(*this, expr, context).run()); }

private:
  static Number numberOf(const Item &item) {
    return item.value ? *item.value : toNumber(item.attr);
  }

  const Record &record;
  ArrayRef<Item> operands;
  DictionaryAttr params;
  Type elementType;
  MLIRContext *context;
};

/// What a reduction or scan starts from.
Number identityOf(const Record &record, Type elementType) {
  double value = 0;
  if (!record.identity.getAsDouble(value))
    return Number::literal(value);
  bool lowest = record.identity == "lowest";
  if (isa<FloatType>(elementType))
    return Number::real(lowest ? -std::numeric_limits<double>::infinity()
                               : std::numeric_limits<double>::infinity());
  auto type = cast<IntegerType>(elementType);
  bool isSigned = type.getWidth() > 1 && !type.isUnsigned();
  int64_t top = int64_t(~uint64_t(0) >> (64 - type.getWidth() + isSigned));
  return Number::integral(lowest ? (isSigned ? -top - 1 : 0) : top);
}

/// Whether each of the dims has an element, where the record needs one.
LogicalResult checkNotEmpty(Operation *op, const Record &record, const Tensor &self,
                            ArrayRef<int64_t> dims) {
  for (int64_t dim : dims)
    if (record.needsElement && self.rank() && self.shape[dim] == 0)
      return op->emitError() << record.name << "(): Expected reduction dim " << dim
                             << " to have non-zero size.";
  return success();
}

} // namespace

Results evalMap(Operation *op, const Frame &frame) {
  const Record &record = *recordOf(op);
  DictionaryAttr params = paramsOf(op);
  Shape shape;
  Type common = typeOf(op).getElementType();
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    Type type = frame[operand].elementType;
    bool isTied = record.tensorArg(i).element == ElementRule::T;
    if (isTied && isa<ComplexType>(type) && !record.supports(ElementKind::Complex))
      return op->emitError() << "'" << record.name << "' has no meaning for " << type;
    if (isTied)
      common = type;
    FailureOr<Shape> wider = broadcastShapes(shape, frame[operand].shape);
    if (failed(wider))
      return op->emitError() << "the operands' shapes do not broadcast at run time";
    shape = std::move(*wider);
  }
  Tensor result = Tensor::filled(shape, typeOf(op).getElementType());
  SmallVector<const Tensor *> tensors =
      llvm::map_to_vector(op->getOperands(), [&](Value operand) { return &frame[operand]; });
  const FailureSpec *failure = record.failure(kindOf(result.elementType));
  bool fails = false;
  size_t n = 0;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    auto operands = llvm::map_to_vector(
        tensors, [&](const Tensor *t) { return ExprItem<Number>{t->at(index), {}}; });
    NumberAlgebra algebra(record, operands, params, common);
    fails |= failure && algebra.evaluate(failure->eval).toBool();
    result.data[n++] = algebra.evaluate(record.eval.expr);
  });
  if (fails)
    return op->emitError() << failure->message;
  return one(std::move(result));
}

Results evalReduce(Operation *op, const Frame &frame) {
  auto reduce = cast<ReduceOp>(op);
  const Record &record = *recordOf(op);
  DictionaryAttr params = paramsOf(op);
  const Tensor &self = frame[reduce.getSelf()];
  ArrayRef<int64_t> dims = reduce.getDim();
  if (failed(checkNotEmpty(op, record, self, dims)))
    return failure();
  Type elementType = typeOf(op).getElementType();
  Tensor result = Tensor::filled(reducedShape(self.shape, dims, /*keepdim=*/true), elementType,
                                 identityOf(record, elementType));
  size_t n = 0;
  forEachIndex(self.shape, [&](ArrayRef<int64_t> index) {
    ExprItem<Number> element{self.data[n++], {}};
    NumberAlgebra algebra(record, element, params, self.elementType);
    Number &sum = result.at(index);
    algebra.accumulator = sum;
    sum = algebra.evaluate(record.combine);
  });
  result.shape = reducedShape(self.shape, dims, reduce.getKeepdim());
  return one(std::move(result));
}

Results evalReduceIndex(Operation *op, const Frame &frame) {
  auto reduce = cast<ReduceIndexOp>(op);
  const Record &record = *recordOf(op);
  const Tensor &self = frame[reduce.getSelf()];
  int64_t dim = reduce.getDim();
  if (failed(checkNotEmpty(op, record, self, dim)))
    return failure();
  SmallVector<int64_t> kept = reducedShape(self.shape, dim, /*keepdim=*/true);
  Tensor best = Tensor::filled(kept, self.elementType, identityOf(record, self.elementType));
  Tensor result = Tensor::filled(kept, typeOf(op).getElementType(), Number::integral(0));
  size_t n = 0;
  forEachIndex(self.shape, [&](ArrayRef<int64_t> index) {
    ExprItem<Number> element{self.data[n++], {}};
    NumberAlgebra algebra(record, element, {}, self.elementType);
    algebra.accumulator = best.at(index);
    if (!algebra.evaluate(record.combine).toBool())
      return;
    best.at(index) = *element.value;
    result.at(index) = Number::integral(index.empty() ? 0 : index[dim]);
  });
  result.shape = reducedShape(self.shape, dim, reduce.getKeepdim());
  return one(std::move(result));
}

Results evalScan(Operation *op, const Frame &frame) {
  auto scan = cast<ScanOp>(op);
  const Record &record = *recordOf(op);
  SmallVector<const Tensor *> tensors =
      llvm::map_to_vector(op->getOperands(), [&](Value operand) { return &frame[operand]; });
  ArrayRef<int64_t> shape = tensors[0]->shape;
  for (const Tensor *tensor : tensors)
    if (tensor->shape != tensors[0]->shape)
      return op->emitError() << "the operands' shapes differ at run time";
  Type elementType = typeOf(op).getElementType();
  Tensor running = Tensor::filled(reducedShape(shape, int64_t(scan.getDim()), /*keepdim=*/true),
                                  elementType, identityOf(record, elementType));
  Tensor result = Tensor::filled(shape, elementType);
  SmallVector<int64_t> at;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    at.assign(index.begin(), index.end());
    if (scan.getReverse() && !at.empty())
      at[scan.getDim()] = shape[scan.getDim()] - 1 - at[scan.getDim()];
    auto operands = llvm::map_to_vector(
        tensors, [&](const Tensor *t) { return ExprItem<Number>{t->at(at), {}}; });
    NumberAlgebra algebra(record, operands, {}, elementType);
    algebra.accumulator = running.at(at);
    result.at(at) = running.at(at) = algebra.evaluate(record.combine);
  });
  return one(std::move(result));
}

} // namespace agc::interp
