// How each `agt` op becomes an event, and an expression of `ag` ops one autograd node.
#include "compiler/Analysis/Replay.h"
#include "compiler/Autodiff/Vjp.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

LogicalResult verifyObjectsAreLocal(func::FuncOp function) {
  auto isObject = [](Type type) { return isa<agt::RefType>(type); };
  if (llvm::any_of(function.getArgumentTypes(), isObject) ||
      llvm::any_of(function.getResultTypes(), isObject))
    return function.emitError() << "tensor objects cannot be arguments or results of a function; "
                                   "pass their values";
  WalkResult result = function.walk([&](Operation *op) {
    bool usesObjects =
        llvm::any_of(op->getOperandTypes(), isObject) || isa<agt::AgtDialect>(op->getDialect());
    if (!usesObjects || isa<agt::StateOp>(op))
      return WalkResult::advance();
    if (!isa<agt::AgtDialect>(op->getDialect()))
      op->emitError() << "'" << op->getName() << "' cannot take a tensor object";
    else if (op->getParentOp() != function || &function.front() != op->getBlock())
      op->emitError() << "tensor objects inside control flow are not supported yet";
    else
      return WalkResult::advance();
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

// ---------------------------------------------------------------- expressions

struct Replay::Expression {
  Value value;
  Operation *root = nullptr;    ///< the op that names the node; null where the value was only read
  bool rootIsValue = false;     ///< the object holds the root's result, with no cast behind it
  SmallVector<Operation *> ops; ///< `ag` ops, operands first
  /// The reads below, once per use, with the operand that uses it (none for the value itself).
  SmallVector<std::pair<agt::ReadOp, OpOperand *>> reads;
  /// How many reads stand before each number among the root's operands.
  SmallVector<size_t> numbers;
  llvm::DenseMap<Value, bool> carries;
};

static bool isPartOfExpression(Operation *op) {
  return op && isa<ag::AgDialect>(op->getDialect()) && !isa<ag::ConstantOp>(op);
}

/// Whether an op can only be part of another op's node.
static bool isTransparent(Operation *op) { return isa<ag::CastOp>(op); }

void Replay::collect(Value value, Expression &expression) {
  Operation *op = value.getDefiningOp();
  if (!isPartOfExpression(op) || llvm::is_contained(expression.ops, op))
    return;
  for (OpOperand &operand : op->getOpOperands()) {
    if (auto read = operand.get().getDefiningOp<agt::ReadOp>())
      expression.reads.emplace_back(read, &operand);
    else if (isPartOfExpression(operand.get().getDefiningOp()))
      collect(operand.get(), expression);
    else if (isa<ag::MapOp>(op) && isDifferentiable(operand.get().getType()))
      expression.numbers.push_back(expression.reads.size());
  }
  expression.ops.push_back(op);
}

Replay::Expression Replay::expressionOf(Value value) {
  Expression expression;
  expression.value = value;
  if (auto read = value.getDefiningOp<agt::ReadOp>())
    expression.reads.emplace_back(read, nullptr);
  collect(value, expression);
  if (expression.ops.empty())
    return expression;
  expression.root = expression.ops.back();
  while (isTransparent(expression.root) &&
         isPartOfExpression(expression.root->getOperand(0).getDefiningOp()))
    expression.root = expression.root->getOperand(0).getDefiningOp();
  expression.rootIsValue = expression.root == value.getDefiningOp();
  return expression;
}

bool Replay::carriesGradient(Value value, Expression &expression) {
  if (auto read = value.getDefiningOp<agt::ReadOp>())
    return isDifferentiable(value.getType()) && state.requiresGrad(objectOf(read.getSelf()));
  Operation *op = value.getDefiningOp();
  if (!isPartOfExpression(op) || !isDifferentiable(value.getType()))
    return false;
  if (auto it = expression.carries.find(value); it != expression.carries.end())
    return it->second;
  bool carries = llvm::any_of(llvm::seq<unsigned>(0, op->getNumOperands()), [&](unsigned i) {
    return connectsGradient(op, i) && carriesGradient(op->getOperand(i), expression);
  });
  return expression.carries[value] = carries;
}

/// What PyTorch says of an argument that has no derivative and requires grad; empty where none
/// does.
std::string Replay::refusalOf(Operation *op, Expression &expression) {
  const ag::Record *record = ag::recordOf(op);
  if (!record || record->gradKind != ag::GradKind::Rules)
    return "";
  for (const ag::WrtSpec &wrt : record->wrt) {
    unsigned operand = operandOf(*record, wrt.arg);
    if (!wrt.expr && operand < op->getNumOperands() &&
        carriesGradient(op->getOperand(operand), expression))
      return ("The function '" + record->name +
              "' is not differentiable with respect to argument '" + record->args[wrt.arg].name +
              "'. This input cannot have requires_grad True.")
          .str();
  }
  return "";
}

void Replay::addSaved(Operation *op, Expression &expression, Recording &recording,
                      const Object *written) {
  llvm::BitVector needs(op->getNumOperands());
  for (OpOperand &operand : op->getOpOperands())
    if (connectsGradient(op, operand.getOperandNumber()) &&
        carriesGradient(operand.get(), expression))
      needs.set(operand.getOperandNumber());
  if (needs.none())
    return;
  if (std::string why = whyNotDifferentiable(op, needs); !why.empty()) {
    const ag::Record *record = ag::recordOf(op);
    std::string name = record ? record->name.str() : nameOf(op);
    // PyTorch's words depend on whether its list of derivatives has the op at all.
    recording.notImplemented =
        record && record->node == "NotImplemented"
            ? "derivative for aten::" + name + (written ? "_" : "") + " is not implemented"
            : "the derivative for '" + name + "' is not implemented.";
    return;
  }
  SavedValues saved = savedBy(op, needs);
  for (unsigned i : saved.operands.set_bits()) {
    // What a cast read is kept in place of its result, as PyTorch keeps the operand itself.
    Value operand = op->getOperand(i);
    if (auto cast = operand.getDefiningOp<ag::CastOp>())
      operand = cast.getSelf();
    auto read = operand.getDefiningOp<agt::ReadOp>();
    Object *object = read ? objectOf(read.getSelf()) : nullptr;
    // An in-place op copies the self that it is about to overwrite.
    bool isSelf = object && object == written && !expression.reads.empty() &&
                  llvm::find_if(expression.reads, [&](auto &use) {
                    return objectOf(use.first.getSelf()) == written;
                  })->second == &op->getOpOperand(i);
    recording.savedInputs.push_back({isSelf ? nullptr : object, saved.smoothOperands[i]});
  }
  if (op == expression.root)
    recording.isSmooth = saved.smoothCotangents;
  if (saved.results.any()) {
    recording.savesResult |= op == expression.root && expression.rootIsValue;
    recording.resultIsSmooth |= saved.smoothResults.any();
    if (!recording.savesResult)
      recording.savedInputs.push_back({});
  }
}

Recording Replay::recordingOf(Location loc, Expression &expression, StringRef node,
                              Object *written) {
  Recording recording{loc, node.str(), {}, {}};
  bool selfSeen = false;
  for (auto [i, use] : llvm::enumerate(expression.reads)) {
    auto [read, operand] = use;
    recording.inputs.append(llvm::count(expression.numbers, i), nullptr);
    Object *object = objectOf(read.getSelf());
    if (object == written && !std::exchange(selfSeen, true))
      continue;
    if (operand && !(connectsGradient(operand->getOwner(), operand->getOperandNumber()) &&
                     isDifferentiable(operand->get().getType())))
      continue;
    recording.inputs.push_back(object);
  }
  recording.inputs.append(llvm::count(expression.numbers, expression.reads.size()), nullptr);
  for (Operation *op : expression.ops) {
    addSaved(op, expression, recording, written);
    if (recording.refused.empty())
      recording.refused = refusalOf(op, expression);
  }
  return recording;
}

// ---------------------------------------------------------------- names of nodes

/// The node of a value that became a new object.
static std::string nodeOfNew(agt::NewOp op, Operation *root) {
  if (std::optional<StringRef> node = op.getNode())
    return node->str();
  if (!root)
    return op.getValue().getDefiningOp<agt::ReadOp>() ? "CloneBackward0" : "";
  const ag::Record *record = ag::recordOf(root); // none: an op without a derivative
  return record ? record->node.str() : nameOf(root);
}

/// The node of an in-place op: its record's, or one of the forms that have none.
static std::string nodeOfWrite(agt::WriteOp op) {
  if (std::optional<StringRef> node = op.getNode())
    return node->str();
  StringRef fn = op.getFn().rtrim('_');
  if (fn == "copy")
    return "CopyBackwards";
  if (fn == "fill") // overloads for a number and for a tensor
    return op.getValue().getDefiningOp<ag::ConstantOp>() ? "FillBackward2" : "FillBackward3";
  if (const ag::Record *record = ag::lookupRecord(fn))
    return record->node.str();
  return llvm::convertToCamelFromSnakeCase(fn, /*capitalizeFirst=*/true) + "Backward0";
}

// ---------------------------------------------------------------- events

void Replay::forget(Operation *op) {
  nodes.erase(op);
  for (Value result : op->getResults())
    objects.erase(result);
}

Layout Replay::layoutOf(agt::NewOp op) {
  auto type = cast<RankedTensorType>(op.getValue().getType());
  Operation *maker = op.getValue().getDefiningOp();
  auto layoutOfOperand = [&](Value operand) {
    auto read = operand.getDefiningOp<agt::ReadOp>();
    if (auto cast = operand.getDefiningOp<ag::CastOp>())
      read = cast.getSelf().getDefiningOp<agt::ReadOp>();
    return read ? objectOf(read.getSelf())->layout
                : Layout::contiguous(ag::tensorType(operand).getShape());
  };
  if (op.getContiguous() || !maker)
    return Layout::contiguous(type.getShape());
  if (isa<agt::ReadOp>(maker))
    return cloneLayout(layoutOfOperand(op.getValue()));
  if (isa<ag::CastOp>(maker))
    return cloneLayout(layoutOfOperand(maker->getOperand(0)));
  if (!isa<ag::MapOp>(maker))
    return Layout::contiguous(type.getShape());
  SmallVector<Layout> layouts = llvm::map_to_vector(maker->getOperands(), layoutOfOperand);
  SmallVector<const Layout *> operands;
  for (const Layout &layout : layouts)
    if (!layout.sizes.empty()) // numbers do not decide
      operands.push_back(&layout);
  return pointwiseLayout(operands, type.getShape());
}

SmallVector<Object *> Replay::objectsOf(ValueRange refs) const {
  return llvm::map_to_vector(refs, [&](Value ref) { return objectOf(ref); });
}

Error Replay::visit(agt::LeafOp op) {
  Expected<Object *> leaf = state.newLeaf(op.getLoc(), agt::tensorOf(op.getResult()),
                                          op.getRequiresGrad(), op.getName().value_or(""));
  if (!leaf)
    return leaf.takeError();
  objects[op.getResult()] = *leaf;
  return Error::success();
}

Error Replay::visit(agt::NewOp op) {
  Expression expression = expressionOf(op.getValue());
  Operation *root = expression.root;
  Node *node = root ? nodes.lookup(root) : nullptr;
  bool savesResult = false, resultIsSmooth = false;
  if (!node) {
    Recording recording =
        recordingOf(op.getLoc(), expression, nodeOfNew(op, root), /*written=*/nullptr);
    SmallVector<Type> types(1, op.getValue().getType());
    if (root && expression.rootIsValue)
      types.assign(root->result_type_begin(), root->result_type_end());
    Expected<Node *> recorded = state.record(recording, types);
    if (!recorded)
      return recorded.takeError();
    node = *recorded;
    savesResult = recording.savesResult;
    resultIsSmooth = recording.resultIsSmooth;
    if (root && node)
      nodes[root] = node;
  }
  unsigned index = expression.rootIsValue ? cast<OpResult>(op.getValue()).getResultNumber() : 0;
  Object *result =
      state.newResult(op.getLoc(), agt::tensorOf(op.getResult()), layoutOf(op), node, index);
  if (node && savesResult)
    state.saveResult(node, result, resultIsSmooth);
  objects[op.getResult()] = result;
  return Error::success();
}

/// Whether a write copies an object to the very places it lies in: PyTorch then does nothing.
bool Replay::copiesToItself(const Expression &expression, const Object *self) const {
  if (expression.root || expression.reads.size() != 1)
    return false;
  const Object *other = objectOf(agt::ReadOp(expression.reads.front().first).getSelf());
  const Layout &from = other->layout, &to = self->layout;
  return other->storage == self->storage && from.sizes == to.sizes && from.strides == to.strides &&
         from.offset == to.offset;
}

Error Replay::visit(agt::WriteOp op) {
  Object *self = objectOf(op.getSelf());
  Expression expression = expressionOf(op.getValue());
  Recording recording = recordingOf(op.getLoc(), expression, nodeOfWrite(op), self);
  auto constant = op.getValue().getDefiningOp<ag::ConstantOp>();
  if (!expression.root || isa<ag::MapOp>(expression.root))
    for (auto &[read, operand] : expression.reads)
      recording.elementwise.push_back(objectOf(read.getSelf()));
  bool isFill = constant && (op.getFn() == "zero_" || op.getFn() == "fill_");
  recording.mayMeetTwice = isFill || copiesToItself(expression, self);
  return state.write(self, recording);
}

Error Replay::visit(agt::ViewOp op) {
  SmallVector<RankedTensorType> types =
      llvm::map_to_vector(op.getResults(), [](Value ref) { return agt::tensorOf(ref); });
  Expected<SmallVector<Object *>> made =
      state.view(op.getLoc(), objectOf(op.getSelf()), op.getView(), types);
  if (!made)
    return made.takeError();
  for (auto [ref, object] : llvm::zip(op.getResults(), *made))
    objects[ref] = object;
  return Error::success();
}

Error Replay::visit(agt::GradModeOp op) {
  if (std::optional<agt::GradMode> mode = op.getMode())
    state.pushGradMode(*mode == agt::GradMode::EnableGrad);
  else
    state.popGradMode();
  return Error::success();
}

Error Replay::visit(agt::GradGetOp op) {
  Object *self = objectOf(op.getSelf());
  if (self->grad) {
    objects[op.getResult()] = self->grad;
    return Error::success();
  }
  AutogradError error(ErrorNumber::EmptyGrad, op.getLoc(),
                      "the gradient slot is empty here: no backward has reached this tensor");
  error.notes.push_back({self->loc, "made here"});
  return llvm::make_error<AutogradError>(std::move(error));
}

BackwardCall Replay::callOf(Operation *op, ValueRange roots, ValueRange seeds,
                            ArrayRef<int64_t> seeded, bool retainGraph, bool createGraph) {
  BackwardCall call{op->getLoc(), objectsOf(roots), {}, retainGraph, createGraph};
  call.seeds.resize(roots.size());
  for (auto [seed, root] : llvm::zip(seeds, seeded))
    call.seeds[root] = objectOf(seed);
  return call;
}

Error Replay::visit(agt::BackwardOp op) {
  BackwardCall call = callOf(op, op.getRoots(), op.getSeeds(), op.getSeeded(), op.getRetainGraph(),
                             op.getCreateGraph());
  Expected<BackwardResult> result = state.backward(call, objectsOf(op.getInputs()));
  if (!result)
    return result.takeError();
  backward = std::move(*result);
  return Error::success();
}

Error Replay::visit(agt::GradOp op) {
  BackwardCall call = callOf(op, op.getRoots(), op.getSeeds(), op.getSeeded(), op.getRetainGraph(),
                             op.getCreateGraph());
  call.allowUnused = op.getAllowUnused();
  Expected<BackwardResult> result = state.grad(call, objectsOf(op.getInputs()));
  if (!result)
    return result.takeError();
  backward = std::move(*result);
  for (auto [ref, object] : llvm::zip(op.getResults(), backward.gradients))
    objects[ref] = object;
  return Error::success();
}

Error Replay::visit(agt::QueryOp op) {
  Object *self = objectOf(op.getSelf());
  switch (op.getQuestion()) {
  case agt::Question::IsLeaf: {
    Expected<bool> leaf = state.isLeaf(self, op.getLoc());
    if (!leaf)
      return leaf.takeError();
    lastAnswer = *leaf;
    break;
  }
  case agt::Question::RequiresGrad:
    lastAnswer = state.requiresGrad(self);
    break;
  case agt::Question::RetainsGrad:
    lastAnswer = self->retainsGrad;
    break;
  case agt::Question::GradIsNone:
    lastAnswer = !self->grad;
    break;
  case agt::Question::IsView:
    lastAnswer = self->isView();
    break;
  case agt::Question::Version:
    lastAnswer = state.version(self);
    break;
  }
  return Error::success();
}

Error Replay::visit(agt::StateRefOp op) {
  Object *&object = states[op.getStateAttr().getAttr()];
  if (!object) {
    auto symbol = SymbolTable::lookupNearestSymbolFrom<agt::StateOp>(op, op.getStateAttr());
    Expected<Object *> leaf = state.newLeaf(symbol.getLoc(), agt::tensorOf(op.getResult()),
                                            symbol.getRequiresGrad(), op.getState());
    if (!leaf)
      return leaf.takeError();
    object = *leaf;
  }
  objects[op.getResult()] = object;
  return Error::success();
}

Error Replay::play(Operation *op) {
  Location loc = op->getLoc();
  auto self = [&] { return objectOf(op->getOperand(0)); };
  return llvm::TypeSwitch<Operation *, Error>(op)
      .Case<agt::LeafOp, agt::NewOp, agt::WriteOp, agt::ViewOp, agt::GradModeOp, agt::GradGetOp,
            agt::BackwardOp, agt::GradOp, agt::QueryOp, agt::StateRefOp>(
          [&](auto typed) { return visit(typed); })
      .Case([&](agt::DetachOp detach) {
        objects[detach.getResult()] = state.detach(loc, self());
        return Error::success();
      })
      .Case([&](agt::DataOp data) {
        objects[data.getResult()] = state.data(loc, self());
        return Error::success();
      })
      .Case([&](agt::DetachInPlaceOp) { return state.detachInPlace(loc, self()); })
      .Case(
          [&](agt::SetDataOp set) { return state.setData(loc, self(), objectOf(set.getOther())); })
      .Case(
          [&](agt::RequiresGradOp set) { return state.requiresGrad_(loc, self(), set.getValue()); })
      .Case([&](agt::SetRequiresGradOp set) {
        return state.setRequiresGrad(loc, self(), set.getValue());
      })
      .Case([&](agt::RetainGradOp) { return state.retainGrad(loc, self()); })
      .Case([&](agt::HookOp) { return state.registerHook(loc, self()); })
      .Case([&](agt::GradSetOp set) { return state.setGrad(loc, self(), objectOf(set.getGrad())); })
      .Case([&](agt::GradClearOp) {
        state.clearGrad(self());
        return Error::success();
      })
      .Default([](Operation *) { return Error::success(); });
}

} // namespace agc
