// One node's backward: what it finds of what it saved, what it frees, and what stops it.
#include "compiler/Analysis/BackwardRun.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

Error BackwardRun::execute(Node *node) {
  refused = false;
  const Node *op = node->inner ? node->inner : node;
  if (!op->notImplemented.empty()) {
    AutogradError error(ErrorNumber::NotImplemented, call.loc, op->notImplemented);
    error.notes.push_back({node->loc, "the gradient passes this op"});
    return refuse(std::move(error));
  }
  if (node->freedBy && node->savesAnything()) {
    AutogradError error(
        ErrorNumber::BackwardTwice, call.loc,
        "Trying to backward through the graph a second time (or directly access saved tensors "
        "after they have already been freed). Saved intermediate values of the graph are freed "
        "when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
        "backward through the graph a second time or if you need to access saved tensors after "
        "calling backward.");
    error.notes.push_back({*node->freedBy, "freed by this backward"});
    error.notes.push_back({node->loc, "saved by this op"});
    error.fix = fixOfFreed(*node->freedBy, call.loc);
    return refuse(std::move(error));
  }
  if (Error error = unpack(node, node))
    return error;
  if (node->inner)
    if (Error error = unpack(node->inner, node->inner))
      return error;
  if (Error error = checkShapes(node))
    return error;
  if (!call.retainGraph && !call.createGraph) {
    if (!node->freedBy)
      freed.push_back(node);
    node->freedBy = call.loc;
  }
  return Error::success();
}

bool BackwardRun::asksFor(Edge edge) const {
  auto task = edge.node ? tasks.find(edge.node) : tasks.end();
  return task != tasks.end() && (task->second.wanted || task->second.captured);
}

/// Refuses a cotangent that PyTorch computes in another shape than its operand's.
Error BackwardRun::checkShapes(const Node *node) {
  const Node *op = node->inner ? node->inner : node;
  for (auto [i, edge] : llvm::enumerate(node->next)) {
    int place = op->backward().vjp ? op->backward().placeOf(i) : Backward::kUnknown;
    if (place < 0 || !asksFor(edge) || op->backward().vjp->misshapen[place].empty())
      continue;
    AutogradError error(ErrorNumber::NotImplemented, call.loc,
                        "Function " + op->name + " returned an invalid gradient at index " +
                            std::to_string(i) + " - " + op->backward().vjp->misshapen[place]);
    error.notes.push_back({node->loc, "the gradient passes this op"});
    return refuse(std::move(error));
  }
  return Error::success();
}

Error BackwardRun::unpack(Node *node, Node *owner) {
  for (const Saved &saved : node->saved)
    if (saved.object && !refused)
      if (Error error = unpack(saved, owner))
        return error;
  return Error::success();
}

Error BackwardRun::unpack(const Saved &saved, Node *owner) {
  // A result is kept with the storage that it had, an input as the object that it is.
  bool isOther = saved.object->storage != saved.storage && (!saved.isOutput || saved.wasLeaf);
  int64_t writes = saved.storage->writes - saved.writes;
  if (saved.isSource) {
    if (isOther || writes != saved.counter->current - saved.version)
      result.stale.emplace_back(owner, saved);
    return Error::success();
  }
  // A written view's node is referred to weakly: once the view has another one, it is gone.
  bool stands = saved.viewNode && saved.object->gradFn == saved.viewNode;
  Node *named = stands ? saved.viewNode : saved.isOutput ? owner : nullptr;
  if (!named) {
    Expected<Node *> current = state.gradFn(saved.object, call.loc);
    if (!current)
      return current.takeError();
    named = *current;
  }
  if (!named && !saved.wasLeaf) {
    AutogradError error(ErrorNumber::SavedDetached, call.loc,
                        "Trying to use a saved tensor that has been detached in-place, i.e. with "
                        ".detach_().This is not supported, please use out-of-place `.detach()` "
                        "instead");
    error.notes.push_back({owner->loc, "saved by this op"});
    error.subject = saved.object;
    return refuse(std::move(error));
  }
  if (saved.counter->current != saved.version)
    return savedOverwritten(saved, owner, named);
  if (writes || isOther)
    result.stale.emplace_back(owner, saved);
  return Error::success();
}

Error BackwardRun::savedOverwritten(const Saved &saved, Node *node, Node *named) {
  std::string text = "one of the variables needed for gradient computation has been modified by an "
                     "inplace operation: [" +
                     tensorTypeText(saved.type.getElementType()).str() + " " +
                     shapeText(saved.type.getShape()) + "]";
  if (named)
    text += ", which is output " + std::to_string(saved.isOutput ? saved.object->output : 0) +
            " of " + nodeText(named->name) + ",";
  text += " is at version " + std::to_string(saved.counter->current) + "; expected version " +
          std::to_string(saved.version) +
          " instead. Hint: enable anomaly detection to find the operation that failed to compute "
          "its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).";
  AutogradError error(ErrorNumber::SavedOverwritten, call.loc, std::move(text));
  error.notes.push_back({node->loc, "saved for backward by this op"});
  noteWrites(error, saved.counter->writes, saved.version);
  const Object *written = saved.object->isView() ? saved.object->base : saved.object;
  if (written->requiresGradFlag && !written->gradFn) // an optimizer's step, as a rule
    error.fix = {error.fix->loc, "update this leaf after the backward, or compute what that begins "
                                 "at anew"};
  return refuse(std::move(error));
}

} // namespace agc
