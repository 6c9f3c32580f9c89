// The events of autograd, one method each; errors and their order are PyTorch 2.13's.
#include "compiler/Analysis/AutogradState.h"
#include "compiler/Analysis/BackwardRun.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

/// Whether values of a type have gradients.
static bool isDifferentiable(RankedTensorType type) {
  return isa<FloatType, ComplexType>(type.getElementType());
}

// ---------------------------------------------------------------- making things

Error AutogradState::report(AutogradError error) {
  if (!sink)
    return llvm::make_error<AutogradError>(std::move(error));
  sink(error);
  return Error::success();
}

Node *AutogradState::newNode(Location loc, StringRef name) {
  nodes.push_back({name.str(), sequence++, loc, {}, {}, {}, nullptr, nullptr, true, std::nullopt});
  return &nodes.back();
}

Object *AutogradState::newObject(Location loc, RankedTensorType type, Layout layout) {
  storages.push_back({unsigned(storages.size())});
  counters.emplace_back();
  objects.push_back(
      {loc, "", type, std::move(layout), &storages.back(), &counters.back(), ViewStep()});
  return &objects.back();
}

Object *AutogradState::newAlias(Location loc, Object *self) {
  objects.push_back({loc, "", self->type, self->layout, self->storage, self->counter,
                     ViewStep{self, {agt::ViewKind::Alias, {}}}});
  return &objects.back();
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

Object *AutogradState::detach(Location loc, Object *self) { return newAlias(loc, self); }

Object *AutogradState::data(Location loc, Object *self) {
  Object *result = newAlias(loc, self);
  counters.emplace_back();
  result->counter = &counters.back();
  return result;
}

// ---------------------------------------------------------------- history

bool AutogradState::requiresGrad(const Object *self) const {
  return self->requiresGradFlag || self->gradFn || (self->isView() && requiresGrad(self->base));
}

bool AutogradState::anyRequiresGrad(ArrayRef<Object *> inputs) const {
  return isGradEnabled() &&
         llvm::any_of(inputs, [&](Object *input) { return input && requiresGrad(input); });
}

bool AutogradState::isHistoryStale(const Object *self) const {
  return self->isView() && (self->gradFn || requiresGrad(self->base)) &&
         self->gradFnVersion != version(self);
}

Expected<Node *> AutogradState::gradFn(Object *self, Location loc) {
  if (!isHistoryStale(self))
    return self->gradFn;
  // The history starts from the base anew.
  if (Error error = checkViewWritten(self, /*indirect=*/true, loc))
    return error;
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
          true};
}

Expected<Node *> AutogradState::newRecordedNode(const Recording &recording) {
  Node *node = newNode(recording.loc, recording.node);
  node->notImplemented = recording.notImplemented;
  for (Object *input : recording.inputs) {
    if (!input) {
      node->next.push_back({});
      continue;
    }
    Expected<Edge> edge = edgeOf(input, recording.loc);
    if (!edge)
      return edge.takeError();
    node->next.push_back(*edge);
  }
  node->isSmooth = recording.isSmooth;
  for (const Recording::Kept &input : recording.savedInputs) {
    node->saved.push_back(save(input.object, /*isOutput=*/false));
    node->saved.back().isSmooth = input.isSmooth;
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
  if (recording.node.empty() || !differentiable || !anyRequiresGrad(recording.inputs))
    return nullptr;
  return newRecordedNode(recording);
}

void AutogradState::saveResult(Node *node, Object *result, bool isSmooth) {
  node->saved.push_back(save(result, /*isOutput=*/true));
  node->saved.back().isSmooth = isSmooth;
}

Expected<SmallVector<Object *>> AutogradState::view(Location loc, Object *self,
                                                    const agt::View &view,
                                                    ArrayRef<RankedTensorType> results) {
  SmallVector<agt::Shape> shapes;
  for (RankedTensorType type : results)
    shapes.emplace_back(type.getShape());
  Expected<Node *> node = record({loc, view.node().str(), {self}, {}}, {self->type});
  if (!node)
    return node.takeError();
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
    result->base = self->isView() ? self->base : self;
    result->creation = !isGradEnabled()       ? CreationMeta::NoGrad
                       : view.isMultiOutput() ? CreationMeta::MultiOutput
                                              : CreationMeta::Default;
    if (result->creation == CreationMeta::Default && self->isView())
      result->creation = self->creation;
    result->gradFn = *node;
    result->output = *node ? i : 0;
    result->gradFnVersion = version(self);
    made.push_back(result);
  }
  return made;
}

