// How each `agt` op becomes an event.
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

// ---------------------------------------------------------------- names of nodes

/// The node of a value that became a new object.
static std::string nodeOfNew(agt::NewOp op, Operation *root) {
  if (std::optional<StringRef> node = op.getNode())
    return node->str();
  if (!root)
    return op.getValue().getDefiningOp<agt::ReadOp>() ? "CloneBackward0" : "";
  return ag::recordOf(root) ? ag::nodeOf(root).str() : nameOf(root); // none: without a derivative
}

/// The node of an in-place op: its record's, or one of the forms that have none.
static std::string nodeOfWrite(agt::WriteOp op, Operation *root) {
  if (std::optional<StringRef> node = op.getNode())
    return node->str();
  StringRef fn = op.getFn().rtrim('_');
  if (fn == "copy")
    return "CopyBackwards";
  if (fn == "fill") // overloads for a number and for a tensor
    return isNumber(op.getValue()) ? "FillBackward2" : "FillBackward3";
  // What was computed may be a variant of the function, as div_floor is of div.
  const ag::Record *record = root ? ag::recordOf(root) : nullptr;
  if (!record || !record->name.starts_with(fn))
    record = ag::lookupRecord(fn);
  if (record)
    return record->nodeOf(ag::OverloadSpec::InPlace).str();
  return llvm::convertToCamelFromSnakeCase(fn, /*capitalizeFirst=*/true) + "Backward0";
}

// ---------------------------------------------------------------- events

void Replay::forget(Operation *op) {
  nodes.erase(op);
  savers.erase(op);
  for (Value result : op->getResults())
    objects.erase(result);
}

void Replay::collectGarbage() {
  backward = {};
  SmallVector<Object *> liveObjects = llvm::to_vector(llvm::make_second_range(objects));
  llvm::append_range(liveObjects, llvm::make_second_range(states));
  state.keepOnly(liveObjects, llvm::to_vector(llvm::make_second_range(nodes)));
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
  if (op.getLike())
    return cloneLayout(objectOf(op.getLike())->layout);
  if (op.getContiguous() || !maker)
    return Layout::contiguous(type.getShape());
  if (isa<agt::ReadOp>(maker))
    return cloneLayout(layoutOfOperand(op.getValue()));
  if (isa<ag::CastOp>(maker))
    return cloneLayout(layoutOfOperand(maker->getOperand(0)));
  SmallVector<std::optional<Layout>> layouts;
  for (Value operand : maker->getOperands()) // some are extents
    layouts.push_back(isa<RankedTensorType>(operand.getType())
                          ? std::optional(layoutOfOperand(operand))
                          : std::nullopt);
  SmallVector<const Layout *> operands;
  for (const std::optional<Layout> &layout : layouts)
    operands.push_back(layout ? &*layout : nullptr);
  return layoutOfResult(ag::recordOf(maker), operands, type);
}

Layout Replay::layoutOfResult(const ag::Record *record, ArrayRef<const Layout *> operands,
                              RankedTensorType type) {
  ArrayRef<int64_t> shape = type.getShape();
  if (record && record->isLaidOutByColumns() && shape.size() >= 2 && isDifferentiable(type))
    return Layout::byColumns(shape); // not so what tells of each matrix
  SmallVector<const Layout *> deciding;
  for (auto [i, operand] : llvm::enumerate(operands))
    if (operand && !operand->sizes.empty() && record && record->isLaidOutAs(i))
      deciding.push_back(operand); // numbers do not decide
  return shape.empty() || deciding.empty() ? Layout::contiguous(shape)
                                           : pointwiseLayout(deciding, shape);
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
    if (root && node) {
      nodes[root] = node;
      noteSavers(expression, node);
    }
  }
  unsigned index = expression.rootIsValue ? cast<OpResult>(op.getValue()).getResultNumber() : 0;
  Object *result =
      state.newResult(op.getLoc(), agt::tensorOf(op.getResult()), layoutOf(op), node, index);
  if (node)
    state.saveResult(node, result, index);
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

/// Whether an op writes to places that an operand tells.
static bool writesAtPlaces(Operation *op) {
  const ag::Record *record = ag::recordOf(op);
  return record && record->inplace && llvm::any_of(record->args, [](const ag::ArgSpec &arg) {
           return arg.isTensor() && arg.element == ag::ElementRule::Index;
         });
}

