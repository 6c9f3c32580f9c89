// agc-interpret: runs a function in the reference interpreter; with --compare-after, runs it before
// and after a pass pipeline and says whether the results agree.
#include "compiler/Interpreter/Compare.h"
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Passes.h"
#include "compiler/Support/ProgramText.h"
#include "dialect/AgDialect.h"
#include "dialect/AgtDialect.h"
#include "mlir/IR/AsmState.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace agc::interp;
namespace cl = llvm::cl;

static constexpr const char *overview = R"(agc's reference interpreter

Runs a function of `ag` and `agt` ops on random inputs (the same for the same seed) and prints its results.
ag.grad and ag.jvp are computed by the interpreter's own autograd, which reads no gradient rule; so

  agc-interpret --compare-after='ag-differentiate,ag-simplify' step.mlir

checks that what the passes made computes the derivatives that the program asked for. An argument's
attribute `agc.sample = [low, high]` sets the range it is drawn from.
)";

namespace {

cl::opt<std::string> inputFile(cl::Positional, cl::init("-"), cl::desc("<input file>"));
cl::opt<std::string> entry("entry", cl::init("main"), cl::desc("the function to run"));
cl::opt<std::string> pipeline("passes", cl::init(""),
                              cl::desc("run this pass pipeline on the module first"));
cl::opt<std::string> compareAfter("compare-after", cl::init(""),
                                  cl::desc("compare with the results after this pass pipeline"));
cl::opt<uint64_t> seed("seed", cl::init(0), cl::desc("seed of the random inputs"));
cl::opt<unsigned> runs("runs", cl::init(1), cl::desc("run with this many seeds in succession"));
cl::opt<int64_t> extent("extent", cl::init(3), cl::desc("what an unknown extent is"));
cl::opt<double> low("low", cl::init(-1), cl::desc("floats are drawn from [low, high)"));
cl::opt<double> high("high", cl::init(1), cl::desc("floats are drawn from [low, high)"));
cl::opt<double> rtol("rtol", cl::init(-1),
                     cl::desc("relative error allowed; by default torch.testing's for the type"));
cl::opt<double> atol("atol", cl::init(1e-12), cl::desc("absolute error allowed"));
cl::opt<bool> printInputs("print-inputs", cl::desc("print the inputs, too"));

void print(llvm::StringRef label, const Tensor &tensor) {
  llvm::outs() << label << ": " << RankedTensorType::get(tensor.shape, tensor.elementType) << ' ';
  tensor.print(llvm::outs());
  llvm::outs() << '\n';
}

func::FuncOp findEntry(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>(entry);
  if (!function)
    llvm::WithColor::error(llvm::errs(), "agc-interpret")
        << "no function named '" << entry << "'\n";
  return function;
}

LogicalResult runPasses(ModuleOp module, llvm::StringRef text) {
  PassManager manager(module.getContext());
  if (failed(parsePassPipeline(text, manager)))
    return failure();
  return manager.run(module);
}

/// Compares result by result, and reports every one that differs.
LogicalResult compare(ModuleOp module, const std::vector<Tensor> &actual,
                      const std::vector<Tensor> &expected) {
  bool agree = actual.size() == expected.size();
  if (!agree)
    module.emitError() << "expected " << expected.size() << " results, got " << actual.size();
  for (auto [i, pair] : llvm::enumerate(llvm::zip(actual, expected))) {
    auto &[got, wanted] = pair;
    Tolerance tolerance = defaultTolerance(wanted.elementType);
    if (rtol >= 0)
      tolerance.rtol = rtol;
    tolerance.atol = atol;
    if (auto difference = firstDifference(got, wanted, tolerance)) {
      module.emitError() << "result " << i << " differs after the passes: " << *difference;
      agree = false;
    }
  }
  return success(agree);
}

LogicalResult runOnce(ModuleOp before, ModuleOp after, uint64_t seed) {
  func::FuncOp function = findEntry(before);
  if (!function)
    return failure();
  auto inputs = randomInputs(function, {seed, extent, low, high});
  if (failed(inputs))
    return failure();
  if (printInputs)
    for (auto [i, input] : llvm::enumerate(*inputs))
      print("input " + std::to_string(i), input);
  Results expected = Interpreter().run(function, *inputs);
  if (failed(expected))
    return failure();
  if (!after) {
    for (auto [i, result] : llvm::enumerate(*expected))
      print("result " + std::to_string(i), result);
    return success();
  }
  func::FuncOp changed = findEntry(after);
  if (!changed)
    return failure();
  Results actual = Interpreter().run(changed, *inputs);
  return failed(actual) ? failure() : compare(after, *actual, *expected);
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAllPasses();
  agc::registerAgcPasses();
  cl::ParseCommandLineOptions(argc, argv, overview);
  DialectRegistry registry;
  registerAllDialects(registry);
  registry.insert<agc::ag::AgDialect, agc::agt::AgtDialect>();
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(inputFile, &error);
  if (!file) {
    llvm::errs() << error << '\n';
    return 1;
  }
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  if (!agc::checkProgramText(sources))
    return 1;
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module || (!pipeline.empty() && failed(runPasses(*module, pipeline))))
    return 1;
  OwningOpRef<ModuleOp> after;
  if (!compareAfter.empty()) {
    after = module->clone();
    if (failed(runPasses(*after, compareAfter)))
      return 1;
  }
  for (unsigned i = 0; i < runs; ++i)
    if (failed(runOnce(*module, after.get(), seed + i)))
      return 1;
  if (after)
    llvm::outs() << "results agree after " << compareAfter << '\n';
  return 0;
}