// ---------------------------------------------------------------- writes

/// What PyTorch says of a view that must not be written.
static std::string viewWrittenText(const Object *self, bool indirect) {
  std::string modified = indirect ? "its base or another view of its base has been modified inplace"
                                  : "is being modified inplace";
  std::string output = self->gradFn ? "Output " + std::to_string(self->output) + " of " +
                                          nodeText(self->gradFn->name) + " is a view"
                                    : "A view was created in";
  std::string text;
  if (self->creation == CreationMeta::NoGrad || !self->gradFn)
    text = output + (self->gradFn ? " of a view which was created in" : "") + " no_grad mode and " +
           modified + " with grad mode enabled.";
  else
    text = output + " and " + modified + ".";
  if (self->creation == CreationMeta::MultiOutput)
    return text + " This view is the output of a function that returns multiple views. Such "
                  "functions do not allow the output views to be modified inplace. You should "
                  "replace the inplace operation by an out-of-place one.";
  return text + " Given that this use case is ambiguous and error-prone, it is forbidden. You can "
                "clarify your code by moving both the view and the inplace either both inside the "
                "no_grad block (if you don't want the inplace to be tracked) or both outside (if "
                "you want the inplace to be tracked).";
}

Error AutogradState::checkViewWritten(Object *self, bool indirect, Location loc) {
  if (self->creation == CreationMeta::Default)
    return Error::success();
  bool multi = self->creation == CreationMeta::MultiOutput;
  AutogradError error(multi ? ErrorNumber::MultiViewWritten : ErrorNumber::NoGradViewWritten, loc,
                      viewWrittenText(self, indirect));
  error.notes.push_back({self->loc, "the view is made here"});
  if (indirect && version(self) > 0)
    error.notes.push_back({self->counter->writes.back(), "written here"});
  if (Error stop = report(std::move(error)))
    return stop;
  self->creation = CreationMeta::Default; // reported once
  return Error::success();
}

Error AutogradState::checkInPlace(Object *self, bool requiresGradAtAll, Location loc) {
  if (!requiresGradAtAll)
    return Error::success();
  if (self->creation != CreationMeta::Default)
    return checkViewWritten(self, /*indirect=*/false, loc);
  if (self->isView()) {
    if (requiresGrad(self) && !self->base->gradFn) {
      AutogradError error(
          ErrorNumber::LeafViewWritten, loc,
          "a view of a leaf Variable that requires grad is being used in an in-place operation.");
      error.notes.push_back({self->loc, "the view is made here"});
      error.notes.push_back({self->base->loc, "of this leaf"});
      return report(std::move(error));
    }
  }
  if (!requiresGrad(self) || self->gradFn)
    return Error::success();
  AutogradError error(ErrorNumber::LeafWritten, loc,
                      "a leaf Variable that requires grad is being used in an in-place operation.");
  error.notes.push_back({self->loc, "the leaf is made here"});
  return report(std::move(error));
}

Error AutogradState::rebaseHistory(Object *self, Node *node, Location loc) {
  if (!self->isView()) {
    self->gradFn = node;
    self->output = 0;
    return Error::success();
  }
  Expected<Edge> base = edgeOf(self->base, loc);
  if (!base)
    return base.takeError();
  Node *copy = newNode(loc, "CopySlices");
  copy->inner = node;
  copy->next.push_back(*base);
  llvm::append_range(copy->next, llvm::drop_begin(node->next));
  self->base->gradFn = copy;
  self->base->output = 0;
  return gradFn(self, loc).takeError();
}

/// Whether an in-place op writes places twice, or reads what it has written already.
Error AutogradState::checkOwnOverlap(Object *self, Location loc) {
  if (!self->layout.overlapsItself())
    return Error::success();
  return report({ErrorNumber::OverlappingWrite, loc,
                 "unsupported operation: more than one element of the written-to tensor refers to "
                 "a single memory location. Please clone() the tensor before performing the "
                 "operation."});
}

Error AutogradState::checkOverlap(Object *self, const Recording &recording) {
  if (!recording.mayMeetTwice)
    if (Error error = checkOwnOverlap(self, recording.loc))
      return error;
  for (Object *input : recording.elementwise) {
    if (input == self || input->storage != self->storage ||
        !self->layout.overlapsPartially(input->layout))
      continue;
    AutogradError error(ErrorNumber::OverlappingWrite, recording.loc,
                        "unsupported operation: some elements of the input tensor and the "
                        "written-to tensor refer to a single memory location. Please clone() the "
                        "tensor before performing the operation.");
    error.notes.push_back({input->loc, "the input is made here"});
    return report(std::move(error));
  }
  return Error::success();
}

