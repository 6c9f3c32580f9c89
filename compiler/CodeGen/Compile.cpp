// Runs the pipeline and LLVM behind it.
#include "compiler/CodeGen/Compile.h"
#include "compiler/CodeGen/CollectModel.h"
#include "compiler/CodeGen/Header.h"
#include "compiler/CodeGen/Parts.h"
#include "compiler/CodeGen/Target.h"
#include "compiler/Lowering/Bounds.h"
#include "compiler/Lowering/Export.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/Threading.h"
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

/// LLVM's part of a compilation, with nothing that other threads have too.
class LLVMPart {
public:
  LogicalResult translate(ModuleOp module, const CompileOptions &options) {
    code = translateModuleToLLVMIR(module, context, options.model);
    return success(code != nullptr);
  }

  /// Appends text or an object to `output`.
  llvm::Error emit(const CompileOptions &options, std::string &output) {
    llvm::Expected<Target> target = makeTarget(options.triple, options.cpu, options.optLevel);
    if (!target)
      return target.takeError();
    llvm::TargetMachine &machine = *target->machine;
    code->setTargetTriple(machine.getTargetTriple());
    code->setDataLayout(machine.createDataLayout());
    if (llvm::Error error = makeOptimizingTransformer(options.optLevel, 0, &machine)(code.get()))
      return error;
    if (options.stage == EmitStage::LLVM) {
      llvm::raw_string_ostream(output) << *code;
      return llvm::Error::success();
    }
    llvm::SmallString<0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager pm;
    auto kind = options.stage == EmitStage::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                                     : llvm::CodeGenFileType::ObjectFile;
    if (machine.addPassesToEmitFile(pm, stream, nullptr, kind))
      return llvm::createStringError("no object can be emitted for this target");
    pm.run(*code);
    output.append(bytes.begin(), bytes.end());
    return llvm::Error::success();
  }

private:
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code;
};

/// Remembers the first pass that failed, and at what.
class FailedPass : public PassInstrumentation {
public:
  FailedPass(std::string &words) : words(words) {}

  void runAfterPassFailed(Pass *pass, Operation *op) override {
    if (words.empty())
      words = (pass->getName() + " at '" + op->getName().getStringRef() + "' " + nameOf(op)).str();
  }

private:
  static StringRef nameOf(Operation *op) {
    auto name = op->getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName());
    return name ? name.getValue() : "";
  }

  std::string &words;
};

/// One compilation.
class Compiler {
public:
  Compiler(ModuleOp module, const CompileOptions &options) : module(module), options(options) {}

  /// The pass that failed; empty where none has.
  StringRef getFailedPass() const { return failedPass; }

