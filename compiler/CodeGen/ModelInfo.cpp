//===- ModelInfo.cpp - sizes, layout and hash of a model's description
//----------------------------===//
//
// The arithmetic on a ModelInfo that its emission, its header and the pipeline share.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/ModelInfo.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace agc {

uint64_t dtypeBytes(agc_dtype dtype) { return agc_dtype_bytes(dtype); }

uint32_t dtypeAlignment(agc_dtype dtype) {
  bool isComplex = dtype == AGC_C64 || dtype == AGC_C128;
  return dtypeBytes(dtype) / (isComplex ? 2 : 1);
}

static FailureOr<agc_dtype> integerDtype(IntegerType type) {
  bool isUnsigned = type.isUnsigned();
  switch (type.getWidth()) {
  case 1:
    return AGC_BOOL;
  case 8:
    return isUnsigned ? AGC_U8 : AGC_I8;
  case 16:
    return isUnsigned ? AGC_U16 : AGC_I16;
  case 32:
    return isUnsigned ? AGC_U32 : AGC_I32;
  case 64:
    return isUnsigned ? AGC_U64 : AGC_I64;
  }
  return failure();
}

FailureOr<agc_dtype> dtypeOf(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return integerDtype(integer);
  if (auto complex = dyn_cast<ComplexType>(type)) {
    if (complex.getElementType().isF32())
      return AGC_C64;
    if (complex.getElementType().isF64())
      return AGC_C128;
    return failure();
  }
  if (type.isF16())
    return AGC_F16;
  if (type.isBF16())
    return AGC_BF16;
  if (type.isF32())
    return AGC_F32;
  if (type.isF64())
    return AGC_F64;
  return failure();
}

/// What people read for the function's extent k, arguments first, then the derived ones.
static StringRef extentName(const FunctionInfo &function, uint64_t k) {
  if (k < function.extents.size())
    return function.extents[k].name;
  const DerivedExtent &derived = function.derived[k - function.extents.size()];
  return derived.text.empty() ? derived.name : derived.text;
}

std::string residualSymbol(const FunctionInfo &function) {
  if (function.residual < 0)
    return "";
  int64_t bytes = function.outputs[function.residual].extents.front();
  return bytes >= 0 ? "" : function.derived[-1 - bytes - function.extents.size()].symbol;
}

std::string printType(const FunctionInfo &function, const TensorInfo &tensor) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << agc_dtype_name(tensor.dtype) << '[';
  llvm::interleaveComma(tensor.extents, os, [&](int64_t extent) {
    if (extent >= 0)
      os << extent;
    else
      os << extentName(function, -1 - extent);
  });
  os << ']';
  return text;
}

std::string printType(const StateInfo &state) {
  return printType(FunctionInfo(), {state.name, state.dtype, state.extents, 0});
}

uint64_t bytesOf(const StateInfo &state) {
  uint64_t bytes = dtypeBytes(state.dtype);
  for (int64_t extent : state.extents)
    bytes *= extent;
  return bytes;
}

void layoutState(ModelInfo &model) {
  uint64_t offset = AGC_STATE_HEADER_BYTES;
  for (StateInfo &state : model.states) {
    state.offset = offset;
    offset = llvm::alignTo(offset + bytesOf(state), AGC_ALIGNMENT);
  }
}

uint64_t stateBytes(const ModelInfo &model) {
  if (model.states.empty())
    return 0;
  const StateInfo &last = model.states.back();
  return llvm::alignTo(last.offset + bytesOf(last), AGC_ALIGNMENT);
}

namespace {
/// FNV-1a: the hash goes into objects and headers, so it must be equal on every host.
class Hash {
public:
  Hash &operator<<(uint64_t value) {
    for (int i = 0; i < 8; ++i)
      addByte(value >> (8 * i));
    return *this;
  }
  Hash &operator<<(StringRef text) {
    *this << uint64_t(text.size());
    for (char c : text)
      addByte(c);
    return *this;
  }
  uint64_t get() const { return state; }

private:
  void addByte(uint8_t byte) { state = (state ^ byte) * 0x100000001b3; }
  uint64_t state = 0xcbf29ce484222325;
};
} // namespace

static void hashTensor(Hash &hash, const TensorInfo &tensor) {
  hash << tensor.name << tensor.dtype << tensor.alignment << tensor.count << tensor.extents.size();
  for (int64_t extent : tensor.extents)
    hash << extent;
}

static void hashFunction(Hash &hash, const FunctionInfo &function) {
  hash << function.name << function.usesState << function.extents.size();
  for (const ExtentInfo &extent : function.extents)
    hash << extent.name << extent.min << extent.max;
  hash << function.derived.size();
  for (const DerivedExtent &extent : function.derived)
    hash << extent.name;
  for (const auto *tensors : {&function.inputs, &function.outputs}) {
    hash << tensors->size();
    for (const TensorInfo &tensor : *tensors)
      hashTensor(hash, tensor);
  }
  bool isStatic = function.workspaceSymbol.empty();
  hash << isStatic << (isStatic ? function.workspaceBytes : 0);
}

uint64_t abiHash(const ModelInfo &model) {
  Hash hash;
  hash << AGC_VERSION << model.name << model.states.size();
  for (const StateInfo &state : model.states) {
    hash << state.name << state.dtype << state.offset << state.extents.size();
    for (int64_t extent : state.extents)
      hash << extent;
  }
  hash << model.functions.size();
  for (const FunctionInfo &function : model.functions)
    hashFunction(hash, function);
  return hash.get();
}

} // namespace agc