Error AutogradState::write(Object *self, const Recording &given) {
  Recording recording = given;
  recording.inputs.insert(recording.inputs.begin(), self);
  bool tracked = anyRequiresGrad(recording.inputs);
  if (Error error = checkInPlace(self, tracked, recording.loc))
    return error;
  if (Error error = checkArguments(recording))
    return error;
  Node *node = nullptr;
  if (tracked && isDifferentiable(self->type)) {
    Expected<Node *> made = newRecordedNode(recording);
    if (!made)
      return made.takeError();
    node = *made;
  }
  if (Error error = checkOverlap(self, recording))
    return error;
  ++self->storage->writes;
  ++self->counter->current;
  self->counter->writes.push_back(recording.loc);
  if (!node)
    return Error::success();
  if (Error error = rebaseHistory(self, node, recording.loc))
    return error;
  if (recording.savesResult) {
    saveResult(node, self, recording.resultIsSmooth);
    if (self->isView())
      node->saved.back().viewNode = self->gradFn;
  }
  return Error::success();
}

// ---------------------------------------------------------------- flags

Error AutogradState::detachInPlace(Location loc, Object *self) {
  if (self->isView()) {
    AutogradError error(
        ErrorNumber::DetachOfView, loc,
        "Can't detach views in-place. Use detach() instead. If you are using "
        "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, "
        "gradients are views of DDP buckets, and hence detach_() cannot be called on these "
        "gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
        "torch/optim/optimizer.py as the solution.");
    error.notes.push_back({self->loc, "the view is made here"});
    return report(std::move(error));
  }
  self->requiresGradFlag = false;
  self->gradFn = nullptr;
  self->output = 0;
  return Error::success();
}

Error AutogradState::setData(Location loc, Object *self, Object *other) {
  if (self->type.getElementType() != other->type.getElementType())
    return report({ErrorNumber::BadData, loc,
                   "Attempted to call `variable.set_data(tensor)`, but `variable` and `tensor` "
                   "have incompatible tensor type."});
  self->storage = other->storage;
  self->layout = other->layout;
  self->type = other->type;
  self->step = {other, {agt::ViewKind::Alias, {}}};
  return Error::success();
}

/// The text of the error on a flag of an object with history.
static std::string flagOfNonLeafText(bool value) {
  std::string text = "you can only change requires_grad flags of leaf variables.";
  return value ? text
               : text + " If you want to use a computed variable in a subgraph that doesn't "
                        "require differentiation use var_no_grad = var.detach().";
}

Error AutogradState::requiresGrad_(Location loc, Object *self, bool value) {
  if (self->gradFn && !value) {
    AutogradError error(ErrorNumber::FlagOfNonLeaf, loc, flagOfNonLeafText(value));
    error.notes.push_back({self->gradFn->loc, "computed here"});
    return report(std::move(error));
  }
  if (value && !isDifferentiable(self->type))
    return report({ErrorNumber::DtypeCannotRequireGrad, loc,
                   "only Tensors of floating point dtype can require gradients"});
  if (!self->gradFn)
    self->requiresGradFlag = value;
  return Error::success();
}

Error AutogradState::setRequiresGrad(Location loc, Object *self, bool value) {
  if (self->gradFn) {
    AutogradError error(ErrorNumber::FlagOfNonLeaf, loc, flagOfNonLeafText(value));
    error.notes.push_back({self->gradFn->loc, "computed here"});
    return report(std::move(error));
  }
  if (value && !isDifferentiable(self->type))
    return report({ErrorNumber::DtypeCannotRequireGrad, loc,
                   "only Tensors of floating point and complex dtype can require gradients"});
  self->requiresGradFlag = value;
  return Error::success();
}

Error AutogradState::retainGrad(Location loc, Object *self) {
  if (!requiresGrad(self)) {
    AutogradError error(ErrorNumber::RetainWithoutGrad, loc,
                        "can't retain_grad on Tensor that has requires_grad=False");
    error.notes.push_back({self->loc, "made here"});
    return report(std::move(error));
  }
  // PyTorch takes a view for a leaf here as long as nothing else asked for its history.
  if (!self->gradFn)
    return Error::success();
  if (Expected<Node *> node = gradFn(self, loc); !node)
    return node.takeError();
  if (!self->retainsGrad) {
    self->retainsGrad = true;
    retaining.push_back(self);
  }
  return Error::success();
}

