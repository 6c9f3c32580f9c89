// Calls of one op on objects: what its form decides is found out once.
#include "compiler/Analysis/Replay.h"
#include "dialect/AgDialect.h"
#include "dialect/Record.h"

using namespace mlir;
using llvm::Expected;

namespace agc {

bool Replay::isCall(Operation *op) {
  const ag::Record *record = ag::recordOf(op);
  return record && record->gradKind != ag::GradKind::NotImplemented &&
         llvm::all_of(record->wrt, [](const ag::WrtSpec &wrt) { return bool(wrt.expr); }) &&
         !isa<ag::CastOp>(op) && op->getNumResults() == 1 && op->getNumOperands() < 64;
}

Replay::CallForm &Replay::formOf(Operation *op, const void *form, StringAttr node) {
  auto [it, isNew] = callForms.try_emplace(form);
  CallForm &known = it->second;
  if (!isNew)
    return known;
  known.node = node ? node.str() : ag::nodeOf(op).str();
  known.record = ag::recordOf(op);
  known.takesNumber = takesNumber(op, known.node);
  known.countsNumbers = isa<ag::MapOp>(op) && !known.takesNumber;
  known.connects.resize(op->getNumOperands());
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    known.connects[i] = connectsGradient(op, i) && isDifferentiable(op->getOperand(i).getType());
  known.absent = countAbsent(op);
  known.order = inOrderOfNames(op);
  return known;
}

/// The node of a call of which the operands in `carry` carry a gradient.
Expected<Node *> Replay::recordCall(Operation *op, ArrayRef<Object *> operands, CallForm &form,
                                    uint64_t carry, Recording &recording) {
  for (auto [i, object] : llvm::enumerate(operands))
    if (form.connects[i] && (object || form.countsNumbers)) {
      recording.inputs.push_back(object);
      recording.backward.places.push_back(i);
    }
  recording.inputs.append(form.absent, nullptr);
  recording.isOfInference = llvm::all_of(
      operands, [&](Object *object) { return object ? object->isInference : !form.countsNumbers; });
  const SavedValues *&saved = form.saved[carry];
  llvm::BitVector needs(operands.size());
  for (unsigned i = 0; i < operands.size(); ++i)
    needs[i] = carry >> i & 1;
  if (!saved)
    saved = &savedByForm.of(op, needs);
  recording.backward.vjp = saved->vjp;
  recording.backward.op = op;
  recording.backward.carries = std::move(needs);
  SavedValues kept = *saved;
  for (auto [i, object] : llvm::enumerate(operands))
    if (form.takesNumber && !object) // it is kept as a number, which is no saved tensor
      kept.operands.reset(i);
  keep(op, kept, form.order, [&](unsigned i) { return operands[i]; }, /*isResult=*/true, recording);
  recording.isSmooth = saved->smoothCotangents;
  recording.isDefined = saved->isDefined;
  Expected<Node *> node = state.record(recording, op->getResultTypes());
  if (node && *node)
    savers[op] = nodes[op] = *node;
  return node;
}

Expected<Object *> Replay::playCall(Operation *op, ArrayRef<Object *> operands, const void *formKey,
                                    StringAttr nodeName) {
  CallForm &form = formOf(op, formKey, nodeName);
  uint64_t carry = 0;
  SmallVector<const Layout *> layouts;
  for (auto [i, object] : llvm::enumerate(operands)) {
    layouts.push_back(object ? &object->layout : nullptr);
    if (form.connects[i] && object && state.requiresGrad(object))
      carry |= uint64_t(1) << i;
  }
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Layout layout = layoutOfResult(form.record, layouts, type.getShape());
  if (!carry || !state.isGradEnabled())
    return state.newResult(op->getLoc(), type, std::move(layout), nullptr, 0);
  Recording recording{op->getLoc(), form.node, {}, {}};
  Expected<Node *> node = recordCall(op, operands, form, carry, recording);
  if (!node)
    return node.takeError();
  Object *result = state.newResult(op->getLoc(), type, std::move(layout), *node, 0);
  if (*node)
    state.saveResult(*node, result, 0);
  return result;
}

} // namespace agc
