// PyTorch's words for types, shapes and autograd nodes.
#include "compiler/Analysis/Message.h"
#include "dialect/Refusals.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace agc {

char AutogradError::ID = 0;

static const char *const kFrozen = "write it inside 'with torch.no_grad():' where it is an update "
                                   "of a parameter; else compute a new tensor";

static const ErrorRule rules[] = {
    {ErrorNumber::LeafWritten, "leaf-written", kFrozen},
    {ErrorNumber::LeafViewWritten, "leaf-view-written", kFrozen},
    {ErrorNumber::NoGradViewWritten, "no-grad-view-written",
     "make the view and write it both inside no_grad, or both outside"},
    {ErrorNumber::MultiViewWritten, "multi-view-written",
     "write to an index of the tensor, x[i], instead of to one of several views"},
    {ErrorNumber::SavedOverwritten, "saved-overwritten",
     "compute a new tensor instead of overwriting the saved one"},
    {ErrorNumber::SavedDetached, "saved-detached",
     "use detach(), which gives a new tensor, instead of detach_()"},
    {ErrorNumber::BackwardTwice, "backward-twice",
     "pass retain_graph=True to the backward that comes first"},
    {ErrorNumber::NoGradFn, "no-grad-fn",
     "pass requires_grad=True where a tensor that this is computed from is made"},
    {ErrorNumber::NotScalar, "not-scalar",
     "reduce it first, as by .sum() or .mean(), or pass gradient= of the tensor's shape"},
    {ErrorNumber::SeedShape, "seed-shape", "pass a gradient of the output's shape"},
    {ErrorNumber::SeedComplex, "seed-complex", "pass a gradient of the output's dtype"},
    {ErrorNumber::InputDoesNotRequireGrad, "input-without-grad",
     "pass requires_grad=True where the input is made"},
    {ErrorNumber::InputUnused, "input-unused",
     "pass allow_unused=True, or take it out of the inputs"},
    {ErrorNumber::DtypeCannotRequireGrad, "dtype-without-grad",
     "use a floating point dtype, as by dtype=torch.float32"},
    {ErrorNumber::FlagOfNonLeaf, "flag-of-non-leaf",
     "use detach(), which gives a tensor without the history"},
    {ErrorNumber::DetachOfView, "detach-of-view", "use detach() instead of detach_()"},
    {ErrorNumber::RetainWithoutGrad, "retain-without-grad",
     "call requires_grad_() on what it is computed from, before it is computed"},
    {ErrorNumber::HookWithoutGrad, "hook-without-grad",
     "call requires_grad_() on the tensor, or on what it is computed from"},
    {ErrorNumber::NotImplemented, "not-differentiable",
     "detach() what enters the operation where no gradient should pass it"},
    {ErrorNumber::ArgumentNotDifferentiable, "argument-not-differentiable",
     "detach() the argument"},
    {ErrorNumber::BadGradient, "bad-gradient",
     "assign a gradient of the tensor's own shape and dtype"},
    {ErrorNumber::BadData, "bad-data", "convert the data to the tensor's dtype first"},
    {ErrorNumber::OverlappingWrite, "overlapping-write", "write to a clone() of it"},
    {ErrorNumber::ViewNeedsCopy, "view-needs-copy", "use reshape(), which copies where it must"},
    {ErrorNumber::EmptyGrad, "empty-grad", "call backward() before the gradient is read"},
    {ErrorNumber::LeafMoved, "leaf-moved", "write the leaf inside 'with torch.no_grad():'"},
    {ErrorNumber::InferenceTensor, "inference-tensor",
     "use torch.no_grad() where torch.inference_mode() is, or a clone() of the tensor"},
    {ErrorNumber::NumpyOfGrad, "numpy-of-grad", "write .detach().numpy()"},
    {ErrorNumber::FunctionViewWritten, "function-view-written",
     "write to a clone() of what the function returned"},
    {ErrorNumber::CapturedWritten, "captured-written",
     "compute a new tensor, and return it from the function"},
};

ArrayRef<ErrorRule> errorRules() { return rules; }

