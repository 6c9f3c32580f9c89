// How each event becomes values.
#include "compiler/Transforms/Functionalizer.h"
#include "dialect/RuleBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc {

LogicalResult Functionalizer::play(Operation *op) {
  if (llvm::Error error = replay.play(op)) {
    emit(std::move(error));
    return failure();
  }
  return success();
}

LogicalResult Functionalizer::read(agt::ReadOp op) {
  FailureOr<Value> value = values.read(op.getLoc(), objectOf(op.getSelf()));
  if (failed(value))
    return failure();
  values.readAs(op.getValue(), *value);
  reads[op.getValue()] = *value;
  return success();
}

Value Functionalizer::ownValueOf(Location loc, Value value) {
  auto it = reads.find(value);
  if (it == reads.end())
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  return see(b, loc, it->second, ViewUse{{agt::ViewKind::Alias, {}}, type, {}, {}});
}

LogicalResult Functionalizer::write(agt::WriteOp op) {
  Object *self = objectOf(op.getSelf());
  Object *owner = self->isView() ? self->base : self;
  FailureOr<Value> base = values.baseBeforeWrite(op.getLoc(), self);
  Node *before = owner->gradFn;
  if (failed(base) || failed(play(op)))
    return failure();
  bool tracked = owner->gradFn != before;
  if (tracked && self->isView() && !values.seesItsBase(self))
    return op.emitError() << "a write to a view whose base got other data is not supported yet";
  if (values.seesTwice(self))
    return op.emitError() << "a write to windows that overlap is not supported yet";
  Value value = tracked ? ownValueOf(op.getLoc(), op.getValue()) : valueOf(op.getValue());
  values.written(op.getLoc(), self, value, *base, tracked);
  return success();
}

LogicalResult Functionalizer::view(agt::ViewOp op) {
  if (failed(play(op)))
    return failure();
  SmallVector<Value> sizes(op.getSizes());
  for (Value result : op.getResults()) {
    Object *object = objectOf(result);
    ViewUse use{object->step.view, agt::tensorOf(result), sizes, op.getStart()};
    if (failed(values.viewed(op.getLoc(), object, std::move(use))))
      return failure();
  }
  return success();
}

LogicalResult Functionalizer::become(agt::BecomeOp op) {
  Object *self = objectOf(op.getSelf()), *view = objectOf(op.getView());
  bool isFollowed = autograd.canBecome(self, view);
  if (failed(play(op)))
    return failure();
  if (!isFollowed)
    return op.emitError() << "this view op in place is not supported yet where a gradient passes";
  values.became(self, view);
  return success();
}

/// The values of a backward's roots and seeds; an implicit seed is ones.
template <typename Op>
FailureOr<std::pair<SmallVector<Value>, SmallVector<Value>>> Functionalizer::seeds(Op op) {
  SmallVector<Value> roots, seeds(op.getRoots().size());
  for (Value root : op.getRoots()) {
    FailureOr<Value> value = values.read(op.getLoc(), objectOf(root));
    if (failed(value))
      return failure();
    roots.push_back(*value);
  }
  for (auto [seed, root] : llvm::zip(op.getSeeds(), op.getSeeded())) {
    FailureOr<Value> value = values.read(op.getLoc(), objectOf(seed));
    if (failed(value))
      return failure();
    seeds[root] = ag::castTo(b, op.getLoc(), *value, ag::tensorType(roots[root]).getElementType());
  }
  for (auto [root, seed] : llvm::zip(roots, seeds))
    if (!seed)
      seed = ag::fullLike(b, op.getLoc(), root, 1);
  return std::pair(roots, seeds);
}

/// Whether PyTorch's node saved apart what our rule computes again from what it saved.
static bool computesAgain(const Saved &saved) {
  const ag::Record *record = ag::recordOf(saved.op);
  return record && llvm::is_contained(record->saves, "apart");
}

