// Walks functions op by op; composites by their body, control flow by its regions.
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {

SmallVector<int64_t> Frame::shapeOf(Type resultType, ValueRange sizes) const {
  SmallVector<int64_t> shape(cast<RankedTensorType>(resultType).getShape());
  auto size = sizes.begin();
  for (int64_t &extent : shape)
    if (ShapedType::isDynamic(extent))
      extent = index(*size++);
  return shape;
}

Results Interpreter::run(func::FuncOp function, ArrayRef<Tensor> inputs) {
  tape.clear();
  objects.emplace(tape);
  Results results = call(function, inputs);
  if (succeeded(results))
    for (Tensor &result : *results)
      for (Number &x : result.data)
        x = x.detached();
  tape.clear();
  return results;
}

/// Whether a tensor can be a value of a type.
static bool fits(const Tensor &tensor, Type type) {
  auto shaped = dyn_cast<RankedTensorType>(type);
  if (!shaped)
    return tensor.shape.empty() && tensor.elementType == type;
  return shaped.getElementType() == tensor.elementType &&
         succeeded(verifyCompatibleShape(tensor.shape, shaped.getShape()));
}

Results Interpreter::call(func::FuncOp function, ArrayRef<Tensor> inputs) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError("expected a body of one block");
  if (inputs.size() != function.getNumArguments())
    return function.emitError() << "expected " << function.getNumArguments() << " inputs, got "
                                << inputs.size();
  if (++depth > 64)
    return function.emitError("calls nest too deeply");
  Frame frame(/*exact=*/false);
  for (auto [argument, input] : llvm::zip(function.getArguments(), inputs)) {
    if (!fits(input, argument.getType()))
      return function.emitError() << "an input does not have the type " << argument.getType();
    define(argument, input, frame);
  }
  Block &body = function.getBody().front();
  objects->begin(function);
  if (failed(runBlock(body, frame)))
    return failure();
  --depth;
  std::vector<Tensor> results;
  for (Value result : body.getTerminator()->getOperands())
    results.push_back(frame[result]);
  return results;
}

LogicalResult Interpreter::runBlock(Block &block, Frame &frame) {
  for (Operation &op : block.without_terminator())
    if (failed(runOp(&op, frame)))
      return failure();
  return success();
}

LogicalResult Interpreter::runOp(Operation *op, Frame &frame) {
  Results results = evaluate(op, frame);
  if (failed(results))
    return failure();
  auto values = llvm::make_filter_range(
      op->getResults(), [](Value value) { return !isa<agt::RefType>(value.getType()); });
  for (auto [value, tensor] : llvm::zip(values, *results)) {
    define(value, std::move(tensor), frame);
    if (!fits(frame[value], value.getType()))
      return op->emitError() << "a result does not have the type " << value.getType()
                             << " at run time";
  }
  return success();
}

/// Whether a derivative is taken by this value.
static bool isDifferentiatedBy(Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (auto grad = dyn_cast<GradOp>(user))
      return llvm::is_contained(grad.getWrt(), value);
    if (auto jvp = dyn_cast<JvpOp>(user))
      return llvm::is_contained(jvp.getWrt(), value);
    return false;
  });
}

void Interpreter::define(Value value, Tensor tensor, Frame &frame) {
  tensor.elementType = getElementTypeOrSelf(value.getType());
  bool mark = isDifferentiatedBy(value);
  for (Number &x : tensor.data) {
    x = convert(x, tensor.elementType, frame.exact);
    if (mark && x.isFloating())
      x = tape.mark(x);
  }
  frame.values[value] = std::move(tensor);
}

Results Interpreter::evaluateBody(Operation *op, Frame &frame) {
  const Record &record = *recordOf(op);
  RuleScope scope = scopeOf(op, record);
  Block body;
  OpBuilder b(op->getContext());
  b.setInsertionPointToEnd(&body);
  Frame inner(/*exact=*/true);
  for (Value &operand : scope.operands)
    if (operand) {
      Value argument = body.addArgument(operand.getType(), op->getLoc());
      define(argument, frame[operand], inner);
      operand = argument;
    }
  SmallVector<Value> values = buildBody(b, op->getLoc(), scope);
  if (failed(runBlock(body, inner)))
    return failure();
  std::vector<Tensor> results;
  for (Value value : values)
    results.push_back(inner[value]);
  return results;
}

Results Interpreter::evaluateIf(Operation *op, Frame &frame) {
  auto ifOp = cast<IfOp>(op);
  bool taken = frame[ifOp.getCondition()].data[0].toBool();
  Block &block = (taken ? ifOp.getThen() : ifOp.getOtherwise()).front();
  if (failed(runBlock(block, frame)))
    return failure();
  std::vector<Tensor> results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(frame[value]);
  return results;
}

