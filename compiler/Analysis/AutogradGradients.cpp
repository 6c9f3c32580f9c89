// Gradient slots, and what a backward is asked for; errors and their order are PyTorch 2.13's.
#include "compiler/Analysis/AutogradState.h"
#include "compiler/Analysis/BackwardRun.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

Error AutogradState::setGrad(Location loc, Object *self, Object *grad) {
  auto bad = [&](std::string text) {
    AutogradError error(ErrorNumber::BadGradient, loc, std::move(text));
    error.subject = self;
    return report(std::move(error));
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
                                                bool requiresGrad, bool unknownExtentsFit) {
  Object *root = call.roots[i], *seed = call.seeds[i];
  std::string number = std::to_string(i);
  Type rootType = root->type.getElementType();
  auto error = [&](ErrorNumber kind, std::string text) {
    auto made = std::make_unique<AutogradError>(kind, call.loc, std::move(text));
    made->notes.push_back({root->loc, "made here"});
    return made;
  };
  if (!seed) {
    bool one = llvm::all_of(root->type.getShape(), [&](int64_t extent) {
      return extent == 1 || (unknownExtentsFit && ShapedType::isDynamic(extent));
    });
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
  filled = false;
  passed.clear();
  for (unsigned i = 0; i < call.roots.size(); ++i)
    if (std::unique_ptr<AutogradError> error =
            checkSeed(call, i, requiresGrad(call.roots[i]), unknownExtentsFit)) {
      if (Error stop = report(std::move(*error)))
        return stop;
      BackwardCall followed = call;
      followed.retainGraph = true; // a backward that was refused frees nothing
      return BackwardRun(*this, followed, accumulates).run(inputs);
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