void Replay::addReadMeanwhile(agt::WriteOp op, const Expression &expression, Recording &recording) {
  // What fills is taken as a number before anything is written.
  bool isFilled = op.getFn() == "masked_fill_" || op.getFn() == "index_put_";
  bool atPlaces = llvm::any_of(expression.ops, writesAtPlaces);
  bool isElementwise = !expression.root || isa<ag::MapOp>(expression.root) || op.getFn() == "copy_";
  if (!atPlaces && !isElementwise)
    return;
  const Object *self = objectOf(op.getSelf());
  bool selfSeen = false;
  for (auto [read, operand] : expression.reads) {
    Object *object = objectOf(read.getSelf());
    if (isFilled && object->layout.numElements() == 1)
      continue;
    if (!atPlaces)
      recording.elementwise.push_back(object);
    else if (object != self || std::exchange(selfSeen, true))
      recording.apart.push_back(object);
  }
}

Error Replay::visit(agt::WriteOp op) {
  Object *self = objectOf(op.getSelf());
  Expression expression = expressionOf(op.getValue());
  Recording recording =
      recordingOf(op.getLoc(), expression, nodeOfWrite(op, expression.root), self);
  addReadMeanwhile(op, expression, recording);
  recording.written = op.getFn().str();
  bool isFill = isNumber(op.getValue()) && (op.getFn() == "zero_" || op.getFn() == "fill_");
  const ag::Record *record = expression.root ? ag::recordOf(expression.root) : nullptr;
  bool isIdempotent = record && record->idempotent && op.getFn().drop_back() == record->name;
  recording.mayMeetTwice = isFill || isIdempotent || copiesToItself(expression, self);
  const Object *owner = self->isView() ? self->base : self;
  const Node *before = owner->gradFn;
  if (Error error = state.write(self, recording))
    return error;
  if (const Node *node = owner->gradFn; node != before)
    noteSavers(expression, self->isView() ? node->inner : node);
  return Error::success();
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

Error Replay::visit(agt::BecomeOp op) {
  Object *self = objectOf(op.getSelf());
  objects[op.getResult()] = self;
  return state.become(op.getLoc(), self, objectOf(op.getView()));
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
                            ArrayRef<int64_t> seeded, ValueRange cut, bool retainGraph,
                            bool createGraph) {
  BackwardCall call{op->getLoc(), objectsOf(roots), {}, objectsOf(cut), retainGraph, createGraph};
  call.seeds.resize(roots.size());
  for (auto [seed, root] : llvm::zip(seeds, seeded))
    call.seeds[root] = objectOf(seed);
  return call;
}

Error Replay::visit(agt::BackwardOp op) {
  BackwardCall call = callOf(op, op.getRoots(), op.getSeeds(), op.getSeeded(), op.getCut(),
                             op.getRetainGraph(), op.getCreateGraph());
  call.isPartial = op.getPartial();
  Expected<BackwardResult> result = state.backward(call, objectsOf(op.getInputs()));
  if (!result)
    return result.takeError();
  backward = std::move(*result);
  return Error::success();
}

Error Replay::visit(agt::GradOp op) {
  BackwardCall call = callOf(op, op.getRoots(), op.getSeeds(), op.getSeeded(), op.getCut(),
                             op.getRetainGraph(), op.getCreateGraph());
  call.allowUnused = op.getAllowUnused();
  call.inner = op.getInner();
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
  for (Value operand : op->getOperands())
    if (isa<agt::RefType>(operand.getType()) && !objectOf(operand))
      return llvm::make_error<AutogradError>(
          ErrorNumber::EmptyGrad, loc,
          "the gradient is empty here: the outputs do not depend on this input");
  auto self = [&] { return objectOf(op->getOperand(0)); };
  return llvm::TypeSwitch<Operation *, Error>(op)
      .Case<agt::LeafOp, agt::NewOp, agt::WriteOp, agt::ViewOp, agt::BecomeOp, agt::GradModeOp,
            agt::GradGetOp, agt::BackwardOp, agt::GradOp, agt::QueryOp, agt::StateRefOp>(
          [&](auto typed) { return visit(typed); })
      .Case([&](agt::DetachOp detach) {
        objects[detach.getResult()] = state.detach(loc, self());
        return Error::success();
      })
      .Case([&](agt::DataOp data) {
        objects[data.getResult()] = state.data(loc, self());
        return Error::success();
      })
      .Case([&](agt::EdgeOp edge) -> Error {
        Expected<Object *> made = state.edge(loc, self());
        if (!made)
          return made.takeError();
        objects[edge.getResult()] = *made;
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