/// What a tensor that was saved holds now, in the place of what it held; null where that is no
/// value of its op.
Value Functionalizer::presentOf(Location loc, const Node *node, const Saved &saved,
                                bool createGraph) {
  if (saved.isSource || !replay.isSavedAt(node, saved) || computesAgain(saved))
    return {};
  Value old = ag::GradOp::valueAt(saved.op, saved.place);
  if (saved.object->storage != saved.storage && saved.isOutput)
    return {};
  Value now = values.numbers(loc, saved.object);
  if (!now) // nobody holds what was written
    return {};
  if (ag::tensorType(now).getShape() != ag::tensorType(old).getShape())
    return {};
  now = ag::castTo(b, loc, now, ag::tensorType(old).getElementType());
  return createGraph && values.mayCarryGradient(old)
             ? Value(ag::StraightThroughOp::create(b, loc, old, now))
             : now;
}

/// Backward reads a saved tensor as it is by then, so that `ag.grad` is told where this differs
/// from what it was without autograd's notice.
template <typename Op>
FailureOr<SmallVector<Value>>
Functionalizer::takeGradients(Op op, const std::pair<Values, Values> &operands,
                              ArrayRef<Value> wrt) {
  if (wrt.empty())
    return Values();
  Location loc = op.getLoc();
  Values cut, stale, present;
  SmallVector<int64_t> places;
  for (Value ref : op.getCut()) {
    FailureOr<Value> place = values.origin(loc, objectOf(ref));
    if (failed(place))
      return failure();
    if (*place)
      cut.push_back(*place);
  }
  for (const auto &[node, saved] : replay.lastBackward().stale) {
    Value now = presentOf(loc, node, saved, op.getCreateGraph());
    if (!now)
      return refuseStale(op);
    stale.push_back(saved.op->getResult(0));
    present.push_back(now);
    places.push_back(saved.place);
  }
  auto grad =
      ag::GradOp::create(b, loc, TypeRange(ValueRange(wrt)), operands.first, operands.second, wrt,
                         cut, stale, present, places, op.getCreateGraph());
  return Values(grad.getGradients());
}

/// Says that there is no gradient; the slots hold what they held.
LogicalResult Functionalizer::refuseStale(Operation *op) {
  for (const Accumulation &accumulation : llvm::reverse(replay.lastBackward().accumulations))
    accumulation.object->grad = accumulation.old;
  InFlightDiagnostic diagnostic =
      op->emitError() << "backward reads a saved tensor that was written through .data; that is "
                         "not supported yet";
  for (const auto &[node, saved] : replay.lastBackward().stale)
    diagnostic.attachNote(node->loc) << "saved for backward by this op";
  return failure();
}

LogicalResult Functionalizer::backward(agt::BackwardOp op) {
  Location loc = op.getLoc();
  auto operands = seeds(op);
  if (failed(operands) || failed(play(op)))
    return failure();
  SmallVector<Value> wrt;
  if (failed(addAccumulated(loc, wrt)))
    return failure();
  FailureOr<Values> gradients = takeGradients(op, *operands, wrt);
  return failed(gradients) ? failure() : accumulate(loc, *gradients);
}

/// What the gradients that the last backward accumulates are taken by.
LogicalResult Functionalizer::addAccumulated(Location loc, SmallVectorImpl<Value> &wrt) {
  for (const Accumulation &accumulation : replay.lastBackward().accumulations) {
    Object *object = accumulation.object;
    FailureOr<Value> origin = accumulation.ofLeaf ? FailureOr<Value>(values.mark(loc, object))
                              : object->retainedAt.node
                                  ? FailureOr<Value>(values.keptOrigin(object))
                                  : values.retained(loc, object);
    if (failed(origin))
      return failure();
    wrt.push_back(*origin);
  }
  return success();
}

/// Puts gradients into the slots that the last backward filled.
LogicalResult Functionalizer::accumulate(Location loc, ArrayRef<Value> gradients) {
  for (auto [accumulation, gradient] : llvm::zip(replay.lastBackward().accumulations, gradients)) {
    auto sum = [&, gradient = gradient](Value old) {
      return ag::map(b, loc, "add", {old, gradient});
    };
    switch (accumulation.kind) {
    case Accumulation::Store:
      values.made(accumulation.grad, gradient);
      break;
    case Accumulation::AddInPlace:
      values.written(loc, accumulation.grad, sum(values.numbers(loc, accumulation.grad)), Value(),
                     /*tracked=*/false);
      break;
    case Accumulation::Replace: {
      FailureOr<Value> old = values.read(loc, accumulation.old);
      if (failed(old))
        return failure();
      values.made(accumulation.grad, sum(*old));
      break;
    }
    }
  }
  return success();
}

