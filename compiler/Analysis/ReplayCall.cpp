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
  known.isRecorded = !known.node.empty() && isDifferentiable(op->getResult(0).getType());
  known.connects = 0;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (connectsGradient(op, i) && isDifferentiable(op->getOperand(i).getType()))
      known.connects |= uint64_t(1) << i;
  return known;
}

/// What is common to the nodes of a form's calls of which the operands in `carry` carry a gradient.
const NodeForm &Replay::nodeFormOf(Operation *op, ArrayRef<Object *> operands, CallForm &form,
                                   uint64_t carry) {
  auto [it, isNew] = form.nodes.try_emplace(carry);
  NodeForm &known = it->second;
  if (!isNew)
    return known;
  Backward backward;
  for (auto [i, object] : llvm::enumerate(operands)) {
    if (!(form.connects >> i & 1) || !(object || form.countsNumbers))
      continue;
    known.edges.push_back(object ? int(i) : NodeForm::kNumber);
    backward.places.push_back(i);
  }
  known.edges.append(countAbsent(op), NodeForm::kNumber);
  llvm::BitVector needs(operands.size());
  for (unsigned i = 0; i < operands.size(); ++i)
    needs[i] = carry >> i & 1;
  const SavedValues &saved = savedByForm.of(op, needs);
  for (unsigned i : inOrderOfNames(op)) // a number is kept as one, which is no saved tensor
    if (saved.operands[i] && (operands[i] || !form.takesNumber))
      known.saved.push_back({i, saved.smoothOperands[i]});
  known.node = form.node;
  known.savesResult = saved.results[0];
  known.isSmoothByResult = saved.results[0] && saved.smoothResults[0];
  known.isSmooth = saved.smoothCotangents;
  known.isDefined = saved.isDefined;
  backward.vjp = saved.vjp;
  backward.carries = std::move(needs);
  known.backward = std::make_shared<const Backward>(std::move(backward));
  return known;
}

Expected<Object *> Replay::playCall(Operation *op, ArrayRef<Object *> operands, const void *formKey,
                                    StringAttr nodeName) {
  CallForm &form = formOf(op, formKey, nodeName);
  uint64_t carry = 0;
  SmallVector<const Layout *> layouts;
  bool isOfInference = true; // all that it takes
  for (auto [i, object] : llvm::enumerate(operands)) {
    layouts.push_back(object ? &object->layout : nullptr);
    isOfInference &= object ? object->isInference : !form.countsNumbers;
    if (object && form.connects >> i & 1 && state.requiresGrad(object))
      carry |= uint64_t(1) << i;
  }
  Node *node = nullptr;
  if (carry && form.isRecorded && !isOfInference && state.isRecording()) {
    Expected<Node *> made = state.record(op, nodeFormOf(op, operands, form, carry), operands);
    if (!made)
      return made.takeError();
    node = nodes[op] = *made;
  }
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Object *result =
      state.newResult(op->getLoc(), type, layoutOfResult(form.record, layouts, type), node, 0);
  if (node)
    state.saveResult(node, result, 0);
  return result;
}

} // namespace agc
