// PyTorch's words for types, shapes and autograd nodes.
#include "compiler/Analysis/Message.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/InterleavedRange.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace agc {

char AutogradError::ID = 0;

void emit(const AutogradError &error) {
  InFlightDiagnostic diagnostic = emitError(error.loc) << error.text;
  for (const Note &note : error.notes)
    diagnostic.attachNote(note.loc) << note.text;
}

std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os, [&](int64_t extent) {
    if (ShapedType::isDynamic(extent))
      os << '?';
    else
      os << extent;
  });
  os << ']';
  return text;
}

namespace {
/// The names of an element type.
struct TypeNames {
  StringRef dtype, tensor;
};
} // namespace

static TypeNames namesOf(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return complex.getElementType().isF32()
               ? TypeNames{"torch.complex64", "torch.ComplexFloatTensor"}
               : TypeNames{"torch.complex128", "torch.ComplexDoubleTensor"};
  if (type.isF16())
    return {"torch.float16", "torch.HalfTensor"};
  if (type.isBF16())
    return {"torch.bfloat16", "torch.BFloat16Tensor"};
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
