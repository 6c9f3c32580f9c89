// Runs the pipeline and LLVM behind it.
#include "compiler/CodeGen/Compile.h"
#include "compiler/CodeGen/CollectModel.h"
#include "compiler/CodeGen/Header.h"
#include "compiler/CodeGen/Target.h"
#include "compiler/Lowering/Export.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace agc {

void registerCompilerDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registry.insert<ag::AgDialect, agt::AgtDialect>();
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
}

namespace {

/// A location's first line of the program: what several lines made together is its first one's.
Location firstLine(Location loc) {
  if (auto named = dyn_cast<NameLoc>(loc))
    return firstLine(named.getChildLoc());
  auto fused = dyn_cast<FusedLoc>(loc);
  if (!fused || fused.getMetadata())
    return loc;
  for (Location part : fused.getLocations())
    if (Location line = firstLine(part); !isa<UnknownLoc>(line))
      return line;
  return UnknownLoc::get(loc.getContext());
}

/// One compilation.
class Compiler {
public:
  Compiler(ModuleOp module, const CompileOptions &options) : module(module), options(options) {}

  FailureOr<CompileResult> run() {
    if (options.stage == EmitStage::Agt)
      return text();
    placeOps();
    if (failed(
            runPasses([&](OpPassManager &pm) { buildAutogradPipeline(pm, options.derivatives); })))
      return failure();
    if (options.stage == EmitStage::Ag)
      return text();
    if (failed(runPasses(buildLoweringPipeline)))
      return failure();
    if (options.stage == EmitStage::Linalg)
      return text();

    llvm::Expected<Target> made = makeTarget(options.triple, options.cpu, options.optLevel);
    if (!made)
      return module.emitError(llvm::toString(made.takeError()));
    target = std::move(*made);
    if (failed(runPasses([&](OpPassManager &pm) { buildKernelPipeline(pm, target.vectors); },
                         /*eachPass=*/false)))
      return failure();
    FailureOr<ModelInfo> model = collectModel(module, options.model);
    if (failed(model))
      return failure();
    if (model->functions.empty())
      return module.emitError("the program exports no function");
    CompileResult result;
    if (failed(runPasses([&](OpPassManager &pm) { buildEntryPipeline(pm, options.model); },
                         /*eachPass=*/false)))
      return failure();
    if (options.loaded)
      result.kernels = shareKernels(module, *options.loaded);
    if (failed(toLLVMDialect(*model)))
      return failure();
    result.header = emitHeader(*model);
    if (failed(emitCode(result.output)))
      return failure();
    return result;
  }

private:
  /// Loops are many ops: what is made of them is verified once at the end and not after each pass,
  /// which takes a third of their time. Programs get no further than `eachPass` with mistakes.
  LogicalResult runPasses(llvm::function_ref<void(OpPassManager &)> build, bool eachPass = true) {
    PassManager pm(module.getContext(), ModuleOp::getOperationName());
    pm.enableVerifier(eachPass);
    if (options.configure)
      options.configure(pm);
    build(pm);
    return success(succeeded(pm.run(module)) && (eachPass || succeeded(verify(module))));
  }

  FailureOr<CompileResult> text() {
    CompileResult result;
    llvm::raw_string_ostream stream(result.output);
    module.print(stream, OpPrintingFlags().enableDebugInfo(false));
    stream << '\n';
    return result;
  }

  LogicalResult toLLVMDialect(const ModelInfo &model) {
    if (failed(runPasses([&](OpPassManager &pm) { buildLoopPipeline(pm, target.vectors); },
                         /*eachPass=*/false)))
      return failure();
    // In a line table, lines that differ are none.
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      function.getBody().walk([](Operation *op) { op->setLoc(firstLine(op->getLoc())); });
    if (failed(emitModelInfo(module, model)))
      return failure();
    // Whatever callers do not name is internal, so that what is not used goes and names do not
    // clash.
    for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
      if (function.getVisibility() == SymbolTable::Visibility::Private && !function.isExternal())
        function.setLinkage(LLVM::Linkage::Internal);
      if (function->hasAttr(attr::kKernel))
        function.setNoInline(true); // a profile shows kernels by name
      if (target.vectors.bits == 512 && !function.isExternal())
        function->setAttr("passthrough", withWideVectors(function.getPassthroughAttr()));
    }
    return success();
  }

  /// Calls in functions with debug information must have a place. Line 0 is what debuggers take for
  /// code without a line.
  void placeOps() {
    auto nowhere = FileLineColLoc::get(module.getContext(), "<unknown>", 0, 0);
    auto isUnknown = [](Location loc) { return bool(loc->findInstanceOf<UnknownLoc>()); };
    module.walk([&](Operation *op) {
      if (isUnknown(op->getLoc()))
        op->setLoc(nowhere);
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          if (isUnknown(argument.getLoc()))
            argument.setLoc(nowhere);
    });
  }

  Attribute withWideVectors(ArrayAttr others) {
    Builder b(module.getContext());
    auto pair = [&](StringRef key) { return b.getStrArrayAttr({key, "512"}); };
    SmallVector<Attribute> all = {pair("prefer-vector-width"), pair("min-legal-vector-width")};
    if (others)
      llvm::append_range(all, others);
    return b.getArrayAttr(all);
  }

  LogicalResult emitCode(std::string &output) {
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(module, context, options.model);
    if (!code)
      return module.emitError("cannot be translated to LLVM");
    code->setTargetTriple(target.machine->getTargetTriple());
    code->setDataLayout(target.machine->createDataLayout());
    auto optimize = makeOptimizingTransformer(options.optLevel, 0, target.machine.get());
    if (llvm::Error error = optimize(code.get()))
      return module.emitError(llvm::toString(std::move(error)));
    if (options.stage == EmitStage::LLVM) {
      llvm::raw_string_ostream(output) << *code;
      return success();
    }
    llvm::SmallString<0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager pm;
    auto kind = options.stage == EmitStage::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                                     : llvm::CodeGenFileType::ObjectFile;
    if (target.machine->addPassesToEmitFile(pm, stream, nullptr, kind))
      return module.emitError("no object can be emitted for this target");
    pm.run(*code);
    output.assign(bytes.begin(), bytes.end());
    return success();
  }

  ModuleOp module;
  const CompileOptions &options;
  Target target;
};

} // namespace

FailureOr<CompileResult> compileToObject(ModuleOp module, const CompileOptions &options) {
  bool saidWhy = false;
  FailureOr<CompileResult> result;
  {
    ScopedDiagnosticHandler listener(module.getContext(), [&](Diagnostic &diagnostic) {
      saidWhy |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
      return failure(); // to whom it is for
    });
    result = Compiler(module, options).run();
  }
  if (failed(result) && !saidWhy)
    return module.emitError("internal error: a pass failed without saying why");
  return result;
}

} // namespace agc
