// NativeModule: agc's object in memory, called through the uniform entry; tensors as bytes and
// back.
#include "test/CodeGen/NativeModule.h"
#include "compiler/CodeGen/Compile.h"
#include "compiler/Session/Jit.h"
#include "runtime/include/agc/agc.h"
#include <cstring>

using namespace mlir;
using agc::interp::Number;
using agc::interp::Tensor;
using agc::session::Buffer;
using llvm::Expected;

namespace agc::test {
namespace {

// ---------------------------------------------------------------- numbers as bytes

/// A bool is one byte.
uint64_t bytesOf(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return 2 * bytesOf(complex.getElementType());
  return std::max(1u, type.getIntOrFloatBitWidth() / 8);
}

void storeReal(double value, FloatType type, char *bytes) {
  llvm::APFloat number(value);
  bool lost;
  number.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &lost);
  uint64_t bits = number.bitcastToAPInt().getZExtValue();
  std::memcpy(bytes, &bits, bytesOf(type));
}

double loadReal(FloatType type, const char *bytes) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes, bytesOf(type));
  llvm::APFloat number(type.getFloatSemantics(), llvm::APInt(type.getWidth(), bits));
  bool lost;
  number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &lost);
  return number.convertToDouble();
}

void store(const Number &x, Type type, char *bytes) {
  if (auto complex = dyn_cast<ComplexType>(type)) {
    auto part = cast<FloatType>(complex.getElementType());
    storeReal(x.value.real(), part, bytes);
    storeReal(x.value.imag(), part, bytes + bytesOf(part));
  } else if (auto real = dyn_cast<FloatType>(type)) {
    storeReal(x.toReal(), real, bytes);
  } else {
    std::memcpy(bytes, &x.integer, bytesOf(type));
  }
}

Number load(Type type, const char *bytes) {
  if (auto complex = dyn_cast<ComplexType>(type)) {
    auto part = cast<FloatType>(complex.getElementType());
    return Number::complex({loadReal(part, bytes), loadReal(part, bytes + bytesOf(part))});
  }
  if (auto real = dyn_cast<FloatType>(type))
    return Number::real(loadReal(real, bytes));
  uint64_t bits = 0;
  std::memcpy(&bits, bytes, bytesOf(type));
  if (type.isInteger(1))
    return Number::boolean(bits);
  unsigned width = type.getIntOrFloatBitWidth();
  return Number::integral(type.isUnsignedInteger() ? int64_t(bits)
                                                   : llvm::SignExtend64(bits, width));
}

Buffer bufferOf(const Tensor &tensor) {
  uint64_t each = bytesOf(tensor.elementType);
  Buffer buffer = Buffer::allocate(each * tensor.data.size());
  for (auto [i, x] : llvm::enumerate(tensor.data))
    store(x, tensor.elementType, buffer.memory.get() + i * each);
  return buffer;
}

} // namespace

struct NativeModule::Impl {
  session::Jit jit;
  const agc_model_info *model = nullptr;
  SmallVector<std::pair<std::string, FunctionType>> functions; ///< as the program declares them
};

NativeModule::NativeModule(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
NativeModule::~NativeModule() = default;

std::unique_ptr<NativeModule> NativeModule::compile(ModuleOp module, unsigned optLevel) {
  auto impl = std::make_unique<Impl>();
  for (auto function : module.getOps<func::FuncOp>())
    impl->functions.emplace_back(function.getName(), function.getFunctionType());
  CompileOptions options;
  options.optLevel = optLevel;
  options.derivatives = {false, false, false};
  FailureOr<CompileResult> result = compileToObject(module, options);
  if (failed(result))
    return nullptr;
  Expected<const agc_model_info *> model = impl->jit.loadModel(result->output, options.model);
  if (!model) {
    llvm::errs() << "error: the object does not load: " << llvm::toString(model.takeError())
                 << '\n';
    return nullptr;
  }
  impl->model = *model;
  return std::unique_ptr<NativeModule>(new NativeModule(std::move(impl)));
}

Expected<std::vector<Tensor>> NativeModule::call(StringRef name, ArrayRef<Tensor> inputs) {
  auto declared = llvm::find_if(impl->functions, [&](auto &entry) { return entry.first == name; });
  const agc_function_info *function = agc_model_function(impl->model, name.str().c_str());
  if (!function || declared == impl->functions.end())
    return llvm::createStringError("the object has no function '" + name + "'");
  SmallVector<Buffer> in = llvm::map_to_vector(inputs, bufferOf);
  std::vector<Buffer> out;
  std::vector<Tensor> results;
  for (Type type : declared->second.getResults()) {
    auto shaped = cast<RankedTensorType>(type);
    if (!shaped.hasStaticShape())
      return llvm::createStringError("'" + name + "' finds how many elements its result has");
    results.push_back(Tensor::filled(shaped.getShape(), shaped.getElementType()));
  }
  std::vector<int64_t> counts;
  if (auto failure = session::Compiled(function).call(in, {}, out, counts))
    return llvm::createStringError(failure->text + " [" +
                                   agc_status_name(agc_status(failure->status)) + "]");
  for (auto [result, buffer] : llvm::zip_equal(results, out))
    for (auto [i, x] : llvm::enumerate(result.data))
      x = load(result.elementType, buffer.memory.get() + i * bytesOf(result.elementType));
  return results;
}

} // namespace agc::test
