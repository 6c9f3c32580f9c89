// What autograd knows of tensor objects, and how they are made; errors and their order are PyTorch
// 2.13's.
#include "compiler/Analysis/AutogradState.h"
#include "compiler/Autodiff/Vjp.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

// ---------------------------------------------------------------- making things

Error AutogradState::report(AutogradError error) {
  if (!sink)
    return llvm::make_error<AutogradError>(std::move(error));
  ++reported;
  sink(error);
  return Error::success();
}

Node *AutogradState::newNode(Location loc, StringRef name) {
  return nodes.add(name.str(), sequence++, loc);
}

Object *AutogradState::newObject(Location loc, RankedTensorType type, Layout &&layout) {
  Object *made = objects.add(loc, std::string(), type, std::move(layout),
                             storages.add(storageCount++), counters.add());
  made->isInference = inference;
  return made;
}

Object *AutogradState::newAlias(Location loc, Object *self) {
  Object *made = objects.add(loc, std::string(), self->type, self->layout, self->storage,
                             self->counter, ViewStep{self, {agt::ViewKind::Alias, {}}});
  made->isInference = self->isInference;
  return made;
}

Expected<Object *> AutogradState::newLeaf(Location loc, RankedTensorType type, bool requiresGrad,
                                          StringRef name) {
  if (requiresGrad && !isDifferentiable(type))
    if (Error error =
            report({ErrorNumber::DtypeCannotRequireGrad, loc,
                    "Only Tensors of floating point and complex dtype can require gradients"}))
      return error;
  Object *leaf = newObject(loc, type, Layout::contiguous(type.getShape()));
  leaf->requiresGradFlag = requiresGrad && isDifferentiable(type);
  leaf->name = name.str();
  return leaf;
}

Object *AutogradState::newResult(Location loc, RankedTensorType type, Layout layout, Node *node,
                                 unsigned index) {
  Object *result = newObject(loc, type, std::move(layout));
  if (isDifferentiable(type)) {
    result->gradFn = node;
    result->output = index;
  }
  return result;
}

Object *AutogradState::detach(Location loc, Object *self) {
  Object *source = self->shows ? self->shows : self;
  Object *result = newAlias(loc, source);
  if (source->looksAtShown())
    result->shows = source;
  return result;
}

Object *AutogradState::data(Location loc, Object *self) {
  Object *result = detach(loc, self);
  result->counter = counters.add();
  return result;
}

Expected<Object *> AutogradState::edge(Location loc, Object *self) {
  Expected<Edge> edge = edgeOf(self, loc);
  if (!edge)
    return edge.takeError();
  Object *result = newAlias(loc, self);
  result->gradFn = self->gradFn;
  result->output = self->output;
  result->requiresGradFlag = self->requiresGradFlag;
  result->accumulator = self->accumulator;
  return result;
}

// ---------------------------------------------------------------- history

bool AutogradState::requiresGrad(const Object *self) const {
  return self->requiresGradFlag || self->gradFn || (self->isView() && requiresGrad(self->base));
}

bool AutogradState::anyRequiresGrad(ArrayRef<Object *> inputs) const {
  return isRecording() &&
         llvm::any_of(inputs, [&](Object *input) { return input && requiresGrad(input); });
}

bool AutogradState::isHistoryStale(const Object *self) const {
  bool hasOne = self->shows || (self->isView() && (self->gradFn || requiresGrad(self->base)));
  return hasOne && self->gradFnVersion != version(self);
}

Expected<Node *> AutogradState::gradFn(Object *self, Location loc) {
  if (!isHistoryStale(self))
    return self->gradFn;
  // The history starts from the base anew.
  if (Error error = checkViewWritten(self, /*indirect=*/true, loc))
    return error;
  if (self->shows) // and that was reported
    return self->gradFn;
  Expected<Edge> edge = edgeOf(self->base, loc);
  if (!edge)
    return edge.takeError();
  self->gradFn = newNode(self->loc, "AsStridedBackward0");
  self->gradFn->next.push_back(*edge);
  self->output = 0;
  self->gradFnVersion = version(self);
  return self->gradFn;
}

Expected<bool> AutogradState::isLeaf(Object *self, Location loc) {
  Expected<Node *> node = gradFn(self, loc);
  if (!node)
    return node.takeError();
  return !*node;
}

