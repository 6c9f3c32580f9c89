// Calls, writes and views of which all is known when they come: they need no events.
#include "compiler/Autodiff/KeepChecks.h"
#include "compiler/Session/Live.h"
#include "dialect/Record.h"

using namespace mlir;

namespace agc::session {

/// Whether all that is to be known of a call is known of its form.
bool Live::isDirect(const trace::CallForm &form) {
  auto [it, isNew] = direct.try_emplace(&form);
  if (isNew) {
    Operation *op = *form.model;
    bool isCall = !form.casts && Replay::isCall(op);
    const ag::Record *record = isCall ? ag::recordOf(op) : nullptr;
    it->second =
        record && !canFail(*record, op) && ag::tensorType(op->getResult(0)).hasStaticShape();
  }
  return it->second;
}

/// The operands' objects, null for numbers. None where a call of them takes its events.
Live::Objects Live::objectsOf(const trace::CallForm &form, ArrayRef<const Operand *> operands) {
  if (!escapes.empty() || !isDirect(form))
    return {};
  Objects objects;
  for (const Operand *operand : operands) {
    if (operand->object &&
        (!holds(operand->object) || autograd.isHistoryStale(operand->object->known)))
      return {};
    objects.push_back(operand->object ? operand->object->known : nullptr);
  }
  return objects;
}

/// The op of such a call, without its events, which are counted.
Operation *Live::compute(const trace::CallForm &form, ArrayRef<const Operand *> operands,
                         ArrayRef<agc::Object *> objects, Where where) {
  unsigned count = 1 + llvm::count_if(objects, [](agc::Object *object) { return object; });
  stats.recorded += count;
  pending += count;
  eventBuilder.setInsertionPointToEnd(&live.getBlock());
  Location loc = location(where);
  SmallVector<Value> values;
  for (auto [operand, object] : llvm::zip(operands, objects))
    values.push_back(object ? *events.getValues().read(loc, object)
                            : number(loc, *operand->scalar, form.common));
  return form.repeat(builder, loc, values);
}

/// The op and its object at once. Most of a program's calls take this way.
Tensor Live::repeat(const trace::CallForm &form, ArrayRef<const Operand *> operands, Where where) {
  Objects objects = objectsOf(form, operands);
  if (objects.empty())
    return {};
  Operation *op = compute(form, operands, objects, where);
  llvm::Expected<agc::Object *> played = getReplay().playCall(op, objects, &form, form.node);
  if (!played)
    op->erase();
  agc::Object *object = expect(std::move(played), where);
  object->gradFn ? events.getValues().madeOfPath(object, op->getResult(0))
                 : events.getValues().made(object, op->getResult(0));
  return handleOf(object);
}

/// A write of memory that nothing else lies in, of which autograd records nothing: an optimizer's.
bool Live::repeatInPlace(const trace::CallForm &form, ArrayRef<const Operand *> operands,
                         Where where) {
  Objects objects = objectsOf(form, operands);
  if (objects.empty() || (*form.model)->getResult(0).getType() != objects.front()->type)
    return false;
  agc::Object *self = objects.front();
  bool isTracked = llvm::any_of(
      objects, [&](agc::Object *object) { return object && autograd.requiresGrad(object); });
  bool isBeside = llvm::all_of(llvm::drop_begin(objects), [&](agc::Object *object) {
    return !object || object == self || object->storage != self->storage;
  });
  if ((isTracked && autograd.isRecording()) || !isBeside || self->isView() || self->shows ||
      self->layout.overlapsItself() || autograd.isTransforming())
    return false;
  Operation *op = compute(form, operands, objects, where);
  autograd.overwrite(self, op->getLoc());
  events.getValues().written(op->getLoc(), self, op->getResult(0), {}, /*tracked=*/false);
  return true;
}

Tensor Live::repeat(const std::shared_ptr<trace::Object> &self, const agt::View &view,
                    RankedTensorType result, Where where) {
  if (!escapes.empty() || !holds(self) || autograd.isHistoryStale(self->known))
    return {};
  Location loc = location(where);
  agc::Object *object = expect(autograd.view(loc, self->known, view, result), where).front();
  eventBuilder.setInsertionPointToEnd(&live.getBlock());
  if (failed(events.getValues().viewed(loc, object, {object->step.view, result, {}, {}})))
    throw Error(where, "internal error: the history of a view is not known");
  ++stats.recorded;
  ++pending;
  return handleOf(object);
}

} // namespace agc::session