Error AutogradState::registerHook(Location loc, Object *self) {
  if (requiresGrad(self))
    return Error::success();
  AutogradError error(ErrorNumber::HookWithoutGrad, loc,
                      "cannot register a hook on a tensor that doesn't require gradient");
  error.notes.push_back({self->loc, "made here"});
  return report(std::move(error));
}

// ---------------------------------------------------------------- gradients

Error AutogradState::setGrad(Location loc, Object *self, Object *grad) {
  auto bad = [&](std::string text) {
    return report({ErrorNumber::BadGradient, loc, std::move(text)});
  };
  if (self == grad)
    return bad("can't assign Variable as its own grad");
  Type selfType = self->type.getElementType(), gradType = grad->type.getElementType();
  if (selfType != gradType)
    return bad("attempting to assign a gradient with dtype '" + dtypeText(gradType).str() +
               "' to a tensor with dtype '" + dtypeText(selfType).str() +
               "'. Please ensure that the gradient and the tensor have the same dtype");
  if (failed(verifyCompatibleShape(self->type.getShape(), grad->type.getShape())))
    return bad("attempting to assign a gradient of size '" + shapeText(grad->type.getShape()) +
               "' to a tensor of size '" + shapeText(self->type.getShape()) +
               "'. Please ensure that the gradient and the tensor are the same size");
  self->grad = grad;
  return Error::success();
}

/// What is wrong with a root's seed, or its absence; null where nothing is.
static std::unique_ptr<AutogradError> checkSeed(const BackwardCall &call, unsigned i,
                                                bool requiresGrad) {
  Object *root = call.roots[i], *seed = call.seeds[i];
  std::string number = std::to_string(i);
  Type rootType = root->type.getElementType();
  auto error = [&](ErrorNumber kind, std::string text) {
    auto made = std::make_unique<AutogradError>(kind, call.loc, std::move(text));
    made->notes.push_back({root->loc, "made here"});
    return made;
  };
  if (!seed) {
    bool one = root->type.hasStaticShape() && root->type.getNumElements() == 1;
    if (!requiresGrad || (one && isa<FloatType>(rootType)))
      return nullptr;
    return error(ErrorNumber::NotScalar,
                 one ? "grad can be implicitly created only for real scalar outputs but got " +
                           dtypeText(rootType).str()
                     : "grad can be implicitly created only for scalar outputs");
  }
  if (failed(verifyCompatibleShape(root->type.getShape(), seed->type.getShape())))
    return error(ErrorNumber::SeedShape,
                 "Mismatch in shape: grad_output[" + number + "] has a shape of torch.Size(" +
                     shapeText(seed->type.getShape()) + ") and output[" + number +
                     "] has a shape of torch.Size(" + shapeText(root->type.getShape()) + ").");
  Type seedType = seed->type.getElementType();
  if (isa<ComplexType>(rootType) == isa<ComplexType>(seedType))
    return nullptr;
  return error(ErrorNumber::SeedComplex,
               "For complex Tensors, both grad_output and output are required to have the same "
               "dtype. Mismatch in dtype: grad_output[" +
                   number + "] has a dtype of " + dtypeText(seedType).str() + " and output[" +
                   number + "] has a dtype of " + dtypeText(rootType).str() + ".");
}

Expected<BackwardResult> AutogradState::runBackward(const BackwardCall &call,
                                                    ArrayRef<Object *> inputs, bool accumulates) {
  BackwardResult none;
  none.gradients.resize(accumulates ? 0 : inputs.size());
  for (unsigned i = 0; i < call.roots.size(); ++i)
    if (std::unique_ptr<AutogradError> error = checkSeed(call, i, requiresGrad(call.roots[i]))) {
      if (Error stop = report(std::move(*error)))
        return stop;
      return none;
    }
  return BackwardRun(*this, call, accumulates).run(inputs);
}

Expected<BackwardResult> AutogradState::backward(const BackwardCall &call,
                                                 ArrayRef<Object *> inputs) {
  return runBackward(call, inputs, /*accumulates=*/true);
}

Expected<BackwardResult> AutogradState::grad(const BackwardCall &call, ArrayRef<Object *> inputs) {
  return runBackward(call, inputs, /*accumulates=*/false);
}

} // namespace agc
