// Emits an op's vector-Jacobian product from its record's rules.
#include "compiler/Autodiff/Vjp.h"
#include "compiler/Autodiff/Rules.h"
#include "compiler/Autodiff/Sweep.h"
#include "dialect/AgDialect.h"
#include "dialect/Refusals.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {

VjpNode::VjpNode(Operation *op)
    : op(op), record(ag::recordOf(op)), operands(op->getOperands()), results(op->getResults()) {}

VjpNode VjpNode::inOpmath(OpBuilder &b, Location loc) const {
  VjpNode wide = *this;
  for (SmallVector<Value> *values : {&wide.operands, &wide.results})
    for (Value &value : *values)
      value = record ? ag::toOpmath(b, loc, *record, value) : value;
  return wide;
}

bool isDifferentiable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<FloatType, ComplexType>(tensor.getElementType());
}

bool connectsGradient(Operation *op, unsigned operand) {
  const ag::Record *record = ag::recordOf(op);
  if (!record || record->gradKind != ag::GradKind::Zero || operand >= op->getNumOperands())
    return passesGradient(op, operand);
  return isDifferentiable(op->getOperand(operand).getType()) &&
         llvm::any_of(op->getResultTypes(), isDifferentiable);
}

bool passesGradient(Operation *op, unsigned operand) {
  if (operand >= op->getNumOperands())
    return true;
  if (!isDifferentiable(op->getOperand(operand).getType()) ||
      llvm::none_of(op->getResultTypes(), isDifferentiable) ||
      isa<ag::StopGradientOp, ag::LeafMarkOp>(op))
    return false;
  if (auto through = dyn_cast<ag::StraightThroughOp>(op))
    return operand == through.getPathMutable().getOperandNumber();
  const ag::Record *record = ag::recordOf(op);
  return !record ||
         (record->gradKind != ag::GradKind::Zero && record->gradKind != ag::GradKind::NonDiff);
}

std::string nameOf(Operation *op) {
  std::string name = op->getName().getStringRef().str();
  const ag::Record *record = ag::recordOf(op);
  if (record && record->family != ag::Family::Primitive)
    name += " " + record->name.str();
  return name;
}

unsigned operandOf(const ag::Record &record, unsigned arg) {
  return llvm::count_if(record.args.take_front(arg),
                        [](const ag::ArgSpec &spec) { return spec.isTensor(); });
}

std::string whyNotDifferentiable(Operation *op, const BitVector &needs) {
  if (isa<ag::StraightThroughOp>(op))
    return "";
  if (isa<ag::IfOp, ag::ForOp>(op))
    return "gradients through control flow are not supported yet";
  const ag::Record *record = ag::recordOf(op);
  if (!record)
    return "it has no gradient rule";
  if (record->gradKind == ag::GradKind::NotImplemented)
    return ("the derivative for '" + record->name + "' is not implemented (" + record->gradReason +
            ")")
        .str();
  for (unsigned i : needs.set_bits())
    if (llvm::any_of(record->wrt, [&](const ag::WrtSpec &wrt) {
          return !wrt.expr && operandOf(*record, wrt.arg) == i;
        }))
      return ("the function '" + record->name +
              "' is not differentiable with respect to argument '" + record->tensorArg(i).name +
              "'")
          .str();
  return "";
}

std::string wordsOfNoDerivative(Operation *op, bool written) {
  const ag::Record *record = ag::recordOf(op);
  if (auto refusal = ag::paramsOf(op).getAs<StringAttr>("refusal"))
    return refusal.str();
  std::string name = record ? record->function.str() : nameOf(op);
  // PyTorch's words depend on whether its list of derivatives has the op at all.
  return record && record->node == "NotImplemented"
             ? "derivative for aten::" + name + (written ? "_" : "") + " is not implemented"
             : "the derivative for '" + name + "' is not implemented.";
}

/// The i-th extent from the end; 1 before the first.
static int64_t extentFromEnd(ArrayRef<int64_t> shape, size_t i) {
  return i < shape.size() ? shape[shape.size() - 1 - i] : 1;
}