LogicalResult Functionalizer::grad(agt::GradOp op) {
  Location loc = op.getLoc();
  auto operands = seeds(op);
  SmallVector<Value> wrt;
  for (Value input : op.getInputs()) {
    FailureOr<Value> origin = values.origin(loc, objectOf(input));
    if (failed(origin))
      return failure();
    wrt.push_back(*origin);
  }
  if (failed(operands) || failed(play(op)))
    return failure();
  SmallVector<Value> used;
  SmallVector<Object *> objects;
  for (auto [result, value] : llvm::zip(op.getResults(), wrt)) {
    if (Object *object = objectOf(result)) {
      objects.push_back(object);
      used.push_back(value);
    } else if (!result.use_empty()) {
      return op.emitError() << "an input that the outputs do not depend on has no gradient, and "
                               "its result must not be used";
    }
  }
  if (failed(addAccumulated(loc, used))) // into objects that retain their gradient
    return failure();
  FailureOr<Values> gradients = takeGradients(op, *operands, used);
  if (failed(gradients))
    return failure();
  for (auto [object, gradient] : llvm::zip(objects, *gradients))
    values.made(object, gradient);
  return accumulate(loc, ArrayRef(*gradients).drop_front(objects.size()));
}

/// A state of the model, at its first use an argument of the function.
LogicalResult Functionalizer::state(agt::StateRefOp op) {
  bool known = replay.usedStates().count(op.getStateAttr().getAttr());
  if (failed(play(op)))
    return failure();
  if (known)
    return success();
  auto function = op->getParentOfType<func::FuncOp>();
  unsigned index = function.getNumArguments();
  DictionaryAttr attrs =
      b.getDictionaryAttr(b.getNamedAttr("agc.state", b.getStringAttr(op.getState())));
  if (failed(function.insertArgument(index, agt::tensorOf(op.getResult()), attrs, op.getLoc())))
    return failure();
  values.made(objectOf(op.getResult()), function.getArgument(index));
  return success();
}

LogicalResult Functionalizer::visit(Operation *op) {
  b.setInsertionPoint(op);
  if (auto write = dyn_cast<agt::WriteOp>(op))
    return this->write(write);
  if (auto view = dyn_cast<agt::ViewOp>(op))
    return this->view(view);
  if (auto become = dyn_cast<agt::BecomeOp>(op))
    return this->become(become);
  if (auto backward = dyn_cast<agt::BackwardOp>(op))
    return this->backward(backward);
  if (auto grad = dyn_cast<agt::GradOp>(op))
    return this->grad(grad);
  if (auto ref = dyn_cast<agt::StateRefOp>(op))
    return state(ref);
  if (isa<agt::HookOp>(op))
    return op->emitError() << "gradient hooks are not supported yet";
  if (auto detach = dyn_cast<agt::DetachInPlaceOp>(op))
    if (failed(values.keepOrigin(op->getLoc(), objectOf(detach.getSelf()))))
      return failure();
  if (failed(play(op)))
    return failure();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](agt::ReadOp read) { return this->read(read); })
      .Case<agt::LeafOp, agt::NewOp>([&](auto made) {
        Object *object = objectOf(made.getResult());
        Value value =
            object->gradFn ? ownValueOf(made.getLoc(), made.getValue()) : valueOf(made.getValue());
        values.made(object, value);
        return success();
      })
      .Case<agt::DetachOp, agt::DataOp>([&](auto alias) {
        values.aliased(objectOf(alias.getResult()), objectOf(alias.getSelf()));
        return success();
      })
      .Case([&](agt::EdgeOp edge) {
        return values.placed(edge.getLoc(), objectOf(edge.getResult()), objectOf(edge.getSelf()));
      })
      .Case([&](agt::SetDataOp set) {
        values.dataSet(objectOf(set.getSelf()), objectOf(set.getOther()));
        return success();
      })
      .Case([&](agt::QueryOp query) {
        query.replaceAllUsesWith(
            arith::ConstantOp::create(
                b, query.getLoc(), b.getIntegerAttr(query.getResult().getType(), replay.answer()))
                .getResult());
        return success();
      })
      .Default([](Operation *) { return success(); });
}

} // namespace agc
