// Jit: agc's and upstream's passes, then MLIR's execution engine with the host's features.
#include "test/CodeGen/Jit.h"
#include "compiler/Passes.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include <cstdlib>

using namespace mlir;

namespace agc::test {

const char *const lowerToLlvm =
    "canonicalize,cse,convert-vector-to-scf,convert-linalg-to-loops,lower-affine,convert-scf-to-cf,"
    "expand-strided-metadata,lower-affine,arith-expand{include-bf16=true},convert-vector-to-llvm,"
    "convert-to-llvm,reconcile-unrealized-casts";

struct Jit::Impl {
  MLIRContext context{MLIRContext::Threading::DISABLED};
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<ExecutionEngine> engine;
};

[[noreturn]] static void fail(const llvm::Twine &why) {
  llvm::errs() << "jit: " << why << "\n";
  std::exit(1);
}

static void registerEverything(MLIRContext &context) {
  static const bool once = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    registerAllPasses();
    registerAgcPasses();
    return true;
  }();
  (void)once;
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  context.appendDialectRegistry(registry);
}

static std::unique_ptr<llvm::TargetMachine> hostMachine() {
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    fail(llvm::toString(builder.takeError()));
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  auto machine = builder->createTargetMachine();
  if (!machine)
    fail(llvm::toString(machine.takeError()));
  return std::move(*machine);
}

Jit::Jit(llvm::StringRef mlir, llvm::StringRef pipeline) : impl(std::make_unique<Impl>()) {
  registerEverything(impl->context);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(mlir, &impl->context);
  if (!module)
    fail("the module does not parse");
  PassManager manager(&impl->context);
  std::string passes = pipeline.empty() ? "" : pipeline.str() + ",";
  if (failed(parsePassPipeline(passes + lowerToLlvm, manager)) || failed(manager.run(*module)))
    fail("a pass failed");

  impl->machine = hostMachine();
  ExecutionEngineOptions options;
  auto optimize = makeOptimizingTransformer(3, 0, impl->machine.get());
  options.transformer = optimize;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Aggressive;
  // Upstream's lowering calls this library to copy strided buffers.
  StringRef libraries[] = {AGC_LLVM_LIB "/libmlir_c_runner_utils.so"};
  options.sharedLibPaths = libraries;
  auto engine = ExecutionEngine::create(*module, options, hostMachine());
  if (!engine)
    fail(llvm::toString(engine.takeError()));
  impl->engine = std::move(*engine);
}

Jit::~Jit() = default;

void *Jit::address(llvm::StringRef name) {
  auto found = impl->engine->lookup(name);
  if (!found)
    fail(llvm::toString(found.takeError()));
  return *found;
}

} // namespace agc::test