const ErrorRule &ruleOf(ErrorNumber number) {
  return *llvm::find_if(rules, [&](const ErrorRule &rule) { return rule.number == number; });
}

StringRef nameOf(WarningNumber number) {
  switch (number) {
  case WarningNumber::GradOfNonLeaf:
    return "grad-of-non-leaf";
  case WarningNumber::LeafRemade:
    return "leaf-remade";
  case WarningNumber::DetachedFlagged:
    return "detached-flagged";
  case WarningNumber::GradientsPileUp:
    return "gradients-pile-up";
  case WarningNumber::ParameterUnreached:
    return "parameter-unreached";
  case WarningNumber::SavedWrittenUnseen:
    return "saved-written-unseen";
  case WarningNumber::ItemFlagged:
    return "item-flagged";
  }
  llvm_unreachable("all numbers are covered");
}

void noteWrites(AutogradError &error, ArrayRef<Location> writes, int64_t version) {
  for (Location write : writes.drop_front(version))
    error.notes.push_back({write, "overwritten here"});
  error.fix = {writes[version], "compute a new tensor here instead of overwriting this one",
               /*isOutOfPlace=*/true};
}

Fix fixOfFreed(Location freedBy, Location again) {
  FileLineColLoc place = placeOf(freedBy);
  std::string text =
      "pass retain_graph=True" + (place ? " at line " + std::to_string(place.getLine()) : "");
  // Where it comes round, what it did to the parameters comes in between, too.
  if (freedBy == again)
    text = "detach() what is kept from the last time; where the graph is meant to go on, " + text;
  return {freedBy, std::move(text)};
}

Fix fixOf(const AutogradError &error) {
  return error.fix ? *error.fix : Fix{error.loc, ruleOf(error.number).fix.str()};
}

FileLineColLoc placeOf(Location loc) {
  FileLineColLoc place;
  loc->walk([&](Location part) {
    place = dyn_cast<FileLineColLoc>(part);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

void emit(const AutogradError &error) {
  InFlightDiagnostic diagnostic = emitError(error.loc) << error.text;
  for (const Note &note : error.notes)
    diagnostic.attachNote(note.loc) << note.text;
}

void emit(llvm::Error error) {
  llvm::handleAllErrors(std::move(error), [](const AutogradError &each) { emit(each); });
}

std::string shapeText(ArrayRef<int64_t> shape) { return ag::listOf(shape); }

namespace {
/// The names of an element type.
struct TypeNames {
  StringRef dtype, tensor;
};
} // namespace

static TypeNames namesOf(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return complex.getElementType().isF32() ? TypeNames{"torch.complex64", "CPUComplexFloatType"}
                                            : TypeNames{"torch.complex128", "CPUComplexDoubleType"};
  if (type.isF16())
    return {"torch.float16", "torch.HalfTensor"};
  if (type.isBF16())
    return {"torch.bfloat16", "CPUBFloat16Type"};
  if (type.isF32())
    return {"torch.float32", "torch.FloatTensor"};
  if (type.isF64())
    return {"torch.float64", "torch.DoubleTensor"};
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return {"torch.bool", "CPUBoolType"};
  case 8:
    return type.isUnsignedInteger() ? TypeNames{"torch.uint8", "torch.ByteTensor"}
                                    : TypeNames{"torch.int8", "torch.CharTensor"};
  case 16:
    return {"torch.int16", "torch.ShortTensor"};
  case 32:
    return {"torch.int32", "torch.IntTensor"};
  default:
    return {"torch.int64", "torch.LongTensor"};
  }
}

StringRef dtypeText(Type elementType) { return namesOf(elementType).dtype; }

StringRef tensorTypeText(Type elementType) { return namesOf(elementType).tensor; }

std::string nodeText(StringRef node) {
  auto [name, number] = node.split("Backward");
  // Nodes written by hand have no number behind `Backward`: CopySlices, CopyBackwards.
  if (name == node || number.empty() || !llvm::all_of(number, llvm::isDigit))
    return ("torch::autograd::" + node).str();
  return number == "0" ? name.str() : (name + number).str();
}

} // namespace agc