  FailureOr<CompileResult> run() {
    if (options.stage == EmitStage::Agt)
      return text();
    placeOps();
    if (failed(
            runPasses([&](OpPassManager &pm) { buildAutogradPipeline(pm, options.derivatives); })))
      return failure();
    if (options.stage == EmitStage::Ag)
      return text();
    if (failed(checkResults()) || failed(checkSizes()))
      return failure();
    if (failed(runPasses([&](OpPassManager &pm) { buildLoweringPipeline(pm, options.model); })))
      return failure();
    if (options.stage == EmitStage::Linalg)
      return text();

    llvm::Expected<Target> made = makeTarget(options.triple, options.cpu, options.optLevel);
    if (!made)
      return module.emitError(llvm::toString(made.takeError()));
    vectors = made->vectors;
    if (failed(runPasses([&](OpPassManager &pm) { buildKernelPipeline(pm, vectors); },
                         /*eachPass=*/false)))
      return failure();
    FailureOr<ModelInfo> model = collectModel(module, options.model);
    if (failed(model))
      return failure();
    if (model->functions.empty())
      return module.emitError("the program exports no function");
    CompileResult result;
    // What shares kernels is kept and run by other programs, too: it tells no place in this one's
    // source.
    bool places = !options.loaded;
    if (failed(runPasses([&](OpPassManager &pm) { buildEntryPipeline(pm, options.model, places); },
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
    pm.addInstrumentation(std::make_unique<FailedPass>(failedPass));
    if (options.configure)
      options.configure(pm);
    build(pm);
    if (options.isCancelled)
      module->getContext()->registerActionHandler(
          [this](llvm::function_ref<void()> run, const tracing::Action &action) {
            if (!isa<PassExecutionAction>(action) || !options.isCancelled())
              run();
          });
    LogicalResult ran = pm.run(module);
    module->getContext()->registerActionHandler(nullptr);
    return success(succeeded(ran) && succeeded(goOn()) && (eachPass || succeeded(verify(module))));
  }

  LogicalResult goOn() {
    return options.isCancelled && options.isCancelled() ? module.emitError("interrupted")
                                                        : success();
  }

  /// Beside tensors, functions return extents of them later: none of the program's own.
  LogicalResult checkResults() {
    for (func::FuncOp function : exportedFunctions(module))
      for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
        if (!isa<RankedTensorType>(type))
          return function.emitError() << "result " << i << " of an exported function must be a "
                                      << "tensor, not " << type;
    return success();
  }

  /// Beyond this no machine has memory, and sums of sizes fit in 64 bits with room to spare.
  LogicalResult checkSizes() {
    constexpr uint64_t kMostBytes = uint64_t(1) << 48;
    auto check = [&](Location loc, Type type) -> LogicalResult {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor)
        return success();
      uint64_t bytes = 1; // where extents are unknown, for one element of them
      for (int64_t extent : tensor.getShape())
        bytes = ShapedType::isDynamic(extent) ? bytes
                                              : llvm::SaturatingMultiply(bytes, uint64_t(extent));
      bytes = llvm::SaturatingMultiply<uint64_t>(bytes, elementBytes(tensor.getElementType()));
      if (bytes > kMostBytes)
        return emitError(loc) << "a value of " << tensor << " does not fit in memory";
      return success();
    };
    WalkResult fits = module.walk([&](Operation *op) {
      for (Value result : op->getResults())
        if (failed(check(op->getLoc(), result.getType())))
          return WalkResult::interrupt();
      for (Region &region : op->getRegions())
        for (Value argument : region.getArguments())
          if (failed(check(argument.getLoc(), argument.getType())))
            return WalkResult::interrupt();
      return WalkResult::advance();
    });
    return failure(fits.wasInterrupted());
  }

  FailureOr<CompileResult> text() {
    CompileResult result;
    llvm::raw_string_ostream stream(result.output);
    module.print(stream, OpPrintingFlags().enableDebugInfo(false));
    stream << '\n';
    return result;
  }

  LogicalResult toLLVMDialect(const ModelInfo &model) {
    if (failed(runPasses([&](OpPassManager &pm) { buildLoopPipeline(pm, vectors); },
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
      if (vectors.bits == 512 && !function.isExternal())
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

  /// Text is of the whole module; an object is joined of parts that are compiled side by side.
  LogicalResult emitCode(std::string &output) {
    SmallVector<OwningOpRef<ModuleOp>> others;
    if (options.stage == EmitStage::Object)
      others = splitIntoParts(module);
    SmallVector<ModuleOp> parts = {module};
    for (OwningOpRef<ModuleOp> &other : others)
      parts.push_back(*other);
    std::vector<std::string> outputs(parts.size());
    // Each is whole in memory before the first is optimised, from which MLIR is not met again.
    std::vector<std::unique_ptr<LLVMPart>> translated;
    for (ModuleOp part : parts) {
      if (failed(goOn()))
        return failure();
      translated.push_back(std::make_unique<LLVMPart>());
      if (failed(translated.back()->translate(part, options)))
        return module.emitError("cannot be translated to LLVM");
    }
    std::vector<std::string> errors(parts.size());
    parallelFor(module.getContext(), 0, parts.size(), [&](size_t part) {
      if (options.isCancelled && options.isCancelled())
        errors[part] = "interrupted";
      else if (llvm::Error error = translated[part]->emit(options, outputs[part]))
        errors[part] = llvm::toString(std::move(error));
      translated[part].reset();
    });
    for (const std::string &error : errors)
      if (!error.empty())
        return module.emitError(error);
    if (others.empty()) {
      output = std::move(outputs.front());
      return success();
    }
    llvm::Expected<std::string> joined = joinObjects(outputs);
    if (!joined)
      return module.emitError(llvm::toString(joined.takeError()));
    output = std::move(*joined);
    return success();
  }

  ModuleOp module;
  const CompileOptions &options;
  VectorUnit vectors;
  std::string failedPass;
};

} // namespace

FailureOr<CompileResult> compileToObject(ModuleOp module, const CompileOptions &options) {
  bool saidWhy = false;
  FailureOr<CompileResult> result;
  Compiler compiler(module, options);
  {
    ScopedDiagnosticHandler listener(module.getContext(), [&](Diagnostic &diagnostic) {
      saidWhy |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
      return failure(); // to whom it is for
    });
    result = compiler.run();
  }
  if (failed(result) && !saidWhy)
    return module.emitError("internal error: a step failed without saying why: ")
           << compiler.getFailedPass();
  return result;
}

} // namespace agc
