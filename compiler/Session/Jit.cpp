// LLVM's JIT linker loads what the compiler emits; the runtime it imports is linked into the
// process.
#include "compiler/Session/Jit.h"
#include "compiler/CodeGen/Compile.h"
#include "compiler/Trace/Error.h"
#include "runtime/include/agc/agc.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include <cstdlib>

using namespace mlir;
using llvm::Expected;

namespace agc::session {

Buffer Buffer::allocate(uint64_t bytes) {
  uint64_t whole = std::max<uint64_t>(llvm::alignTo(bytes, AGC_ALIGNMENT), AGC_ALIGNMENT);
  auto *memory = static_cast<char *>(std::aligned_alloc(AGC_ALIGNMENT, whole));
  if (!memory)
    throw Error(Where("", 0),
                "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't "
                "allocate memory: you tried to allocate " +
                    std::to_string(bytes) + " bytes. Error code 12 (Cannot allocate memory)");
  return {std::shared_ptr<char>(memory, [](char *block) { std::free(block); }), bytes};
}

std::optional<CallFailure> Compiled::call(ArrayRef<Buffer> inputs, ArrayRef<int64_t> extents,
                                          std::vector<Buffer> &outputs,
                                          std::vector<int64_t> &counts) const {
  SmallVector<agc_input> in;
  for (const Buffer &input : inputs)
    in.push_back({input.memory.get(), input.bytes});
  SmallVector<agc_output> out;
  for (uint32_t i = 0; i < function->output_count; ++i) {
    outputs.push_back(
        Buffer::allocate(agc_tensor_bytes(function, function->outputs[i], extents.data())));
    out.push_back({outputs.back().memory.get(), outputs.back().bytes});
  }
  uint64_t bytes = std::max<int64_t>(agc_workspace_bytes(function, extents.data()), 0);
  if (workspace.bytes < bytes)
    workspace = Buffer::allocate(bytes);
  agc_call call = {};
  call.size = sizeof(call);
  call.input_count = in.size();
  call.inputs = in.data();
  call.output_count = out.size();
  call.outputs = out.data();
  call.extent_count = extents.size();
  call.extents = extents.data();
  call.workspace = {workspace.memory.get(), workspace.bytes};
  agc_context context;
  agc_context_init(&context);
  if (agc_status status = function->call(&context, &call); status != AGC_OK)
    return CallFailure{int(status), agc_error(&context)};
  for (uint32_t i = 0; i < function->output_count; ++i) {
    const agc_tensor_info *output = function->outputs[i];
    if (output->count)
      counts.push_back(*reinterpret_cast<int64_t *>(outputs[output->count - 1].memory.get()));
    else
      counts.push_back(output->rank ? agc_tensor_extent(function, output, 0, extents.data()) : -1);
  }
  return {};
}

struct Jit::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  unsigned loaded = 0;

  llvm::Error create();
  Expected<llvm::orc::JITDylib *> add(StringRef object);
  Expected<const agc_model_info *> describe(llvm::orc::JITDylib &library, StringRef model);
  llvm::Error exportKernels(llvm::orc::JITDylib &library, ArrayRef<std::string> names);
};

static void initializeTarget() {
  static const bool once = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)once;
}

/// The runtime that objects import, and this process' libc and libm.
llvm::Error Jit::Impl::create() {
  initializeTarget();
  auto made = llvm::orc::LLJITBuilder().create();
  if (!made)
    return made.takeError();
  jit = std::move(*made);
  llvm::orc::SymbolMap runtime;
  auto add = [&](StringRef name, auto *function) {
    runtime[jit->mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                                           llvm::JITSymbolFlags::Exported};
  };
  add("agc_fail", &agc_fail);
  add("agc_check_call", &agc_check_call);
  add("agc_state_init", &agc_state_init);
  add("agc_parallel_for", &agc_parallel_for);
  llvm::orc::JITDylib &library = jit->getMainJITDylib();
  if (llvm::Error error = library.define(llvm::orc::absoluteSymbols(std::move(runtime))))
    return error;
  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      jit->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  library.addGenerator(std::move(*process));
  return llvm::Error::success();
}

/// An object in a library of its own: all segments export the same names.
Expected<llvm::orc::JITDylib *> Jit::Impl::add(StringRef object) {
  if (!jit)
    if (llvm::Error error = create())
      return error;
  auto library = jit->createJITDylib("object" + std::to_string(loaded++));
  if (!library)
    return library.takeError();
  library->addToLinkOrder(jit->getMainJITDylib());
  if (llvm::Error error =
          jit->addObjectFile(*library, llvm::MemoryBuffer::getMemBufferCopy(object)))
    return error;
  return &*library;
}

Expected<const agc_model_info *> Jit::Impl::describe(llvm::orc::JITDylib &library,
                                                     StringRef model) {
  auto found = jit->lookup(library, (model + "_info").str());
  if (!found)
    return found.takeError();
  const agc_model_info *info = found->toPtr<agc_info_function>()(AGC_VERSION);
  if (!info)
    return llvm::createStringError("an object of another version of agc");
  return info;
}

/// What later objects find by name.
llvm::Error Jit::Impl::exportKernels(llvm::orc::JITDylib &library, ArrayRef<std::string> names) {
  llvm::orc::SymbolMap exported;
  for (const std::string &name : names) {
    auto found = jit->lookup(library, name);
    if (!found)
      return found.takeError();
    exported[jit->mangleAndIntern(name)] = {*found, llvm::JITSymbolFlags::Exported};
  }
  return jit->getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(exported)));
}

Jit::Jit() : impl(std::make_unique<Impl>()) {}
Jit::~Jit() = default;

FailureOr<SegmentObject> Jit::compile(ModuleOp module, std::function<bool()> isCancelled) const {
  initializeTarget();
  CompileOptions options;
  options.model = "segment";
  options.optLevel = 1;
  options.derivatives = {false, false, false};
  options.loaded = &kernels;
  options.isCancelled = std::move(isCancelled);
  FailureOr<CompileResult> result = compileToObject(module, options);
  if (failed(result))
    return failure();
  return SegmentObject{std::move(result->output), std::move(result->kernels)};
}

bool Jit::canLoad(const SegmentObject &object) const {
  auto isLoaded = [&](const std::string &name) { return kernels.contains(name); };
  return llvm::all_of(object.kernels.imported, isLoaded) &&
         llvm::none_of(object.kernels.defined, isLoaded);
}

Expected<const agc_model_info *> Jit::loadModel(StringRef object, StringRef model) {
  Expected<llvm::orc::JITDylib *> library = impl->add(object);
  if (!library)
    return library.takeError();
  return impl->describe(**library, model);
}

Expected<std::unique_ptr<Compiled>> Jit::load(const SegmentObject &object) {
  Expected<llvm::orc::JITDylib *> library = impl->add(object.bytes);
  if (!library)
    return library.takeError();
  auto model = impl->describe(**library, "segment");
  if (!model)
    return model.takeError();
  if ((*model)->function_count != 1)
    return llvm::createStringError("an object of another version of agc");
  if (llvm::Error error = impl->exportKernels(**library, object.kernels.defined))
    return error;
  for (const std::string &name : object.kernels.defined)
    kernels.insert(name);
  return std::make_unique<Compiled>((*model)->functions[0]);
}

} // namespace agc::session