Results Interpreter::evaluateFor(Operation *op, Frame &frame) {
  auto forOp = cast<ForOp>(op);
  Block &block = forOp.getBody().front();
  std::vector<Tensor> carried;
  for (Value init : forOp.getInits())
    carried.push_back(frame[init]);
  int64_t trips = frame.index(forOp.getTrips());
  Type tripType = IntegerType::get(op->getContext(), 64);
  for (int64_t trip = 0; trip < trips; ++trip) {
    define(block.getArgument(0), Tensor::filled({}, tripType, Number::integral(trip)), frame);
    for (auto [argument, tensor] : llvm::zip(block.getArguments().drop_front(), carried))
      define(argument, std::move(tensor), frame);
    if (failed(runBlock(block, frame)))
      return failure();
    for (auto [tensor, value] : llvm::zip(carried, block.getTerminator()->getOperands()))
      tensor = frame[value];
  }
  return carried;
}

Results Interpreter::evaluateCall(Operation *op, Frame &frame) {
  auto callOp = cast<func::CallOp>(op);
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, callOp.getCalleeAttr());
  if (!callee)
    return op->emitError() << "no function named '" << callOp.getCallee() << "'";
  std::vector<Tensor> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(frame[operand]);
  return call(callee, inputs);
}

/// An event in the life of tensor objects. Their extents must be known: memory is laid out by them.
Results Interpreter::evaluateEvent(Operation *op, Frame &frame) {
  for (Value result : op->getResults())
    if (auto ref = dyn_cast<agt::RefType>(result.getType());
        ref && !ref.getTensor().hasStaticShape())
      return op->emitError("the interpreter needs to know the extents of tensor objects");
  if (auto view = dyn_cast<agt::ViewOp>(op); view && view.getStart())
    return op->emitError("the interpreter needs to know where a view begins");
  if (auto view = dyn_cast<agt::ViewOp>(op);
      view && llvm::is_contained({agt::ViewKind::AsReal, agt::ViewKind::AsComplex}, view.getKind()))
    return op->emitError("the interpreter has no memory in which a complex element is two");
  auto backward = dyn_cast<agt::BackwardOp>(op);
  auto grad = dyn_cast<agt::GradOp>(op);
  if ((backward && !backward.getCut().empty()) || (grad && !grad.getCut().empty()))
    return op->emitError("the interpreter's tape cannot be cut");
  llvm::Expected<std::vector<Tensor>> results = objects->play(op, frame);
  if (results)
    return std::move(*results);
  emit(results.takeError());
  return failure();
}

/// The C++ evaluation that a record names.
static Results evaluateRule(Operation *op, const Record &record, const Frame &frame) {
#define AGC_RULE(record_, function_)                                                               \
  if (record.name == #record_)                                                                     \
    return function_(op, frame);
#include "dialect/EvalRules.inc"
  return op->emitError() << "the interpreter does not know '" << record.name << "'";
}

Results Interpreter::evaluate(Operation *op, Frame &frame) {
  if (const Record *record = recordOf(op)) {
    switch (record->family) {
    case Family::Pointwise:
      return evalMap(op, frame);
    case Family::Reduce:
      return evalReduce(op, frame);
    case Family::ReduceIndex:
      return evalReduceIndex(op, frame);
    case Family::Scan:
      return evalScan(op, frame);
    case Family::Composite:
      return evaluateBody(op, frame);
    case Family::Primitive:
      return evaluateRule(op, *record, frame);
    }
  }
  if (isa<agt::AgtDialect>(op->getDialect()))
    return evaluateEvent(op, frame);
  return llvm::TypeSwitch<Operation *, Results>(op)
      .Case([&](LeafMarkOp mark) { return one(frame[mark.getSelf()]); })
      .Case([&](StopGradientOp stop) {
        Tensor result = frame[stop.getSelf()];
        for (Number &x : result.data)
          x = x.detached();
        return one(std::move(result));
      })
      .Case([&](StraightThroughOp op) {
        Tensor result = frame[op.getValue()];
        for (auto [x, path] : llvm::zip(result.data, frame[op.getPath()].data))
          x.origin = path.origin;
        return one(std::move(result));
      })
      .Case([&](CheckOp) { return Results(std::vector<Tensor>()); })
      .Case([&](GradOp) { return evalGrad(op, frame, tape); })
      .Case([&](JvpOp) { return evalJvp(op, frame, tape); })
      .Case([&](IfOp) { return evaluateIf(op, frame); })
      .Case([&](ForOp) { return evaluateFor(op, frame); })
      .Case([&](func::CallOp) { return evaluateCall(op, frame); })
      .Default([&](Operation *) { return evalHost(op, frame); });
}

} // namespace agc::interp
