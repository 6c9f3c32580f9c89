// NativeModule: agc's object in memory, LLVM's JIT linker to load it, the uniform entry to call it.
#include "test/CodeGen/NativeModule.h"
#include "compiler/CodeGen/Compile.h"
#include "runtime/include/agc/agc.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include <cstring>

using namespace mlir;
using agc::interp::Number;
using agc::interp::Tensor;
using llvm::Error;
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

/// Memory that begins where state and workspace may.
class Buffer {
public:
  explicit Buffer(uint64_t bytes)
      : memory(static_cast<char *>(std::aligned_alloc(
            AGC_ALIGNMENT,
            std::max<uint64_t>(llvm::alignTo(bytes, AGC_ALIGNMENT), AGC_ALIGNMENT)))),
        bytes(bytes) {}

  char *data() const { return memory.get(); }
  uint64_t size() const { return bytes; }

private:
  struct Free {
    void operator()(char *memory) const { std::free(memory); }
  };
  std::unique_ptr<char, Free> memory;
  uint64_t bytes;
};

Buffer bufferOf(const Tensor &tensor) {
  uint64_t each = bytesOf(tensor.elementType);
  Buffer buffer(each * tensor.data.size());
  for (auto [i, x] : llvm::enumerate(tensor.data))
    store(x, tensor.elementType, buffer.data() + i * each);
  return buffer;
}

// ---------------------------------------------------------------- loading

/// The runtime that objects import, and this process' libc and libm.
Error addSymbols(llvm::orc::LLJIT &jit) {
  llvm::orc::SymbolMap runtime;
  auto add = [&](StringRef name, auto *function) {
    runtime[jit.mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                                          llvm::JITSymbolFlags::Exported};
  };
  add("agc_fail", &agc_fail);
  add("agc_check_call", &agc_check_call);
  add("agc_state_init", &agc_state_init);
  add("agc_parallel_for", &agc_parallel_for);
  llvm::orc::JITDylib &library = jit.getMainJITDylib();
  if (Error error = library.define(llvm::orc::absoluteSymbols(std::move(runtime))))
    return error;
  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      jit.getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  library.addGenerator(std::move(*process));
  return Error::success();
}

} // namespace

struct NativeModule::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  const agc_model_info *model = nullptr;
  SmallVector<std::pair<std::string, FunctionType>> functions; ///< as the program declares them

  Error load(StringRef object) {
    auto made = llvm::orc::LLJITBuilder().create();
    if (!made)
      return made.takeError();
    jit = std::move(*made);
    if (Error error = addSymbols(*jit))
      return error;
    if (Error error = jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object)))
      return error;
    auto info = jit->lookup("model_info");
    if (!info)
      return info.takeError();
    model = info->toPtr<agc_info_function>()(AGC_VERSION);
    return Error::success();
  }
};

NativeModule::NativeModule(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
NativeModule::~NativeModule() = default;

std::unique_ptr<NativeModule> NativeModule::compile(ModuleOp module, unsigned optLevel) {
  static const bool once = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)once;
  auto impl = std::make_unique<Impl>();
  for (auto function : module.getOps<func::FuncOp>())
    impl->functions.emplace_back(function.getName(), function.getFunctionType());
  CompileOptions options;
  options.optLevel = optLevel;
  options.derivatives = {false, false, false};
  FailureOr<CompileResult> result = compileToObject(module, options);
  if (failed(result))
    return nullptr;
  if (Error error = impl->load(result->output)) {
    llvm::errs() << "error: the object does not load: " << llvm::toString(std::move(error)) << '\n';
    return nullptr;
  }
  return std::unique_ptr<NativeModule>(new NativeModule(std::move(impl)));
}

Expected<std::vector<Tensor>> NativeModule::call(StringRef name, ArrayRef<Tensor> inputs) {
  auto declared = llvm::find_if(impl->functions, [&](auto &entry) { return entry.first == name; });
  const agc_function_info *function = agc_model_function(impl->model, name.str().c_str());
  if (!function || declared == impl->functions.end())
    return llvm::createStringError("the object has no function '" + name + "'");
  std::vector<Buffer> buffers;
  std::vector<agc_input> in;
  for (const Tensor &input : inputs) {
    buffers.push_back(bufferOf(input));
    in.push_back({buffers.back().data(), buffers.back().size()});
  }
  std::vector<Tensor> results;
  std::vector<Buffer> outputs;
  std::vector<agc_output> out;
  for (Type type : declared->second.getResults()) {
    auto shaped = cast<RankedTensorType>(type);
    if (!shaped.hasStaticShape())
      return llvm::createStringError("'" + name + "' finds how many elements its result has");
    results.push_back(Tensor::filled(shaped.getShape(), shaped.getElementType()));
    outputs.emplace_back(bytesOf(shaped.getElementType()) * results.back().data.size());
    out.push_back({outputs.back().data(), outputs.back().size()});
  }
  Buffer workspace(std::max<int64_t>(agc_workspace_bytes(function, nullptr), 0));
  agc_call call = {};
  call.size = sizeof(call);
  call.input_count = in.size();
  call.inputs = in.data();
  call.output_count = out.size();
  call.outputs = out.data();
  call.workspace = {workspace.data(), workspace.size()};
  agc_context context;
  agc_context_init(&context);
  if (agc_status status = function->call(&context, &call); status != AGC_OK)
    return llvm::createStringError(std::string(agc_error(&context)) + " [" +
                                   agc_status_name(status) + "]");
  for (auto [result, buffer] : llvm::zip(results, outputs))
    for (auto [i, x] : llvm::enumerate(result.data))
      x = load(result.elementType, buffer.data() + i * bytesOf(result.elementType));
  return results;
}

} // namespace agc::test
