// What changes a tensor object: writes and flags; errors and their order are PyTorch 2.13's.
#include "compiler/Analysis/AutogradState.h"
#include "compiler/Autodiff/Vjp.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

/// What PyTorch calls the op that made an object: a custom Function by its class.
static std::string makerText(const Node *node) {
  StringRef name = node->name;
  if (node->kept && name.consume_back("Backward"))
    return name.str();
  return nodeText(name);
}

/// What PyTorch says of a view that must not be written.
static std::string viewWrittenText(const Object *self, bool indirect) {
  std::string modified = indirect ? "its base or another view of its base has been modified inplace"
                                  : "is being modified inplace";
  std::string output = self->gradFn ? "Output " + std::to_string(self->output) + " of " +
                                          makerText(self->gradFn) + " is a view"
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
  if (self->creation == CreationMeta::CustomFunction)
    return text + " This view was created inside a custom Function (or because an input was "
                  "returned as-is) and the autograd logic to handle view+inplace would override "
                  "the custom backward associated with the custom Function, leading to incorrect "
                  "gradients. This behavior is forbidden. You can fix this by cloning the output "
                  "of the custom Function.";
  return text + " Given that this use case is ambiguous and error-prone, it is forbidden. You can "
                "clarify your code by moving both the view and the inplace either both inside the "
                "no_grad block (if you don't want the inplace to be tracked) or both outside (if "
                "you want the inplace to be tracked).";
}

Error AutogradState::checkViewWritten(Object *self, bool indirect, Location loc) {
  if (self->creation == CreationMeta::Default)
    return Error::success();
  ErrorNumber number = self->creation == CreationMeta::NoGrad ? ErrorNumber::NoGradViewWritten
                       : self->creation == CreationMeta::MultiOutput
                           ? ErrorNumber::MultiViewWritten
                           : ErrorNumber::FunctionViewWritten;
  AutogradError error(number, loc, viewWrittenText(self, indirect));
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
  auto liesAcross = [&](Object *input) {
    return input != self && input->storage == self->storage &&
           self->layout.overlapsPartially(input->layout);
  };
  auto meets = [&](Object *input) {
    return input->storage == self->storage && self->layout.overlaps(input->layout);
  };
  const auto *across = llvm::find_if(recording.elementwise, liesAcross);
  const auto *met = llvm::find_if(recording.apart, meets);
  if (across == recording.elementwise.end() && met == recording.apart.end())
    return Error::success();
  AutogradError error(ErrorNumber::OverlappingWrite, recording.loc,
                      "unsupported operation: some elements of the input tensor and the "
                      "written-to tensor refer to a single memory location. Please clone() the "
                      "tensor before performing the operation.");
  Object *input = across == recording.elementwise.end() ? *met : *across;
  error.notes.push_back({input->loc, "the input is made here"});
  return report(std::move(error));
}

Error AutogradState::checkWrite(Object *self, ArrayRef<Object *> inputs, Location loc) {
  if (Error error = checkInference(
          self, loc,
          "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a "
          "clone to get a normal tensor before doing inplace update.See "
          "https://github.com/pytorch/rfcs/pull/17 for more details."))
    return error;
  uint64_t before = reported;
  if (Error error = checkInPlace(self, anyRequiresGrad(inputs), loc))
    return error;
  if (reported != before || (!self->shows && !self->looksAtShown()))
    return Error::success();
  AutogradError error(ErrorNumber::NotImplemented, loc,
                      "a write to what a custom Function returned as a view is not in agc yet: "
                      "write to what it is a view of, or to a clone");
  error.fix = {loc, "write to what it is a view of, or to a clone"};
  error.notes.push_back({self->loc, "the view is made here"});
  return report(std::move(error));
}

void AutogradState::countWrite(Object *self, Location loc) {
  oldestWritten = std::min(oldestWritten, self->storage->id);
  ++self->counter->current;
  self->counter->writes.push_back(loc);
}

void AutogradState::enterTransform(ArrayRef<Object *> given) {
  transforms.push_back({storageCount, llvm::map_to_vector(given, [](Object *object) {
                          return static_cast<const Storage *>(object->storage);
                        })});
}

Error AutogradState::checkCaptured(Object *self, const Recording &recording) {
  auto isCaptured = [&](const Transform &transform) {
    return self->storage->id < transform.storages &&
           !llvm::is_contained(transform.given, self->storage);
  };
  if (llvm::none_of(transforms, isCaptured))
    return Error::success();
  AutogradError error(
      ErrorNumber::CapturedWritten, recording.loc,
      "During a grad (vjp, jvp, grad, etc) transform, the function provided attempted to call "
      "in-place operation (aten::" +
          recording.written +
          ") that would mutate a captured Tensor. This is not supported; please rewrite the "
          "function being transformed to explicitly accept the mutated Tensor(s) as inputs.");
  error.notes.push_back({self->loc, "the tensor is made here"});
  return report(std::move(error));
}

Error AutogradState::write(Object *self, const Recording &given) {
  Recording recording = given;
  recording.inputs.insert(recording.inputs.begin(), self);
  recording.backward.places.insert(recording.backward.places.begin(), recording.placeOfSelf);
  bool tracked = anyRequiresGrad(recording.inputs);
  uint64_t before = reported;
  if (Error error = checkWrite(self, recording.inputs, recording.loc))
    return error;
  if (Error error = checkCaptured(self, recording))
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
  if (reported != before) // what the write would have done is no mistake of its own
    return Error::success();
  overwrite(self, recording.loc);
  if (!node)
    return Error::success();
  if (Error error = rebaseHistory(self, node, recording.loc))
    return error;
  if (recording.savedResults) {
    saveResult(node, self, 0);
    if (self->isView())
      node->saved.back().viewNode = self->gradFn;
  }
  return Error::success();
}

Error AutogradState::become(Location loc, Object *self, Object *view) {
  uint64_t before = reported;
  if (Error error = checkWrite(self, self, loc))
    return error;
  Object *old = newAlias(loc, self); // what the storage was made with, perhaps
  old->step = self->step;
  self->step = {old, view->step.view};
  self->type = view->type;
  self->layout = view->layout;
  if (reported != before)
    return Error::success();
  self->gradFn = view->gradFn;
  self->output = view->output;
  countWrite(self, loc);
  return Error::success();
}

// ---------------------------------------------------------------- flags

Error AutogradState::detachInPlace(Location loc, Object *self) {
  if (inference || self->isInference)
    return Error::success();
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
  if (self->retainsGrad && self->gradFn)
    self->retainedAt = {self->gradFn, self->output};
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
  if (self == other)
    return Error::success();
  // Where other is an alias of self, the way to what the storage was made with leads past self.
  for (Object *at = other; at; at = at->step.source) {
    if (at->step.source != self)
      continue;
    Object *old = newAlias(loc, self);
    old->step = self->step;
    at->step.source = old;
  }
  self->storage = other->storage;
  self->shows = nullptr;
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

static constexpr const char *kInferenceFlag =
    "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.";

Error AutogradState::requiresGrad_(Location loc, Object *self, bool value) {
  if (value)
    if (Error error = checkInference(self, loc, kInferenceFlag))
      return error;
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
  if (value)
    if (Error error = checkInference(self, loc, kInferenceFlag))
      return error;
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
    error.subject = self;
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
  error.subject = self;
  error.notes.push_back({self->loc, "made here"});
  return report(std::move(error));
}

} // namespace agc