Node *AutogradState::accumulatorOf(Object *self) {
  if (!self->accumulator && self->requiresGradFlag) {
    self->accumulator = newNode(self->loc, "AccumulateGrad");
    self->accumulator->leaf = self;
  }
  return self->requiresGradFlag ? self->accumulator : nullptr;
}

Expected<Edge> AutogradState::edgeOf(Object *self, Location loc) {
  Expected<Node *> node = gradFn(self, loc);
  if (!node)
    return node.takeError();
  return *node ? Edge{*node, self->output} : Edge{accumulatorOf(self), 0};
}

Error AutogradState::connect(Node *node, Object *input, Location loc) {
  Expected<Edge> edge = input ? edgeOf(input, loc) : Edge();
  if (!edge)
    return edge.takeError();
  node->next.push_back(*edge);
  return Error::success();
}

Saved AutogradState::save(Object *object, bool isOutput) const {
  if (!object)
    return {};
  return {object,
          object->counter,
          object->storage,
          version(object),
          object->storage->writes,
          isOutput,
          !object->gradFn,
          nullptr,
          true,
          object->type};
}

Saved &AutogradState::saveOperand(Node *node, Object *object, bool isSmooth, Operation *op,
                                  unsigned place) {
  Saved &saved = node->saved.emplace_back(save(object, /*isOutput=*/false));
  saved.isSmooth = isSmooth;
  saved.op = op;
  saved.place = place;
  return saved;
}

Error AutogradState::checkInference(Object *self, Location loc, StringRef text) {
  if (!self || !self->isInference || inference)
    return Error::success();
  AutogradError error(ErrorNumber::InferenceTensor, loc, text.str());
  error.notes.push_back({self->loc, "made in inference mode here"});
  return report(std::move(error));
}

Error AutogradState::checkSavedInference(Object *self, Location loc) {
  return checkInference(
      self, loc,
      "Inference tensors cannot be saved for backward. Please do not use Tensors created in "
      "inference mode in computation tracked by autograd. To work around this, you can make "
      "a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` "
      "instead of `torch.inference_mode()`.");
}

Expected<Node *> AutogradState::newRecordedNode(const Recording &recording) {
  for (const Recording::Kept &input : recording.savedInputs)
    if (Error error = checkSavedInference(input.object, recording.loc))
      return error;
  Node *node = newNode(recording.loc, recording.node);
  node->notImplemented = recording.notImplemented;
  for (Object *input : recording.inputs)
    if (Error error = connect(node, input, recording.loc))
      return error;
  node->isSmooth = recording.isSmooth;
  node->isDefined = recording.isDefined;
  node->savedResults = recording.savedResults;
  node->smoothResults = recording.smoothResults;
  node->op = recording.op;
  node->sharedBackward = std::make_shared<const Backward>(recording.backward);
  for (const Recording::Kept &input : recording.savedInputs) {
    Saved &saved = saveOperand(node, input.object, input.isSmooth, input.op, input.place);
    for (Object *source : input.sources) {
      Expected<Edge> edge = edgeOf(source, recording.loc);
      if (!edge)
        return edge.takeError();
      saved.history.push_back(*edge);
    }
  }
  return node;
}

Error AutogradState::checkArguments(const Recording &recording) {
  if (recording.refused.empty() || !isGradEnabled())
    return Error::success();
  return report({ErrorNumber::ArgumentNotDifferentiable, recording.loc, recording.refused});
}

Expected<Node *> AutogradState::record(const Recording &recording, TypeRange results) {
  if (Error error = checkArguments(recording))
    return error;
  bool differentiable = llvm::any_of(
      results, [](Type type) { return isDifferentiable(cast<RankedTensorType>(type)); });
  if (recording.node.empty() || recording.isOfInference || !differentiable ||
      !anyRequiresGrad(recording.inputs))
    return nullptr;
  Expected<Node *> node = newRecordedNode(recording);
  if (node)
    (*node)->numOutputs = results.size();
  return node;
}