std::string whyMisshapen(Operation *op, unsigned operand) {
  const ag::Record *record = ag::recordOf(op);
  if (!record || record->gradShapes.empty())
    return "";
  auto shapeOf = [&](StringRef name) {
    unsigned i = 0;
    while (record->tensorArg(i).name != name)
      ++i;
    return ag::tensorType(op->getOperand(i)).getShape();
  };
  for (StringRef entry : record->gradShapes) {
    auto [name, other] = entry.split(" as ");
    if (record->tensorArg(operand).name != name)
      continue;
    ArrayRef<int64_t> shape = shapeOf(name), given = shapeOf(other);
    for (size_t i = 0; i < std::max(shape.size(), given.size()); ++i) {
      int64_t wanted = extentFromEnd(shape, i), got = extentFromEnd(given, i);
      if (wanted == got || wanted == 1 || ShapedType::isDynamic(wanted) ||
          ShapedType::isDynamic(got))
        continue;
      return "got " + ag::listOf(given) + " but expected shape compatible with " +
             ag::listOf(shape);
    }
  }
  return "";
}

Value accumulate(OpBuilder &b, Location loc, Value old, Value more) {
  if (!old || !more)
    return old ? old : more;
  return ag::map(b, loc, "add", {old, more});
}

Value fitTo(OpBuilder &b, Location loc, Value cotangent, Value like) {
  RankedTensorType type = ag::tensorType(like);
  Value fit = ag::sumTo(b, loc, cotangent, like);
  fit = ag::castTo(b, loc, fit, type.getElementType());
  RankedTensorType from = ag::tensorType(fit);
  if (from == type)
    return fit;
  bool repeats = from.getRank() != type.getRank() ||
                 !llvm::all_of_zip(from.getShape(), type.getShape(),
                                   [](int64_t x, int64_t y) { return x != 1 || y == 1; });
  SmallVector<OpFoldResult> extents = ag::extentsOf(b, loc, like);
  return repeats ? ag::expand(b, loc, fit, extents) : ag::reshape(b, loc, fit, extents);
}

Value fitOrZero(OpBuilder &b, Location loc, Value derivative, Value like) {
  return derivative ? fitTo(b, loc, derivative, like) : ag::fullLike(b, loc, like, 0);
}

// ---------------------------------------------------------------- records' rules

namespace {

/// Evaluates the rules of one record whose gradient is written as expressions.
class RuleVjp {
public:
  explicit RuleVjp(const VjpCall &call)
      : call(call), scope(ag::scopeOf(call.node.op, *call.node.record)) {
    scope.results = call.node.results;
    for (unsigned i = 0, e = scope.operands.size(); i < e; ++i)
      scope.operands[i] = i < call.node.operands.size() ? call.node.operands[i] : Value();
    scope.grads.assign(call.grads.begin(), call.grads.end());
  }

  SmallVector<Value> run() {
    SmallVector<Value> cotangents = call.none();
    for (const ag::WrtSpec &wrt : scope.record.wrt) {
      unsigned operand = operandOf(scope.record, wrt.arg);
      if (operand < cotangents.size() && call.needs[operand])
        cotangents[operand] = cotangent(wrt.expr);
    }
    return cotangents;
  }

private:
  Value cotangent(const ag::Expr &expr) {
    bool partial = true;
    for (const ag::ExprNode &node : expr.nodes) {
      if (node.kind != ag::ExprNode::Grad)
        continue;
      partial = false;
      Value &grad = scope.grads[node.index];
      if (!grad)
        grad = ag::fullLike(call.b, call.loc, scope.results[node.index], 0);
    }
    Value value = ag::buildExpr(call.b, call.loc, expr, scope);
    if (!partial)
      return value;
    if (!value)
      llvm::report_fatal_error("a partial of '" + scope.record.name + "' is no tensor");
    if (isa<ComplexType>(ag::tensorType(value).getElementType()))
      value = ag::map(call.b, call.loc, "conj", {value});
    return ag::map(call.b, call.loc, "mul", {call.grad(), value});
  }