Expected<Node *> AutogradState::record(Operation *call, const NodeForm &form,
                                       ArrayRef<Object *> operands) {
  Location loc = call->getLoc();
  for (auto [i, isSmooth] : form.saved)
    if (Error error = checkSavedInference(operands[i], loc))
      return error;
  Node *node = newNode(loc, form.node);
  for (int place : form.edges)
    if (Error error = connect(node, place == NodeForm::kNumber ? nullptr : operands[place], loc))
      return error;
  node->op = call;
  node->isSmooth = form.isSmooth;
  node->isDefined = form.isDefined;
  node->savedResults = form.savesResult;
  node->smoothResults = form.isSmoothByResult;
  node->sharedBackward = form.backward;
  for (auto [i, isSmooth] : form.saved)
    saveOperand(node, operands[i], isSmooth, call, i);
  return node;
}

void AutogradState::saveResult(Node *node, Object *result, unsigned index) {
  if (!(node->savedResults >> index & 1))
    return;
  // Positions have no history: what PyTorch keeps of them is as of an input.
  node->saved.push_back(save(result, /*isOutput=*/bool(result->gradFn)));
  Saved &saved = node->saved.back();
  saved.isSmooth = node->smoothResults >> index & 1;
  saved.op = node->op;
  saved.place = node->op ? node->op->getNumOperands() + index : 0;
  node->savedResults &= ~(1u << index); // once
}

void AutogradState::forgetSaved(Object *result, int64_t since) {
  SmallVector<Node *> work{result->gradFn};
  while (!work.empty()) {
    Node *node = work.pop_back_val();
    if (!node || node->sequence < since || std::exchange(node->savesNothing, true))
      continue;
    node->saved.clear();
    if (node->inner)
      node->inner->saved.clear();
    for (Edge edge : node->next)
      work.push_back(edge.node);
  }
}

/// How a view hands on what comes to it.
static Backward backwardOf(const agt::View &view, RankedTensorType self, RankedTensorType result) {
  Backward backward;
  bool mayDoNothing = view.kind == agt::ViewKind::Expand || view.kind == agt::ViewKind::Squeeze;
  bool handsOn = mayDoNothing && result.getShape() == self.getShape();
  if (view.passesCotangentOn() || handsOn)
    backward.places = {Backward::kItself};
  bool dropsDims = view.kind == agt::ViewKind::Expand && result.getRank() > self.getRank();
  if (!handsOn) // a sum's dims that were added are left out by a view of it, unless it is of all
    backward.node = !dropsDims       ? view.nodes().backward
                    : self.getRank() ? "ViewBackward0"
                                     : "SumBackward0";
  return backward;
}

Expected<SmallVector<Object *>> AutogradState::view(Location loc, Object *self,
                                                    const agt::View &view,
                                                    ArrayRef<RankedTensorType> results) {
  SmallVector<agt::Shape> shapes;
  for (RankedTensorType type : results)
    shapes.emplace_back(type.getShape());
  Recording recording{loc, view.nodes().forward.str(), {self}, {}};
  recording.isOfInference = self->isInference;
  Expected<Node *> node = record(recording, {self->type});
  if (!node)
    return node.takeError();
  if (*node) {
    (*node)->numOutputs = results.size();
    (*node)->sharedBackward = std::make_shared<const Backward>(
        backwardOf(view, self->type, results.empty() ? self->type : results.front()));
  }
  SmallVector<Object *> made;
  for (auto [i, type] : llvm::enumerate(results)) {
    agt::View step = view.ofResult(i, shapes);
    FailureOr<Layout> layout = viewLayout(self->layout, step, type.getShape());
    if (failed(layout)) {
      if (Error error = report({ErrorNumber::ViewNeedsCopy, loc,
                                "view size is not compatible with input tensor's size and stride "
                                "(at least one dimension spans across two contiguous subspaces). "
                                "Use .reshape(...) instead."}))
        return error;
      layout = Layout::contiguous(type.getShape());
    }
    Object *result = newAlias(loc, self);
    result->type = type;
    result->layout = *layout;
    result->step.view = step;
    if (!self->isInference) // of which no view is tracked
      result->base = self->isView() ? self->base : self;
    result->creation = !isGradEnabled()       ? CreationMeta::NoGrad
                       : view.isMultiOutput() ? CreationMeta::MultiOutput
                                              : CreationMeta::Default;
    if (result->creation == CreationMeta::Default)
      result->creation = self->creation;
    result->gradFn = *node;
    result->output = *node ? i : 0;
    result->gradFnVersion = version(self);
    made.push_back(result);
  }
  return made;
}

} // namespace agc