  const VjpCall &call;
  ag::RuleScope scope;
};

} // namespace

static SmallVector<Value> callRule(const VjpCall &call) {
#define AGC_RULE(record_, function)                                                                \
  if (call.node.record->name == #record_)                                                          \
    return function(call);
#include "dialect/GradRules.inc"
#undef AGC_RULE
  llvm::report_fatal_error("record '" + call.node.record->name + "' has no gradient function");
}

/// The scope in which a composite's body is built on a node's values.
static ag::RuleScope bodyScope(const VjpNode &node) {
  ag::RuleScope scope = ag::scopeOf(node.op, *node.record);
  scope.operands = node.operands;
  scope.operands.resize(node.record->numTensors());
  return scope;
}

/// Builds a composite's body and differentiates its ops.
static FailureOr<SmallVector<Value>> vjpFromBody(const VjpCall &call) {
  EmittedOps emitted(call.b);
  SmallVector<Value> outputs = ag::buildBody(call.b, call.loc, bodyScope(call.node)), seeds, wrt;
  SmallVector<Operation *> ops = emitted.take();
  SmallVector<Value> active;
  for (auto [output, grad] : llvm::zip_equal(outputs, call.grads))
    if (grad) {
      active.push_back(output);
      seeds.push_back(grad);
    }
  // An operand given twice gets its whole cotangent once.
  SmallVector<unsigned> positions;
  for (unsigned i : call.needs.set_bits())
    if (!llvm::is_contained(wrt, call.operand(i))) {
      wrt.push_back(call.operand(i));
      positions.push_back(i);
    }
  Detours purpose;
  purpose.createGraph = call.node.createGraph;
  FailureOr<SmallVector<Value>> found =
      reverseSweep(call.b, call.loc, ops, active, seeds, wrt, purpose);
  if (failed(found))
    return failure();
  SmallVector<Value> cotangents = call.none();
  for (auto [position, cotangent] : llvm::zip_equal(positions, *found))
    cotangents[position] = cotangent;
  return cotangents;
}

static FailureOr<SmallVector<Value>> rawVjp(const VjpCall &call) {
  if (isa<ag::StraightThroughOp>(call.node.op))
    return SmallVector<Value>{call.grad(), Value()};
  std::string reason = whyNotDifferentiable(call.node.op, call.needs);
  if (!reason.empty())
    return call.node.op->emitError()
           << "cannot differentiate '" << nameOf(call.node.op) << "': " << reason;
  switch (call.node.record->gradKind) {
  case ag::GradKind::Rules:
    return RuleVjp(call).run();
  case ag::GradKind::Function:
    return callRule(call);
  case ag::GradKind::FromBody:
    return vjpFromBody(call);
  case ag::GradKind::Zero:
  case ag::GradKind::NonDiff:
  case ag::GradKind::NotImplemented:
    return call.none();
  }
  llvm_unreachable("all gradient kinds are covered");
}

FailureOr<SmallVector<Value>> vjp(OpBuilder &b, Location loc, const VjpNode &node,
                                  ArrayRef<Value> cotangents, const BitVector &needs) {
  if (needs.none() || llvm::none_of(cotangents, [](Value v) { return bool(v); }))
    return SmallVector<Value>(node.operands.size());
  VjpNode wide = node.inOpmath(b, loc);
  SmallVector<Value> grads(cotangents);
  for (Value &grad : grads)
    grad = node.record ? ag::toOpmath(b, loc, *node.record, grad) : grad;
  FailureOr<SmallVector<Value>> raw = rawVjp({b, loc, wide, grads, needs});
  if (failed(raw))
    return failure();
  for (auto [i, cotangent] : llvm::enumerate(*raw)) {
    if (!needs[i])
      cotangent = Value();
    else if (cotangent)
      cotangent = fitTo(b, loc, cotangent, node.operands[i]);
  }
  return raw;
}

} // namespace agc
